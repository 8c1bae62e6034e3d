"""Export and the latest, over articles that the writer filed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from copydesk_writer.adapters.postgres import ArticleFiler
from msgspec import Raw

from copydesk.contracts import (
    ArticleTagged,
    Block,
    Cut,
    Dateline,
    Entity,
    Envelope,
    Image,
    Language,
    MediaTopic,
    PageWithdrawn,
    Part,
    Place,
    Story,
    article_id,
)
from copydesk.runtime.outcomes import Received
from copydesk.runtime.ports import Partition
from copydesk.storage import Pool
from copydesk.storage.articles import export, latest

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

TEXTS = {"en": ("Harbour workers end their strike", "The ferries were sailing again on Monday, the port said.")}


def article(page: str, language: str = "en", **changes: Any) -> ArticleTagged:
    url = f"https://harbour.example/{page}"
    title, text = TEXTS[language]
    fields: dict[str, Any] = {
        "id": article_id(url),
        "url": url,
        "canonical_url": url,
        "source": "harbour-post",
        "fetched_at": NOON,
        "content_sha256": "00",
        "title": title,
        "text": text,
        "language": Language(tag=language, confidence=0.9),
        "published": NOON - timedelta(hours=1),
    }
    return ArticleTagged(**(fields | changes))


async def file(
    pool: Pool, *messages: ArticleTagged | PageWithdrawn, now: datetime = NOON, unknown: dict[str, Raw] | None = None
) -> None:
    batch = [
        Received(
            message,
            Envelope(id=f"{message.id} {message.fetched_at}", type="", source="", time=NOON),
            unknown or {},
            Partition("t", 0),
            0,
        )
        for message in messages
    ]
    await ArticleFiler(pool).handle(batch, now)


async def test_export_has_the_shape_of_the_message(pool: Pool) -> None:
    full = article(
        "full",
        subtitle="Standfirst",
        blocks=[Block(kind="paragraph", text=TEXTS["en"][1])],
        authors=["Mara Quill", 'A "B" {c}'],
        agencies=["AFP"],
        dateline=Dateline(text="AMSTERDAM (AFP) -", place="Amsterdam"),
        modified=NOON,
        date_notes=["note"],
        section="Sea",
        page_keywords=["ferry"],
        images=[Image(url="https://harbour.example/a.jpg", caption="The ferry")],
        language_hint="en-GB",
        country="GB",
        paywalled=True,
        parts=[Part(id=article_id("x"), title="Second", text="…")],
        part_of=article_id("y"),
        cuts=[Cut(text="Read also", reason="related-link", rule="phrase", where=3)],
        flags=["live"],
        method="m",
        confidence=0.5,
        cleaner_version="1",
        entities=[Entity(start=4, end=11, text="ferries", type="ORG", uri="u", confidence=0.5, method="m")],
        places=[Place(geonames=1, name="N", country="NL", lat=1.5, lon=2.5, salience=0.7)],
        countries=["NL"],
        topics=[MediaTopic(code="medtop:04000000", label="economy", confidence=0.6)],
        keywords=["k"],
        duplicate_of=article_id("z"),
        story=Story(id="s", confidence=0.4),
        tagger_version="2",
        models={"language": "3"},
    )
    await file(pool, full, unknown={"mood": Raw(b"[1]"), "revision": Raw(b'"not mine"')})
    (exported,) = [found async for found in export(pool)]
    assert msgspec.convert(exported, ArticleTagged) == full
    assert exported["mood"] == [1]
    assert exported["revision"] == 1
    assert exported["stored_at"] == exported["first_stored_at"] == NOON
    assert len(exported["revision_sha256"]) == 64
    msgspec.json.encode(exported)


async def test_export_goes_on_where_the_last_one_ended(pool: Pool) -> None:
    for hour in range(3):
        await file(pool, article(f"{hour}"), now=NOON + timedelta(hours=hour))
    await file(pool, article("elsewhere", source="another"), now=NOON + timedelta(hours=3))
    gone = article("0")
    await file(
        pool,
        PageWithdrawn(id=gone.id, url=gone.url, source=gone.source, fetched_at=NOON + timedelta(minutes=1), status=410),
    )

    async def pages(**filters: Any) -> list[str]:
        return [found["url"].rpartition("/")[2] async for found in export(pool, **filters)]

    assert await pages() == ["1", "2", "elsewhere"]
    assert await pages(since=NOON + timedelta(hours=2)) == ["2", "elsewhere"]
    assert await pages(source="another") == ["elsewhere"]


async def test_the_latest_come_first_in_short(pool: Pool) -> None:
    near = Place(geonames=1, name="Harlow Quay", country="GB", lat=0, lon=0, salience=0.9)
    far = Place(geonames=2, name="Elsewhere", country="NL", lat=0, lon=0, salience=0.1)
    await file(pool, article("first"))
    await file(pool, article("second", places=[far, near], agencies=["AFP"]), now=NOON + timedelta(hours=1))
    one, two = await latest(pool, 5)
    assert (one["place"], one["agencies"], one["language"]) == ("Harlow Quay", ["AFP"], "en")
    assert (two["title"], two["place"]) == (TEXTS["en"][0], None)
    assert await latest(pool, 1) == [one]
