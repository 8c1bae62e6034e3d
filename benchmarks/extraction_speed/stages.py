"""Milliseconds of the cleaner's stages, each timed by itself on the same pages."""

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TypeVar

import turbohtml
from copydesk_cleaner.adapters.block_model import shipped_model
from copydesk_cleaner.adapters.decoding import decode_page
from copydesk_cleaner.adapters.documents import clean_document
from copydesk_cleaner.core.block_features import PageColumns
from copydesk_cleaner.core.block_walk import walk_page
from copydesk_cleaner.core.metadata import read_metadata
from copydesk_cleaner.core.page_facts import PageFacts
from copydesk_cleaner.core.page_hints import page_hints

from benchmarks.extraction.pages import Page

T = TypeVar("T")


def stage_times(pages: Sequence[Page]) -> dict[str, float]:
    """Mean CPU milliseconds a page. `rest` is what the whole takes beyond the stages named: the text rules, parts, the
    ledger, and on pages in doubt the vote of extractors, whose share of the pages is `voted` (0…1)."""
    seconds: dict[str, float] = defaultdict(float)
    voted = 0
    for page in pages:
        body, url, encoding = page.body(), page.gold["url"], page.gold["encoding"]
        clock = _Clock(seconds)
        text = clock.timed("decode", lambda: decode_page(body, encoding)).text  # noqa: B023 - called at once
        tree = clock.timed("parse", lambda: turbohtml.parse(text))  # noqa: B023
        walk = clock.timed("walk", lambda: walk_page(tree))  # noqa: B023
        facts = PageFacts(tree, url)
        clock.timed("metadata", lambda: read_metadata(facts, None))  # noqa: B023
        if walk.blocks:
            clock.timed("model", lambda: shipped_model().scores(PageColumns(walk, page_hints(facts))))  # noqa: B023
        done = clock.timed("whole", lambda: clean_document(body, url=url, encoding=encoding))  # noqa: B023
        voted += done.method.startswith("vote")
    means = {stage: 1000 * spent / len(pages) for stage, spent in seconds.items()}
    means["rest"] = means["whole"] - sum(spent for stage, spent in means.items() if stage != "whole")
    return {**means, "voted": voted / len(pages)}


class _Clock:
    def __init__(self, seconds: dict[str, float]) -> None:
        self._seconds = seconds

    def timed(self, stage: str, work: Callable[[], T]) -> T:
        started = time.process_time()
        made = work()
        self._seconds[stage] += time.process_time() - started
        return made
