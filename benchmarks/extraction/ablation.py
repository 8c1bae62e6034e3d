"""What each step of the extraction adds, out of fold: classifier, coherence, vote, text rules.

    python -m benchmarks.extraction.ablation --folds DIR [--data DIR] [--sets fundus_news,andy,…]

`--folds` is what `services/cleaner/training/train.py --folds DIR` writes: no model cleans pages of sites that it saw.
"""

import argparse
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import turbohtml
from copydesk_cleaner.adapters.block_model import BlockModel
from copydesk_cleaner.adapters.decoding import decode_page
from copydesk_cleaner.adapters.extraction import extract, in_doubt, settle
from copydesk_cleaner.adapters.pages import PageTask, clean_html
from copydesk_cleaner.core.assembly import text_blocks
from copydesk_cleaner.core.coherence import KEEP
from copydesk_cleaner.core.page_facts import PageFacts
from copydesk_cleaner.core.page_hints import page_hints

from benchmarks.extraction.folds import Folds
from benchmarks.extraction.pages import DATA, Page, load
from benchmarks.scoring import TextScore

STEPS = ("classifier", "+ coherence", "+ vote", "+ text rules")
_SETS = "fundus_news,fundus_hist,andy,wcxb_article"
Texts = tuple[str, str, str, str]


def texts_after_each_step(page: Page, model: BlockModel) -> tuple[Texts, bool]:
    """The page's text after each of `STEPS`, and whether it went to the vote."""
    url = str(page.gold["url"])
    markup = decode_page(page.body(), page.gold["encoding"]).text
    document = turbohtml.parse(markup)
    found = extract(document, page_hints(PageFacts(document, url)), model)
    alone = text_blocks(found.page.walk, [int(at) for at in np.flatnonzero(found.page.scores >= KEEP)])
    doubt = in_doubt(found)
    settled = settle(found, markup, url) if doubt else found
    articles = clean_html(PageTask(markup, url), model).articles
    blocks = ("\n\n".join(block.text for block in step) for step in (alone, found.blocks, settled.blocks))
    first, second, third = blocks
    return (first, second, third, articles[0].text if articles else ""), doubt


def _one(page: Page, folds: Folds) -> tuple[Texts, bool]:
    return texts_after_each_step(page, folds.model(page.site))


def _measure(pages: Sequence[Page], folds: Folds) -> Iterator[str]:
    scores = [TextScore() for _ in STEPS]
    doubts = 0
    with ProcessPoolExecutor(2) as workers:
        for page, (texts, doubt) in zip(
            pages, workers.map(_one, pages, [folds] * len(pages), chunksize=8), strict=True
        ):
            doubts += doubt
            for score, text in zip(scores, texts, strict=True):
                score.add(page.gold["text"], text)
    yield from (f"{score.f1:.4f}" for score in scores)
    yield f"{100 * doubts / len(pages):.1f} %"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--folds", type=Path, required=True)
    parser.add_argument("--sets", default=_SETS)
    given = parser.parse_args()
    folds = Folds.read(given.folds)
    print("| set | pages | " + " | ".join(STEPS) + " | went to the vote |")
    print("|---" * (len(STEPS) + 3) + "|")
    for name in given.sets.split(","):
        pages = [page for page in load(given.data, name) if page.gold["text"]]
        ordered = sorted(pages, key=lambda page: folds.fold_of(page.site))
        print(f"| {name} | {len(pages)} | " + " | ".join(_measure(ordered, folds)) + " |", flush=True)


if __name__ == "__main__":
    main()
