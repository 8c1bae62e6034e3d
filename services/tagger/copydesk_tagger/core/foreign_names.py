"""Names in texts that write them by sound in Han letters or kana, as skeletons of how Latin letters spell them.

Such letters tell too little of the sound for a skeleton of their own: r and l, b and v are one, and each stands for a
whole syllable. So names are looked up; what is written in Han letters has no spaces, so that they are looked for.
"""

import re
from collections.abc import Iterator
from typing import Protocol

SHORTEST, LONGEST = 3, 9
"""Letters of a name that is looked for in Han letters; shorter ones are parts of other words too often."""

_HAN = range(0x4E00, 0xA000)
_OTHERS = rf"(?=[\u4e00-\u9fff]{{{SHORTEST - 1}}})"


class NameTable(Protocol):
    """A trie of names, as `marisa_trie.BytesTrie` is one."""

    def get(self, key: str) -> list[bytes] | None: ...
    def prefixes(self, key: str) -> list[str]: ...
    def iterkeys(self, prefix: str) -> Iterator[str]: ...


class ForeignNames:
    def __init__(self, table: NameTable) -> None:
        self._table = table
        firsts = "".join(letter for letter in map(chr, _HAN) if any(table.iterkeys(letter)))
        self._beginning = re.compile(f"[{firsts}]{_OTHERS}") if firsts else None

    def skeletons(self, word: str) -> list[str]:
        """What `skeletons.skeleton` makes of the usual Latin spellings of a name; empty if it is not known."""
        return [bare.decode() for bare in self._table.get(word) or ()]

    def spotted(self, text: str) -> Iterator[str]:
        """Known names in Han letters, the longest at each place."""
        at = 0
        while self._beginning is not None and (begins := self._beginning.search(text, at)):
            at = begins.start()
            found = self._table.prefixes(text[at : at + LONGEST])
            if found:
                yield max(found, key=len)
            at += max(map(len, found), default=1)
