"""Quality of the cleaner on the development pages, with trafilatura alone beside it.

    python benchmarks/cleaner_dev.py [--data DIR] [--sets fundus_news,fundus_hist] [--damage] [--worst N]

Scores as the data's README defines them: mean precision and recall of 4-shingles, their F1; titles after NFKC,
entities, white space and case; authors as sets; dates by day in the gold's offset or in UTC. `--damage` runs the text
path over the gold texts and prints the share of their characters that it cuts: gold is clean, so every cut is damage.
"""

import argparse
import gzip
import html
import json
import os
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import trafilatura
from copydesk_cleaner.adapters.documents import clean_document
from copydesk_cleaner.core.lines import storable
from copydesk_cleaner.core.text_article import clean_text

DATA = Path(os.environ.get("COPYDESK_EXTRACTION_DATA", "../shared/data/extraction"))
_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\u0e00-\u0e7f"
_WORDS = re.compile(r"\w+")
_CHARACTERS = re.compile(f"[{_CJK}]|[^\\W{_CJK}]+")

Row = dict[str, Any]


@dataclass
class Result:
    """What one cleaner made of one page."""

    text: str = ""
    title: str | None = None
    authors: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    """The days it could mean, as ISO dates."""


def ours(body: bytes, row: Row) -> Result:
    document = clean_document(body, url=row["url"], encoding=row["encoding"])
    if not document.articles:
        return Result()
    main = document.articles[0]
    moment = main.published
    days = [moment.date().isoformat(), moment.astimezone(UTC).date().isoformat()] if moment else []
    return Result(main.text, main.title, list(main.authors), days)


def trafilatura_alone(body: bytes, row: Row) -> Result:
    page = body.decode(row["encoding"], "replace")
    found = trafilatura.bare_extraction(page, url=row["url"], include_comments=False, with_metadata=True)
    if found is None:
        return Result()
    return Result(found.text or "", found.title, (found.author or "").split("; "), [found.date] if found.date else [])


CLEANERS: dict[str, Callable[[bytes, Row], Result]] = {"copydesk": ours, "trafilatura": trafilatura_alone}


def rows(data: Path, name: str) -> Iterator[Row]:
    with (data / "gold" / f"{name}.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def shingles(text: str, *, cjk: bool) -> Counter[tuple[str, ...]]:
    tokens = (_CHARACTERS if cjk else _WORDS).findall(text or "")
    return Counter(tuple(tokens[at : at + 4]) for at in range(max(1, len(tokens) - 3))) if tokens else Counter()


def is_cjk(gold: str) -> bool:
    letters = "".join(gold.split())
    return len(re.findall(f"[{_CJK}]", letters)) > 0.2 * len(letters)


def text_score(gold: str, text: str) -> tuple[float | None, float | None]:
    cjk = is_cjk(gold)
    want, got = shingles(gold, cjk=cjk), shingles(text, cjk=cjk)
    common = (want & got).total()
    return (common / got.total() if got else None), (common / want.total() if want else None)


def plain(text: str | None) -> str:
    return " ".join(unicodedata.normalize("NFKC", html.unescape(text or "")).split()).casefold()


def names(people: Sequence[str]) -> set[str]:
    return {" ".join(re.sub(r"[^\w\s]", " ", person).casefold().split()) for person in people if person}


def gold_days(printed: str) -> set[str]:
    moment = datetime.fromisoformat(printed)
    return {moment.date().isoformat()} | ({moment.astimezone(UTC).date().isoformat()} if moment.tzinfo else set())


def mean(values: Sequence[float | None]) -> float:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else 0.0


def report(
    name: str, cleaner: str, page_rows: Sequence[Row], results: Sequence[Result], seconds: float
) -> list[tuple[float, str]]:
    scored = [
        (row, text_score(row["text"], result.text))
        for row, result in zip(page_rows, results, strict=True)
        if row["text"]
    ]
    precision, recall = mean([pair[0] for _, pair in scored]), mean([pair[1] for _, pair in scored])
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    pairs = list(zip(page_rows, results, strict=True))
    title = mean([float(plain(row["title"]) == plain(got.title)) for row, got in pairs if row["title"]])
    date = mean(
        [float(bool(gold_days(row["published"]) & set(got.published))) for row, got in pairs if row["published"]]
    )
    authors = mean([float(names(row["authors"]) == names(got.authors)) for row, got in pairs if row["authors"]])
    print(
        f"{name:12} {cleaner:12} n={len(pairs):4} P={precision:.4f} R={recall:.4f} F1={f1:.4f} "
        f"title={title:.4f} date={date:.4f} authors={authors:.4f} {len(pairs) / seconds:6.1f} pages/s",
        flush=True,
    )
    return sorted(((pair[0] or 0) + (pair[1] or 0), row["id"]) for row, pair in scored)


def measure(data: Path, name: str, worst: int) -> None:
    page_rows = list(rows(data, name))
    bodies = [gzip.decompress((data / "pages" / name / f"{row['id']}.html.gz").read_bytes()) for row in page_rows]
    for cleaner, clean in CLEANERS.items():
        started = time.perf_counter()
        results = [clean(body, row) for body, row in zip(bodies, page_rows, strict=True)]
        lowest = report(name, cleaner, page_rows, results, time.perf_counter() - started)
        for score, identity in lowest[:worst]:
            print(f"    {score / 2:.3f} {identity}")


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
