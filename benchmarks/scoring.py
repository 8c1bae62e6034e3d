"""How text and metadata are scored: multisets of 4-shingles, titles, authors, days.

P = common/got and R = common/gold per page; a set's P and R are means over its pages (a page whose P or R has no
denominator is left out of that mean), and F1 is their harmonic mean.
"""

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
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


class TextScore:
    """Collects pages and gives precision, recall and F1."""

    def __init__(self) -> None:
        self.precisions: list[float] = []
        self.recalls: list[float] = []

    def add(self, gold: str, got: str) -> float:
        """Count one page; returns its own F1."""
        cjk = is_cjk(gold)
        wanted, found = shingles(gold, cjk), shingles(got, cjk)
        common = (wanted & found).total()
        precision = common / found.total() if found else 0.0
        recall = common / wanted.total() if wanted else 0.0
        if found:
            self.precisions.append(precision)
        if wanted:
            self.recalls.append(recall)
        return _harmonic(precision, recall)

    @property
    def f1(self) -> float:
        return _harmonic(_mean(self.precisions), _mean(self.recalls))

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


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", html.unescape(text))).strip().casefold()


def _name(author: str) -> str:
    return re.sub(r"[\W_]+", " ", author.casefold()).strip()


def _mean(figures: list[float]) -> float:
    return sum(figures) / len(figures) if figures else 0.0


def _harmonic(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
