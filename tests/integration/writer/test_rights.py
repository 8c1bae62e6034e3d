"""Rights on a real Postgres: texts that go after their time, and stay gone."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from copydesk_writer.adapters.retention import BodyRetention, drop_texts
from copydesk_writer.adapters.search_pass import index_some

from copydesk.contracts import ArticleTagged, Part, Rights, Source
from copydesk.runtime.outcomes import Emit
from copydesk.storage import Pool, open_blobs
from copydesk.storage.articles import export
from copydesk.storage.sources import save_sources
from tests.integration.writer.test_filing import NOON, article, file, row

HARBOUR = Source(
    name="harbour-post",
    url="https://harbour.example/",
    retention=30,
    licence="Harbour 2026/3",
    display_rights="excerpt",
    opt_outs=["tdm-reservation"],
)
LATER = NOON + timedelta(days=31)


@pytest.fixture
async def desk(pool: Pool) -> Pool:
    await save_sources(pool, [HARBOUR])
    return pool


async def words(pool: Pool) -> list[str]:
    """Every text column of every table that still has the word."""
    found = []
    for table in ("articles", "revisions", "cuts", "article_search"):
        count = await pool.fetchval(f"SELECT count(*) FROM copydesk.{table} t WHERE t::text ILIKE '%crossing%'")
        found += [table] * count
    return found


async def test_rights_are_stored_shown_and_exported(desk: Pool) -> None:
    own = Rights(licence="CC-BY-4.0", display="full")
    await file(desk, article(), article("/moor", rights=own))
    shown = {each["canonical_url"]: each["rights"] async for each in export(desk)}
    configured = {
        "licence": "Harbour 2026/3",
        "display": "excerpt",
        "retention_days": 30,
        "opt_outs": ["tdm-reservation"],
    }
    assert shown == {
        "https://harbour.example/ferry": configured,
        "https://harbour.example/moor": msgspec.to_builtins(own),
    }
    rights = await desk.fetch("SELECT rights ->> 'display' FROM copydesk.v1_articles ORDER BY url")
    assert [each[0] for each in rights] == ["excerpt", "full"]


async def test_texts_go_after_their_time_and_metadata_stays(desk: Pool) -> None:
    part = Part(id=article("/other").id, title="Other", text="Another crossing.")
    await file(desk, article(parts=[part]), article("/kept", source="elsewhere", text="No such word."))
    await file(desk, article("/young", text="Too young."), now=LATER - timedelta(days=1))
    await index_some(desk)
    assert await drop_texts(desk, NOON + timedelta(days=29)) == 0
    assert await drop_texts(desk, LATER) == 1
    await index_some(desk)

    assert await words(desk) == []
    dropped = await row(desk)
    assert (dropped["title"], dropped["text"], dropped["text_dropped_at"]) == ("Ferry /ferry", "", LATER)
    assert (await row(desk, "/young"))["text"] == "Too young."
    assert (await row(desk, "/kept"))["text"] == "No such word."
    assert await desk.fetchval("SELECT count(*) FROM copydesk.v1_entities WHERE article_id = $1", dropped["id"]) == 1
    assert await drop_texts(desk, LATER) == 0


@pytest.mark.parametrize("minute", [0, 60 * 24 * 31])
async def test_neither_replay_nor_a_later_fetch_brings_a_text_back(desk: Pool, minute: int) -> None:
    first = article()
    await file(desk, first)
    await drop_texts(desk, LATER)
    again = msgspec.structs.replace(first, fetched_at=NOON + timedelta(minutes=minute), keywords=["new tags"])
    (outcome,) = await file(desk, again, now=LATER)
    assert outcome == Emit(()) if minute else True
    assert await words(desk) == []
    assert (await row(desk))["text_dropped_at"] == LATER


async def test_what_was_fetched_too_long_ago_is_stored_without_its_text(desk: Pool) -> None:
    await file(desk, article(), now=LATER)
    stored = await row(desk)
    assert (stored["text"], stored["flags"], stored["text_dropped_at"]) == ("", ["text-dropped"], LATER)
    assert stored["revision_sha256"]
    assert await words(desk) == []
    assert await drop_texts(desk, LATER + timedelta(days=60)) == 0


async def test_a_floor_stays_when_the_retention_is_lifted(desk: Pool) -> None:
    await file(desk, article())
    await drop_texts(desk, LATER)
    await save_sources(desk, [Source(name=HARBOUR.name, url=HARBOUR.url)])
    await file(desk, article("/older", minute=5), now=LATER)
    assert (await row(desk, "/older"))["text"] == ""
    assert await words(desk) == []


async def test_bodies_of_large_messages_go_with_the_texts(desk: Pool, tmp_path: Path) -> None:
    blobs = open_blobs(str(tmp_path))
    old, elsewhere = article(), article("/kept", source="elsewhere")
    kept = await blobs.put(msgspec.json.encode(elsewhere))
    gone = await blobs.put(msgspec.json.encode(old))
    await blobs.put(b"no message at all")
    retention = BodyRetention(str(tmp_path))
    assert await retention.remove(desk) == 0
    await file(desk, old)
    await drop_texts(desk, LATER)
    assert await retention.remove(desk) == 1
    assert msgspec.json.decode(await blobs.get(kept), type=ArticleTagged).id == str(UUID(elsewhere.id))
    with pytest.raises(KeyError):
        await blobs.get(gone)
