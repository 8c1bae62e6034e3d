"""Says which of the people and organisations in an article are known ones, and which of those."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import msgspec

from copydesk.contracts import Entity, EntityType, WatchHit
from copydesk_tagger.core import linking_words, scripts
from copydesk_tagger.core.document import Document, Tags
from copydesk_tagger.core.knowledge_base import Form, KnowledgeBase, Known, Named
from copydesk_tagger.core.linking_cues import OF_KIND, TITLES
from copydesk_tagger.core.linking_words import Word, Words
from copydesk_tagger.core.watch_matching import WatchedMention, WatchIndex

THRESHOLD = 0.8
"""Sureness from which a link is made; chosen so that 95 of 100 links are right (benchmarks/tagging/links.py)."""

_SURE_TYPE = 0.8
"""A mention less sure than this may turn out to be of another type, or a piece of a known name."""

_MARGIN = 0.08
"""What the likeliest bearer of a name must be ahead of the next."""

_BASE = {Form.FULL: 0.9, Form.ACRONYM: 0.86, Form.WORD: 0.84, Form.SURNAME: 0.7}
_OPENS = re.compile(r"[.!?:;\n\"“«„]\s*\W*\w+\W*$")
"""A word that opens a sentence or a quotation."""

_YEAR = re.compile(r"(?:19[4-9]|20[0-4])\d(?<!\d....)(?!\d)")
_ADDED = {Form.FULL: 0.9, Form.ACRONYM: 0.88, Form.WORD: 0.85, Form.SURNAME: 0.85}
"""Confidence in a mention that was found by its known name alone."""

_LONG = 4
"""Characters of a name in Chinese or Japanese that hardly anybody else's is a piece of."""

_TITLE_TEXT_GAP = "\n\n"


class WatchLists(Protocol):
    """Users' watch lists; `index` is the newest good version of them and may be another the next time."""

    @property
    def index(self) -> WatchIndex: ...


@dataclass(frozen=True)
class Subject:
    """What an article says besides the names: words, countries (the weightiest first), years."""

    words: Sequence[Words]
    text: str
    countries: tuple[str, ...]
    home: str | None
    years: frozenset[int]
    unspaced: bool = False
    """Whether some of the text is in a script without spaces."""
    politics: frozenset[str] = frozenset()
    """Countries of which politicians or parties were told before."""

    def has(self, cues: Iterable[str]) -> bool:
        """Whether one of `cues` stands in the article."""
        return not all(words.forms.isdisjoint(cues) for words in self.words) or (
            self.unspaced and any(cue in self.text and scripts.of_name(cue) in scripts.UNSPACED for cue in cues)
        )


def subject(document: Document, tags: Tags, words: Sequence[Words]) -> Subject:
    """What `document` speaks of, as far as the tags of earlier annotators tell; `words` are those of title and text."""
    text = document.title + _TITLE_TEXT_GAP + document.text
    years = {int(year) for year in _YEAR.findall(text)}
    if document.published:
        years.add(document.published.year)
    return Subject(
        words=words,
        text=text,
        countries=tuple(tags.countries),
        home=document.country,
        years=frozenset(years),
        unspaced=any(one.unspaced for one in words),
    )


class LinksAnnotator:
    """Fills the `uri` of people and organisations; adds mentions of names that are known and unmistakable."""

    name = "links"
    version = "1"
    languages: frozenset[str] | None = None
    needs: frozenset[str] = frozenset({"language", "entities", "places"})
    cost: float = 3.0

    def __init__(self, knowledge_base: KnowledgeBase, watch_lists: WatchLists | None = None) -> None:
        self._knowledge_base = knowledge_base
        self._watch_lists = watch_lists
        self.version = f"{type(self).version}+{knowledge_base.version}"

    def annotate(self, document: Document, tags: Tags) -> None:
        language = tags.language.tag if tags.language.tag != "und" else "en"
        words, title = Words(document.text), Words(document.title)
        around = subject(document, tags, (title, words))
        named = self._knowledge_base.find(words, language)
        in_title = self._knowledge_base.find(title, "en")
        links = self._decide(document.text, tags.entities, named, in_title, around)
        entities = linked(document.text, tags.entities, links)
        if self._watch_lists is not None:
            primary, index = scripts.primary(language), self._watch_lists.index
            mentions = index.find(words, primary, around.text)
            titled = index.find(title, primary, around.text)
            tags.watched = [*(watch_hit(one, document.title, None) for one in titled)]
            tags.watched += [watch_hit(one, document.text, one.start) for one in mentions]
            entities = with_watched(entities, document.text, mentions)
        tags.entities = sorted(entities, key=lambda entity: (entity.start, entity.end))

    def _decide(
        self, text: str, entities: Sequence[Entity], named: Sequence[Named], in_title: Sequence[Named], around: Subject
    ) -> list["Link"]:
        """Full names first; a surname alone is that of the one who was named in full, or of one unmistakable."""
        known = self._knowledge_base.entries
        told = [best for one in named if (best := choose(one, known, around, None)) is not None]
        political = [known[number] for number, _ in told if known[number].kind in ("politician", "party")]
        around = replace(around, politics=frozenset(country for entry in political for country in entry.countries))
        in_full: set[int] = set()
        for one in (*in_title, *named):
            if one.form is not Form.SURNAME and (best := choose(one, known, around, None)) is not None:
                in_full.add(best[0])
        links = []
        for one in named:
            span = _mention_at(text, entities, one)
            if one.form is Form.SURNAME:
                best = _by_surname(one, known, around, in_full, text, span)
            else:
                best = choose(one, known, around, span.type if span and not _doubtful(span) else None)
            if best is not None and best[1] >= THRESHOLD:
                links.append(Link(one, known[best[0]], round(best[1], 2), span))
        return links


@dataclass(frozen=True)
class Link:
    """A name that means a known entry; `mention` is what an earlier annotator found there."""

    named: Named
    entry: Known
    confidence: float
    mention: Entity | None


def choose(
    named: Named, entries: Sequence[Known], around: Subject, kind: EntityType | None
) -> tuple[int, float] | None:
    """The entry that a name most likely means and how likely, None where two are about as likely."""
    scored = sorted(
        ((sureness(entries[number], named.form, around, kind), number) for number in named.entries), reverse=True
    )
    if not scored or scored[0][0] < THRESHOLD:
        return None
    if len(scored) > 1 and scored[0][0] - scored[1][0] < _MARGIN:
        return None
    return scored[0][1], min(scored[0][0], 0.99)


def sureness(entry: Known, form: Form, around: Subject, kind: EntityType | None) -> float:
    """How likely a name in this form means the entry, on a scale that `THRESHOLD` is chosen on."""
    sure = _BASE[form]
    here = bool(entry.countries) and any(
        country in around.countries or country == around.home for country in entry.countries
    )
    if entry.refuses and around.has(entry.refuses):
        return 0.0
    if entry.needs:
        sure += 0.12 if around.has(entry.needs) else -0.3
    elif entry.common:
        told = around.has(OF_KIND.get(entry.kind, ())) or any(one in around.politics for one in entry.countries)
        sure += 0.08 if told and (here or entry.type == "ORG") else -0.3
    elif entry.unmistakable:
        sure += 0.07
    elif entry.type == "PER" and not (entry.prominent or here) and entry.countries and around.countries:
        sure -= 0.15
    sure += 0.03 if here else 0.0
    if kind is not None:
        sure += 0.02 if kind == entry.type else -0.3 if "PER" in (kind, entry.type) else -0.02
    if entry.since is not None and around.years:
        last = entry.until or max(around.years)
        sure += 0.06 if any(entry.since <= year <= last for year in around.years) else -0.06
    return sure


def _by_surname(
    named: Named,
    entries: Sequence[Known],
    around: Subject,
    in_full: set[int],
    text: str,
    mention: Entity | None,
) -> tuple[int, float] | None:
    named_in_full = [number for number in named.entries if number in in_full]
    if mention is not None and mention.type != "PER" and not named_in_full:
        return None
    if mention is None and not _stands_alone(text, named):
        return None
    if len(named_in_full) == 1:
        return named_in_full[0], 0.93
    unmistakable = [number for number in named.entries if entries[number].unmistakable]
    if named_in_full or len(unmistakable) != 1:
        return None
    entry = entries[unmistakable[0]]
    if entry.refuses and around.has(entry.refuses):
        return None
    here = any(country in around.countries or country == around.home for country in entry.countries)
    titled = _titled(text, named)
    long = scripts.of_letter(text[named.start]) in scripts.UNSPACED and named.end - named.start >= _LONG
    sure = 0.7 + 0.1 * here + 0.08 * titled + 0.06 * (mention is not None) + 0.06 * long
    return unmistakable[0], sure


def _mention_at(text: str, entities: Sequence[Entity], named: Named) -> Entity | None:
    """The mention that a name is, titles and words in small letters left aside."""
    for entity in entities:
        if named.start <= entity.start and entity.end == named.end:
            before = linking_words.words(text[named.start : entity.start])
            if before and all(map(_is_title, before)):
                return entity
        if entity.start <= named.start and named.end <= entity.end:
            rest = (
                *linking_words.words(text[entity.start : named.start]),
                *linking_words.words(text[named.end : entity.end]),
            )
            if all(not word.capital or _is_title(word) for word in rest):
                return entity
    return None


def _is_title(word: Word) -> bool:
    return word.folded in TITLES or word.key in TITLES


def _stands_alone(text: str, named: Named) -> bool:
    """Whether no other name touches a surname, so that it is not a piece of somebody else's."""
    if scripts.of_letter(text[named.start]) in scripts.UNSPACED:
        return True
    before = linking_words.words(text[max(0, named.start - 40) : named.start])
    after = linking_words.words(text[named.end : named.end + 40])
    if (
        before
        and text[named.start - 1 : named.start] in (" ", "-")
        and before[-1].capital
        and before[-1].script in linking_words.CASED
        and not _is_title(before[-1])
        and not _OPENS.search(text, max(0, named.start - 40), named.start)
    ):
        return False
    return not (
        after
        and text[named.end : named.end + 1] in (" ", "-")
        and after[0].capital
        and after[0].script in linking_words.CASED
    )


def _titled(text: str, named: Named) -> bool:
    words = linking_words.words(text[max(0, named.start - 40) : named.start])
    return bool(words) and _is_title(words[-1])


def linked(text: str, entities: Sequence[Entity], links: Sequence[Link]) -> list[Entity]:
    """The mentions with their links, and those that only a known name told, in the place of places inside them."""
    found = {id(link.mention): link for link in links if link.mention is not None}
    alone = [link for link in links if _tells_mention(link, entities)]
    result = []
    for entity in entities:
        if not any(_within(entity, link) for link in alone):
            link = found.get(id(entity))
            result.append(_linked(entity, link) if link and entity.uri is None else entity)
    for link in alone:
        start, end = link.named.start, link.named.end
        confidence = min(_ADDED[link.named.form], link.confidence)
        entity = Entity(
            start=start,
            end=end,
            text=text[start:end],
            type=link.entry.type,
            uri=link.entry.id,
            confidence=confidence,
            method="knowledge-base",
        )
        result.append(entity)
    return result


def _tells_mention(link: Link, entities: Sequence[Entity]) -> bool:
    """Whether the known name alone makes a mention: it is no word besides, and cuts no mention found before."""
    unsure = link.entry.common or (link.entry.needs and link.named.form is Form.WORD)
    if link.mention is not None or link.named.form not in _ADDED or unsure:
        return False
    named = link.named
    touched = [entity for entity in entities if entity.start < named.end and named.start < entity.end]
    return all(_within(entity, link) for entity in touched)


def _within(entity: Entity, link: Link) -> bool:
    """Whether a mention is a piece of a longer known name: England of the Bank of England, Xi of Xi Jinping."""
    named = link.named
    longer = named.end - named.start > entity.end - entity.start
    yields = entity.type in ("LOC", link.entry.type) or _doubtful(entity)
    return longer and yields and named.start <= entity.start and entity.end <= named.end


def _doubtful(entity: Entity) -> bool:
    """Whether a mention may be of another type; an annotator that states no confidence is believed."""
    return 0 < entity.confidence < _SURE_TYPE


def with_watched(entities: Sequence[Entity], text: str, mentions: Sequence[WatchedMention]) -> list[Entity]:
    """`entities` with those of watch lists in the place of all that they overlap; phrases are no entities."""
    watched = [
        Entity(
            start=one.start,
            end=one.end,
            text=text[one.start : one.end],
            type=one.entry.type,
            uri=one.entry.id,
            confidence=1.0,
            method="watch-list",
        )
        for one in mentions
        if one.entry.type is not None
    ]
    free = [one for one in entities if not any(hit.start < one.end and one.start < hit.end for hit in watched)]
    return [*free, *watched]


def watch_hit(mention: WatchedMention, text: str, start: int | None) -> WatchHit:
    """The hit as the article carries it; `start` is null in a title."""
    found = text[mention.start : mention.end]
    end = None if start is None else mention.end
    return WatchHit(id=mention.entry.id, list=mention.list, text=found, start=start, end=end)


def _linked(entity: Entity, link: Link) -> Entity:
    """A mention takes the type of the person that it means, and of another entry where its own type was not sure."""
    known = link.entry.type == "PER" or _doubtful(entity)
    return msgspec.structs.replace(entity, uri=link.entry.id, type=link.entry.type if known else entity.type)


def known_names(knowledge_base: KnowledgeBase, text: str, language: str) -> list[tuple[int, int, EntityType, float]]:
    """Names of known people and organisations as (start, end, type, strength 0…1): a feature for finding names.

    Nothing but the name is looked at; `language` is a BCP 47 tag. Surnames of more than one known person count less.
    """
    strength = {Form.FULL: 1.0, Form.ACRONYM: 0.9, Form.WORD: 0.6, Form.SURNAME: 0.4}
    found = []
    for named in knowledge_base.find(Words(text), language):
        entry = knowledge_base.entries[named.entries[0]]
        found.append((named.start, named.end, entry.type, strength[named.form]))
    return found
