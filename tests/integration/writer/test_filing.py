"""What the writer makes of messages, on a real Postgres."""

import asyncio
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import asyncpg
import msgspec
import pytest
from copydesk_writer.adapters.postgres import ArticleFiler
from msgspec import Raw

from copydesk.contracts import (
    ArticleStored,
    ArticleTagged,
    Block,
    Cut,
    Dateline,
    Entity,
    Envelope,
    Image,
    Language,
    MediaTopic,
    Message,
    PageWithdrawn,
    Part,
    Place,
    Story,
    article_id,
)
from copydesk.runtime.outcomes import DeadLettered, DependencyUnavailableError, Drop, Emit, Outcome, Received
from copydesk.runtime.ports import Partition
from copydesk.settings import PostgresSettings
from copydesk.storage import EmbeddedPostgres, Pool, migrate, open_pool

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TABLES = [
    "articles",
    "revisions",
    "entities",
    "article_entities",
    "places",
    "article_places",
    "article_topics",
    "stories",
    "cuts",
    "fetches",
    "article_signatures",
    "article_bands",
    "search_queue",
]


def article(page: str = "/ferry", minute: int = 0, **changes: Any) -> ArticleTagged:
    """An article of a page, as fetched `minute` minutes after noon."""
    url = f"https://harbour.example{page}"
    text = changes.pop("text", f"The ferry of {page} sails again.\n\nThe crossing takes an hour.")
    fields: dict[str, Any] = {
        "id": article_id(url),
        "url": url,
        "canonical_url": url,
        "source": "harbour-post",
        "fetched_at": NOON + timedelta(minutes=minute),
        "content_sha256": f"{minute:064x}",
        "title": f"Ferry {page}",
        "text": text,
        "blocks": [Block(kind="paragraph", text=text)],
        "authors": ["Mara Quill"],
        "published": NOON - timedelta(hours=2),
        "language": Language(tag="en", confidence=0.99),
        "entities": [Entity(start=4, end=9, text="ferry", type="ORG", confidence=0.5, method="test")],
        "places": [Place(geonames=2759794, name="Amsterdam", country="NL", lat=52.37, lon=4.89, salience=0.7)],
        "countries": ["NL"],
        "topics": [MediaTopic(code="medtop:04000000", label="economy", confidence=0.6)],
        "keywords": ["ferry"],
        "cuts": [Cut(text="Read also", reason="related-link", rule="phrase", where=3)],
        "tagger_version": "1",
        "models": {"language": "1"},
    }
    return ArticleTagged(**(fields | changes))


def withdrawn(page: str = "/ferry", minute: int = 30) -> PageWithdrawn:
    url = f"https://harbour.example{page}"
    return PageWithdrawn(
        id=article_id(url), url=url, source="harbour-post", fetched_at=NOON + timedelta(minutes=minute), status=410
    )


def received(
    message: Message, *, cause: str | None = None, unknown: dict[str, Raw] | None = None, time: datetime = NOON
) -> Received[Message]:
    """The message as a loop delivers it; its id follows from its content, as a redelivered one's does."""
    identity = cause or str(uuid5(UUID(int=0), repr(message)))
    envelope = Envelope(id=identity, type=type(message).__name__, source="tagger", time=time)
    return Received(message, envelope, unknown or {}, Partition("articles.tagged", 0), 0)


async def file(pool: Pool, *messages: Message | Received[Message], now: datetime = NOON) -> list[Outcome]:
    batch = [message if isinstance(message, Received) else received(message) for message in messages]
    return await ArticleFiler(pool).handle(batch, now)


def event(outcome: Outcome) -> ArticleStored:
    assert isinstance(outcome, Emit)
    (sent,) = outcome.messages
    assert isinstance(sent.message, ArticleStored)
    return sent.message


async def everything(pool: Pool) -> dict[str, list[str]]:
    """All rows of all tables, with the physical version of each, so that even a rewrite in place shows."""
    return {
        table: sorted(row[0] for row in await pool.fetch(f"SELECT (t.xmin, t.*)::text FROM copydesk.{table} t"))
        for table in TABLES
    }


async def row(pool: Pool, page: str = "/ferry") -> asyncpg.Record:
    found = await pool.fetchrow(
        "SELECT * FROM copydesk.articles WHERE id = $1", article_id(f"https://harbour.example{page}")
    )
    assert found is not None
    return found


async def test_a_new_article_is_stored_whole_and_told(pool: Pool) -> None:
    full = article(
        subtitle="Standfirst",
        agencies=["AFP"],
        dateline=Dateline(text="AMSTERDAM (AFP) -", place="Amsterdam"),
        images=[Image(url="https://harbour.example/a.jpg", caption="The ferry")],
        parts=[Part(id=str(UUID(int=5)), title="Second", text="…")],
        story=Story(id="story-1", confidence=0.8),
    )
    (outcome,) = await file(pool, received(full, unknown={"mood": Raw(b'{"calm": 0.5}')}))
    told = event(outcome)
    assert (told.change, told.revision, told.stored_at) == ("new", 1, NOON)
    assert (told.id, told.title, told.language, told.published) == (full.id, full.title, "en", full.published)
    stored = await row(pool)
    assert (stored["text"], stored["authors"], stored["agencies"]) == (full.text, ["Mara Quill"], ["AFP"])
    assert msgspec.json.decode(stored["extra"]) == {"mood": {"calm": 0.5}}
    assert stored["revision_sha256"].hex() == told.revision_sha256
    for table in TABLES:
        count = await pool.fetchval(f"SELECT count(*) FROM copydesk.{table}")
        assert count == (0 if table in ("article_bands", "article_signatures") else 1), table
    assert await pool.fetchval("SELECT mention || type FROM copydesk.v1_entities") == "ferryORG"
    assert await pool.fetchval("SELECT name FROM copydesk.v1_places") == "Amsterdam"
    assert await pool.fetchval("SELECT reason FROM copydesk.v1_cuts") == "related-link"


async def test_what_readers_see_makes_a_revision_and_nothing_else_does(pool: Pool) -> None:
    await file(pool, article())
    (again,) = await file(pool, article(minute=1, keywords=["ferry", "harbour"]))
    assert again == Emit(())
    assert (await row(pool))["keywords"] == ["ferry", "harbour"]
    assert (await row(pool))["fetched_at"] == NOON + timedelta(minutes=1)
    (changed,) = await file(pool, article(minute=2, text="Another text."), now=NOON + timedelta(hours=1))
    assert (event(changed).change, event(changed).revision) == ("updated", 2)
    (corrected,) = await file(pool, article(minute=3, text="A right text.", flags=["correction"]))
    assert (event(corrected).change, event(corrected).revision) == ("corrected", 3)
    texts = await pool.fetch("SELECT change, text FROM copydesk.v1_revisions ORDER BY revision")
    assert [tuple(found) for found in texts] == [
        ("new", article().text),
        ("updated", "Another text."),
        ("corrected", "A right text."),
    ]
    changes = await pool.fetch("SELECT change FROM copydesk.fetches ORDER BY version")
    assert [found["change"] for found in changes] == ["new", None, "updated", "corrected"]


async def test_a_revision_says_what_changed_and_by_how_many_words(pool: Pool) -> None:
    text = "The ferry sank on Monday, killing 3 people.\n\nDivers search the wreck."
    versions = [
        {"text": text},
        {"text": text.replace("Monday,", "Monday –")},
        {"text": text.replace("3 people", "5 people"), "subtitle": "At sea"},
        {"text": text.replace("3 people", "5 people") + "\n\nTwo boats help.", "subtitle": "At sea"},
        {"text": text.replace("3 people", "5 people") + "\n\nTwo boats help.", "subtitle": "At sea", "modified": NOON},
    ]
    outcomes = [(await file(pool, article(minute=minute, **one)))[0] for minute, one in enumerate(versions)]
    assert [outcomes[1], outcomes[4]] == [Emit(())] * 2
    told = [event(outcomes[number]) for number in (0, 2, 3)]
    assert [(one.change, one.revision, one.changed, one.words_added, one.words_removed) for one in told] == [
        ("new", 1, [], None, None),
        ("corrected", 3, ["subtitle", "text"], 3, 1),
        ("updated", 4, ["text"], 3, 0),
    ]
    rows = await pool.fetch("SELECT * FROM copydesk.v1_revisions ORDER BY revision")
    assert [(row["change"], row["told"], row["changed"], row["text"]) for row in rows] == [
        ("new", True, [], versions[0]["text"]),
        ("touched", False, ["text"], versions[1]["text"]),
        ("corrected", True, ["subtitle", "text"], versions[2]["text"]),
        ("updated", True, ["text"], versions[3]["text"]),
        ("touched", False, ["modified"], versions[4]["text"]),
    ]
    assert [row["revision"] for row in await pool.fetch("SELECT revision FROM copydesk.v1_events ORDER BY 1")] == [
        1,
        3,
        4,
    ]


async def test_a_setting_has_touches_told_and_what_was_told_stays_so(pool: Pool) -> None:
    untold, told = article(minute=1, title="FERRY /FERRY"), article(minute=2, title="ferry /ferry")
    await file(pool, article())
    assert await file(pool, untold) == [Emit(())]
    (outcome,) = await ArticleFiler(pool, tell_touched=True).handle([received(told)], NOON)
    assert (event(outcome).change, event(outcome).revision) == ("touched", 3)
    assert await file(pool, untold, told) == [Emit(()), outcome]
    again = await ArticleFiler(pool, tell_touched=True).handle([received(untold), received(told)], NOON)
    assert again == [Emit(()), outcome]


async def test_tags_follow_the_newest_message(pool: Pool) -> None:
    await file(pool, article())
    await file(pool, article(minute=1, entities=[], topics=[], cuts=[], places=[], tagger_version="2"))
    for table in ("article_entities", "article_topics", "cuts", "article_places"):
        assert await pool.fetchval(f"SELECT count(*) FROM copydesk.{table}") == 0


async def test_an_older_version_never_overwrites(pool: Pool) -> None:
    await file(pool, article(minute=5, text="Newest."))
    before = await everything(pool)
    assert await file(pool, article(minute=4, text="Older.")) == [Drop("superseded")]
    assert await everything(pool) == before


async def test_the_newest_of_a_batch_wins_whatever_its_place(pool: Pool) -> None:
    newest = article(minute=9, text="Newest.")
    outcomes = await file(pool, article(minute=1), newest, article(minute=3, text="Middle."))
    assert [type(outcome) for outcome in outcomes] == [Drop, Emit, Drop]
    assert event(outcomes[1]).revision == 1
    assert (await row(pool))["text"] == "Newest."


async def test_a_message_delivered_twice_in_one_batch_has_one_effect(pool: Pool) -> None:
    first, second = await file(pool, article(), article())
    assert event(first) == event(second)
    assert await pool.fetchval("SELECT count(*) FROM copydesk.revisions") == 1


async def test_a_redelivered_message_tells_the_same_event_again(pool: Pool) -> None:
    eastern = NOON.astimezone(timezone(timedelta(hours=9)))
    messages = [article(published=eastern), article(minute=1, text="Changed.", published=eastern)]
    told = [event(outcome) for message in messages for outcome in await file(pool, message)]
    before = await everything(pool)
    again = await file(pool, *messages, now=NOON + timedelta(days=1))
    assert [msgspec.json.encode(event(outcome)) for outcome in again] == [msgspec.json.encode(one) for one in told]
    assert await everything(pool) == before


async def test_replaying_the_whole_log_changes_no_row(pool: Pool) -> None:
    chance = random.Random(7)
    log: list[Message] = []
    for minute in range(120):
        page = f"/{chance.randrange(20)}"
        text = f"Version {chance.randrange(3)} of {page}"
        minhash = [chance.randrange(3) for _ in range(128)]
        log.append(
            withdrawn(page, minute)
            if chance.random() < 0.1
            else article(page, minute, text=text, minhash=minhash, bands=minhash[:42])
        )
    first = [outcome for start in range(0, 120, 7) for outcome in await file(pool, *log[start : start + 7])]
    before = await everything(pool)
    again = [outcome for start in range(0, 120, 11) for outcome in await file(pool, *log[start : start + 11])]
    assert await everything(pool) == before
    told = {event(outcome).revision_sha256 for outcome in first if isinstance(outcome, Emit) and outcome.messages}
    assert told == {event(one).revision_sha256 for one in again if isinstance(one, Emit) and one.messages}


@pytest.mark.parametrize("seed", range(4))
async def test_the_events_told_are_the_revisions_whatever_is_cut_off(pool: Pool, seed: int) -> None:
    """A crash after the commit tells nothing; afterwards some earlier records come again, in other batches."""
    chance = random.Random(seed)
    log: list[Message] = []
    for minute in range(80):
        page = f"/{chance.randrange(6)}"
        jumbled = minute + chance.randrange(-4, 4)
        text = f"Version {chance.randrange(2)}"
        log.append(withdrawn(page, jumbled) if chance.random() < 0.2 else article(page, jumbled, text=text))
    told: set[tuple[str, int, str]] = set()
    position = 0
    while position < len(log):
        batch = log[position : position + chance.randrange(1, 9)]
        outcomes = await file(pool, *batch)
        if chance.random() < 0.4:
            position = max(0, position - chance.randrange(6))
            continue
        events = [event(outcome) for outcome in outcomes if isinstance(outcome, Emit) and outcome.messages]
        told |= {(one.id, one.revision, one.change) for one in events}
        position += len(batch)
    stored = await pool.fetch("SELECT article_id::text, revision, change FROM copydesk.revisions")
    assert told == {tuple(found) for found in stored}


async def test_a_withdrawn_article_is_hidden_told_and_may_come_back(pool: Pool) -> None:
    assert await file(pool, withdrawn(minute=1)) == [Drop("withdrawn before stored")]
    await file(pool, article(minute=2))
    (gone,) = await file(pool, withdrawn(minute=3))
    assert (event(gone).change, event(gone).revision) == ("withdrawn", 2)
    assert await file(pool, withdrawn(minute=3)) == [gone]
    assert await file(pool, withdrawn(minute=4)) == [Emit(())]
    assert await file(pool, withdrawn(minute=1)) == [Drop("superseded")]
    assert await pool.fetchval("SELECT count(*) FROM copydesk.v1_articles") == 0
    assert await file(pool, article(minute=3)) == [Drop("superseded")]
    (back,) = await file(pool, article(minute=5))
    assert (event(back).change, event(back).revision) == ("restored", 3)
    assert (event(back).changed, event(back).words_added, event(back).words_removed) == ([], 0, 0)
    assert await pool.fetchval("SELECT count(*) FROM copydesk.v1_articles") == 1


async def test_a_withdrawal_that_overtakes_its_article_keeps_it_out(pool: Pool) -> None:
    assert await file(pool, withdrawn(minute=5)) == [Drop("withdrawn before stored")]
    assert await file(pool, article(minute=4)) == [Drop("superseded")]
    before = await everything(pool)
    again = await file(pool, withdrawn(minute=5), article(minute=4))
    assert again == [Drop("withdrawn before stored"), Drop("superseded")]
    assert await everything(pool) == before
    (back,) = await file(pool, article(minute=6))
    assert (event(back).change, event(back).revision) == ("new", 1)


async def test_an_article_and_its_withdrawal_in_one_batch_are_both_told(pool: Pool) -> None:
    outcomes = await file(pool, withdrawn(minute=2), article(minute=1))
    assert [event(outcome).change for outcome in outcomes] == ["withdrawn", "new"]
    assert (await row(pool))["withdrawn_at"] == NOON + timedelta(minutes=2)


DEEP = b"[" * 100_000 + b"]" * 100_000
BAD: dict[str, Callable[[], Received[Message]]] = {
    "an id that is no UUID": lambda: received(article(id="no-uuid")),
    "an index entry too long": lambda: received(
        article(source="".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=9_000)))
    ),
    "a number past jsonb": lambda: received(article(), unknown={"odds": Raw(b"1e200000")}),
    "nesting past the stack": lambda: received(article(), unknown={"deep": Raw(DEEP)}),
    "a GeoNames id past bigint": lambda: received(
        article(places=[Place(geonames=2**63, name="X", country="NL", lat=0, lon=0, salience=0)])
    ),
    "a part of nothing": lambda: received(article(part_of="the front page")),
    "a signature of another length": lambda: received(article(minhash=[1, 2, 3])),
    "a band past bigint": lambda: received(article(minhash=[1] * 128, bands=[2**63])),
}


@pytest.mark.parametrize("kind", BAD)
async def test_one_bad_row_in_500_costs_only_itself(pool: Pool, kind: str) -> None:
    batch = [received(article(f"/{number}")) for number in range(499)]
    batch.insert(321, BAD[kind]())
    outcomes = await file(pool, *batch)
    assert [number for number, outcome in enumerate(outcomes) if isinstance(outcome, DeadLettered)] == [321]
    bad = outcomes[321]
    assert isinstance(bad, DeadLettered)
    assert bad.reason == "bad row"
    assert bad.detail
    assert await pool.fetchval("SELECT count(*) FROM copydesk.articles") == 499
    assert await pool.fetchval("SELECT count(*) FROM copydesk.revisions") == 499


async def test_hostile_texts_are_stored_verbatim(pool: Pool) -> None:
    hostile = [
        "'; DROP TABLE copydesk.articles; --",
        "line\r\nforged: header",
        "<script>alert(1)</script> {} %s :name $1 \\u0000 \\",
        '{NULL,"a\\"b",\'c\'} , {} \\\\',
        "العربية עברית 中文 русский 🏴‍☠️ ﷽ \u202e",
    ]
    await file(pool, article(title=hostile[0], text="\n\n".join(hostile), authors=hostile, keywords=hostile))
    stored = await row(pool)
    assert stored["title"] == hostile[0]
    assert stored["text"] == "\n\n".join(hostile)
    assert stored["authors"] == stored["keywords"] == hostile
    assert "replaced-characters" not in stored["flags"]


async def test_what_postgres_cannot_hold_is_replaced_and_flagged(pool: Pool) -> None:
    unknown = {"note\\u0000": Raw(b'"half \\ud83d, nul \\u0000"')}
    message = article(text="nul \0 and half \ud83d", authors=["\0"], models={"a\0": "b"})
    (outcome,) = await file(pool, received(message, unknown=unknown, cause="m"))
    assert event(outcome).change == "new"
    stored = await row(pool)
    assert stored["text"] == "nul \N{REPLACEMENT CHARACTER} and half \N{REPLACEMENT CHARACTER}"
    assert stored["flags"] == ["replaced-characters"]
    assert "half \N{REPLACEMENT CHARACTER}, nul \N{REPLACEMENT CHARACTER}" in stored["extra"]


async def test_dates_at_the_end_of_the_calendar(pool: Pool) -> None:
    past = msgspec.json.decode(b'"9999-12-31T23:00:00-05:00"', type=datetime)
    await file(
        pool,
        article("/kept", published=datetime(9999, 12, 31, 23, tzinfo=UTC)),
        article("/lost", published=past, modified=past),
    )
    assert (await row(pool, "/kept"))["published"] == datetime(9999, 12, 31, 23, tzinfo=UTC)
    lost = await row(pool, "/lost")
    assert (lost["published"], lost["modified"]) == (None, None)
    assert [note.split()[0] for note in lost["date_notes"]] == ["published", "modified"]


async def test_a_url_of_5000_bytes_is_stored(pool: Pool) -> None:
    url = "https://harbour.example/" + "".join(random.Random(2).choices("abcdefghij0123456789", k=5_000))
    (outcome,) = await file(pool, article(id=article_id(url), url=url, canonical_url=url))
    assert event(outcome).url == url
    assert (
        await pool.fetchval("SELECT url FROM copydesk.articles WHERE url_hash = sha256(convert_to($1, 'UTF8'))", url)
        == url
    )


async def test_a_very_long_text_is_stored_though_only_its_beginning_is_indexed(pool: Pool) -> None:
    text = " ".join(f"word{number}" for number in range(400_000))
    assert event((await file(pool, article(text=text)))[0]).change == "new"
    assert (await row(pool))["text"] == text


def signature(*changes: int) -> list[int]:
    return [900 + number if number in changes else number for number in range(128)]


async def test_the_earliest_published_is_the_original_whatever_the_order_of_arrival(pool: Pool) -> None:
    copies = [
        article(f"/{name}", minhash=signature(number), bands=[7, number], published=NOON - timedelta(hours=hours))
        for number, (name, hours) in enumerate({"late": 1, "first": 9, "middle": 5, "second": 7}.items())
    ]
    other = article("/other", minhash=[5_000 + number for number in range(128)], bands=[7])
    bare = article("/bare")
    await file(pool, copies[0], other)
    for copy in copies[1:]:
        await file(pool, copy)
    await file(pool, bare)
    rows = await pool.fetch("SELECT url, duplicate_of::text FROM copydesk.articles")
    first = article_id("https://harbour.example/first")
    found = {row["url"].rpartition("/")[2]: row["duplicate_of"] for row in rows}
    assert found == {"late": first, "middle": first, "second": first, "first": None, "other": None, "bare": None}


async def test_a_copy_is_found_among_many_that_share_its_bands(pool: Pool) -> None:
    bands = list(range(42))
    crowd = [article(f"/{page}", minhash=[page * 1_000 + n for n in range(128)], bands=bands) for page in range(1, 9)]
    await file(pool, article("/original", minhash=signature(), bands=bands), *crowd)
    await file(pool, article("/copy", minhash=signature(1), bands=bands, published=NOON))
    assert (await row(pool, "/copy"))["duplicate_of"] == UUID(article_id("https://harbour.example/original"))


async def test_an_article_that_no_longer_resembles_is_no_duplicate(pool: Pool) -> None:
    await file(pool, article("/a", minhash=signature(), bands=[1]), article("/b", minhash=signature(1), bands=[1]))
    pair = [(await row(pool, page))["duplicate_of"] for page in ("/a", "/b")]
    assert sum(mark is not None for mark in pair) == 1
    copy = "/a" if pair[0] else "/b"
    await file(pool, article(copy, 1, text="Rewritten.", minhash=[9_000 + n for n in range(128)], bands=[2]))
    assert (await row(pool, copy))["duplicate_of"] is None


async def test_four_writers_on_the_same_articles_never_deadlock_and_lose_nothing(pool: Pool, database: str) -> None:
    chance = random.Random(3)
    newest: dict[str, int] = {}
    jobs: list[list[Message]] = []
    for number in range(100):
        pages = chance.sample(range(400), 60)
        batch: list[Message] = []
        for page in pages:
            minute = chance.randrange(1_000)
            newest[f"/{page}"] = max(newest.get(f"/{page}", -1), minute)
            batch.append(article(f"/{page}", minute, text=f"{page} at {minute}"))
        batch.insert(0, withdrawn(f"/{pages[0]}", -1 - number))
        jobs.append(batch)
    before = await pool.fetchval("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")

    async def writer() -> None:
        own = await open_pool(database, PostgresSettings())
        while jobs:
            await file(own, *jobs.pop())
        await own.close()

    await asyncio.gather(*(writer() for _ in range(4)))
    found = await pool.fetch("SELECT canonical_url, text FROM copydesk.articles")
    assert {row["canonical_url"].removeprefix("https://harbour.example"): row["text"] for row in found} == {
        page: f"{page[1:]} at {minute}" for page, minute in newest.items()
    }
    await pool.execute("SELECT pg_stat_force_next_flush()")
    after = await pool.fetchval("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    assert after == before


async def test_a_cut_connection_pauses_and_the_next_try_succeeds(pool: Pool) -> None:
    await file(pool, article())
    async with pool.acquire() as blocker, blocker.transaction():
        await blocker.execute("LOCK TABLE copydesk.articles IN ACCESS EXCLUSIVE MODE")
        filing = asyncio.create_task(file(pool, article(minute=1, text="Changed.")))
        waiting = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        pid = None
        while pid is None:
            pid = await pool.fetchval(waiting)
        await blocker.execute("SELECT pg_terminate_backend($1)", pid)
        with pytest.raises(DependencyUnavailableError, match="administrator command"):
            await filing
    (outcome,) = await file(pool, article(minute=1, text="Changed."))
    assert event(outcome).change == "updated"


async def test_a_database_that_does_not_answer_pauses(pool: Pool, database: str) -> None:
    impatient = await open_pool(database, PostgresSettings(command_timeout=timedelta(seconds=0.3)))
    async with pool.acquire() as blocker, blocker.transaction():
        await blocker.execute("LOCK TABLE copydesk.articles IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(DependencyUnavailableError, match="TimeoutError"):
            await file(impatient, article())
    (outcome,) = await file(impatient, article())
    assert event(outcome).change == "new"
    await impatient.close()


async def test_a_read_only_database_pauses(database: str) -> None:
    pool = await open_pool(f"{database}&options=-c%20default_transaction_read_only%3Don", PostgresSettings())
    with pytest.raises(DependencyUnavailableError, match="25006"):
        await file(pool, article())
    await pool.close()


async def test_a_database_without_tables_pauses_and_says_what_to_do(empty_database: str) -> None:
    pool = await open_pool(empty_database, PostgresSettings())
    with pytest.raises(DependencyUnavailableError, match="copydesk migrate up"):
        await file(pool, article())
    await pool.close()


async def test_a_server_that_stops_pauses_until_it_is_back(postgres_folder: Path) -> None:
    server = EmbeddedPostgres(postgres_folder / "pg")
    dsn = server.start()
    await migrate(dsn)
    pool = await open_pool(dsn, PostgresSettings())
    await file(pool, article())
    server.stop()
    with pytest.raises(DependencyUnavailableError):
        await file(pool, article(minute=1, text="Changed."))
    with pytest.raises(DependencyUnavailableError):
        await file(pool, article(minute=1, text="Changed."))
    assert server.start() == dsn
    (outcome,) = await file(pool, article(minute=1, text="Changed."))
    assert event(outcome).change == "updated"
    pool.terminate()
    server.stop()
