"""The labelled pages: each block of a page with the share of it that stands in the gold text."""

import gzip
import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import turbohtml
from copydesk_cleaner.core.block_features import Matrix, PageColumns, block_features
from copydesk_cleaner.core.block_walk import Block, walk_page
from copydesk_cleaner.core.lines import same_text
from copydesk_cleaner.core.page_facts import PageFacts
from copydesk_cleaner.core.page_hints import page_hints
from numpy.typing import NDArray

DATA = Path(os.environ.get("COPYDESK_EXTRACTION_DATA", "../shared/data/extraction"))
SETS = ("fundus_news", "fundus_hist", "andy", "wcxb_dev", "traf")
_DENSE = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\u0e00-\u0e7f"
_TOKEN = re.compile(f"[{_DENSE}]|[^\\W{_DENSE}]+")
_SIZE = 4
UNKNOWN = -1
_IN_GOLD = 0.6

Row = dict[str, Any]


@dataclass
class LabelledPage:
    """One page; `labels` are 1, 0 or -1 (not to be learned), `tokens` the size of its blocks, arrays of one length."""

    row: Row
    features: Matrix
    labels: NDArray[np.int8]
    tokens: NDArray[np.float32]


def all_rows(data: Path, name: str) -> Iterator[Row]:
    """The gold of a set, each line with the set's name."""
    with (data / "gold" / f"{name}.jsonl").open(encoding="utf-8") as lines:
        yield from ({**json.loads(line), "set": name} for line in lines)


def labelled(data: Path, row: Row) -> LabelledPage | None:
    """The page of a row; None for one without visible text."""
    return label_page(page_text(data, row), row)


def page_text(data: Path, row: Row) -> str:
    packed = (data / "pages" / row["set"] / f"{row['id']}.html.gz").read_bytes()
    return gzip.decompress(packed).decode(row["encoding"], "replace")


def label_page(page: str, row: Row) -> LabelledPage | None:
    """None for a page without visible text."""
    document = turbohtml.parse(page)
    walk = walk_page(document)
    if not walk.blocks:
        return None
    columns = PageColumns(walk, page_hints(PageFacts(document, row["url"])))
    features = block_features(columns)
    labels = _by_snippets(walk.blocks, row) if row["text"] is None else _by_text(walk.blocks, row["text"])
    labels[(columns.at_title & (labels == 1)) | columns.is_menu()] = UNKNOWN
    tokens = np.asarray([len(_TOKEN.findall(block.text)) for block in walk.blocks], dtype=np.float32)
    return LabelledPage(row, features, labels, tokens)


def _by_text(blocks: Sequence[Block], gold: str) -> NDArray[np.int8]:
    """Blocks whose token 4-grams stand in the gold; of a text printed several times, the one among its like."""
    wanted = Counter(_grams(_TOKEN.findall(gold)))
    lines = {same_text(line) for line in gold.splitlines()}
    flat = f" {same_text(gold)} "
    labels = np.zeros(len(blocks), dtype=np.int8)
    for at, block in enumerate(blocks):
        tokens = _TOKEN.findall(block.text)
        grams = list(_grams(tokens))
        if len(tokens) < _SIZE:
            key = same_text(block.text)
            labels[at] = key in lines or (len(tokens) == _SIZE - 1 and f" {key} " in flat)
        else:
            labels[at] = sum(gram in wanted for gram in grams) >= _IN_GOLD * len(grams)
    _keep_best_of_repeats(blocks, labels)
    return labels


def _grams(tokens: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return (tuple(tokens[at : at + _SIZE]) for at in range(max(0, len(tokens) - _SIZE + 1)))


def _keep_best_of_repeats(blocks: Sequence[Block], labels: NDArray[np.int8]) -> None:
    places: dict[str, list[int]] = {}
    for at in np.flatnonzero(labels).tolist():
        places.setdefault(same_text(blocks[at].text), []).append(at)
    chars = np.asarray([len(block.text) for block in blocks]) * labels
    for same in places.values():
        if len(same) > 1:
            company = [chars[max(0, at - 8) : at + 9].sum() - chars[at] for at in same]
            best = same[int(np.argmax(company))]
            for at in same:
                labels[at] = at == best


def _by_snippets(blocks: Sequence[Block], row: Row) -> NDArray[np.int8]:
    """Only blocks that hold a snippet are labelled; one that holds both kinds is not."""
    wanted = [" ".join(one.split()) for one in row["with"] or ()]
    refused = [" ".join(one.split()) for one in row["without"] or ()]
    labels = np.full(len(blocks), -1, dtype=np.int8)
    for at, block in enumerate(blocks):
        good = any(one and one in block.text for one in wanted)
        bad = any(one and one in block.text for one in refused)
        if good != bad:
            labels[at] = good
    return labels
