"""What tells an article's event from others in a form that all languages share: places, people, names and numbers.

Whole clusters of articles are found by the writer; here one document is read.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from operator import itemgetter

from copydesk.contracts import Entity, Place, StoryKeys
from copydesk_tagger.core import scripts
from copydesk_tagger.core.document import Document, Tags
from copydesk_tagger.core.event_times import event_times
from copydesk_tagger.core.figures import figures
from copydesk_tagger.core.foreign_names import ForeignNames
from copydesk_tagger.core.gazetteer import Gazetteer
from copydesk_tagger.core.lexicon import Lexicon, Lexicons
from copydesk_tagger.core.skeletons import skeletons

MOST = {"geonames": 10, "country": 5, "name": 22, "number": 14, "uri": 12, "time": 8, "organisation": 6}
"""Keys kept of each kind, the weightiest."""

_LEAD = 400
"""Code points of the text that say what the article is about."""

_HEADLINE = 160
"""Code points of the text that stand in for a headline beside it: most first sentences end before."""

_DAYS = 280
"""Code points of the text in which a day is that of the event; later ones are of what led to it."""

_IN_BODY = 0.75
_YEAR = re.compile(r"(?:19|20)\d\d")
_YEAR_WEIGHT = 0.6
_COMMON, _SPAN = 5.8, 3.0
"""Words of this Zipf frequency and above tell nothing; those rarer by the span tell as much as a word can."""

_UNMARKED = 0.5
"""Weight of a rare word in a script without capitals, which may be a name or not."""

_CASED = frozenset({"Latn", "Cyrl", "Grek", "Armn"})
_BY_SOUND = frozenset({"Hani", "Kana"})
_ABJADS = frozenset({"Arab", "Hebr"})
_FOREIGN = re.compile("[\u30a1-\u30fa\u30fc]{3,}|[A-Za-z]{3,}|[\u4e00-\u9fff]+(?:[·・][\u4e00-\u9fff]+)+")
"""What a Chinese or Japanese text writes by sound: katakana, Latin letters, names joined by a dot."""

_PREFIXES = {
    "Arab": re.compile("(?:وال|بال|كال|فال|ال|لل|و|ب|ل)(?=.{3})"),
    "Hebr": re.compile("[הובלמש](?=.{3})"),
}
"""Articles, conjunctions and prepositions written together with the word, of which three letters stay."""

_PART = re.compile(r"['’ʼ-]")
_DOT = re.compile("[·・]")


class StoryKeysAnnotator:
    """Fills `story_keys`."""

    name = "story_keys"
    version = "keys-3"
    languages: frozenset[str] | None = None
    needs: frozenset[str] = frozenset({"language", "places", "entities", "links", "mentions"})
    cost = 1.5

    def __init__(self, lexicons: Lexicons, gazetteer: Gazetteer, foreign_names: ForeignNames) -> None:
        self._lexicons = lexicons
        self._gazetteer = gazetteer
        self._foreign = foreign_names

    def annotate(self, document: Document, tags: Tags) -> None:
        opening, lead, body = _zones(document, tags)
        names = {name: _IN_BODY * weight for name, weight in self._names(body, document.script, tags)}
        named_first = list(self._names(opening, document.script, tags))
        for name, weight in (*self._names(lead, document.script, tags), *named_first):
            names[name] = max(weight, names.get(name, 0.0))
        agencies = {agency.casefold() for agency in document.agencies}
        known = [one for one in tags.entities if one.uri and one.text.casefold() not in agencies]
        linked = {one.uri: 0.5 + one.salience / 2 for one in known if one.uri and not one.uri.startswith("geonames:")}
        local = [place for place in tags.places if not self._is_country(place)]
        places = {f"geonames:{place.geonames}": 0.5 + place.salience / 2 for place in local}
        countries = {f"country:{code}": 0.7 - 0.1 * rank for rank, code in enumerate(tags.countries[:5])}
        numbers = dict(_numbers(f"{opening}\n{lead}\n{body}"))
        times = dict.fromkeys(event_times(f"{document.title}\n{document.text[:_DAYS]}", tags.language.tag), 1.0)
        found = [(places, "geonames"), (countries, "country"), (names, "name"), (numbers, "number"), (linked, "uri")]
        found += [(times, "time"), (_organisations(known), "organisation")]
        keys = {key: weight for kind, most in found for key, weight in _weightiest(kind, MOST[most])}
        there = {name for name, _ in named_first} | {key for key, _ in _numbers(opening)}
        there |= self._named_first(document, tags) | times.keys()
        tags.story_keys = StoryKeys(keys=keys, headline=sorted(there & keys.keys()))

    def _names(self, text: str, script: str | None, tags: Tags) -> Iterator[tuple[str, float]]:
        """Skeletons of what may be a name, weighed by how rare the word is in its language, by their last place."""
        tag = tags.language.tag
        lexicon = self._lexicons.of(tag if tag != "und" else "en")
        foreign = script in _BY_SOUND
        certain = 1.0 if foreign or script in _CASED else _UNMARKED
        words = (*_candidates(text, script), *(self._foreign.spotted(text) if foreign else ()))
        parts = (part for word in reversed(dict.fromkeys(reversed(words))) for part in _parts(word, script))
        weighed = [(_forms(part, script), weight) for part in parts if (weight := certain * _rarity(part, lexicon)) > 0]
        forms = list(dict.fromkeys(chain.from_iterable(some for some, _ in weighed)))
        heard = skeletons(forms, tag.partition("-")[0], consonantal=script in _ABJADS)
        by_form = dict(zip(forms, heard, strict=bool(forms)))
        for some, weight in weighed:
            known = self._foreign.skeletons(some[0]) if foreign else ()
            found: Sequence[str | None] = known or [by_form[form] for form in some]
            yield from ((f"name:{bare}", weight / len(found) ** 0.5) for bare in found if bare)

    def _is_country(self, place: Place) -> bool:
        """Countries have keys of their own, which say less: a country is in a tenth of the news."""
        spot = self._gazetteer.spot(place.country)
        return spot is not None and spot.geonames == place.geonames

    def _named_first(self, document: Document, tags: Tags) -> set[str]:
        """Places, countries and known people and organisations that headline or first sentence name."""
        folded = f"{document.title}\n{document.text[:_HEADLINE]}".casefold()
        known = {entity.uri for entity in tags.entities if entity.uri and entity.text.casefold() in folded}
        here = [place for place in tags.places if place.name.casefold() in folded or _uri(place) in known]
        found = known | {f"country:{place.country}" if self._is_country(place) else _uri(place) for place in here}
        return found | {f"organisation:{uri}" for uri in known}


def _uri(place: Place) -> str:
    return f"geonames:{place.geonames}"


def _organisations(known: Iterable[Entity]) -> dict[str, float]:
    """Which of the known ones are organisations: those meet at events of their own, people and places at many."""
    found = (one for one in known if one.type == "ORG" and one.uri and not one.uri.startswith("geonames:"))
    return {f"organisation:{entity.uri}": 0.5 + entity.salience / 2 for entity in found}


def _zones(document: Document, tags: Tags) -> tuple[str, str, str]:
    """Headline with the beginning of the text, the lead, the rest, without places: they have keys of their own."""
    text = document.text
    named = [(entity.start, entity.end) for entity in tags.entities if (entity.uri or "").startswith("geonames:")]
    for start, end in sorted(named, reverse=True):
        text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
    there = {document.text[start:end] for start, end in named}
    title = " ".join(word for word in document.title.split(" ") if word.strip(".,:;!?'’") not in there)
    return f"{title}\n{text[:_HEADLINE]}", text[_HEADLINE:_LEAD], text[_LEAD:]


def _weightiest(weights: dict[str, float], most: int) -> Iterator[tuple[str, float]]:
    ranked = sorted(sorted(weights.items()), key=itemgetter(1), reverse=True)
    return ((key, round(weight, 3)) for key, weight in ranked[:most])


def _numbers(text: str) -> Iterator[tuple[str, float]]:
    for digits in figures(text):
        yield f"number:{digits}", _YEAR_WEIGHT if _YEAR.fullmatch(digits) else 1.0


def _candidates(text: str, script: str | None) -> Sequence[str]:
    if script in _BY_SOUND:
        return [part for word in _FOREIGN.findall(text) for part in _DOT.split(word)]
    words: list[str] = scripts.WORD.findall(text)
    return [word for word in words if not word.islower()] if script in _CASED else words


def _parts(word: str, script: str | None) -> Sequence[str]:
    """A word's parts; only those with a capital in scripts that have capitals."""
    parts = (word,) if word.isalpha() else _PART.split(word)
    return [part for part in parts if part[:1].isupper()] if script in _CASED else parts


def _rarity(word: str, lexicon: Lexicon) -> float:
    return min(1.0, (_COMMON - lexicon.zipf(word.lower())) / _SPAN)


def _forms(word: str, script: str | None) -> Sequence[str]:
    """The word, and what is left of it without the longest prefix that its script writes with it."""
    prefix = _PREFIXES[script].match(word) if script in _PREFIXES else None
    return (word, word[prefix.end() :]) if prefix else (word,)
