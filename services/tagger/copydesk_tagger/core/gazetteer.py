"""Names of places, found in text by one pass of an Aho-Corasick automaton a script or language."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple, Protocol

import ahocorasick_rs

from copydesk_tagger.core import inflection, scripts
from copydesk_tagger.core.inflection import Stem


class Kind(IntEnum):
    """What a name stands for; the lower wins where two names cover the same letters."""

    COUNTRY = 0
    REGION = 1
    CITY = 2
    DEMONYM = 3


class Spot(NamedTuple):
    """One place of the gazetteer. `region` is the first-order division's code within the country, such as `CA`."""

    geonames: int
    name: str
    country: str
    latitude: float
    longitude: float
    population: int
    kind: Kind
    region: str = ""


class Reading(NamedTuple):
    """One place that a name may mean. `main` tells the place's own name from its alternate names."""

    spot: Spot
    kind: Kind
    main: bool


class Mention(NamedTuple):
    """A name found: code-point offsets and everything that it may mean."""

    start: int
    end: int
    readings: tuple[Reading, ...]


class Gazetteer(Protocol):
    """Where names come from; matchers are built once and kept."""

    def names(self, language: str) -> "NameMatcher":
        """Countries, regions and demonyms as `language` (BCP 47) writes them."""
        ...

    def cities(self, script: str) -> "NameMatcher":
        """Cities as any language writes them in `script` (ISO 15924)."""
        ...

    def spot(self, country: str) -> Spot | None:
        """The country's own entry."""
        ...


_CLITICS: dict[str, frozenset[str]] = {
    "Arab": scripts.listed("و ف ب ل ك ال وال بال فال كال لل ول وب وبال ولل فل"),
    "Hebr": scripts.listed("ה ו ב ל מ ש כ וב ול ומ וה שב של"),
}
"""Conjunctions, prepositions and articles written together with the name that follows."""

_ARTICLES = ("ال", "لل")
_TRANSCRIBING = frozenset(
    "阿埃艾奥巴贝比波布茨达德迪蒂丁多厄尔法菲弗夫盖格哈赫霍基加卡科克库拉莱兰雷里利列林卢鲁伦罗洛马迈曼梅米密莫姆穆纳内尼诺努帕佩皮普奇恰乔萨塞桑森"
    "沙什施史斯松苏索塔泰坦特提图瓦维韦沃乌希谢辛亚耶叶伊因尤约泽扎佐兹"
)
"""Characters that Chinese writes foreign names with."""

_KNOWN_EVERYWHERE = 1_000_000
"""Cities of this size are found beside such characters too: 抵达莫斯科 (reached Moscow)."""

_BEFORE_HYPHEN = scripts.listed("anti pro non ex post pre trans sino")


class NameMatcher:
    """Finds names with their boundaries; overlapping names are all returned."""

    def __init__(self, entries: Mapping[Stem, Iterable[Reading]]) -> None:
        by_text: dict[str, list[tuple[frozenset[str], tuple[Reading, ...]]]] = {}
        for stem, readings in entries.items():
            by_text.setdefault(stem.text, []).append((stem.endings, tuple(readings)))
        self._forms = [tuple(forms) for forms in by_text.values()]
        self._automaton = ahocorasick_rs.AhoCorasick(list(by_text)) if by_text else None

    def find(self, text: str, language: str) -> Iterator[Mention]:
        """Names in `text` that begin and end with a word as `language` writes words."""
        if self._automaton is None:
            return
        glued = inflection.glued(language)
        for index, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            script = scripts.of_letter(text[start])
            if script in scripts.UNSPACED:
                readings = self._forms[index][0][1]
                if not (_cuts_katakana(text, start, end) or _cuts_foreign_name(text, start, end, readings)):
                    yield Mention(start, end, readings)
                continue
            clitic = _before(text, start)
            if not _begins(text, start, clitic, script):
                continue
            stop = _word_end(text, end)
            rest = text[end:stop]
            for endings, readings in self._forms[index]:
                if rest in endings or (endings is inflection.AS_IT_STANDS and rest in glued):
                    fitting = _after_article(readings) if clitic.endswith(_ARTICLES) else readings
                    if fitting:
                        yield Mention(start, end if script == "Hang" else stop, fitting)


def _cuts_katakana(text: str, start: int, end: int) -> bool:
    """Whether the name is a piece of a longer foreign word in katakana."""
    around = ((text[start - 1 : start], text[start]), (text[end : end + 1], text[end - 1]))
    return any("ァ" <= outer <= "ー" and "ァ" <= inner <= "ー" for outer, inner in around)


def _cuts_foreign_name(text: str, start: int, end: int, readings: tuple[Reading, ...]) -> bool:
    """Whether a city's name in Chinese is a piece of a longer transcription, as 佩斯 is of 洛佩斯·奥夫拉多尔."""
    if any(reading.kind is not Kind.CITY for reading in readings):
        return False
    before, after = text[start - 1 : start], text[end : end + 1]
    if "·" in (before, after):
        return True
    known = max(reading.spot.population for reading in readings) >= _KNOWN_EVERYWHERE
    seams = ({before, text[start]}, {text[end - 1], after})
    return not known and any(seam <= _TRANSCRIBING for seam in seams)


def _before(text: str, start: int) -> str:
    """The part of the word before `start`."""
    begin = start
    while begin > 0 and text[begin - 1].isalnum():
        begin -= 1
    return text[begin:start]


def _begins(text: str, start: int, clitic: str, script: str | None) -> bool:
    """Whether a word begins at `start`, a clitic before it left aside."""
    if clitic:
        return clitic in _CLITICS.get(script or "", frozenset())
    if start >= 2 and text[start - 1] == "-" and text[start - 2].islower():
        before = scripts.WORD.findall(text[max(0, start - 24) : start - 1])
        first = before[-1].split("-")[-1] if before else ""
        return first in _BEFORE_HYPHEN or first[:1].isupper()
    return True


def _after_article(readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
    """Names carry their own article; one put before makes `مالي` (Mali) the adjective `المالي` (financial)."""
    return tuple(reading for reading in readings if reading.kind is Kind.DEMONYM)


def _word_end(text: str, end: int) -> int:
    while end < len(text) and (text[end].isalnum() or "\u0300" <= text[end] <= "\u036f"):
        end += 1
    return end


def without_overlap(mentions: Sequence[Mention]) -> list[Mention]:
    """The longest mentions from the left; those that cover the same letters become one with all their readings."""
    merged: dict[tuple[int, int], dict[Reading, None]] = {}
    for mention in mentions:
        merged.setdefault((mention.start, mention.end), {}).update(dict.fromkeys(mention.readings))
    kept: list[Mention] = []
    for (start, end), readings in sorted(merged.items(), key=lambda item: (item[0][0], -item[0][1])):
        if not kept or start >= kept[-1].end:
            kept.append(Mention(start, end, tuple(sorted(readings, key=lambda reading: (reading.kind, reading.spot)))))
    return kept
