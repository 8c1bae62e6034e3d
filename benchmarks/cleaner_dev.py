"""Quality of the cleaner on the development pages, with trafilatura alone beside it.

    python -m benchmarks.cleaner_dev [--data DIR] [--sets fundus_news,fundus_hist] [--damage] [--worst N]

Scores are those of `benchmarks.scoring`. `--damage` runs the text path over the gold texts and prints the share of
their characters that it cuts: gold is clean, so every cut is damage.
"""

import argparse
import gzip
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import trafilatura
from copydesk_cleaner.adapters.documents import clean_document
from copydesk_cleaner.core.lines import storable
from copydesk_cleaner.core.text_article import clean_text

from benchmarks.scoring import TextScore, same_authors, same_day, same_title

DATA = Path(os.environ.get("COPYDESK_EXTRACTION_DATA", "../shared/data/extraction"))

Row = dict[str, Any]


@dataclass
class Result:
    """What one cleaner made of one page."""

    text: str = ""
    title: str | None = None
    authors: list[str] = field(default_factory=list)
    published: str | None = None


def ours(body: bytes, row: Row) -> Result:
    document = clean_document(body, url=row["url"], encoding=row["encoding"])
    if not document.articles:
        return Result()
    main = document.articles[0]
    published = main.published.isoformat() if main.published else None
    return Result(main.text, main.title, list(main.authors), published)


def trafilatura_alone(body: bytes, row: Row) -> Result:
    page = body.decode(row["encoding"], "replace")
    found = trafilatura.bare_extraction(page, url=row["url"], include_comments=False, with_metadata=True)
    if found is None:
        return Result()
    return Result(found.text or "", found.title, (found.author or "").split("; "), found.date)


CLEANERS: dict[str, Callable[[bytes, Row], Result]] = {"copydesk": ours, "trafilatura": trafilatura_alone}


def rows(data: Path, name: str) -> Iterator[Row]:
    with (data / "gold" / f"{name}.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def report(
    name: str, cleaner: str, page_rows: Sequence[Row], results: Sequence[Result], seconds: float
) -> list[tuple[float, str]]:
    """Print a line of figures; returns each page's own F1, lowest first."""
    pairs = list(zip(page_rows, results, strict=True))
    text = TextScore()
    pages = sorted((text.add(row["text"], got.text), row["id"]) for row, got in pairs if row["text"])
    title = share(same_title(row["title"], got.title) for row, got in pairs if row["title"])
    date = share(same_day(row["published"], got.published) for row, got in pairs if row["published"])
    authors = share(same_authors(row["authors"], got.authors) for row, got in pairs if row["authors"])
    print(
        f"{name:12} {cleaner:12} n={len(pairs):4} {text} title={title:.4f} date={date:.4f} authors={authors:.4f} "
        f"{len(pairs) / seconds:6.1f} pages/s",
        flush=True,
    )
    return pages


def share(hits: Iterable[bool]) -> float:
    held = list(hits)
    return sum(held) / len(held) if held else 0.0


def measure(data: Path, name: str, worst: int) -> None:
    page_rows = list(rows(data, name))
    bodies = [gzip.decompress((data / "pages" / name / f"{row['id']}.html.gz").read_bytes()) for row in page_rows]
    for cleaner, clean in CLEANERS.items():
        started = time.perf_counter()
        results = [clean(body, row) for body, row in zip(bodies, page_rows, strict=True)]
        lowest = report(name, cleaner, page_rows, results, time.perf_counter() - started)
        for score, identity in lowest[:worst]:
            print(f"    {score:.3f} {identity}")


def damage(data: Path, name: str) -> None:
    cut = total = 0
    for row in rows(data, name):
        if not row["text"] or not row["title"] or row.get("page_type", "article") != "article":
            continue
        source, _ = storable(f"{row['title'].strip()}\n\n{row['text']}")
        article = clean_text(source)
        total += len("".join(row["text"].split()))
        furniture = (
            one for one in article.cuts if one.reason != "dateline" and not (one.reason == "title" and one.where == 0)
        )
        cut += sum(len("".join(one.text.split())) for one in furniture)
    print(f"{name:12} the text path cuts {100 * cut / max(1, total):.3f} % of the gold's characters")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--sets", default="fundus_news,fundus_hist")
    parser.add_argument("--damage", action="store_true")
    parser.add_argument("--worst", type=int, default=0, help="print the pages with the lowest scores")
    arguments = parser.parse_args()
    if not (arguments.data / "gold").is_dir():
        parser.exit(2, f"{arguments.data}: no folder gold in it; give the extraction data with --data\n")
    for name in arguments.sets.split(","):
        if arguments.damage:
            damage(arguments.data, name)
        else:
            measure(arguments.data, name, arguments.worst)


if __name__ == "__main__":
    main()
