"""What an article says of its own history, in the languages of `notices.toml`: corrections and first publication."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from copydesk_cleaner.core.relative_times import is_month

_LONGEST = 1_500
_FIRST, _LAST = 20, 40
_LONGEST_HEAD = 40
_SHORTEST_NOTICE = 20
_HEAD = re.compile(r"[\W_]{0,4}(?P<head>[^\W\d_][^:：—–(\[（【】\]\d\n]{1,40}?)\s*(?:[:：—–(\[（【】\]]|\s-\s|\s\d|$)")
_NAME = (
    r"[«„“\"'《「『]?(?P<name>[^\s.,;:!?()«»„“”\"'][^,;!?()\n。，；！？》」』]{1,59}?)"
    r"(?=$|\. |\.$|\s[—–-]\s|[,;!?()\n。，；！？》」』\"”“])"
)
_CLAUSE = re.compile(
    r"\s+(?:on|in|under|with|as|last|this|na|sous|bajo)\s.*$"
    r"|\s+(?:erschienen|veröffentlicht|publiziert|gepubliceerd|verschenen|julkaistiin)\b.*$"
    r"|\s+(?:[^\W\d]{1,5}\s+)?\d{1,2}[\s.].*$",
    re.IGNORECASE,
)
"""What may follow a name in its clause: a verb that closes the sentence, a day, another adverbial."""
_WEEKDAY = re.compile(r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?")
_QUOTES = " \"'«»„“”‚‘’《》「」『』*_"


@dataclass(frozen=True)
class _Phrase:
    keys: tuple[str, ...]
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class _Notices:
    heads: frozenset[str]
    corrections: tuple[_Phrase, ...]
    syndications: tuple[_Phrase, ...]


@cache
def _notices() -> _Notices:
    found = tomllib.loads(files(__package__).joinpath("notices.toml").read_text("utf-8"))
    correction, syndication = found["correction"], found["syndication"]
    return _Notices(
        frozenset(correction["heads"]),
        tuple(map(_phrase, correction["phrase"])),
        tuple(map(_phrase, syndication["phrase"])),
    )


def _phrase(entry: dict[str, Any]) -> _Phrase:
    says = entry["says"]
    parts = says.split("{name}")
    named = "".join(
        part + (_NAME.replace("?P<name>", f"?P<place{at}>") if at < len(parts) - 1 else "")
        for at, part in enumerate(parts)
    )
    return _Phrase(tuple(entry["keys"]), re.compile(named, re.IGNORECASE))


def correction_notice(lines: Iterable[str]) -> str | None:
    """The first line that corrects an earlier state of the article; under a bare heading, the line that follows."""
    texts = _ends(list(lines))
    headed = _headed(texts)
    phrased = next((line for line, _ in _said(texts, _notices().corrections)), None)
    return headed or phrased


def syndication_mark(lines: Iterable[str]) -> str | None:
    """The name of the publication that an article says it first appeared in."""
    for _, found in _said(_ends(list(lines)), _notices().syndications):
        name = next((place for place in found.groupdict().values() if place), "")
        name = _CLAUSE.sub("", name).strip(_QUOTES).rstrip(".").removeprefix("the ")
        if _is_publication(name):
            return name
    return None


def _is_publication(name: str) -> bool:
    """Books are first published in a year, figures on a Monday."""
    printed = name[:1].isupper() or not name[:1].islower() or "." in name
    word = name.casefold()
    return (
        len(name) > 1
        and printed
        and not (word[0].isdigit() or _WEEKDAY.fullmatch(word) or is_month(word.rstrip(" 0123456789")))
    )


def _ends(lines: Sequence[str]) -> Sequence[str]:
    """Where notices stand; the middle of a very long text is not searched."""
    return lines if len(lines) <= _FIRST + _LAST else [*lines[:_FIRST], *lines[-_LAST:]]


def _headed(lines: Sequence[str]) -> str | None:
    heads = _notices().heads
    for at, line in enumerate(lines):
        opening = _HEAD.match(line[: _LONGEST_HEAD * 2])
        if opening is None or opening["head"].strip().casefold() not in heads:
            continue
        rest = line[opening.end() :].strip()
        if len(rest) >= _SHORTEST_NOTICE or (rest and not rest.isascii() and len(rest) >= _SHORTEST_NOTICE // 2):
            return line if len(line) <= _LONGEST else None
        if not rest and at + 1 < len(lines) and _SHORTEST_NOTICE <= len(lines[at + 1]) <= _LONGEST:
            return lines[at + 1]
    return None


def _said(lines: Sequence[str], phrases: Iterable[_Phrase]) -> Iterable[tuple[str, re.Match[str]]]:
    """The lines in which a phrase is found; one look at the whole text decides which phrases are tried."""
    short = [line for line in lines if len(line) <= _LONGEST]
    lowered = [line.lower() for line in short]
    present = _keys_in("\n".join(lowered))
    for phrase in phrases if present else ():
        keys = present.intersection(phrase.keys)
        for line, low in zip(short, lowered, strict=True) if keys else ():
            if any(key in low for key in keys) and (found := phrase.pattern.search(line)):
                yield line, found


@lru_cache(maxsize=1)
def _keys_in(text: str) -> frozenset[str]:
    """The keys of all phrases that a text holds; kept for the next question about the same text."""
    return frozenset(key for key in _keys() if key in text)


@cache
def _keys() -> frozenset[str]:
    phrases = (*_notices().corrections, *_notices().syndications)
    return frozenset(key for phrase in phrases for key in phrase.keys)
