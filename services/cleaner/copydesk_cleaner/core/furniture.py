"""Lines that are page machinery in any text: share buttons, comment forms, newsletter boxes, heads of link lists."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import cast

from copydesk.contracts import CutReason
from copydesk_cleaner.core.lines import has_digit, is_sentence, same_text

_NUMBER = re.compile(r"\d(?:[\d.,]*[kKmM]?\b|\d*)")
_OUTER = " \t\u00a0.!?¿¡…:：»«›‹→←▶►▼▾▸|·•*+-–—_#()[]"
_OUTER_OF_KEY = _OUTER.replace("#", "")
LONGEST_FURNITURE = 220
"""Characters above which no line is machinery."""
_DECORATION = 10
"""Arrows, bullets and brackets around a line that is known as a whole."""
_PREFIX = 2
_MISCONFIGURED = re.compile(
    r"\b(?:api|app)[ _-]?(?:key|id|token)\b.{0,40}\b(?:not|missing|invalid|required)\b", re.IGNORECASE
)
_BARE_NUMBER = re.compile(r"\d{1,4}")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u9fff]")
_WROTE = re.compile(
    r"[가-힣]{2,5}\s?(?:선임)?(?:기자|특파원|논설위원)(?:\s?외\s?\d+명)?|"
    r"(?:written by|posted by|published by|geschreven door|geschrieben von|verfasst von|"
    r"écrit par|escrito por|scritto da"
    r"|napisane przez|автор|كتب|作者|文)\s?[:：]?\s(?P<name>.{2,60})",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Furniture:
    """Why a line is machinery. `ends`: nothing of the article follows it; `weak`: a heading could say the same,
    so that it needs company; `lead`: it heads a list of links; `alone`: it is machinery even without one."""

    reason: CutReason
    rule: str
    ends: bool = False
    weak: bool = False
    lead: bool = False
    alone: bool = False


@dataclass(frozen=True)
class _Lexicon:
    """`starts` and `links` by their first letters; links are openings whose colon was lost with the markup."""

    whole: dict[str, Furniture]
    starts: dict[str, tuple[tuple[str, Furniture], ...]]
    links: dict[str, tuple[tuple[str, Furniture], ...]]
    longest: int


@cache
def _lexicon() -> _Lexicon:
    table = tomllib.loads(files(__package__).joinpath("furniture.toml").read_text("utf-8"))
    whole: dict[str, Furniture] = {}
    starts: list[tuple[str, Furniture]] = []
    for row in table["rule"]:
        flags = {name: bool(row.get(name)) for name in ("ends", "weak", "lead", "alone")}
        furniture = Furniture(cast(CutReason, row["reason"]), row["name"], **flags)
        for line in row["lines"]:
            if line.endswith("…"):
                starts.append((same_text(line[:-1]), furniture))
            else:
                whole.setdefault(_key(line), furniture)
    bare = ((start.rstrip(" :："), furniture) for start, furniture in starts if start[-1] in ":：")
    links = [(f"{start} ", furniture) for start, furniture in bare if " " in start]
    return _Lexicon(whole, _by_prefix(starts), _by_prefix(links), max(map(len, whole)))


def _by_prefix(starts: Iterable[tuple[str, Furniture]]) -> dict[str, tuple[tuple[str, Furniture], ...]]:
    index: dict[str, tuple[tuple[str, Furniture], ...]] = {}
    for start, furniture in starts:
        key = start[:_PREFIX]
        index[key] = (*index.get(key, ()), (start, furniture))
    return index


def _candidates(index: dict[str, tuple[tuple[str, Furniture], ...]], line: str) -> tuple[tuple[str, Furniture], ...]:
    return (*index.get(line[:1], ()), *index.get(line[:_PREFIX], ()))


def _key(line: str) -> str:
    return _NUMBER.sub("#", same_text(line)).strip(_OUTER_OF_KEY)


def recognise_furniture(line: str, key: str) -> Furniture | None:
    """What machinery a whole line is, if any; `key` is its `same_text`. Bare numbers are never decided here."""
    lexicon = _lexicon()
    flat = _NUMBER.sub("#", key) if has_digit(key) else key
    if len(flat) <= lexicon.longest + _DECORATION and (found := lexicon.whole.get(flat.strip(_OUTER_OF_KEY))):
        return found
    for start, furniture in _candidates(lexicon.starts, flat):
        if flat.startswith(start) and _ends_word(flat, len(start)):
            return furniture
    for start, furniture in _candidates(lexicon.links, flat):
        if flat.startswith(start) and not is_sentence(line):
            return furniture
    if ("api" in key or "app" in key) and len(line.split()) <= 16 and _MISCONFIGURED.search(line):
        return Furniture("furniture", "widget that failed to load")
    if _WROTE.fullmatch(line.strip()):
        return Furniture("byline", "author line", weak=True)
    return None


def _ends_word(text: str, end: int) -> bool:
    """Whether a word ends at `end`; scripts that write none apart have an end everywhere."""
    inside = end < len(text) and text[end - 1].isalpha() and text[end].isalpha()
    return not inside or _UNSPACED.match(text[end - 1]) is not None


def is_counter(line: str) -> bool:
    """Whether a line is only a small number or only symbols: a counter or a button of the widget beside it."""
    return not any(map(str.isalnum, line)) or _BARE_NUMBER.fullmatch(line.strip()) is not None
