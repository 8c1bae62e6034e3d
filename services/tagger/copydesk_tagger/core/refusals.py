"""What annotators return is checked before it becomes part of a message: plug-ins may be anybody's."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from math import isfinite
from typing import Annotated, Any

import msgspec

from copydesk.contracts import ArticleTagged, Entity, Language, MediaTopic, Place, WatchHit
from copydesk_tagger.core.document import Document, Tags

_TYPES: dict[str, Any] = {
    one.name: one.type for one in msgspec.structs.fields(ArticleTagged) if one.name in Tags.__dataclass_fields__
} | {
    "notes": list[str],
    "minhash": list[Annotated[int, msgspec.Meta(ge=0, le=2**32 - 1)]],
    "bands": list[Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]],
}


def refuse_rubbish(tags: Tags, kept: Mapping[str, Any], document: Document) -> list[str]:
    """Take out of `tags` what was added since `kept` and cannot be part of a message; says what and why.

    Refused are values of other types than the contract's, text that no UTF-8 can hold, numbers outside of their range
    or NaN, spans outside of the text, that do not hold what they claim or that overlap another.
    """
    refused: list[str] = []
    for name, kind in _TYPES.items():
        value, before = getattr(tags, name), kept[name]
        if value == before and type(value) is type(before):
            continue
        if not (isinstance(value, list) and isinstance(before, list)):
            if problem := _problem(value, kind, document):
                refused.append(f"{name}: {problem}")
                setattr(tags, name, before)
        else:
            good, problems = _sifted(value, before, kind, document)
            if problems:
                refused.append(f"{len(problems)} of {len(value)} {name}: {problems[0]}")
                setattr(tags, name, good)
    return refused


def _sifted(values: Sequence[Any], before: Sequence[Any], kind: Any, document: Document) -> tuple[list[Any], list[str]]:
    """The items that may stay, in their order, and what is wrong with each of the others."""
    known = {id(one) for one in before}
    problems = {}
    if _problem(list(values), kind, document):
        for place, value in enumerate(values):
            if id(value) not in known and (problem := _problem([value], kind, document)):
                problems[place] = problem
    for place in _overlapping(values, known, problems):
        problems[place] = "overlaps another mention"
    return [value for place, value in enumerate(values) if place not in problems], list(problems.values())


def _problem(value: Any, kind: Any, document: Document) -> str:
    """What is wrong with a field's value; the empty string where nothing is."""
    try:
        read_back = msgspec.json.decode(msgspec.json.encode(value), type=kind)
    except (msgspec.MsgspecError, ValueError, TypeError, OverflowError, RecursionError, AttributeError) as error:
        return str(error)
    if read_back != value:
        return f"{type(value).__name__} that is read back as {type(read_back).__name__}"
    members = value if isinstance(value, list) else [value]
    return next((problem for one in members if (problem := _out_of_range(one, document))), "")


def _out_of_range(value: Any, document: Document) -> str:
    check = _RANGES.get(type(value))
    return check(value, document) if check else ""


def _entity(entity: Entity, document: Document) -> str:
    if not 0 <= entity.start < entity.end <= len(document.text):
        return f"span {entity.start}–{entity.end} of a text of {len(document.text)} characters"
    if document.text[entity.start : entity.end] != entity.text:
        return f"span {entity.start}–{entity.end} does not hold its text"
    return _shares(confidence=entity.confidence, salience=entity.salience)


def _place(place: Place, _: Document) -> str:
    if not (abs(place.lat) <= 90 and abs(place.lon) <= 180):
        return f"coordinates {place.lat}, {place.lon}"
    return _shares(confidence=place.confidence, salience=place.salience)


def _watch_hit(hit: WatchHit, document: Document) -> str:
    if hit.start is None or hit.end is None:
        return "" if hit.start is hit.end else "a span without its start or end"
    within = 0 <= hit.start < hit.end <= len(document.text)
    return "" if within else f"span {hit.start}–{hit.end} of a text of {len(document.text)} characters"


def _scored(value: Language | MediaTopic, _: Document) -> str:
    return _shares(confidence=value.confidence)


def _shares(**shares: float) -> str:
    wrong = (name for name, share in shares.items() if not (isfinite(share) and 0 <= share <= 1))
    return next((f"{name} {shares[name]} is not in 0…1" for name in wrong), "")


_RANGES: dict[type, Callable[[Any, Document], str]] = {
    Entity: _entity,
    Place: _place,
    WatchHit: _watch_hit,
    Language: _scored,
    MediaTopic: _scored,
}


def _overlapping(values: Sequence[Any], known: set[int], refused: Mapping[int, str]) -> Iterator[int]:
    """The places of mentions that overlap one that was there before, or else one that begins earlier."""
    mentions = [
        (id(one) not in known, one.start, -one.end, place)
        for place, one in enumerate(values)
        if isinstance(one, Entity) and place not in refused
    ]
    by_start = sorted((start, -end, new, place) for new, start, end, place in mentions)
    if all(one[1] <= other[0] for one, other in pairwise(by_start)):
        return
    taken: list[tuple[int, int]] = []
    for _, start, end, place in sorted(mentions):
        if any(start < other_end and other_start < -end for other_start, other_end in taken):
            yield place
        else:
            taken.append((start, -end))
