"""What learning a site's own blocks is worth, and what it would cost if copies of an article could teach.

    python -m benchmarks.site_learning [--data DIR] [--sets wcxb_dev,andy] [--cuts]

Every page is cleaned knowing nothing, then with what the other pages of its site have taught (leave one out); only
sites with three pages or more count, since a block must return on two others. Then every page, the one in question
too, comes under two further addresses, as print versions and syndicated twins do: once as the memory takes it, and
once counted naively, which is what the comparison of articles is there to prevent. `--cuts` prints what was cut.

Few sites of the data have that many pages, and fewer print something that the cleaner does not know anyway. So
`--plant` makes sites of five pages each, and puts the same two paragraphs into all pages of one, right behind a
paragraph of the article: they read like its text, and nothing but their return tells that they are not.
"""

import argparse
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from copydesk_cleaner.adapters.documents import clean_document
from copydesk_cleaner.core.site_knowledge import block_signature
from copydesk_cleaner.core.site_memory import SiteMemory
from copydesk_cleaner.core.site_study import OTHERS, Sighting
from lxml import html

from benchmarks.extraction.pages import Page, load
from benchmarks.scoring import TextScore, is_cjk, shingles

DATA = Path(os.environ.get("COPYDESK_EXTRACTION_DATA", "../shared/data/extraction"))
SETS = "wcxb_dev,fundus_news,fundus_hist,andy"
NOW = datetime(2030, 1, 1, tzinfo=UTC)
COPIES = ("", "?print", "?amp")
FLOOR = 0.5
"""What the cleaner leaves of a page at least, or it cuts nothing as the site's own."""
LEAST = 3
SITE_PAGES = 5
LONG = 1_000
PLANTS = (
    "This report comes from the newsroom of {site}, where {number} reporters follow the region from morning to night.",
    "Readers tell us what moves them, and we look into it: our desk at {site} answers every letter within two days.",
)
_PARSER = html.HTMLParser(encoding="utf-8")

Teach = Callable[[Sequence["Cleaned"], "Cleaned"], frozenset[str]]


@dataclass(frozen=True)
class Cleaned:
    """A page's article as it came out with nothing known of its site."""

    id: str
    site: str
    gold: str
    title: str | None
    blocks: tuple[str, ...]
    plants: tuple[str, ...] = ()

    def sighting(self, address: str = "") -> Sighting:
        kept = [block_signature(block) for block in self.blocks if len(block) >= 25]
        return Sighting(article=self.id + address, title=self.title, kept=kept)

    def kept(self, boilerplate: frozenset[str], floor: float) -> tuple[str, ...]:
        """The blocks that are not the site's own; all of them where less than `floor` of the text would be left."""
        kept = tuple(block for block in self.blocks if block_signature(block) not in boilerplate)
        return kept if sum(map(len, kept)) >= floor * sum(map(len, self.blocks)) else self.blocks


def main() -> None:
    options = _arguments()
    pages = [page for name in options.sets.split(",") for page in load(options.data, name)]
    count = Counter(page.site for page in pages)
    tasks = _planted(pages) if options.plant else [(page, page.site, ()) for page in pages if count[page.site] >= LEAST]
    with ProcessPoolExecutor(options.jobs) as workers:
        cleaned = list(workers.map(_clean, *zip(*tasks, strict=True), chunksize=4))
    sites = defaultdict(list)
    for one in cleaned:
        sites[one.site].append(one)
    print(f"{len(cleaned)} pages of {len(sites)} sites with {LEAST} pages or more")
    ways: dict[str, tuple[Teach, float]] = {
        "nothing known": (lambda others, page: frozenset(), FLOOR),
        "learned from other pages": (lambda others, page: _learned(others, page, COPIES[:1]), FLOOR),
        "learned, with copies": (lambda others, page: _learned([*others, page], page, COPIES), FLOOR),
        "copies teach": (lambda others, page: _naive([*others, page], COPIES), FLOOR),
        "copies teach, no floor": (lambda others, page: _naive([*others, page], COPIES), 0.0),
    }
    for name, (teach, floor) in ways.items():
        _report(name, sites.values(), teach, floor, options.cuts and name.startswith("learned"))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--sets", default=SETS)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--plant", action="store_true", help="make sites of five pages that share two paragraphs")
    parser.add_argument("--cuts", action="store_true", help="print each block cut, and whether it is in the gold")
    return parser.parse_args()


def _planted(pages: Sequence[Page]) -> list[tuple[Page, str, tuple[str, ...]]]:
    """Pages with the name of a made-up site and what that site prints on each of its pages."""
    articles = [page for page in pages if len(page.gold["text"] or "") > LONG]
    whole = articles[: len(articles) // SITE_PAGES * SITE_PAGES]
    tasks = []
    for at, page in enumerate(whole):
        site = f"site-{at // SITE_PAGES}.example"
        tasks.append((page, site, tuple(text.format(site=site, number=at // SITE_PAGES) for text in PLANTS)))
    return tasks


def _clean(page: Page, site: str, plants: Sequence[str]) -> Cleaned:
    gold = page.gold
    body, encoding = (_plant(page, plants), "utf-8") if plants else (page.body(), gold["encoding"])
    document = clean_document(body, url=gold["url"], encoding=encoding)
    main = document.articles[0] if document.articles else None
    blocks = tuple(block.text for block in main.blocks) if main else ()
    return Cleaned(gold["id"], site, gold["text"] or "", main.title if main else None, blocks, tuple(plants))


def _plant(page: Page, plants: Sequence[str]) -> bytes:
    """The page with paragraphs behind the last but one of the article's, where there are so many."""
    tree = html.document_fromstring(page.body().decode(page.gold["encoding"], "replace").encode(), parser=_PARSER)
    own = " ".join(page.gold["text"].split())
    found = [one for one in tree.iter("p") if len(text := " ".join(one.text_content().split())) > 60 and text in own]
    for text in plants:
        for neighbour in found[-2:-1]:
            paragraph = html.Element("p")
            paragraph.text = text
            neighbour.addnext(paragraph)
    return html.tostring(tree, encoding="utf-8")


def _learned(seen: Iterable[Cleaned], page: Cleaned, addresses: Sequence[str]) -> frozenset[str]:
    """What the memory knows when `page` comes under an address of its own, after all of `seen` under each of theirs."""
    memory = SiteMemory()
    for address in addresses:
        for other in seen:
            memory.observe(page.site, other.sighting(address), NOW)
    return memory.knowledge(page.site, page.id).boilerplate


def _naive(seen: Iterable[Cleaned], addresses: Sequence[str]) -> frozenset[str]:
    """The blocks that stood on as many pages as the memory asks for, whichever pages those were."""
    counts = Counter(signature for other in seen for _ in addresses for signature in set(other.sighting().kept))
    return frozenset(signature for signature, count in counts.items() if count > OTHERS)


def _report(name: str, sites: Iterable[Sequence[Cleaned]], teach: Teach, floor: float, show: bool) -> None:
    score = TextScore()
    touched = blocks = planted = kept_gold = all_gold = 0
    for pages in sites:
        for page in pages:
            if not page.gold:
                continue
            boilerplate = teach([other for other in pages if other is not page], page)
            kept = page.kept(boilerplate, floor)
            text = "\n\n".join(kept)
            score.add(page.gold, text)
            cut = [block for block in page.blocks if block not in kept]
            touched += bool(cut)
            blocks += len(cut)
            planted += sum(plant in kept for plant in page.plants)
            cjk = is_cjk(page.gold)
            wanted = shingles(page.gold, cjk)
            all_gold += (wanted & shingles("\n\n".join(page.blocks), cjk)).total()
            kept_gold += (wanted & shingles(text, cjk)).total()
            if show:
                for block in cut:
                    print(f"    {page.id}: {'GOLD' if block[:60] in page.gold else '    '} {block[:110]!r}")
    lost = 1 - kept_gold / all_gold if all_gold else 0.0
    figures = f"pages cut {touched}, blocks cut {blocks}, planted ones left {planted}, gold lost {lost:.2%}"
    print(f"{name:26} {score}  {figures}", flush=True)


if __name__ == "__main__":
    main()
