"""What old articles offered to be found by goes, and does not come back by itself."""

from datetime import timedelta
from typing import Any

import pytest
from copydesk_writer.adapters.forgetting import forget
from copydesk_writer.core.duplicates import MEMORY

from copydesk.contracts import ArticleTagged, StoryKeys
from copydesk.storage import Pool

from .test_filing import NOON, article, file, signature

pytestmark = pytest.mark.postgres

KEYS = StoryKeys(keys={"name:brg": 1.0, "number:340": 1.0}, headline=["name:brg"])
LATER = NOON + MEMORY + timedelta(days=1)


def found(page: str = "/ferry", minute: int = 0, **changes: Any) -> ArticleTagged:
    """An article with everything that copies and stories are found by."""
    return article(page, minute, minhash=signature(), bands=[7, 8], story_keys=KEYS, **changes)


async def offered(pool: Pool) -> tuple[int, ...]:
    tables = ("article_signatures", "story_keys")
    return tuple([await pool.fetchval(f"SELECT count(*) FROM copydesk.{table}") for table in tables])


async def test_what_became_old_while_no_writer_ran_is_forgotten(pool: Pool) -> None:
    await file(pool, found())
    await file(pool, found("/young"), now=LATER)
    assert await forget(pool, LATER + timedelta(days=40) - MEMORY) == 1
    assert await offered(pool) == (1, 2)


async def test_each_article_is_forgotten_once_however_many_there_are(pool: Pool) -> None:
    await file(pool, *(found(f"/{number}") for number in range(600)))
    await file(pool, *(found(f"/later/{number}") for number in range(3)), now=NOON + timedelta(hours=2))
    assert await forget(pool, NOON + timedelta(hours=1)) == 600
    assert await forget(pool, NOON + timedelta(hours=1)) == 0
    assert await forget(pool, NOON + timedelta(hours=3)) == 3
    assert await offered(pool) == (0, 0)


async def test_other_tags_do_not_bring_back_what_was_forgotten(pool: Pool) -> None:
    await file(pool, found())
    await forget(pool, LATER - MEMORY)
    await file(pool, found(minute=1, keywords=["ferry", "harbour"]), now=LATER)
    assert await offered(pool) == (0, 0)
    assert await pool.fetchval("SELECT keywords FROM copydesk.articles") == ["ferry", "harbour"]


async def test_an_old_article_that_is_revised_is_found_again(pool: Pool) -> None:
    await file(pool, found())
    await forget(pool, LATER - MEMORY)
    await file(pool, found(minute=1, text="Readers are told something else."), now=LATER)
    assert await offered(pool) == (1, 2)
    assert await forget(pool, LATER - timedelta(hours=1)) == 0
    assert await forget(pool, LATER + timedelta(hours=1)) == 1
