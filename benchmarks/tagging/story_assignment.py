"""What finding copies and stories costs the writer, beside many articles.

    python -m benchmarks.tagging.story_assignment [--articles 200000] [--filed 3000]

Fills an embedded Postgres with articles of two weeks, a third of them in stories of several, then files more in batches
as the writer does, with story keys and without, and prints plans of the lookups.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import md5
from pathlib import Path
from uuid import UUID, uuid5

from copydesk_writer.adapters.postgres import ArticleFiler
from copydesk_writer.adapters.tables import STORIES
from copydesk_writer.core.story_evidence import WINDOW, key_hash

from copydesk.contracts import ArticleTagged, Envelope, Language, Message, StoryKeys, article_id
from copydesk.runtime.outcomes import Received
from copydesk.runtime.ports import Partition
from copydesk.settings import PostgresSettings
from copydesk.storage import EmbeddedPostgres, Pool, migrate, open_pool

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
BATCH = 200
COMMON = 50_000
_FILL = """
INSERT INTO copydesk.articles (id, source, url, url_hash, canonical_url, text, content_sha256, record_sha256,
    revision_sha256, revision, fetched_at, version, message_id, message_time, first_stored_at, stored_at, published,
    story_id)
SELECT md5(n::text)::uuid, 's' || n % 500, 'u' || n, sha256(n::text::bytea), 'u' || n, 'text', '', '', '', 1, t, n,
    'm' || n, t, t, t, t, 'story ' || n / 3
FROM (SELECT n,
      $2::timestamptz - n * interval '14 days' / $1::integer AS t FROM generate_series(1, $1::integer) n) AS f;
"""
_FILL_STORIES = """
INSERT INTO copydesk.stories (id, first_seen_at, articles)
SELECT story_id, min(stored_at), count(*) FROM copydesk.articles GROUP BY story_id;
"""


def article(number: int, dice: random.Random, *, with_keys: bool) -> ArticleTagged:
    url = f"https://paper.example/{with_keys}/{number}"
    event = number // 3
    own = [f"name:of event {event}, {key}" for key in range(5)]
    common = [f"name:{int(dice.random() ** 3 * COMMON)}" for _ in range(9)]
    return ArticleTagged(
        id=article_id(url),
        url=url,
        canonical_url=url,
        source=f"s{number % 500}",
        fetched_at=NOW,
        content_sha256="",
        title=f"Headline {number}",
        text="A sentence of eight words stands here today. " * 50,
        published=NOW - timedelta(hours=dice.uniform(0, 30)),
        language=Language(tag="en", confidence=1.0),
        minhash=[dice.randrange(2**32) for _ in range(128)],
        bands=[dice.randrange(2**62) for _ in range(42)],
        story_keys=StoryKeys(keys=dict.fromkeys([*own, *common], 0.8), headline=own[:2]) if with_keys else None,
    )


def _envelope(one: ArticleTagged) -> Envelope:
    return Envelope(id=str(uuid5(UUID(int=1), one.id)), type="ArticleTagged", source="tagger", time=NOW)


async def file(pool: Pool, articles: Sequence[ArticleTagged]) -> float:
    """Articles a second."""
    filer = ArticleFiler(pool)
    begin = time.perf_counter()
    for start in range(0, len(articles), BATCH):
        batch: list[Received[Message]] = [
            Received(one, _envelope(one), {}, Partition("t", 0), 0) for one in articles[start : start + BATCH]
        ]
        await filer.handle(batch, NOW)
    return len(articles) / (time.perf_counter() - begin)


async def _fill_keys(pool: Pool, stored: int) -> None:
    """Five names that an event has to itself, and nine that are the more common the lower their number."""
    dice = random.Random(3)
    common = [(f"name:{number}", key_hash(f"name:{number}")) for number in range(COMMON)]
    offers: list[tuple[object, ...]] = []
    keys: list[tuple[object, ...]] = []
    for number in range(1, stored + 1):
        identity, at = (
            UUID(md5(str(number).encode(), usedforsecurity=False).hexdigest()),
            NOW - timedelta(days=14) * number / stored,
        )
        own = [f"name:of event {number // 3}, {key}" for key in range(5)]
        shared = [common[int(dice.random() ** 3 * COMMON)] for _ in range(9)]
        names = list(dict.fromkeys([*own, *(name for name, _ in shared)]))
        offers.append((identity, at, True, names, [0.8] * len(names), own[:2], True))
        keys.extend((key, at, identity) for key in {*map(key_hash, own), *(key for _, key in shared)})
    async with pool.acquire() as connection:
        await connection.copy_records_to_table("article_stories", schema_name="copydesk", records=offers)
        await connection.copy_records_to_table("story_keys", schema_name="copydesk", records=keys)


async def measure(dsn: str, stored: int, filed: int) -> None:
    await migrate(dsn)
    pool = await open_pool(dsn, PostgresSettings(command_timeout=timedelta(minutes=10)))
    await pool.execute(_FILL, stored, NOW)
    await _fill_keys(pool, stored)
    await pool.execute(_FILL_STORIES)
    await pool.execute("ANALYZE")
    dice = random.Random(5)
    await file(pool, [article(-number, dice, with_keys=True) for number in range(1, BATCH)])
    for with_keys in (False, True):
        articles = [article(number, dice, with_keys=with_keys) for number in range(filed)]
        rate = await file(pool, articles)
        print(f"{'with' if with_keys else 'without'} story keys: {rate:.0f} articles/s")
    some = await pool.fetch(
        "SELECT article_id FROM copydesk.story_keys WHERE at > $1 LIMIT 200", NOW - timedelta(hours=9)
    )
    plan = await pool.fetch("EXPLAIN ANALYZE " + STORIES["find_tellings"], [row[0] for row in some], WINDOW)
    print("\n".join(row[0] for row in plan))
    pool.terminate()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--filed", type=int, default=3_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="copydesk-postgres-") as folder:
        Path(folder).chmod(0o755)
        with EmbeddedPostgres(Path(folder) / "data") as dsn:
            asyncio.run(measure(dsn, arguments.articles, arguments.filed))


if __name__ == "__main__":
    main()
