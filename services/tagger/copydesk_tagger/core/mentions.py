"""Which mentions are of one entity, what its fullest name is, and how much the article is about it.

A surname joins the full name (`Poetin` ← `Vladimir Poetin`), an abbreviation the name that it was introduced with
(`International Monetary Fund (IMF)`), an inflected name its other forms, and whatever has one uri is one.
"""

import math
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

import msgspec

from copydesk.contracts import Entity, EntityType
from copydesk_tagger.core.document import Document, Tags
from copydesk_tagger.core.scripts import UNSPACED, WORD, of_name
from copydesk_tagger.core.sentences import sentences

_IN_TITLE = 3.0
_IN_LEAD = 2.0
_LEAD_SENTENCES = 3
_ENDING = 3
"""Letters by which two forms of one name may differ at the end, in languages that inflect names."""
_STEM = 4
_NAMES_KEPT = 1 << 10
"""Each name of an article is compared with most others."""

_SHORT = re.compile(r"^[^\W\d_a-zà-öø-ÿа-яёіїєґ]{2,8}$")
_INTRODUCED = re.compile(r"\s*[(（]\s*[\"“«]?$")


class MentionsAnnotator:
    """Fills `name` and `salience` of every entity, and gives mentions of one entity the uri that one of them has."""

    name = "mentions"
    version = "mentions-1"
    languages: frozenset[str] | None = None
    needs = frozenset({"entities", "places", "links"})
    cost = 0.8

    def annotate(self, document: Document, tags: Tags) -> None:
        groups = joined(document.text, tags.entities)
        lead = _lead_end(document.text)
        weights = [_weight(document.title, lead, group) for group in groups]
        top = max(weights, default=1.0)
        told: dict[tuple[int, int], Entity] = {}
        for group, weight in zip(groups, weights, strict=True):
            fullest = _fullest(group)
            uri = next((one.uri for one in group if one.uri), None)
            for one in group:
                told[one.start, one.end] = msgspec.structs.replace(
                    one, name=fullest, salience=round(weight / top, 3), uri=one.uri or uri
                )
        tags.entities[:] = [told[one.start, one.end] for one in tags.entities]


def _fullest(group: Sequence[Entity]) -> str:
    """The longest name, of places the commonest, as their other names are of their inhabitants or capitals."""
    texts = [one.text for one in group]
    if group[0].type == "LOC":
        return max(texts, key=lambda text: (texts.count(text), len(text)))
    return max(texts, key=len)


def joined(text: str, entities: Sequence[Entity]) -> list[list[Entity]]:
    """The mentions in groups of one entity each; longer names come first, so that a short one finds all it may mean.

    A short name that two longer ones could mean (two Clintons) joins the one mentioned last before it.
    """
    groups: list[list[Entity]] = []
    by_uri: dict[str, list[Entity]] = {}
    pairs = _introduced(text, entities)
    for one in sorted(entities, key=lambda mention: (-len(_words(mention.text)), -len(mention.text), mention.start)):
        group = by_uri.get(one.uri) if one.uri else None
        if group is None:
            group = _nearest(one, [group for group in groups if _alike(one, group, pairs)])
        if group is None:
            group = []
            groups.append(group)
        group.append(one)
        if one.uri:
            by_uri.setdefault(one.uri, group)
    return [sorted(group, key=lambda mention: mention.start) for group in groups]


def _nearest(one: Entity, groups: Sequence[list[Entity]]) -> list[Entity] | None:
    """The group mentioned last before a mention, else the first after it."""

    def distance(group: list[Entity]) -> tuple[bool, int]:
        before = [one.start - other.start for other in group if other.start <= one.start]
        return (not before, min(before) if before else min(other.start for other in group))

    return min(groups, key=distance, default=None)


def _alike(one: Entity, group: Sequence[Entity], pairs: Iterable[tuple[str, str]]) -> bool:
    """Whether a mention may be of a group's entity, by type, uri and words."""
    if group[0].type != one.type or (one.uri and any(other.uri and other.uri != one.uri for other in group)):
        return False
    names = {other.text for other in group}
    if one.text in names or any((one.text, name) in pairs for name in names):
        return True
    return any(_same_name(one.text, one.type, name) for name in names)


@lru_cache(maxsize=_NAMES_KEPT)
def _same_name(one: str, kind: EntityType, name: str) -> bool:
    """Whether a name is a form of a longer one, or of an equally long one with another ending."""
    if of_name(name) in UNSPACED:
        return kind == "PER" and 2 <= len(one) < len(name) and one in name
    words, longer = _words(one), _words(name)
    if not words or not longer:
        return False
    if len(words) == len(longer):
        return all(map(_same_word, words, longer))
    if kind != "PER":
        return False
    return len(words) == 1 and (_same_word(words[0], longer[-1]) or _same_word(words[0], longer[0]))


def _same_word(one: str, other: str) -> bool:
    if one == other:
        return True
    shared = len(_prefix(one, other))
    return shared >= _STEM and len(one) - shared <= _ENDING and len(other) - shared <= _ENDING


def _prefix(one: str, other: str) -> str:
    for place, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return one[:place]
    return min(one, other, key=len)


@lru_cache(maxsize=_NAMES_KEPT)
def _words(name: str) -> tuple[str, ...]:
    return tuple(word.casefold() for word in WORD.findall(name))


def _introduced(text: str, entities: Sequence[Entity]) -> frozenset[tuple[str, str]]:
    """Names and abbreviations where one stands in brackets behind the other, both ways."""
    pairs: set[tuple[str, str]] = set()
    ordered = sorted(entities, key=lambda one: one.start)
    for one, following in pairwise(ordered):
        if one.type != following.type or not _INTRODUCED.match(text[one.end : following.start]):
            continue
        if _SHORT.match(one.text) or _SHORT.match(following.text):
            pairs |= {(one.text, following.text), (following.text, one.text)}
    return frozenset(pairs)


def _weight(title: str, lead: int, group: Sequence[Entity]) -> float:
    """Title and lead count most, then how often (damped, as the tenth mention says less than the second)."""
    in_title = any(one.text in title for one in group)
    places = (_IN_TITLE if in_title else 0.0) + (_IN_LEAD if group[0].start < lead else 0.0)
    return places + math.log2(1 + len(group))


def _lead_end(text: str) -> int:
    end = 0
    for number, (_, stop) in enumerate(sentences(text)):
        if number == _LEAD_SENTENCES:
            break
        end = stop
    return end
