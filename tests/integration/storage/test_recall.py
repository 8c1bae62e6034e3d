"""Recall: what became of the articles that a source's sitemaps list."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from copydesk.contracts import Source
from copydesk.storage import Pool
from copydesk.storage.polls import PollSchedule
from copydesk.storage.source_health import ListedUrls
from copydesk.storage.sources import save_sources

pytestmark = pytest.mark.postgres


async def add(
    pool: Pool, state: str, reason: str | None = None, *, leads_to: UUID | None = None, listed: bool = True
) -> UUID:
    identity = uuid4()
    await pool.execute(
        "INSERT INTO copydesk.frontier"
        " (url_id, url, host, source, state, reason, duplicate_of, listed, first_seen, first_fetched)"
        " VALUES ($1, $2, 'bay.example', 'bay', $3, $4, $5, $6, now() - interval '5 hours',"
        " CASE WHEN $3 IN ('done', 'gone') THEN now() END)",
        identity,
        f"https://bay.example/{identity}",
        state,
        reason,
        leads_to,
        listed,
    )
    return identity


@pytest.fixture
async def schedule(pool: Pool) -> PollSchedule:
    await save_sources(pool, [Source(name="bay", url="https://bay.example/")])
    schedule = PollSchedule(pool, "tests", timedelta(minutes=1))
    await schedule.claim(1, None)
    return schedule


async def test_a_duplicate_fares_as_what_it_leads_to(pool: Pool, schedule: PollSchedule) -> None:
    fetched = await add(pool, "done", listed=False)
    kept_out = await add(pool, "dropped", "opt-out-noai", listed=False)
    dead = await add(pool, "dead", "timeout", listed=False)
    over_there = await add(pool, "duplicate", "duplicate-of", leads_to=dead, listed=False)
    for end in (fetched, kept_out, dead, over_there):
        await add(pool, "duplicate", "duplicate-of", leads_to=end)
    assert await schedule.problems.recall("bay", timedelta(0)) == ListedUrls(4, fetched=1, forbidden=1, absent=0)


async def test_two_that_lead_to_one_another_are_missed(pool: Pool, schedule: PollSchedule) -> None:
    one = await add(pool, "waiting")
    other = await add(pool, "duplicate", "duplicate-of", leads_to=one)
    await pool.execute(
        "UPDATE copydesk.frontier SET state = 'duplicate', duplicate_of = $2 WHERE url_id = $1", one, other
    )
    assert await schedule.problems.recall("bay", timedelta(0)) == ListedUrls(2, fetched=0, forbidden=0, absent=0)


async def test_what_says_that_it_is_missing_is_no_article_and_what_is_behind_a_wall_is_missed(
    pool: Pool, schedule: PollSchedule
) -> None:
    for reason in ("http-404", "soft-404", "redirect-home", "parked-domain", "not-html"):
        await add(pool, "dropped", reason)
    for reason in ("consent-wall", "login-wall", "needs-javascript", "http-403"):
        await add(pool, "dropped", reason)
    assert await schedule.problems.recall("bay", timedelta(0)) == ListedUrls(9, fetched=0, forbidden=0, absent=5)
