"""Finds the names of a list in a text, in every script, in one pass over its words.

Names in scripts with spaces are looked up word by word (`linking_words`); names in Chinese, Japanese and Thai are found
as strings by an Aho-Corasick automaton.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from copydesk_tagger.core import linking_words, scripts
from copydesk_tagger.core.linking_words import Words

_HEAD = 2
"""Letters of a word that no ending changes."""

_GAP = 3
"""Code points that may stand between two words of a name: a space, a hyphen, a full stop and a space."""


class Listed(NamedTuple):
    """A name of a list, as it is written there.

    `of` is what the list calls the bearer. Where `exact`, capitals count (`WHO`); `languages` (primary subtags) are
    those in whose texts the name is looked for, None for all.
    """

    name: str
    of: int
    exact: bool = False
    languages: frozenset[str] | None = None


class Hit(NamedTuple):
    """A name found: offsets, who bears it (numbers of a list), and of how many words the name is."""

    start: int
    end: int
    of: tuple[int, ...]
    words: int


@dataclass(frozen=True)
class _Spelled:
    """A name of several words after its first, or of one word alone."""

    rest: tuple[str, ...]
    of: int
    exact: str
    languages: frozenset[str] | None
    plain: bool
    """Whether it has no letter with a mark, so that a word with one is another (`Über` is not `Uber`)."""


class NameIndex:
    """The names of a list, ready to be found.

    `simplified` maps traditional Chinese characters to simplified ones, so that either spelling finds the other.
    """

    def __init__(self, names: Iterable[Listed], simplified: dict[int, str] | None = None) -> None:
        self._simplified = simplified or {}
        self._by_first: dict[str, list[_Spelled]] = {}
        self._in_small: dict[str, list[_Spelled]] = {}
        self._unspaced: dict[str, list[Listed]] = {}
        for listed in names:
            if scripts.has_unspaced(listed.name):
                self._unspaced.setdefault(self._plain(listed.name), []).append(listed)
                continue
            found = linking_words.words(listed.name)
            if found:
                first, *rest = (word.key for word in found)
                exact = listed.name if listed.exact else ""
                spelled = _Spelled(tuple(rest), listed.of, exact, listed.languages, listed.name.isascii())
                self._by_first.setdefault(first, []).append(spelled)
                if not found[0].capital:
                    self._in_small.setdefault(first, []).append(spelled)
        self._small_heads = frozenset(first[:_HEAD] for first in self._in_small)

    def find(self, words: Words, language: str) -> list[Hit]:
        """All names in a text, given its words, overlapping ones included; `language` is a primary subtag."""
        text = words.text
        found: dict[tuple[int, int, int], dict[int, None]] = {}
        for at, reading, spelled in sorted(self._begun(words, language), key=itemgetter(0)):
            end = self._reach(text, words, at, spelled, language)
            if end is not None:
                first, final = words[at], words[end]
                start = first.start + linking_words.clitic(first, reading)
                stop = final.end - linking_words.ending(final, spelled.rest[-1] if spelled.rest else reading)
                span = (start, stop, len(spelled.rest) + 1)
                found.setdefault(span, {})[spelled.of] = None
        if self._unspaced and words.unspaced:
            for start, end, listed in self._in_unspaced(text, language):
                found.setdefault((start, end, _weight(text[start:end])), {})[listed.of] = None
        return [Hit(start, end, tuple(of), count) for (start, end, count), of in found.items()]

    def _begun(self, words: Words, language: str) -> Iterator[tuple[int, str, _Spelled]]:
        """Where a name may begin, as what its first word is read there, and the name."""
        for word in words.spellings:
            if not word.capital and word.folded[:_HEAD] not in self._small_heads:
                continue
            firsts = self._by_first if word.capital else self._in_small
            for reading in linking_words.readings(word.folded, word.script, language):
                for spelled in firsts.get(reading, ()):
                    yield from ((place, reading, spelled) for place in word.places)

    def _reach(self, text: str, words: Words, at: int, spelled: _Spelled, language: str) -> int | None:
        """The index of the name's last word when it stands at `at`, else None."""
        if at + len(spelled.rest) >= len(words):
            return None
        if spelled.languages is not None and language not in spelled.languages:
            return None
        for step, wanted in enumerate(spelled.rest, at + 1):
            if wanted not in words.readings(step, language):
                return None
            between = words.between(step)
            if not 1 <= len(between) <= _GAP or "\n" in between:
                return None
        end = at + len(spelled.rest)
        if spelled.exact and not text.startswith(spelled.exact, words[at].start):
            return None
        if spelled.plain and not spelled.rest and not text[words[at].start : words[at].end].isascii():
            return None if language not in linking_words.SLAVIC else end
        return end

    @cached_property
    def _automaton(self) -> AhoCorasick:
        return AhoCorasick(
            list(self._unspaced), matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA
        )

    def _in_unspaced(self, text: str, language: str) -> Iterator[tuple[int, int, Listed]]:
        patterns = list(self._unspaced.values())
        for pattern, start, end in self._automaton.find_matches_as_indexes(self._plain(text), overlapping=True):
            if not cuts_word(text, start, end):
                for listed in patterns[pattern]:
                    if listed.languages is None or language in listed.languages:
                        yield start, end, listed

    def _plain(self, text: str) -> str:
        return text.translate(self._simplified)


def cuts_word(text: str, start: int, end: int) -> bool:
    """Whether letters of one word go on beyond the name: katakana, or a script with spaces."""
    around = ((text[start - 1 : start], text[start]), (text[end : end + 1], text[end - 1]))
    for outer, inner in around:
        if "ァ" <= outer <= "ー" and "ァ" <= inner <= "ー" and outer != "・":
            return True
        if outer.isalnum() and inner.isascii() and outer.isascii() and inner.isalnum():
            return True
    return False


def _weight(name: str) -> int:
    """How many words a name without spaces counts for: one for two characters, two for four and more."""
    return 2 if len(name) > 3 else 1
