"""Messages that nobody sends by intent, and databases that fail half-way, on a real Postgres."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from copydesk.contracts import ArticleTagged, Entity, Rights, Story, StoryKeys
from copydesk.runtime.outcomes import DeadLettered, DependencyUnavailableError, Drop, Emit, Outcome, Received
from copydesk.storage import Pool

from .test_filing import NOON, article, event, everything, file, received, signature, withdrawn

pytestmark = pytest.mark.postgres

FIRST, LAST = datetime(1, 1, 1, 0, 0, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


def entities(many: int) -> list[Entity]:
    return [Entity(start=n, end=n + 1, text=f"Name {n}", type="PER", uri=f"wikidata:Q{n}") for n in range(many)]


def keyed(key: str) -> StoryKeys:
    return StoryKeys(keys={key: 1.0, "number:340": 1.0, "country:NL": 0.5}, headline=[key])


STRANGE: dict[str, Callable[[], dict[str, Any]]] = {
    "very many entities": lambda: {"entities": entities(30_000)},
    "an entity of a megabyte": lambda: {"entities": [Entity(start=0, end=1, text="x" * 1_000_000, type="ORG")]},
    "an entity past its text": lambda: {"entities": [Entity(start=9, end=2**31 - 1, text="x", type="ORG")]},
    "NUL in keys of a story": lambda: {"story_keys": keyed("name:\0"), "published": NOON},
    "a key of a story of 10 MB": lambda: {"story_keys": keyed("name:" + "k" * 10_000_000), "published": NOON},
    "published in the year 1": lambda: {"story_keys": keyed("name:brg"), "published": FIRST, "modified": FIRST},
    "published in the year 9999": lambda: {"story_keys": keyed("name:brg"), "published": LAST, "modified": LAST},
    "fetched in the year 1": lambda: {"story_keys": keyed("name:brg"), "fetched_at": FIRST, "published": None},
    "fetched in the year 9999": lambda: {"story_keys": keyed("name:brg"), "fetched_at": LAST, "published": None},
    "published at the first instant": lambda: {
        "story_keys": keyed("name:brg"),
        "published": datetime.min.replace(tzinfo=UTC),
        "modified": datetime.max.replace(tzinfo=UTC),
    },
    "rights that contradict": lambda: {
        "rights": Rights(display="full", retention_days=-5, opt_outs=["noarchive"]),
        "flags": ["text-dropped"],
    },
    "bands without a signature": lambda: {"bands": [1, 2, 3]},
    "a band 42 times": lambda: {"minhash": signature(), "bands": [7] * 42},
    "an id of another page": lambda: {"id": str(UUID(int=11))},
    "a part of itself": lambda: {"part_of": article().id},
    "its own copy": lambda: {"duplicate_of": article().id},
}


@pytest.mark.parametrize("kind", STRANGE)
async def test_what_is_strange_is_stored_told_and_known_again(pool: Pool, kind: str) -> None:
    strange, other = received(article(**STRANGE[kind]())), received(article("/moor", story_keys=keyed("name:brg")))
    outcomes = await file(pool, strange, other)
    assert [one.message.revision for one in stored_in(outcomes)] == [1, 1]
    before = await everything(pool)
    assert await file(pool, strange, other, now=NOON + timedelta(hours=1)) == outcomes
    assert await everything(pool) == before


def stored_in(outcomes: list[Outcome]) -> list[Any]:
    return [
        one
        for outcome in outcomes
        if isinstance(outcome, Emit)
        for one in outcome.messages
        if one.topic.name == "articles.stored"
    ]


async def test_what_was_fetched_before_all_time_is_dead_lettered(pool: Pool) -> None:
    bad, good = await file(pool, article(fetched_at=datetime.min.replace(tzinfo=UTC)), article("/b"))
    assert isinstance(bad, DeadLettered)
    assert "outside the calendar" in bad.detail
    assert event(good).change == "new"


async def test_a_message_with_an_id_that_no_index_takes_costs_no_event(pool: Pool) -> None:
    longest = "".join(random.Random(5).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=9_000))
    batch = [
        received(article("/a", story_keys=keyed("name:brg"), published=NOON), cause=longest),
        received(article("/b", story_keys=keyed("name:brg"), published=NOON)),
    ]
    outcomes = await file(pool, *batch)
    revisions = await pool.fetchval("SELECT count(*) FROM copydesk.revisions")
    assert revisions == len(stored_in(outcomes)) == 2
    assert stored_in(await file(pool, *batch)) == stored_in(outcomes)


async def test_messages_of_two_articles_with_one_id_are_told_apart(pool: Pool) -> None:
    batch: list[Received[Any]] = [received(article(page), cause="same") for page in ("/a", "/b")]
    outcomes = await file(pool, *batch)
    assert [event(one).id for one in outcomes] == [one.message.id for one in batch]
    assert await file(pool, *batch) == outcomes
    (late,) = await file(pool, received(article("/c"), cause="same"))
    assert (event(late).change, event(late).id) == ("new", article("/c").id)
    gone: list[Received[Any]] = [received(withdrawn(page), cause="same too") for page in ("/a", "/c")]
    assert [event(one).id for one in await file(pool, *gone)] == [one.message.id for one in gone]


async def test_a_second_body_under_the_id_of_an_article_is_not_believed(pool: Pool) -> None:
    (first,) = await file(pool, received(article(), cause="same"))
    assert await file(pool, received(article(minute=9, text="Another."), cause="same")) == [first]
    assert await pool.fetchval("SELECT count(*) FROM copydesk.revisions") == 1


async def test_one_article_500_times_in_a_batch_is_one_revision(pool: Pool) -> None:
    batch: list[Received[Any]] = [received(article(minute=minute, text=f"At {minute}.")) for minute in range(500)]
    random.Random(4).shuffle(batch)
    outcomes = await file(pool, *batch)
    assert sum(isinstance(one, Emit) for one in outcomes) == 1
    assert outcomes.count(Drop("superseded")) == 499
    assert await pool.fetchval("SELECT text FROM copydesk.articles") == "At 499."


FAILING = """
    CREATE FUNCTION copydesk.fail() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'made to fail' USING ERRCODE = '{state}'; END $$;
    CREATE TRIGGER failing BEFORE INSERT OR UPDATE ON copydesk.{table} EXECUTE FUNCTION copydesk.fail()
"""
STEPS = {"filing": "cuts", "copies": "lineage", "stories": "story_changes"}
AWAY = {
    "disk full": "53100",
    "read-only": "25006",
    "cancelled": "57014",
    "lock timeout": "55P03",
    "out of memory": "53200",
    "going down": "57P01",
}


def pair() -> list[Received[ArticleTagged]]:
    """An original and its copy, in one story."""
    fields: dict[str, Any] = {"bands": [7], "story_keys": keyed("name:brg"), "published": NOON, "title": "Bridge falls"}
    found = [article(f"/{page}", minhash=signature(page), **fields) for page in (1, 2)]
    return [received(one) for one in found]  # type: ignore[misc]


async def left_by(pool: Pool) -> tuple[Any, ...]:
    """What copies and stories there are, but for their ids."""
    return (
        await pool.fetchval("SELECT count(*) FROM copydesk.articles WHERE duplicate_of IS NOT NULL"),
        await pool.fetchval("SELECT count(*) FROM copydesk.lineage"),
        await pool.fetchval("SELECT max(articles) FROM copydesk.stories"),
        [row[0] for row in await pool.fetch("SELECT change FROM copydesk.story_changes ORDER BY ordinal, change")],
    )


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", AWAY)
async def test_a_database_that_fails_in_any_step_pauses_and_loses_nothing(pool: Pool, step: str, state: str) -> None:
    batch = pair()
    await pool.execute(FAILING.format(state=AWAY[state], table=STEPS[step]))
    with pytest.raises(DependencyUnavailableError, match=AWAY[state]):
        await file(pool, *batch)
    assert await pool.fetchval("SELECT count(*) FROM copydesk.articles") == (0 if step == "filing" else 2)
    await pool.execute("DROP FUNCTION copydesk.fail CASCADE")
    outcomes = await file(pool, *batch)
    assert [(one.message.change, one.message.revision) for one in stored_in(outcomes)] == [("new", 1)] * 2
    assert await left_by(pool) == (1, 1, 2, ["created", "joined"])
    assert sum(len(one.messages) for one in outcomes if isinstance(one, Emit)) == 4


@pytest.mark.parametrize("step", ["copies", "stories"])
async def test_what_can_never_be_looked_around_for_is_filed_and_told(pool: Pool, step: str) -> None:
    batch = pair()
    await pool.execute(FAILING.format(state="22003", table=STEPS[step]))
    assert [one.message.change for one in stored_in(await file(pool, *batch))] == ["new", "new"]
    await pool.execute("DROP FUNCTION copydesk.fail CASCADE")
    await file(pool, *batch)
    assert await left_by(pool) == (1, 1, 2, ["created", "joined"])


async def test_a_story_that_a_message_names_is_dead_lettered_where_no_index_takes_it(pool: Pool) -> None:
    longest = "".join(random.Random(6).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=9_000))
    bad, good = await file(pool, article("/a", story=Story(id=longest, confidence=1)), article("/b"))
    assert isinstance(bad, DeadLettered)
    assert event(good).change == "new"


async def test_a_clock_that_is_set_back_loses_no_event(pool: Pool) -> None:
    later = NOON + timedelta(days=30)
    await file(pool, article(), now=later)
    messages = [received(article(minute=1, text="Changed.")), received(withdrawn(minute=2))]
    outcomes = [outcome for message in messages for outcome in await file(pool, message)]
    assert [event(one).stored_at for one in outcomes] == [later, later], "no revision is older than the one before"
    assert [outcome for message in messages for outcome in await file(pool, message)] == outcomes
