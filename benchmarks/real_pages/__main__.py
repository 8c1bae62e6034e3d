"""Real news pages, served from loopback and driven through all four services.

    python -m benchmarks.real_pages [--data DIR] [--sets fundus_news,fundus_hist]

Prints how many were stored, what became of the rest, text F1 against the gold beside trafilatura's alone on the same
pages in the same run, and titles, days and authors.
"""

import argparse
import asyncio
import gzip
import tempfile
import time
from datetime import timedelta
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import trafilatura

from benchmarks.real_pages.press import Press, StoredPage, load_pages
from benchmarks.scoring import TextScore, same_authors, same_day, same_title
from copydesk.cli.composition import database_pool
from copydesk.cli.run import run_pipeline
from copydesk.settings import Settings, TelemetrySettings
from copydesk.storage.articles import export
from copydesk.telemetry import configure_logging


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/extraction"))
    parser.add_argument("--sets", default="fundus_news,fundus_hist")
    given = parser.parse_args()
    configure_logging(TelemetrySettings(log_level="ERROR"))
    publishers = load_pages(given.data, given.sets.split(","))
    with tempfile.TemporaryDirectory(prefix="copydesk-real-pages-") as folder:
        settings = benchmark_settings(Path(folder))
        async with Press(publishers).serving() as press:
            started = time.perf_counter()
            await run_pipeline(settings, None, press.sources, once=True)
            seconds = time.perf_counter() - started
            stored = await stored_articles(settings)
            report(press, stored, seconds)


def benchmark_settings(folder: Path) -> Settings:
    """The defaults, allowed to reach loopback, with a short delay between requests to a host."""
    settings = Settings(data_dir=folder)
    http = settings.http.model_copy(
        update={"allow_networks": [IPv4Network("127.0.0.0/8")], "host_delay": timedelta(milliseconds=20)}
    )
    return settings.model_copy(update={"http": http})


async def stored_articles(settings: Settings) -> dict[str, dict[str, Any]]:
    """Stored articles by URL; parts split off a page are left out."""
    async with database_pool(settings) as pool:
        return {row["url"]: row async for row in export(pool, since=None, source=None) if not row.get("part_of")}


def report(press: Press, stored: dict[str, dict[str, Any]], seconds: float) -> None:
    ours, alone = TextScore(), TextScore()
    hits = {"title": [0, 0], "day": [0, 0], "authors": [0, 0]}
    worst = []
    for url, page in press.by_url.items():
        row = stored.get(url, {})
        worst.append((ours.add(page.gold["text"], row.get("text") or ""), page.gold["id"]))
        alone.add(page.gold["text"], _alone(page))
        _count(hits, page.gold, row)
    total = len(press.by_url)
    print(
        f"pages {total}, stored {len(set(stored) & set(press.by_url))} "
        f"({len(set(stored) & set(press.by_url)) / total:.1%}), {seconds:.1f} s"
    )
    print(f"text, through the pipeline  {ours}")
    print(f"text, trafilatura alone     {alone}   ratio of F1 {ours.f1 / alone.f1:.4f}")
    for name, (right, asked) in hits.items():
        print(f"{name:<8} {right}/{asked} = {right / asked:.3f}")
    print("worst pages:", ", ".join(f"{identity} {score:.2f}" for score, identity in sorted(worst)[:8]))
    for url in sorted(set(press.by_url) - set(stored)):
        print("not stored:", press.by_url[url].gold["id"])


def _alone(page: StoredPage) -> str:
    html = gzip.decompress(page.file.read_bytes()).decode(page.gold["encoding"], "replace")
    found = trafilatura.bare_extraction(html, url=page.gold["url"], with_metadata=True, include_comments=False)
    return (found.text if found else "") or ""


def _count(hits: dict[str, list[int]], gold: dict[str, Any], row: dict[str, Any]) -> None:
    checks = {
        "title": bool(gold["title"]) and same_title(gold["title"], row.get("title")),
        "day": bool(gold["published"]) and same_day(gold["published"], _text(row.get("published"))),
        "authors": bool(gold["authors"]) and same_authors(gold["authors"], row.get("authors") or []),
    }
    for name, field in (("title", "title"), ("day", "published"), ("authors", "authors")):
        if gold[field]:
            hits[name][1] += 1
            hits[name][0] += checks[name]


def _text(moment: Any) -> str | None:
    return moment.isoformat() if hasattr(moment, "isoformat") else moment


if __name__ == "__main__":
    asyncio.run(main())
