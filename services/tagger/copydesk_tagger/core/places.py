"""Which of the names in an article are places, and which places they are.

Countries and demonyms come first, as they are seldom anything else; they are the context in which cities are chosen
(Moscow in Idaho only where Idaho is named) and told from people, companies and common words.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from math import log10

from copydesk_tagger.core import scripts
from copydesk_tagger.core.cues import LOCATIVES, NO_PLACES, PERSONAL_COUNTRIES
from copydesk_tagger.core.gazetteer import Gazetteer, Kind, Mention, Reading, Spot, without_overlap
from copydesk_tagger.core.governments import means_government
from copydesk_tagger.core.lexicon import Lexicon
from copydesk_tagger.core.name_spans import Beneath, NameSpans

_COMMON = 0.8
"""A city's name is a common word too when its Zipf frequency comes this near to log10 of the city's population."""

_KNOWN = 300_000
"""A city of this size is meant after a preposition although its name is a common word (`nach Essen`, `in Reading`)."""

_LARGE = 100_000
_LARGEST = 500_000
"""Smaller cities that an annotator of names saw need more: their country in the context, or a word before them."""

_LONGEST_INITIAL = 4
"""Letters of an initial or title with its full stop (`J.`, `Mrs.`); longer words end a sentence by it."""

_GRAMMAR = 6.0
"""Zipf frequency of words such as `Au`, `In`, `The`, which are no part of a name after them."""

_LIKELIHOOD = {Kind.DEMONYM: 7.4, Kind.REGION: 7.0}
"""On the scale of log10 of a population."""

_TOWN = 15_000
"""Smaller towns need their country or region beside them, or an annotator of names that saw a place."""

_UNTOLD = 0.75
"""What silence of an annotator of names, which knows the language, takes from a city in a country not spoken of."""

_BRUSSELS = 2800866
"""As a government it is that of the European Union rather than Belgium's."""

_BEFORE_REGION = re.compile(r", | \(|，|、|، ")
_NEARBY = 120
"""Code points looked at on either side of a name."""

_SHOUTED = re.compile(rf"[{scripts.CAPITALS}](?<!\w.)[{scripts.CAPITALS}]{{3,}}\b")
_PEOPLE_OR_BODY = re.compile("[人語语文队隊军軍籍裔式党黨报報]|共和|议会|国会|國會|海军|公开|联赛|太阳|大学")
"""What makes a country's name in Chinese part of the name of its people, language or a body."""

_WORD_BEFORE = re.compile(r"([^\W\d_][\w.’'-]*) $")
_WORD_AFTER = re.compile(r" ([^\W\d_][\w’'-]*)")


class Beside(Enum):
    """What a capitalised neighbour takes from a city's evidence."""

    NOTHING = 0.0
    CAPITAL = 2.5
    NAME = 3.0


@dataclass(frozen=True)
class Found:
    """A place, where it stands (offsets into the title or the text) and how sure that is.

    `alone` tells that nothing makes it part of a longer name, such as that of a university. A government called by its
    capital is found as its country.
    """

    start: int
    end: int
    spot: Spot
    kind: Kind
    confidence: float
    alone: bool = True


@dataclass
class Context:
    """What the article speaks of before its cities are looked at: countries and regions by weight."""

    language: str
    lexicon: Lexicon
    home: str | None = None
    spans: NameSpans = field(default_factory=NameSpans)
    capitals: frozenset[int] = frozenset()
    countries: Counter[str] = field(default_factory=Counter)
    regions: Counter[tuple[str, str]] = field(default_factory=Counter)

    def prefers(self, spot: Spot) -> float:
        """How much speaks for a place in its country and region, 0…4.5."""
        score = 0.0
        if (weight := self.countries[spot.country]) > 0:
            score += 1.0 + weight / self.countries.total()
        if self.home == spot.country:
            score += 1.0
        if spot.kind is Kind.CITY and self.regions[spot.country, spot.region] > 0:
            score += 2.0
        return score

    def survey(self, mentions: Sequence[Mention]) -> None:
        """Add what needs no context: countries, demonyms, regions and large cities of one reading."""
        for mention in mentions:
            broad = [reading for reading in mention.readings if reading.kind is not Kind.CITY]
            if len({reading.spot.country + reading.spot.region for reading in broad}) == 1:
                spot = broad[0].spot
                self.countries[spot.country] += 1
                if spot.kind is Kind.REGION:
                    self.regions[spot.country, spot.region] += 1
            elif not broad:
                first, *others = sorted(mention.readings, key=lambda reading: -reading.spot.population)
                clear = first.spot.population > max([_LARGE, *(10 * other.spot.population for other in others)])
                if clear and self.home not in {other.spot.country for other in others}:
                    self.countries[first.spot.country] += 1


def find(text: str, language: str, gazetteer: Gazetteer) -> list[Mention]:
    """Every name of the gazetteer in `text`, longest first, words in capitals included."""
    spelled = _spelled(text)
    primary = scripts.primary(language)
    return without_overlap([found for one in gazetteer.matchers(language) for found in one.find(spelled, primary)])


def resolve(text: str, mentions: Sequence[Mention], context: Context, gazetteer: Gazetteer) -> list[Found]:
    """The mentions that are places, each as the place it most likely means; one name means one place throughout."""
    starts = {mention.start: mention for mention in mentions}
    settled: dict[tuple[Reading, ...], Reading] = {}
    found = []
    for mention in mentions:
        following = _following(text, mention, starts)
        best = _likeliest(mention, context, following)
        if _lies_in(best.spot, following):
            settled[mention.readings] = best
        best = settled.get(mention.readings, best)
        beneath = context.spans.beneath(mention.start, mention.end)
        beside = _beside(text, mention, context)
        evidence = _evidence(text, mention, best, context, following, beside) + _told(beneath, best, context)
        if evidence < 1:
            continue
        spot, kind = best.spot, best.kind
        if means_government(text, mention.start, mention.end, spot, context.capitals, context.language):
            country = None if spot.geonames == _BRUSSELS else gazetteer.spot(spot.country)
            if country is None:
                continue
            spot, kind = country, Kind.COUNTRY
        confidence = round(min(0.95, 0.6 + evidence / 10), 2)
        alone = beneath is Beneath.PLACE or (
            beneath is Beneath.NOTHING and beside is Beside.NOTHING and not _PEOPLE_OR_BODY.match(text, mention.end)
        )
        found.append(Found(mention.start, mention.end, spot, kind, confidence, alone))
    return found


def _following(text: str, mention: Mention, starts: Mapping[int, Mention]) -> Mention | None:
    """The name after a comma or an opening bracket, as in `Moscow, Idaho`."""
    between = _BEFORE_REGION.match(text, mention.end)
    return starts.get(between.end()) if between else None


def _likeliest(mention: Mention, context: Context, following: Mention | None) -> Reading:
    if len(mention.readings) == 1:
        return mention.readings[0]
    return max(mention.readings, key=lambda reading: (_likelihood(reading, context, following), -reading.spot.geonames))


def _told(beneath: Beneath, best: Reading, context: Context) -> float:
    """What the names that an earlier annotator found say for a place (or against it)."""
    if beneath is Beneath.PLACE:
        near = best.spot.population >= _LARGEST or context.prefers(best.spot) > 0
        return 0.0 if best.kind is not Kind.CITY else 2.5 if near else 1.0
    if best.kind is Kind.DEMONYM:
        return 0.0
    if beneath is Beneath.PERSON:
        return -9.0
    if beneath is Beneath.NOTHING:
        if not context.spans.complete or best.kind is not Kind.CITY or context.prefers(best.spot) > 0:
            return 0.0
        return -_UNTOLD if best.main else -2 * _UNTOLD
    return -9.0 if best.kind is not Kind.COUNTRY or beneath is Beneath.BODY_ITSELF else 0.0


def link(place: str, context: Context, gazetteer: Gazetteer) -> Spot | None:
    """The place of a dateline, which is known to be one: the likeliest of all that bear the name."""
    mentions = find(place, context.language, gazetteer)
    readings = [reading for mention in mentions[:1] for reading in mention.readings if reading.kind is not Kind.DEMONYM]
    cities = [reading for reading in readings if reading.kind is Kind.CITY] or readings
    return max(cities, key=lambda reading: _likelihood(reading, context, None)).spot if cities else None


def _spelled(text: str) -> str:
    """`text` with words in capitals (KYIV) as names are written (Kyiv); the length stays."""

    def spell(match: re.Match[str]) -> str:
        word = match.group()
        spelled = word.capitalize()
        return spelled if len(spelled) == len(word) else word

    return _SHOUTED.sub(spell, text)


def _likelihood(reading: Reading, context: Context, following: Mention | None) -> float:
    """How likely a name means this place rather than another, on the scale of log10 of a population."""
    if reading.kind is Kind.CITY:
        base = log10(max(reading.spot.population, 1000)) - (0.0 if reading.main else 0.7)
    elif reading.kind is Kind.COUNTRY:
        base = 7.5 + log10(max(reading.spot.population, 1000)) / 20
    else:
        base = _LIKELIHOOD[reading.kind]
    return base + 1.2 * context.prefers(reading.spot) + (4.0 if _lies_in(reading.spot, following) else 0.0)


def _lies_in(spot: Spot, following: Mention | None) -> bool:
    """Whether the name after it (`Paris, Texas`) is the region or country of the place."""
    if following is None or spot.kind is Kind.COUNTRY:
        return False
    return any(
        reading.spot.country == spot.country
        and (reading.kind is Kind.COUNTRY or (reading.kind is Kind.REGION and reading.spot.region == spot.region))
        for reading in following.readings
    )


def _evidence(
    text: str, mention: Mention, best: Reading, context: Context, following: Mention | None, beside: Beside
) -> float:
    """What speaks for a place here rather than a person, a company or a common word; 1 is enough."""
    if best.kind is Kind.DEMONYM:
        return 3.0
    if best.kind is not Kind.CITY:
        personal = best.kind is Kind.REGION or best.spot.country in PERSONAL_COUNTRIES
        return 0.0 if personal and beside is Beside.NAME else 3.0
    name = text[mention.start : mention.end]
    population = best.spot.population
    evidence = 2.0 if population >= 1_000_000 else 1.0 if population >= 300_000 else 0.5 if population >= 100_000 else 0
    evidence -= 0.75 if population < _TOWN else 0
    evidence += min(1.0 if population >= 100_000 else 0.5, context.prefers(best.spot))
    evidence += 0.0 if best.main else -0.25
    located = beside is Beside.NOTHING and _locative_before(text, mention.start, context.language)
    evidence += 1.0 if located else 0.0
    evidence += 2.0 if _lies_in(best.spot, following) else 0.0
    if name in NO_PLACES or _common_word(name, best.spot, context):
        known = population >= _KNOWN or context.countries[best.spot.country] > 0
        evidence -= 1.0 if located and known and name not in NO_PLACES else 3.0
    evidence -= 1.0 if len(name) == 2 and population < 1_000_000 else 0.0
    return evidence - beside.value


def _common_word(name: str, spot: Spot, context: Context) -> bool:
    """Whether it is a word of the language, and a more frequent one than a city of this size would make it."""
    low = name.lower()
    margin = _COMMON if spot.population < 1_000_000 and spot.country != context.home else _COMMON / 2
    return context.lexicon.zipf(low) > log10(max(spot.population, 1000)) - margin and context.lexicon.is_plain(low)


def _word_before(text: str, first: int, start: int) -> re.Match[str] | None:
    """The word that a space parts from what begins at `start`, looked for from `first` on."""
    if text[start - 1 : start] != " ":
        return None
    return _WORD_BEFORE.search(text, max(first, text.rfind(" ", first, start - 1) + 1), start)


def _locative_before(text: str, start: int, language: str) -> bool:
    words = LOCATIVES.get(scripts.primary(language), frozenset())
    if text[max(0, start - 1) : start] in words and scripts.of_letter(text[start]) in scripts.UNSPACED:
        return True
    before = _word_before(text, max(0, start - 16), start)
    return before is not None and before.group(1).lower() in words


def _beside(text: str, mention: Mention, context: Context) -> Beside:
    """What stands beside a name: another name (`Paris Hilton`), a common word in capitals (`Boston Globe`), neither."""
    if scripts.of_letter(text[mention.start]) not in scripts.CASED:
        return Beside.NOTHING
    before = _word_before(text, max(0, mention.start - 30), mention.start)
    after = _WORD_AFTER.match(text, mention.end, min(len(text), mention.end + 30))
    if before is not None and _ends_sentence(before.group(1), context):
        before = None
    capitals = [match for match in (before, after) if match and match.group(1)[0].isupper()]
    words = [match.group(1) for match in capitals]
    if any(not word.isupper() and not context.lexicon.is_plain(_bare(word)) for word in words):
        return Beside.NAME
    telling = any(match is after or not _begins_sentence(text, match.start(1)) for match in capitals)
    running = telling and context.language != "de" and not _is_headline(text, mention.start)
    return Beside.CAPITAL if running else Beside.NOTHING


def _ends_sentence(word: str, context: Context) -> bool:
    """Whether the word before a name is no part of it: the last of a sentence, or as common as a preposition."""
    return (word.endswith(".") and len(word) > _LONGEST_INITIAL) or context.lexicon.zipf(word.lower()) > _GRAMMAR


def _bare(word: str) -> str:
    return re.sub(r"['’]s?$", "", word).rstrip(".")


def _begins_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - _NEARBY) : start].rstrip(" \"'“”„«»‘’(-–—")
    return not before or before[-1] in ".!?:;\n…"


def _is_headline(text: str, start: int) -> bool:
    """Whether most words of the line around are capitalised, as in English headlines."""
    before = text[max(0, start - _NEARBY) : start].rpartition("\n")[2]
    after = text[start : start + _NEARBY].partition("\n")[0]
    words = [word for word in (before + after).split() if word[0].isalpha() and len(word) > 3]
    return sum(word[0].isupper() for word in words) * 5 > len(words) * 4
