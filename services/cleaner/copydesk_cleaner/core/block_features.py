"""The blocks of a page as a matrix of language-independent features, one row a block; computed in numpy columns."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from copydesk_cleaner.core import text_counts as tc
from copydesk_cleaner.core.block_walk import TAGS, Block, Walk
from copydesk_cleaner.core.class_words import GROUPS
from copydesk_cleaner.core.lines import same_lines
from copydesk_cleaner.core.page_hints import PageHints
from copydesk_cleaner.core.text_counts import TextCounts

Column = NDArray[np.float32]
Matrix = NDArray[np.float32]

_DENSE_WORTH = 2.5
"""Characters of alphabetic script that say as much as one of Han, kana, Hangul or Thai."""
_CONSENT = ("cookie", "gdpr", "dsgvo", "куки", "クッキー", "쿠키", "隐私", "privacy policy", "datenschutz")
_PROSE = 80
"""Weighted characters from which an unlinked block counts as prose."""
_ALL_LINK = 0.95
_SHORT_LINK = 80
_SUMMARY_LENGTHS = range(21, 600)
_LEVELS = 4
_NEIGHBOURS = (-3, -2, -1, 1, 2, 3)
_FLAGGED = """article main aside nav header footer figure figcaption li table blockquote form h1 h2 h3 h4 dl section
    details td address caption pre""".split()  # noqa: SIM905
_HEADING_CODES = [TAGS.index(tag) + 1 for tag in ("h1", "h2", "h3", "h4", "h5", "h6")]


def block_features(page: "PageColumns") -> Matrix:
    """Shape (blocks, features), float32; the columns are those of every page, in a fixed order."""
    columns = [*page.own(), *page.told(), *page.tags(), *page.containers(), *page.places(), *page.repeats()]
    columns += page.neighbours()
    classes = page.classes()
    matrix = np.empty((page.count, len(columns) + classes.shape[1]), dtype=np.float32)
    for at, column in enumerate(columns):
        matrix[:, at] = column
    matrix[:, len(columns) :] = classes
    return matrix


def _shared(key: str, words: set[str]) -> float:
    """The share of a text's words among `words`, 0…1."""
    own = key.split()
    return sum(word in words for word in own) / len(own)


def _inside(key: str, body: str) -> float:
    """How much of a text stands in the declared body: its end (1), only its beginning (.3), neither (-1)."""
    return 1.0 if key[-60:] in body else 0.3 if key[:30] in body else -1.0


def _floats(values: Sequence[float]) -> Column:
    return np.asarray(values, dtype=np.float32)


class PageColumns:
    """The columns that features are made of; `levels` are holders from the block's own outwards, `makes` numbers."""

    def __init__(self, walk: Walk, hints: PageHints) -> None:
        self.blocks: list[Block] = walk.blocks
        self.hints = hints
        self.alts = walk.alts
        self.count = len(walk.blocks)
        holders = walk.holders
        self.code = np.asarray([holder.code for holder in holders], dtype=np.int64)
        self.mask = np.asarray([holder.mask for holder in holders], dtype=np.int64)
        self.parent = np.asarray([max(holder.parent, 0) for holder in holders], dtype=np.int64)
        self.depth = _floats([holder.depth for holder in holders])
        self.first = np.asarray([holder.first for holder in holders], dtype=np.int64)
        self.last = np.asarray([holder.last for holder in holders], dtype=np.int64)
        self.pictured = _floats([holder.images_end - holder.images for holder in holders])
        self.tags_above, self.mask_above = _inherited(self.code, self.mask, [holder.parent for holder in holders])
        self.levels = [np.asarray([block.holder for block in walk.blocks], dtype=np.int64)]
        for _ in range(_LEVELS - 1):
            self.levels.append(self.parent[self.levels[-1]])
        self._measure()

    def _measure(self) -> None:
        texts = [block.text for block in self.blocks]
        self.counts = TextCounts(texts)
        self.size = self.counts.sizes.astype(np.float32)
        dense = float(self.counts.of(tc.DENSE).sum()) / max(float(self.size.sum()), 1.0)
        self.chars = self.size * np.float32(1 + (_DENSE_WORTH - 1) * dense)
        self.linked = _floats([block.linked for block in self.blocks]) / self.size
        self.keys = same_lines(texts)
        self.whole_key = "\n".join(self.keys)
        self.ends = self.counts.ends(tc.CLOSER)
        self.stops = self.counts.of(tc.STOP)
        self.is_heading = np.isin(self.code[self.levels[0]], _HEADING_CODES)
        ended = (self.stops > 0) | (self.counts.of(tc.UNSTOPPED) > 0.5 * self.size)
        prose = (self.chars >= _PROSE) & (self.linked < 0.4) & ended & ~self.is_heading
        self.prose = prose.astype(np.float32)
        self.prose_chars = self.chars * self.prose
        self.sums = {
            name: np.concatenate(([0.0], np.cumsum(column, dtype=np.float64)))
            for name, column in (
                ("chars", self.chars),
                ("linked", self.chars * self.linked),
                ("prose", self.prose_chars),
                ("proses", self.prose),
                ("headings", self.is_heading.astype(np.float32)),
            )
        }

    def own(self) -> list[Column]:
        counts, size = self.counts, self.size
        words = counts.of(tc.SPACE) + 1
        upper, lower = counts.of(tc.UPPER), counts.of(tc.LOWER)
        return [
            np.log1p(self.chars),
            self.chars,
            words,
            self.linked,
            _floats([block.links for block in self.blocks]),
            _floats([block.bold for block in self.blocks]) / size,
            self.stops,
            counts.of(tc.COMMA) / size * 100,
            self.ends,
            counts.of(tc.DIGIT) / size,
            upper / words,
            ((upper > 0) & (lower == 0)).astype(np.float32),
            counts.begins(tc.LOWER),
            counts.begins(tc.QUOTE),
            counts.begins(tc.DASH),
            counts.ends(tc.COLON),
            counts.ends(tc.QUESTION),
            counts.of(tc.BAR),
            self._holding("@", "http", "www."),
            self._holding("©", "(c)"),
            _floats([block.broken for block in self.blocks]),
            self.prose,
        ]

    def is_menu(self) -> NDArray[np.bool_]:
        """Blocks that are a short link and nothing else: more than half of a page's, of news text one in a thousand
        words. They are scored 0 unseen, which halves the classifier's time."""
        menu: NDArray[np.bool_] = (self.linked >= _ALL_LINK) & (self.size <= _SHORT_LINK) & ~self.is_heading
        return menu

    def _holding(self, *signs: str) -> Column:
        """1 for blocks that hold one of some signs; asked of each block only where the page has one at all."""
        found = np.zeros(self.count, dtype=np.float32)
        for sign in signs:
            if sign in self.whole_key:
                found += _floats([sign in key for key in self.keys])
        return np.minimum(found, 1)

    def told(self) -> list[Column]:
        """What the page's head says: is this line its title, its description, a piece of its articleBody."""
        titles, description, body = self.hints.titles, self.hints.description, self.hints.body
        self.at_title = np.asarray([key in titles for key in self.keys], dtype=bool)
        words = set(description.split())
        near, inside, alts = (np.zeros(self.count, dtype=np.float32) for _ in range(3))
        for at in np.flatnonzero(~self.is_menu()).tolist():
            key = self.keys[at]
            if words and len(key) in _SUMMARY_LENGTHS:
                near[at] = _shared(key, words)
            if body:
                inside[at] = _inside(key, body)
            alts[at] = key in self.alts
        told = [near, inside, alts, self._holding(*_CONSENT)]
        return [self.at_title.astype(np.float32), *told, np.full(self.count, bool(body), np.float32)]

    def tags(self) -> list[Column]:
        above = self.tags_above[self.levels[0]]
        codes = [self.code[level].astype(np.float32) for level in self.levels[:3]]
        return codes + [((above >> (TAGS.index(tag) + 1)) & 1).astype(np.float32) for tag in _FLAGGED]

    def classes(self) -> Matrix:
        """The class words of the block, of the two elements around it, and of all around it, a column a group."""
        own = self.mask[self.levels[0]] | np.asarray([block.mask for block in self.blocks], dtype=np.int64)
        masks = [own, self.mask[self.levels[1]], self.mask[self.levels[2]], self.mask_above[self.levels[0]]]
        bits = (np.stack(masks, axis=1)[:, :, None] >> np.arange(GROUPS)) & 1
        return bits.reshape(self.count, -1).astype(np.float32)

    def containers(self) -> list[Column]:
        columns: list[Column] = []
        whole = max(self.sums["prose"][-1], 1.0)
        for level in self.levels:
            first, last = self.first[level], self.last[level]
            inside = {name: sums[last] - sums[first] for name, sums in self.sums.items()}
            blocks = np.maximum(last - first, 1)
            columns += [
                np.log1p(inside["chars"]),
                inside["linked"] / np.maximum(inside["chars"], 1),
                inside["prose"] / whole,
                inside["proses"],
                blocks.astype(np.float32),
                inside["proses"] / blocks,
                inside["headings"] / blocks,
                (np.arange(self.count) - first) / blocks,
                self.pictured[level],
            ]
        return [column.astype(np.float32) for column in columns]

    def places(self) -> list[Column]:
        """Where the block stands: in the page, from the title, in the containers that hold most of the prose."""
        index = np.arange(self.count)
        titled = np.flatnonzero(self.at_title & (self.is_heading | (self.linked < 0.5)))
        title = int(titled[0]) if titled.size else -1
        columns = [index / max(1, self.count), self.depth[self.levels[0]], index.astype(np.float32)]
        columns += [np.where(title >= 0, np.clip(index - title, -60, 200), -100), np.full(self.count, title >= 0)]
        position = self.sums["prose"][:-1] / max(self.sums["prose"][-1], 1.0)
        columns.append(position)
        for share in (0.5, 0.75, 0.9):
            first, last = self._main(share)
            within = (index >= first) & (index < last)
            columns += [
                within,
                np.clip(
                    np.where(within, index - first, np.minimum(index - first, 0) + np.maximum(index - last + 1, 0)),
                    -100,
                    200,
                ),
            ]
            columns += [np.clip(last - index, -100, 200)]
        proses = np.flatnonzero(self.prose)
        before, after = np.searchsorted(proses, index), np.searchsorted(proses, index, side="right")
        last_prose = (
            np.where(before > 0, index - proses[np.maximum(before - 1, 0)], 99)
            if proses.size
            else np.full(self.count, 99)
        )
        next_prose = (
            np.where(after < proses.size, proses[np.minimum(after, proses.size - 1)] - index, 99)
            if proses.size
            else np.full(self.count, 99)
        )
        seen = _floats([block.images for block in self.blocks])
        columns += [np.minimum(np.diff(seen, prepend=0), 5), np.minimum(np.diff(seen, append=seen[-1]), 5)]
        columns += [np.minimum(last_prose, 99), np.minimum(next_prose, 99), before, proses.size - after]
        return [np.asarray(column, dtype=np.float32) for column in columns]

    def _main(self, share: float) -> tuple[int, int]:
        """The blocks of the deepest element that holds this share of the page's prose."""
        prose = self.sums["prose"][self.last] - self.sums["prose"][self.first]
        holds = np.flatnonzero(prose >= share * self.sums["prose"][-1])
        best = int(holds[np.argmax(self.depth[holds])]) if holds.size else 0
        return int(self.first[best]), int(self.last[best])

    def repeats(self) -> list[Column]:
        """Blocks of the same make (tags and classes of three levels), and the same text elsewhere in the page."""
        own, above, over = self.levels[:3]
        makes = [
            hash(make)
            for make in zip(
                self.code[own].tolist(),
                self.mask[own].tolist(),
                self.code[above].tolist(),
                self.mask[above].tolist(),
                self.mask[over].tolist(),
                strict=True,
            )
        ]
        _, inverse = np.unique(np.asarray(makes, dtype=np.int64), return_inverse=True)
        self.makes = inverse
        counts = np.bincount(inverse)
        prose = np.bincount(inverse, weights=self.prose_chars)
        chars = np.bincount(inverse, weights=self.chars)
        linked = np.bincount(inverse, weights=self.chars * self.linked)
        texts = Counter(self.keys)
        columns = [
            counts[inverse],
            prose[inverse] / max(self.sums["prose"][-1], 1.0),
            chars[inverse] / counts[inverse],
            linked[inverse] / np.maximum(chars[inverse], 1),
            (prose[inverse] >= prose.max() - 0.5) & (prose.max() > 0),
            [texts[key] for key in self.keys],
        ]
        return [np.asarray(column, dtype=np.float32) for column in columns]

    def neighbours(self) -> list[Column]:
        columns: list[NDArray[np.generic]] = []
        parent = self.levels[1]
        log = np.log1p(self.chars)
        for offset in _NEIGHBOURS:
            near = abs(offset) == 1
            seen = (log, self.linked, self.ends, self.is_heading.astype(np.float32))
            columns.extend(_shifted(column, offset) for column in seen)
            columns.append((_shifted(parent, offset) == parent).astype(np.float32))
            if near:
                columns.append((_shifted(self.levels[0], offset) == self.levels[0]).astype(np.float32))
                columns.append(_shifted(self.code[self.levels[0]], offset))
        return [np.asarray(column, dtype=np.float32) for column in columns]


def _shifted(column: NDArray[np.generic], offset: int) -> NDArray[np.generic]:
    """Row i holds the value of row i + offset; -1 beyond the page's ends."""
    shifted = np.full_like(column, -1)
    if offset > 0:
        shifted[:-offset] = column[offset:]
    else:
        shifted[-offset:] = column[:offset]
    return shifted


def _inherited(
    code: NDArray[np.int64], mask: NDArray[np.int64], parents: Sequence[int]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each element the tags and class words of itself and all elements around it, as bits."""
    tags = (np.int64(1) << code).tolist()
    masks = mask.tolist()
    for at, parent in enumerate(parents):
        if parent >= 0:
            tags[at] |= tags[parent]
            masks[at] |= masks[parent]
    return np.asarray(tags, dtype=np.int64), np.asarray(masks, dtype=np.int64)
