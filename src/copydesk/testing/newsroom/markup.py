"""The small markup in which the demo stories are written.

Chunks are parted by blank lines: a paragraph, ``## heading``, ``> quote``, ``- item`` lines, or ``@entry 95 Heading``
for a live blog's entry, 95 minutes old. ``[words](slug)`` inside a chunk links to another story of the same publisher.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup, escape

Kind = Literal["paragraph", "heading", "quote", "list", "entry"]

_LINK = re.compile(r"\[([^\]]+)\]\(([a-z0-9-]+)\)")
_ENTRY = re.compile(r"@entry (\d+) (.+)")


@dataclass(frozen=True)
class Block:
    """One piece of a story; the items of a list are lines of ``source``."""

    kind: Kind
    source: str
    minutes: int = 0

    @property
    def text(self) -> str:
        return _LINK.sub(r"\1", self.source)

    def html(self, url_of: Callable[[str], str]) -> Markup:
        """Return the block's words as safe HTML, its links resolved by ``url_of``."""
        pieces: list[Markup] = []
        end = 0
        for link in _LINK.finditer(self.source):
            pieces.append(escape(self.source[end : link.start()]))
            pieces.append(Markup('<a href="{}">{}</a>').format(url_of(link[2]), link[1]))
            end = link.end()
        return Markup("").join([*pieces, escape(self.source[end:])])


def parse_blocks(source: str) -> tuple[Block, ...]:
    return tuple(_block(chunk.strip()) for chunk in re.split(r"\n[ \t]*\n", source.strip()))


def plain_text(blocks: tuple[Block, ...]) -> str:
    """Return what a clean article of these blocks reads like: one blank line between blocks, one line an item."""
    return "\n\n".join(block.text for block in blocks)


def _block(chunk: str) -> Block:
    if entry := _ENTRY.fullmatch(chunk):
        return Block("entry", entry[2], int(entry[1]))
    if chunk.startswith("## "):
        return Block("heading", chunk[3:])
    if chunk.startswith("> "):
        return Block("quote", chunk[2:])
    if chunk.startswith("- "):
        return Block("list", "\n".join(line.removeprefix("- ").strip() for line in chunk.splitlines()))
    return Block("paragraph", " ".join(chunk.splitlines()))
