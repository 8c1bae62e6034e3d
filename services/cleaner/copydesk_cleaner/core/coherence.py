"""A second look at a classified page: blocks that their neighbours vouch for, and blocks that say what they are.

The classifier sees each block with what stands around it, but not what it decides about those. Each threshold below
was read off sites that the model had not seen: from there on, most such blocks are text.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from copydesk_cleaner.core.block_walk import Block, Holder, Walk
from copydesk_cleaner.core.class_words import BIT
from copydesk_cleaner.core.lines import same_text

KEEP = 0.5
"""The score from which a block is kept where nothing speaks for or against it."""
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BETWEEN = {"heading": 0.25, "quote": 0.2, "short": 0.3, "long": 0.35}
"""Of a block between two kept ones, by what it is."""
_HEADING_ABOVE = 0.35
"""Of a heading over kept text, below something else."""
_ANNOUNCED_ITEM = 0.1
"""Of an item of a list that a kept line ending in a colon announces."""
_ITEM_BETWEEN = 0.25
"""Of an item of a list between two kept blocks."""
_TABLE = 0.2
"""Of a table of data between two kept blocks, in the mean of its cells: it stays or goes as a whole."""
_LEAST_CELLS = 4
_CELL_SHARE = 0.6
_LINK = 0.85
"""Of a line that is nothing but a link: all but a few point to other articles."""
_LINK_LENGTHS = range(25, 201)
_LINKED = 0.95
_NAMED_PICTURE = 0.85
"""Of a line, no heading, that says what the alternative text of a picture says: its caption, in nearly all cases."""
_LINK_PAGE = 5
"""A page with so many kept lines of this kind is a list of links, and they are its text."""
_STANDFIRST = {"called so": 0.03, "under the title": 0.3}
"""Of a line between the title and the first kept block, where its markup calls it so, or where it stands first."""
_STANDFIRST_LENGTHS = range(40, 501)
_BOX = 0.9
"""Of a line in a box that ends in a button: bare lines beside a text in paragraphs, the last of them a short link."""
_BOX_LINES = range(2, 6)
_BUTTON = 40
_IN_PARAGRAPHS = 0.6
_LONG = 80
_LEAST_CAPTION = 20
_NEAR = 4
"""Elements around a block that say what it is."""
_COLONS = (":", "：")
_SENTENCE_ENDS = tuple(".!?…。！？।؟۔")
_CLOCK = re.compile(r"\W*\d{1,2}[:.h]\d{2}(?::\d{2})?\s*(?:[ap]\.?m\.?|uhr|[A-Z]{2,4})?\W*", re.IGNORECASE)
_NO_STANDFIRST = frozenset({"li", "figcaption", "address", "td"})
_STRANGE = BIT["share"] | BIT["newsletter"] | BIT["comments"] | BIT["advertisement"] | BIT["consent"] | BIT["related"]
_NOTE = _STRANGE | BIT["author"] | BIT["date"] | BIT["caption"] | BIT["image"] | BIT["credit"]


def kept_blocks(walk: Walk, scores: NDArray[np.float64]) -> list[int]:
    """The indices of the blocks that are the article's."""
    kept = scores >= KEEP
    taken = np.flatnonzero(kept)
    if not taken.size:
        return []
    first, last = int(taken[0]), int(taken[-1])
    vouched = [at for at in range(first + 1, last + 1) if not kept[at] and scores[at] >= _needed(walk, at, kept)]
    kept[[*vouched, *_standfirst(walk, scores, first)]] = True
    for table in _tables(walk):
        if _is_between(table, kept) and scores[table.first : table.last].mean() >= _TABLE:
            kept[table.first : table.last] = True
    indices = [int(index) for index in np.flatnonzero(kept)]
    refused = {index for index in indices if _is_clock(walk, index)} | _lone_links(walk, indices, scores)
    refused |= {index for index in indices if scores[index] < _NAMED_PICTURE and _names_picture(walk, index)}
    refused |= {index for index in _boxed(walk, indices) if scores[index] < _BOX}
    return [index for index in indices if index not in refused]


def around(walk: Walk, holder: int) -> Iterator[Holder]:
    """The elements that hold a block, from its own outwards."""
    while holder >= 0:
        yield walk.holders[holder]
        holder = walk.holders[holder].parent


def _needed(walk: Walk, index: int, kept: NDArray[np.bool_]) -> float:
    """The score that suffices for a block among these neighbours."""
    block = walk.blocks[index]
    near = list(islice(around(walk, block.holder), _NEAR))
    if block.linked > 0.5 * len(block.text) or (block.mask | near[0].mask) & _STRANGE:
        return KEEP
    above, below = bool(kept[index - 1]), index + 1 < len(kept) and bool(kept[index + 1])
    needed = [KEEP]
    if near[0].tag in HEADINGS:
        needed += [_BETWEEN["heading"]] if above and below else [_HEADING_ABOVE] if below else []
    elif above and below:
        if any(holder.tag == "blockquote" for holder in near):
            needed.append(_BETWEEN["quote"])
        if near[0].tag == "p":
            needed.append(_BETWEEN["long" if len(block.text) > _LONG else "short"])
    if any(holder.tag == "li" for holder in near):
        needed += [_item(walk.blocks, holder, kept) for holder in near if holder.tag in ("ul", "ol")][:1]
    return min(needed)


def _item(blocks: Sequence[Block], listed: Holder, kept: NDArray[np.bool_]) -> float:
    if not listed.first or not kept[listed.first - 1]:
        return KEEP
    if blocks[listed.first - 1].text.endswith(_COLONS):
        return _ANNOUNCED_ITEM
    return _ITEM_BETWEEN if listed.last < len(blocks) and kept[listed.last] else KEEP


def _is_between(holder: Holder, kept: NDArray[np.bool_]) -> bool:
    return holder.first > 0 and holder.last < len(kept) and bool(kept[holder.first - 1] and kept[holder.last])


def _tables(walk: Walk) -> Iterator[Holder]:
    """Tables of data: most of their blocks fill a cell each, and most of their text is no link."""
    for holder in walk.holders:
        if holder.tag != "table" or holder.last - holder.first < _LEAST_CELLS:
            continue
        blocks = walk.blocks[holder.first : holder.last]
        cells = [cell for block in blocks if (cell := walk.holders[block.holder]).tag in ("td", "th")]
        filled = sum(cell.last - cell.first == 1 for cell in cells)
        linked = sum(block.linked for block in blocks) / sum(len(block.text) for block in blocks)
        if filled >= _CELL_SHARE * len(blocks) and linked <= 0.5:
            yield holder


def _standfirst(walk: Walk, scores: NDArray[np.float64], first: int) -> list[int]:
    """The line between the title and the first kept block that sums the article up, if there is one."""
    titles = [index for index in range(first) if walk.holders[walk.blocks[index].holder].tag == "h1"]
    for index in range(titles[-1] + 1, first) if titles else ():
        block = walk.blocks[index]
        own = walk.holders[block.holder]
        over = walk.holders[max(own.parent, 0)]
        mask = block.mask | own.mask | over.mask
        if len(block.text) not in _STANDFIRST_LENGTHS or block.linked > 0.3 * len(block.text):
            continue
        if own.tag in _NO_STANDFIRST or mask & _NOTE:
            continue
        role = "called so" if mask & BIT["lead"] else "under the title" if index == titles[-1] + 1 else None
        if role and scores[index] >= _STANDFIRST[role]:
            return [index]
    return []


def _is_clock(walk: Walk, index: int) -> bool:
    """A time of day on a line of its own dates an entry; in a table it may be all there is to say."""
    block = walk.blocks[index]
    return walk.holders[block.holder].tag not in ("td", "th") and _CLOCK.fullmatch(block.text) is not None


def _names_picture(walk: Walk, index: int) -> bool:
    block = walk.blocks[index]
    is_heading = walk.holders[block.holder].tag in HEADINGS
    return len(block.text) >= _LEAST_CAPTION and not is_heading and same_text(block.text) in walk.alts


def _boxed(walk: Walk, kept: Sequence[int]) -> Iterator[int]:
    """The kept lines of boxes that end in a button, where the text itself stands in paragraphs."""
    known = set(kept)
    if sum(walk.holders[walk.blocks[index].holder].tag == "p" for index in kept) < _IN_PARAGRAPHS * len(kept):
        return
    for holder in walk.holders:
        if holder.last - holder.first not in _BOX_LINES or holder.last - 1 in known:
            continue
        button = walk.blocks[holder.last - 1]
        lines = range(holder.first, holder.last - 1)
        is_button = len(button.text) <= _BUTTON and button.linked >= _LINKED * len(button.text)
        if is_button and all(walk.holders[walk.blocks[line].holder].tag == "div" for line in lines):
            yield from known.intersection(lines)


def _lone_links(walk: Walk, kept: Sequence[int], scores: NDArray[np.float64]) -> set[int]:
    links = {index for index in kept if _is_lone_link(walk, index)}
    return {index for index in links if scores[index] < _LINK} if len(links) < _LINK_PAGE else set()


def _is_lone_link(walk: Walk, index: int) -> bool:
    block = walk.blocks[index]
    linked = len(block.text) in _LINK_LENGTHS and block.linked >= _LINKED * len(block.text)
    return linked and walk.holders[block.holder].tag not in HEADINGS and not block.text.endswith(_SENTENCE_ENDS)
