"""How text and metadata are scored: multisets of 4-shingles, snippets, titles, authors, days.

P = common/got and R = common/gold per page; a set's P and R are means over its pages (a page whose P or R has no
denominator is left out of that mean), and F1 is their harmonic mean. `pool` is the F1 of the pooled shingle counts.
A set's snippet F is 2tp/(2tp + fp + fn) over strings that must be in the text and strings that must not.
"""

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\u0e00-\u0e7f"
_WORD = re.compile(r"\w+")
_CJK_WORD = re.compile(f"[{_CJK}]|[^\\W{_CJK}]+")
_CJK_CHARACTER = re.compile(f"[{_CJK}]")
_CJK_SHARE = 0.2

Shingles = Counter[tuple[str, ...]]


def is_cjk(gold: str) -> bool:
    """Whether one character is one token: more than a fifth of what is no space is Han, kana, Hangul or Thai."""
    dense = re.sub(r"\s", "", gold)
    return bool(dense) and len(_CJK_CHARACTER.findall(dense)) > _CJK_SHARE * len(dense)


def shingles(text: str, cjk: bool, size: int = 4) -> Shingles:
    tokens = (_CJK_WORD if cjk else _WORD).findall(text)
    return (
        Counter(tuple(tokens[at : at + size]) for at in range(max(1, len(tokens) - size + 1))) if tokens else Counter()
    )


@dataclass(frozen=True)
class Overlap:
    """Shingles of one page: in both texts, in the text got, in the gold."""

    common: int = 0
    found: int = 0
    wanted: int = 0

    @property
    def precision(self) -> float:
        return self.common / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.common / self.wanted if self.wanted else 0.0

    @property
    def f1(self) -> float:
        return harmonic(self.precision, self.recall)


def overlap(gold: str, got: str) -> Overlap:
    cjk = is_cjk(gold)
    wanted, found = shingles(gold, cjk), shingles(got, cjk)
    return Overlap((wanted & found).total(), found.total(), wanted.total())


@dataclass(frozen=True)
class Snippets:
    """Strings that must be in a page's text and are, or are not; and those that must not be and are."""

    right: int = 0
    missing: int = 0
    wrong: int = 0


def snippets(must: Iterable[str], must_not: Iterable[str], got: str) -> Snippets:
    """White space is collapsed on both sides."""
    text = " ".join(got.split())
    found = [" ".join(one.split()) in text for one in must]
    wrong = sum(" ".join(one.split()) in text for one in must_not)
    return Snippets(sum(found), len(found) - sum(found), wrong)


class TextScore:
    """Collects pages and gives precision, recall and F1."""

    def __init__(self) -> None:
        self.precisions: list[float] = []
        self.recalls: list[float] = []

    def add(self, gold: str, got: str) -> float:
        """Count one page; returns its own F1."""
        page = overlap(gold, got)
        if page.found:
            self.precisions.append(page.precision)
        if page.wanted:
            self.recalls.append(page.recall)
        return page.f1

    @property
    def f1(self) -> float:
        return harmonic(_mean(self.precisions), _mean(self.recalls))

    def __str__(self) -> str:
        return f"P {_mean(self.precisions):.4f}  R {_mean(self.recalls):.4f}  F1 {self.f1:.4f}"


def same_title(gold: str, got: str | None) -> bool:
    return _plain(gold) == _plain(got or "")


def same_authors(gold: Iterable[str], got: Iterable[str]) -> bool:
    return {_name(author) for author in gold} == {_name(author) for author in got}


def same_day(gold: str, got: str | None) -> bool:
    """Whether both fall on one day, in the gold's own offset or in UTC."""
    if not got:
        return False
    if len(gold) == len("2026-03-09"):
        return gold == got[:10]
    wanted, found = datetime.fromisoformat(gold), datetime.fromisoformat(got)
    wanted = wanted if wanted.tzinfo else wanted.replace(tzinfo=UTC)
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    return (
        found.astimezone(wanted.tzinfo).date() == wanted.date()
        or found.astimezone(UTC).date() == wanted.astimezone(UTC).date()
    )


def harmonic(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", html.unescape(text))).strip().casefold()


def _name(author: str) -> str:
    return re.sub(r"[\W_]+", " ", author.casefold()).strip()


def _mean(figures: list[float]) -> float:
    return sum(figures) / len(figures) if figures else 0.0
