"""How fast a search answers.

    python -m benchmarks.search [--rows N] [--keep DIR] [--each N] [--workers N] [--plans] [--alone] [--fill-minutes M]

A Postgres as it ships is filled with made-up articles in seven languages (words by their own frequencies, 2,000
sources, entities, places, topics, three years), then asked queries of every kind, one after the other on one
connection. Prints milliseconds by kind: cold, of the first query of a connection (the memories of the database and of
the system keep what they have), and warm, of those that follow; and of processor time, the database's and ours; beside
those of `ILIKE` over the texts, of unindexed full-text search, and of the same index with every hit ranked. A million
articles take 10 GB of disk and a quarter of an hour; `--keep` keeps them for another run; `--fill-minutes` ends after
so many minutes of filling, which another run goes on with.
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
from benchmarks.search.measuring import Taken, measure, share
from benchmarks.search.queries import Asked, mix
from copydesk.settings import PostgresSettings
from copydesk.storage import Connection, EmbeddedPostgres, Pool, migrate, open_pool
from copydesk.storage.search import search
from copydesk.storage.statements import load_statements

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
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--each", type=int, default=60, help="queries of each kind")
    parser.add_argument("--workers", type=int, default=2, help="processes that fill")
    parser.add_argument("--plans", action="store_true")
    parser.add_argument("--alone", action="store_true", help="without the peers, which take minutes")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="a folder for the database, filled once and kept")
    parser.add_argument("--fill-minutes", type=float, help="only fill, for so long; another run goes on")
    given = parser.parse_args()
    with _folder(given.keep) as folder, EmbeddedPostgres(folder / "data") as dsn:
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
    pool = await open_pool(dsn, PostgresSettings(pool_size=1))
    started = time.perf_counter()
    filled = await fill(dsn, given.rows, given.workers, 60 * (given.fill_minutes or 1_000_000))
    if given.fill_minutes:
        out.print(f"{'filled' if filled else 'not yet filled'}, {time.perf_counter() - started:.0f} s")
        return
    out.print(await _sizes(pool))
    newest = await pool.fetchval("SELECT max(at) FROM copydesk.article_search")
    asked = mix({language: Vocabulary(language) for language in LANGUAGES}, given.each, newest)
    taken = {kind: await measure(dsn, pool, queries) for kind, queries in asked.items()}
    peers = {name: await _peer(pool, name, asked) for name in _PEERS if not given.alone}
    out.print(_table(taken, peers))
    if given.plans:
        for kind in ("common word", "two words", "phrase", "beginning"):
            out.print(f"[bold]{kind}[/]: {asked[kind][0].query}")
            await _print_plans(dsn, asked[kind][0], out)
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
               (SELECT sum(pg_relation_size(relid)) / 1e6 FROM pg_partition_tree('copydesk.article_search')) AS rows,
               (SELECT sum(pg_total_relation_size(relid)) / 1e6
                FROM pg_partition_tree('copydesk.article_search')) AS all,
               (SELECT sum(pg_relation_size(relid)) / 1e6
                FROM pg_partition_tree('copydesk.article_search_terms')) AS index,
               pg_total_relation_size('copydesk.articles') / 1e6 AS texts,
               current_setting('shared_buffers') AS buffers
        """
    )
    assert row is not None
    return (
        f"{row['articles']:,} articles: index {row['index']:,.0f} MB, rows {row['rows']:,.0f} MB, with terms and index "
        f"{row['all']:,.0f} MB; articles {row['texts']:,.0f} MB; shared_buffers {row['buffers']}"
    )


def _table(taken: dict[str, Taken], peers: dict[str, dict[str, list[float]]]) -> Table:
    table = Table("queries", "cold p50", "warm p50", "p95 ms", "CPU p50", "p95 ms", *peers)
    every = Taken()
    for kind, one in taken.items():
        others = [share(peer[kind], 0.5) if kind in peer else None for peer in peers.values()]
        shown = ["" if other is None else f"{other:,.0f}" for other in others]
        table.add_row(kind, *_figures(one), *shown)
        every.cold += one.cold
        every.warm += one.warm
        every.processor += one.processor
    table.add_row("[bold]all[/]", *_figures(every))
    return table


def _figures(one: Taken) -> list[str]:
    halves = [share(one.cold, 0.5), share(one.warm, 0.5), share(one.warm, 0.95)]
    return [f"{figure:.0f}" for figure in (*halves, share(one.processor, 0.5), share(one.processor, 0.95))]


async def _print_plans(dsn: str, asked: Asked, out: Console) -> None:
    """The plans of the last statement of each name that the search ran."""
    logged: dict[str, asyncpg.connection.LoggedQuery] = {}

    def note(query: asyncpg.connection.LoggedQuery) -> None:
        logged[query.query.partition("\n")[0]] = query

    async def listen(connection: Connection) -> None:
        connection.add_query_logger(note)

    async with asyncpg.create_pool(dsn, min_size=0, max_size=1, setup=listen) as pool:
        await search(pool, asked.query, asked.filters)
    connection = await asyncpg.connect(dsn)
    async with connection.transaction():
        await connection.fetch(load_statements("search")["plan_for_search"], "60s")
        for name, one in logged.items():
            if name.startswith("-- ") and one.args:
                rows = await connection.fetch(f"EXPLAIN (ANALYZE, BUFFERS) {one.query}", *one.args)
                out.print(name, *(row[0] for row in rows), sep="\n", markup=False, soft_wrap=True)
    await connection.close()


if __name__ == "__main__":
    main()
