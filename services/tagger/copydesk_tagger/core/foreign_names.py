"""Names in texts that write them by sound in Han letters or kana, as skeletons of how Latin letters spell them.

Such letters tell too little of the sound for a skeleton of their own: r and l, b and v are one, and each stands for a
whole syllable. So names are looked up; what is written in Han letters has no spaces, so that they are looked for.
"""

import re
from collections.abc import Iterator
from typing import Protocol

SHORTEST, LONGEST = 3, 9
"""Letters of a name that is looked for in Han letters; shorter ones are parts of other words too often."""

_HAN = re.compile(f"[\u4e00-\u9fff]{{{SHORTEST},}}")


class NameTable(Protocol):
    """A trie of names, as `marisa_trie.BytesTrie` is one."""

    def get(self, key: str) -> list[bytes] | None: ...
    def prefixes(self, key: str) -> list[str]: ...


class ForeignNames:
    def __init__(self, table: NameTable) -> None:
        self._table = table

    def skeletons(self, word: str) -> list[str]:
        """What `skeletons.skeleton` makes of the usual Latin spellings of a name; empty if it is not known."""
        return [bare.decode() for bare in self._table.get(word) or ()]

    def spotted(self, text: str) -> Iterator[str]:
        """Known names in runs of Han letters, the longest at each place."""
        for run in _HAN.finditer(text):
            at, end = run.span()
            while at <= end - SHORTEST:
                found = self._table.prefixes(text[at : min(end, at + LONGEST)])
                if found:
                    yield max(found, key=len)
                at += max(map(len, found), default=1)
