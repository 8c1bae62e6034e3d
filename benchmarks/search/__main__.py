"""How fast a search answers.

    python -m benchmarks.search [--articles N] [--each N] [--workers N] [--plans] [--data-dir DIR]

A Postgres as it ships is filled with made-up articles in seven languages (words by their own frequencies, 2,000
sources, entities, places, topics, three years), then asked queries of every kind, one after the other. Prints
milliseconds, p50 and p95 by kind, beside those of `ILIKE` over the texts, of unindexed full-text search, and of
the same index with every hit ranked. A million articles take 8 GB of disk and a quarter of an hour; `--data-dir` keeps
them for another run.
"""

import argparse
import asyncio
import contextlib
import tempfile
import time
from collections.abc import Awaitable, Iterator
from pathlib import Path

import asyncpg
from rich.console import Console
from rich.table import Table

from benchmarks.search.articles import LANGUAGES, Vocabulary
from benchmarks.search.filling import fill
from benchmarks.search.queries import Asked, mix
from copydesk.settings import PostgresSettings
from copydesk.storage import EmbeddedPostgres, Pool, migrate, open_pool
from copydesk.storage.search import search

_PEERS = {
    "ILIKE": "SELECT id FROM copydesk.articles WHERE title ILIKE $1 OR text ILIKE $1 ORDER BY published DESC LIMIT 20",
    "unindexed": (
        "SELECT id FROM copydesk.articles "
        "WHERE to_tsvector('english', text) @@ websearch_to_tsquery('english', $1) ORDER BY published DESC LIMIT 20"
    ),
    "every hit ranked": (
        "SELECT article_id FROM copydesk.article_search "
        "WHERE terms @@ websearch_to_tsquery('english', $1) "
        "ORDER BY ts_rank_cd(terms, websearch_to_tsquery('english', $1)) DESC LIMIT 20"
    ),
}
_PEER_QUERIES = {"ILIKE": 2, "unindexed": 1, "every hit ranked": 6}
_PATIENCE = 60


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--each", type=int, default=60, help="queries of each kind")
    parser.add_argument("--workers", type=int, default=2, help="processes that fill")
    parser.add_argument("--plans", action="store_true")
    parser.add_argument("--data-dir", type=Path, help="a folder for the database, filled once and kept")
    given = parser.parse_args()
    with _folder(given.data_dir) as folder, EmbeddedPostgres(folder / "data") as dsn:
        asyncio.run(_run(dsn, given))


@contextlib.contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept:
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="copydesk-search-") as folder:
        yield Path(folder)


async def _run(dsn: str, given: argparse.Namespace) -> None:
    out = Console()
    await migrate(dsn)
    pool = await open_pool(dsn, PostgresSettings())
    if not await pool.fetchval("SELECT EXISTS (SELECT FROM copydesk.articles)"):
        started = time.perf_counter()
        await fill(dsn, given.articles, given.workers)
        out.print(f"filled in {time.perf_counter() - started:.0f} s")
    out.print(await _sizes(pool))
    asked = mix({language: Vocabulary(language) for language in LANGUAGES}, given.each)
    logged: list[asyncpg.connection.LoggedQuery] = []
    taken: dict[str, list[float]] = {}
    for kind, queries in asked.items():
        for one in queries[:3]:
            await search(pool, one.query, one.filters)
        taken[kind] = [await _milliseconds(search(pool, one.query, one.filters)) for one in queries]
    peers = {name: await _peer(pool, name, asked) for name in _PEERS}
    out.print(_table(taken, peers))
    if given.plans:
        async with pool.acquire() as connection:
            connection.add_query_logger(logged.append)
        for kind in ("common word", "two words", "phrase", "beginning"):
            logged.clear()
            await search(pool, asked[kind][0].query, asked[kind][0].filters)
            out.print(f"[bold]{kind}[/]: {asked[kind][0].query}")
            await _print_plans(pool, logged, out)
    await pool.close()


async def _milliseconds(call: Awaitable[object]) -> float:
    started = time.perf_counter()
    await call
    return 1000 * (time.perf_counter() - started)


async def _peer(pool: Pool, name: str, asked: dict[str, list[Asked]]) -> dict[str, list[float]]:
    """A few queries of the kinds that peers know; what takes a minute counts as one."""
    taken: dict[str, list[float]] = {}
    for kind in ("common word", "usual word", "rare word"):
        for one in asked[kind][: _PEER_QUERIES[name]]:
            given = f"%{one.plain}%" if name == "ILIKE" else one.plain
            with contextlib.suppress(TimeoutError):
                spent = await _milliseconds(pool.fetch(_PEERS[name], given, timeout=_PATIENCE))
                taken.setdefault(kind, []).append(spent)
                continue
            taken.setdefault(kind, []).append(1000 * _PATIENCE)
    return taken


async def _sizes(pool: Pool) -> str:
    row = await pool.fetchrow(
        """
        SELECT (SELECT count(*) FROM copydesk.article_search) AS articles,
               pg_relation_size('copydesk.article_search') / 1e6 AS rows,
               pg_total_relation_size('copydesk.article_search') / 1e6 AS all,
               pg_relation_size('copydesk.article_search_terms') / 1e6 AS index,
               pg_total_relation_size('copydesk.articles') / 1e6 AS texts,
               current_setting('shared_buffers') AS buffers
        """
    )
    assert row is not None
    return (
        f"{row['articles']:,} articles: index {row['index']:,.0f} MB, rows {row['rows']:,.0f} MB, with terms and index "
        f"{row['all']:,.0f} MB; articles {row['texts']:,.0f} MB; shared_buffers {row['buffers']}"
    )


def _share(figures: list[float], share: float) -> float:
    ordered = sorted(figures)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _table(taken: dict[str, list[float]], peers: dict[str, dict[str, list[float]]]) -> Table:
    table = Table("queries", "p50 ms", "p95 ms", *peers)
    for kind, figures in taken.items():
        others = [_share(peer[kind], 0.5) if kind in peer else None for peer in peers.values()]
        shown = ["" if other is None else f"{other:,.0f}" for other in others]
        table.add_row(kind, f"{_share(figures, 0.5):.1f}", f"{_share(figures, 0.95):.1f}", *shown)
    every = [figure for figures in taken.values() for figure in figures]
    table.add_row("[bold]all[/]", f"{_share(every, 0.5):.1f}", f"{_share(every, 0.95):.1f}")
    return table


async def _print_plans(pool: Pool, logged: list[asyncpg.connection.LoggedQuery], out: Console) -> None:
    async with pool.acquire() as connection, connection.transaction():
        for one in list(logged):
            if "-- " in one.query or not one.query.lstrip().startswith(("SELECT", "WITH")):
                continue
            rows = await connection.fetch(f"EXPLAIN (ANALYZE, BUFFERS) {one.query}", *one.args)
            out.print("\n".join(row[0] for row in rows), markup=False)


if __name__ == "__main__":
    main()
