"""Names of places, found in text by looking up what every word, or letter where words have no spaces, begins."""

from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple, Protocol

from copydesk_tagger.core import inflection, scripts


class Kind(IntEnum):
    """What a name stands for; the lower wins where two names cover the same letters."""

    COUNTRY = 0
    REGION = 1
    CITY = 2
    DEMONYM = 3


class Spot(NamedTuple):
    """One place of the gazetteer; `geonames` is 0 where the id is not known, as of most regions.

    `region` is the first-order division's code within the country, such as `CA`.
    """

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


Form = tuple[frozenset[str], tuple[Reading, ...]]
"""Endings that may follow a name's text, and what it means then."""


class Names(Protocol):
    """Names by their text."""

    def within(self, text: str) -> Iterable[int]:
        """Where in `text` the letters of a name may begin, amid words too."""
        ...

    def starting(self, text: str) -> Iterable[tuple[str, int]]:
        """Names that `text` starts with, each with its number."""
        ...

    def forms(self, number: int) -> Sequence[Form]:
        """What the name of this number may mean."""
        ...


class Gazetteer(Protocol):
    """Where names come from; matchers are built once and kept."""

    @property
    def capitals(self) -> frozenset[int]:
        """GeoNames ids of the countries' capitals."""
        ...

    def matchers(self, language: str) -> Sequence["NameMatcher"]:
        """For countries, regions and demonyms as `language` (BCP 47) writes them, and for cities as any script does."""
        ...

    def spot(self, country: str) -> Spot | None:
        """The country's own entry."""
        ...


_CLITICS: dict[str, frozenset[str]] = {
    "Arab": scripts.listed("و ف ب ل ك ال وال بال فال كال لل ول وب وبال ولل فل"),
    "Hebr": scripts.listed("ה ו ב ל מ ש כ וב ול ומ וה שב של"),
    "Ethi": scripts.listed("በ ከ ለ የ እ ስለ"),
}
"""Conjunctions, prepositions and articles written together with the name that follows."""

_CLITIC_LETTERS = frozenset(clitic[0] for known in _CLITICS.values() for clitic in known)
_LONGEST_CLITIC = 4
_HEADS_KEPT = 1 << 12
_KNOWN_ENDINGS = 1 << 8
_LONGEST_NAME = 60
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

    def __init__(self, names: Names) -> None:
        self._names = names

    def find(self, text: str, language: str) -> Iterator[Mention]:
        """Names in `text` that begin and end with a word as `language` writes words."""
        for at in self._names.within(text):
            start = _word_start(text, at)
            if start is None:
                continue
            starting = tuple(self._names.starting(text[at : at + _LONGEST_NAME]))
            script = scripts.of_letter(text[start])
            if script in scripts.UNSPACED:
                yield from self._unspaced(text, start, starting)
            elif start == 0 or text[start - 1] != "-" or _joins(text, start):
                for end, stop, readings in self._spaced(text, at, starting, _glued(language, script)):
                    fitting = _after_article(readings) if text.endswith(_ARTICLES, start, at) else readings
                    if fitting:
                        yield Mention(at, end if script == "Hang" else stop, fitting)

    def _unspaced(self, text: str, start: int, starting: Iterable[tuple[str, int]]) -> Iterator[Mention]:
        for name, number in starting:
            end = start + len(name)
            readings = self._names.forms(number)[0][1]
            if not (_cuts_katakana(text, start, end) or _cuts_foreign_name(text, start, end, readings)):
                yield Mention(start, end, readings)

    def _spaced(
        self, text: str, start: int, starting: Iterable[tuple[str, int]], glued: frozenset[str]
    ) -> Iterator[tuple[int, int, tuple[Reading, ...]]]:
        """End of the name, end of its last word, and what it may mean."""
        for name, number in starting:
            end = start + len(name)
            stop = _word_end(text, end)
            rest = text[end:stop]
            for endings, readings in self._names.forms(number):
                if rest in endings or (endings == inflection.AS_IT_STANDS and rest in glued):
                    yield end, stop, readings


def _word_start(text: str, at: int) -> int | None:
    """Where the word starts that a name at `at` begins, or stands in behind what is written together with it."""
    if scripts.starts_word(text, at):
        return at
    for start in range(max(0, at - _LONGEST_CLITIC), at):
        together = text[start] in _CLITIC_LETTERS and at - start in _clitics(text[start : start + _LONGEST_CLITIC])
        if together and scripts.starts_word(text, start):
            return start
    return None


@lru_cache(maxsize=_HEADS_KEPT)
def _clitics(head: str) -> Sequence[int]:
    """How many letters may be written together with a name that follows them, by how a word begins."""
    known = _CLITICS.get(scripts.of_letter(head[0]) or "", frozenset())
    return [length for length in range(1, len(head) + 1) if head[:length] in known]


@lru_cache(maxsize=_KNOWN_ENDINGS)
def _glued(language: str, script: str | None) -> frozenset[str]:
    """What may be written onto a name."""
    return inflection.glued(language) | inflection.glued_in(script)


def _joins(text: str, start: int) -> bool:
    """Whether the hyphen before a name joins it to a prefix or another name rather than cuts a word."""
    if start < 2 or not text[start - 2].islower():
        return True
    before = scripts.WORD.findall(text[max(0, start - 24) : start - 1])
    first = before[-1].split("-")[-1] if before else ""
    return first in _BEFORE_HYPHEN or first[:1].isupper()


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


def _after_article(readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
    """Names carry their own article; one put before makes `مالي` (Mali) the adjective `المالي` (financial)."""
    return tuple(reading for reading in readings if reading.kind is Kind.DEMONYM)


def _word_end(text: str, end: int) -> int:
    rest = scripts.REST.match(text, end)
    return rest.end() if rest else end


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
