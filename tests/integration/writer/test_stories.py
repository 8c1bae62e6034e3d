"""Which articles become one story, what is told of it, and what neither crashes nor writers side by side change."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import msgspec
import pytest
from copydesk_writer.adapters import story_rows
from copydesk_writer.adapters.forgetting import forget
from copydesk_writer.adapters.postgres import ArticleFiler
from copydesk_writer.adapters.tables import STORIES

from copydesk.contracts import (
    ArticleTagged,
    Envelope,
    Language,
    Message,
    PageWithdrawn,
    Story,
    StoryChanged,
    StoryKeys,
    article_id,
    story_id,
)
from copydesk.runtime.outcomes import Emit, Outcome, Received
from copydesk.runtime.ports import Partition
from copydesk.storage import Pool

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
BRIDGE = {"geonames:2789786": 1.0, "country:BE": 0.7, "name:frhlt": 0.9, "name:plntr": 0.8, "number:340": 1.0}
STRIKE = {"geonames:2988507": 1.0, "country:FR": 0.7, "name:mrtns": 0.9, "name:lkmtf": 0.8, "number:1250": 1.0}


def telling(page: str, keys: dict[str, float], hours: float = 0, language: str = "en", **changes: Any) -> ArticleTagged:
    """An article of a page that was published some hours after Monday morning; its headline names its first key."""
    url = f"https://{language}.example/{page}"
    published = changes.pop("published", MONDAY + timedelta(hours=hours))
    fields: dict[str, Any] = {
        "id": article_id(url),
        "url": url,
        "canonical_url": url,
        "source": f"{language}-post",
        "fetched_at": MONDAY + timedelta(days=90),
        "content_sha256": "0" * 64,
        "title": f"Headline of {page}",
        "text": f"Text of {page}.",
        "published": published,
        "language": Language(tag=language, confidence=1.0),
        "story_keys": StoryKeys(keys=keys, headline=list(keys)[:1]),
    }
    return ArticleTagged(**(fields | changes))


def received(message: Message) -> Received[Message]:
    identity = str(uuid5(UUID(int=0), repr(message)))
    envelope = Envelope(id=identity, type=type(message).__name__, source="tagger", time=MONDAY)
    return Received(message, envelope, {}, Partition("articles.tagged", 0), 0)


async def file(pool: Pool, *messages: Message, now: datetime = MONDAY) -> list[Outcome]:
    return await ArticleFiler(pool).handle([received(message) for message in messages], now)


def told(outcomes: Sequence[Outcome]) -> list[StoryChanged]:
    return [
        out.message
        for outcome in outcomes
        if isinstance(outcome, Emit)
        for out in outcome.messages
        if isinstance(out.message, StoryChanged)
    ]


async def stories(pool: Pool) -> dict[str, str]:
    rows = await pool.fetch("SELECT url, story_id FROM copydesk.v1_articles WHERE story_id IS NOT NULL")
    return {row["url"].removeprefix("https://"): row["story_id"] for row in rows}


async def test_tellings_of_one_event_in_several_languages_are_one_story(pool: Pool) -> None:
    first = telling("bridge", BRIDGE, language="nl")
    other = telling("bridge", BRIDGE | {"number:12": 1.0}, hours=5, language="en")
    outcomes = await file(pool, first, telling("strike", STRIKE), other)
    assert [(one.change, one.articles) for one in told(outcomes)] == [
        ("created", [first.id]),
        ("created", [article_id("https://en.example/strike")]),
        ("joined", [other.id]),
    ]
    found = await stories(pool)
    assert found["nl.example/bridge"] == found["en.example/bridge"] == story_id(first.id) != found["en.example/strike"]
    row = await pool.fetchrow("SELECT * FROM copydesk.v1_stories WHERE story_id = $1", story_id(first.id))
    assert row is not None
    assert (row["articles"], row["languages"], row["sources"]) == (2, ["en", "nl"], ["en-post", "nl-post"])
    assert (row["title"], row["first_published"], row["last_at"]) == (first.title, first.published, other.published)


@pytest.mark.parametrize("hours", [24 * 60, 24 * 365, -24 * 60])
async def test_what_looks_the_same_months_apart_is_another_story(pool: Pool, hours: float) -> None:
    await file(pool, telling("visit-1", BRIDGE))
    await file(pool, telling("visit-2", BRIDGE, hours=hours))
    assert len(set((await stories(pool)).values())) == 2


async def test_a_story_goes_on_for_weeks_by_what_comes_in_between(pool: Pool) -> None:
    for day in range(0, 30, 3):
        await file(pool, telling(f"day-{day}", BRIDGE, hours=24 * day))
    assert len(set((await stories(pool)).values())) == 1


async def test_without_a_date_nothing_is_joined_on_looks_alone(pool: Pool) -> None:
    await file(pool, telling("bridge", BRIDGE))
    await file(pool, telling("undated", BRIDGE, published=None), telling("undated-2", BRIDGE, published=None))
    assert len(set((await stories(pool)).values())) == 3


async def test_a_copy_without_a_date_joins_its_original(pool: Pool) -> None:
    signature = {"minhash": [7] * 128, "bands": list(range(42))}
    await file(pool, telling("bridge", BRIDGE, **signature))
    copied = telling("copy", BRIDGE, published=None, **signature)
    (joined,) = told(await file(pool, copied, now=MONDAY + timedelta(hours=1)))
    assert (joined.change, joined.duplicate_of) == ("joined", article_id("https://en.example/bridge"))
    assert len(set((await stories(pool)).values())) == 1


async def test_a_redelivered_message_tells_the_same_events_and_changes_nothing(pool: Pool) -> None:
    messages = [telling("bridge", BRIDGE, language="nl"), telling("bridge", BRIDGE, hours=1), telling("strike", STRIKE)]
    first = told(await file(pool, *messages))
    before = await stories(pool)
    again = [
        one for message in reversed(messages) for one in told(await file(pool, message, now=MONDAY + timedelta(1)))
    ]
    assert sorted(map(msgspec.json.encode, again)) == sorted(map(msgspec.json.encode, first))
    assert await stories(pool) == before


async def test_a_crash_between_commit_and_assignment_is_made_good(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    messages = [telling("bridge", BRIDGE, language="nl"), telling("bridge", BRIDGE, hours=1)]

    async def killed(*_: Any) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr("copydesk_writer.adapters.postgres.assign", killed)
        with pytest.raises(asyncio.CancelledError):
            await file(pool, *messages)
    assert await stories(pool) == {}
    assert [one.change for one in told(await file(pool, *messages))] == ["created", "joined"]
    assert len(set((await stories(pool)).values())) == 1


async def test_writers_side_by_side_agree(pool: Pool) -> None:
    events = [BRIDGE, STRIKE, {f"name:k{number}": 1.0 for number in range(6)}]
    messages = [
        telling(f"{event}", keys, hours=hour, language=language)
        for event, keys in enumerate(events)
        for hour, language in enumerate(("en", "nl", "de", "fr", "es", "it", "pl", "ru"))
    ]
    batches = [messages[start::6] for start in range(6)]
    outcomes = await asyncio.gather(*(file(pool, *batch) for batch in batches))
    assert len(set((await stories(pool)).values())) == len(events)
    changes = [one for found in outcomes for one in told(found)]
    assert Counter(one.change for one in changes)["created"] == len(events)
    assert len([one for one in changes if one.articles]) == len(messages)


async def test_keys_come_back_from_the_database_as_they_went(pool: Pool) -> None:
    odd = {'name:a"b\\c\n{,}': 0.3, "https://example.org/é中": 0.7, "number:12": 1.0}
    await file(pool, telling("odd", odd), telling("none", {}))
    rows = await pool.fetch(
        STORIES["tellings"], [UUID(article_id(f"https://en.example/{page}")) for page in ("odd", "none")]
    )
    read = {len(one.keys): one for one in map(story_rows.telling, rows)}
    assert read[3].keys == pytest.approx(odd)
    assert read[3].headline == frozenset(list(odd)[:1])
    assert (read[0].keys, read[0].headline) == ({}, frozenset())


async def test_two_stories_that_turn_out_to_be_one_keep_the_elder_id(pool: Pool) -> None:
    early = telling("early", {"geonames:2789786": 1.0, "name:frhlt": 1.0, "number:340": 1.0})
    late = telling("late", {"name:plntr": 1.0, "name:ksprs": 1.0, "number:77": 1.0}, hours=2)
    await file(pool, early)
    await file(pool, late, now=MONDAY + timedelta(hours=3))
    assert len(set((await stories(pool)).values())) == 2
    whole = early.story_keys.keys | late.story_keys.keys if early.story_keys and late.story_keys else {}
    changed = msgspec.structs.replace(
        late, fetched_at=late.fetched_at + timedelta(hours=4), story_keys=StoryKeys(keys=whole, headline=list(whole))
    )
    (merged,) = told(await file(pool, changed, now=MONDAY + timedelta(hours=4)))
    assert (merged.change, merged.id, merged.other) == ("merged", story_id(early.id), story_id(late.id))
    assert set((await stories(pool)).values()) == {story_id(early.id)}
    gone = await pool.fetchrow("SELECT merged_into, articles FROM copydesk.stories WHERE id = $1", story_id(late.id))
    assert tuple(gone or ()) == (story_id(early.id), 0)


async def test_an_article_that_becomes_another_leaves_its_story(pool: Pool) -> None:
    await file(pool, telling("bridge", BRIDGE), telling("bridge", BRIDGE, language="nl"), telling("strike", STRIKE))
    changed = telling("bridge", STRIKE, language="nl", fetched_at=MONDAY + timedelta(days=91), text="Another text.")
    changes = told(await file(pool, changed))
    assert [one.change for one in changes] == ["left", "joined"]
    found = await stories(pool)
    assert found["nl.example/bridge"] == found["en.example/strike"] != found["en.example/bridge"]
    sizes = await pool.fetch("SELECT articles FROM copydesk.v1_stories ORDER BY 1")
    assert [row["articles"] for row in sizes] == [1, 2]


async def test_a_story_of_which_a_part_becomes_another_event_is_split(pool: Pool) -> None:
    await file(pool, *(telling("bridge", BRIDGE, language=language) for language in ("en", "nl", "de", "fr")))
    (story,) = set((await stories(pool)).values())
    moved_on = [
        telling("bridge", STRIKE, language=language, fetched_at=MONDAY + timedelta(days=91), text="Another text.")
        for language in ("de", "fr")
    ]
    outcomes = await file(pool, *moved_on)
    (parted,) = told(outcomes)
    assert (parted.change, parted.other, sorted(parted.articles)) == (
        "split",
        story,
        sorted(one.id for one in moved_on),
    )
    found = await stories(pool)
    assert found["en.example/bridge"] == found["nl.example/bridge"] == story
    assert found["de.example/bridge"] == found["fr.example/bridge"] == parted.id != story
    sizes = await pool.fetch("SELECT articles FROM copydesk.v1_stories")
    assert [row["articles"] for row in sizes] == [2, 2]
    again = told(await file(pool, *moved_on, now=MONDAY + timedelta(hours=9)))
    assert list(map(msgspec.json.encode, again)) == [msgspec.json.encode(parted)]


async def test_an_undated_article_joins_by_the_day_that_its_text_names(pool: Pool) -> None:
    said = BRIDGE | {"date:03-02": 1.0}
    await file(pool, telling("bridge", said, published=None, fetched_at=MONDAY))
    await file(pool, telling("bridge", said, language="nl", published=None, fetched_at=MONDAY + timedelta(days=2)))
    await file(pool, telling("again", BRIDGE | {"date:05-09": 1.0}, published=None, fetched_at=MONDAY))
    await file(pool, telling("silent", BRIDGE, published=None, fetched_at=MONDAY))
    found = await stories(pool)
    assert found["en.example/bridge"] == found["nl.example/bridge"]
    assert len({found["en.example/bridge"], found["en.example/again"], found["en.example/silent"]}) == 3


async def test_old_articles_filed_late_never_take_over_a_living_story(pool: Pool) -> None:
    live = telling("live", BRIDGE, hours=48)
    await file(pool, live)
    await file(pool, telling("archive", BRIDGE, hours=0), now=MONDAY + timedelta(days=100))
    assert set((await stories(pool)).values()) == {story_id(live.id)}


async def test_a_round_up_joins_two_stories_to_none(pool: Pool) -> None:
    await file(pool, telling("bridge", BRIDGE), telling("bridge", BRIDGE, language="nl"))
    await file(pool, telling("strike", STRIKE), telling("strike", STRIKE, language="nl"))
    both = {key: weight / 2 for key, weight in (BRIDGE | STRIKE).items()}
    await file(pool, telling("week", both, hours=4))
    found = await stories(pool)
    assert found["en.example/bridge"] != found["en.example/strike"]


async def test_a_message_that_names_its_story_is_believed(pool: Pool) -> None:
    await file(pool, telling("bridge", BRIDGE))
    await file(pool, telling("own", BRIDGE, story=Story(id="desk-7", confidence=1.0)))
    assert (await stories(pool))["en.example/own"] == "desk-7"
    assert await pool.fetchval("SELECT articles FROM copydesk.v1_stories WHERE story_id = 'desk-7'") == 1


async def test_a_withdrawn_article_no_longer_counts(pool: Pool) -> None:
    one, other = telling("bridge", BRIDGE), telling("bridge", BRIDGE, language="nl")
    await file(pool, one, other)
    at = one.fetched_at + timedelta(hours=1)
    await file(pool, PageWithdrawn(id=one.id, url=one.url, source=one.source, fetched_at=at, status=410))
    row = await pool.fetchrow("SELECT articles, languages FROM copydesk.v1_stories")
    assert tuple(row or ()) == (1, ["nl"])


async def test_what_was_stored_long_ago_is_forgotten_and_stays_in_its_story(pool: Pool) -> None:
    signature = {"minhash": [7] * 128, "bands": list(range(42))}
    await file(pool, telling("bridge", BRIDGE, **signature), telling("bridge", BRIDGE, language="nl"))
    await file(pool, telling("strike", STRIKE), now=MONDAY + timedelta(days=3))
    assert await forget(pool, MONDAY + timedelta(hours=1)) == 2
    assert await forget(pool, MONDAY + timedelta(hours=1)) == 0
    assert await pool.fetchval("SELECT count(*) FROM copydesk.article_signatures") == 0
    assert await pool.fetchval("SELECT count(DISTINCT article_id) FROM copydesk.story_keys") == 1
    assert len(await stories(pool)) == 3
