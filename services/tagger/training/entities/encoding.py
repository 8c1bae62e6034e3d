"""From examples to pieces and labels, and to batches of them."""

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from copydesk_tagger.core.entities.decoding import CLITICS, OUTSIDE, TAGS
from copydesk_tagger.core.entities.hints import HINTS, NameLists
from numpy.typing import NDArray
from plan import Example
from tokenizers import Tokenizer
from torch import Tensor

MOST_PIECES = 180
START, PADDING, END = 0, 1, 2
IGNORED = -100
_BUCKET = 2000


class Encoded(NamedTuple):
    """Pieces of a stretch: ids, tags (by their place in `TAGS`), offsets, clitics and hints.

    `clitics` is 1 or 0 where a name begins in a piece that could begin with a clitic, elsewhere -1.
    """

    example: Example
    ids: list[int]
    tags: list[int]
    offsets: list[tuple[int, int]]
    clitics: list[int]
    hints: NDArray[np.float32]


def encode(tokenizer: Tokenizer, names: NameLists, example: Example) -> Iterator[Encoded]:
    """A stretch in parts of up to `MOST_PIECES` pieces."""
    text = example.sentence.text
    encoding = tokenizer.encode(text, add_special_tokens=False)
    offsets = [(end - len(text[start:end].lstrip()), end) for start, end in encoding.offsets]
    tags, clitics = labels(example, offsets)
    hints = names.hints(text, np.array(offsets, np.int32).reshape(-1, 2))
    for start in range(0, len(offsets), MOST_PIECES):
        part = slice(start, start + MOST_PIECES)
        yield Encoded(example, encoding.ids[part], tags[part], offsets[part], clitics[part], hints[part])


def labels(example: Example, offsets: Sequence[tuple[int, int]]) -> tuple[list[int], list[int]]:
    """Tags and clitics of pieces. A piece of white space alone continues the name that it stands in."""
    text, spans = example.sentence
    tags: list[int] = []
    clitics: list[int] = []
    before: tuple[int, int, str] | None = None
    for start, end in offsets:
        within = next((one for one in spans if _within(text, start, end, one, before, example.language)), None)
        tag, clitic = OUTSIDE, -1
        if within:
            tag = TAGS.index(("I-" if within == before else "B-") + within[2])
            if within != before and example.language == "ar" and end - start > 1 and text[start] in CLITICS:
                clitic = int(start < within[0])
        before = within
        tags.append(tag)
        clitics.append(clitic)
    return tags, clitics


def _within(
    text: str, start: int, end: int, span: tuple[int, int, str], before: tuple[int, int, str] | None, language: str
) -> bool:
    first, last, _ = span
    if start == end:
        return before == span and first < start < last
    if language == "ar" and start == first - 1 and first < end and text[start] in CLITICS:
        return end <= last
    return first <= start and end <= last


def batches(encoded: Sequence[Encoded], pieces: int, chance: random.Random | None = None) -> list[list[Encoded]]:
    """Batches of up to `pieces` pieces, of stretches about as long; in random order where there is `chance`."""
    order = list(encoded)
    if chance:
        chance.shuffle(order)
        buckets = [order[start : start + _BUCKET] for start in range(0, len(order), _BUCKET)]
        order = [one for bucket in buckets for one in sorted(bucket, key=lambda one: len(one.ids))]
    else:
        order.sort(key=lambda one: len(one.ids))
    made: list[list[Encoded]] = [[]]
    for one in order:
        if made[-1] and (len(one.ids) + 2) * (len(made[-1]) + 1) > pieces:
            made.append([])
        made[-1].append(one)
    if chance:
        chance.shuffle(made)
    return made


class Batch(NamedTuple):
    """Tensors of a batch, all (batch, pieces) but `hints` (batch, pieces, `HINTS`) and `domain` (batch)."""

    ids: NDArray[np.int64]
    mask: Tensor
    tags: Tensor
    clitics: Tensor
    hints: Tensor
    domain: Tensor


def tensors(batch: Sequence[Encoded]) -> Batch:
    length = max(len(one.ids) for one in batch) + 2
    ids = np.full((len(batch), length), PADDING, np.int64)
    tags = torch.full((len(batch), length), IGNORED)
    clitics = torch.full((len(batch), length), -1.0)
    hints = torch.zeros((len(batch), length, HINTS))
    for row, one in enumerate(batch):
        count = len(one.ids)
        ids[row, : count + 2] = [START, *one.ids, END]
        tags[row, 1 : count + 1] = torch.tensor(one.tags)
        clitics[row, 1 : count + 1] = torch.tensor(one.clitics, dtype=torch.float)
        hints[row, 1 : count + 1] = torch.from_numpy(one.hints)
    domain = torch.tensor([one.example.domain for one in batch])
    return Batch(ids, torch.tensor(ids != PADDING), tags, clitics, hints, domain)
