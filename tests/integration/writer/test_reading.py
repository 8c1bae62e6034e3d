"""Search, export and the latest, over articles that the writer filed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
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
from copydesk.storage.articles import export, latest, search

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

TEXTS = {
    "en": ("Harbour workers end their strike", "The ferries were sailing again on Monday, the port said."),
    "nl": ("Havenarbeiders beëindigen staking", "De veerboten voeren maandag weer, zei de haven."),
    "de": ("Hafenarbeiter beenden Streik", "Die Fähren fuhren am Montag wieder, teilte der Hafen mit."),
    "ru": ("Портовые рабочие прекратили забастовку", "Паромы снова ходят с понедельника, сообщили в порту."),
    "ar": ("عمال الميناء ينهون إضرابهم", "عادت العبارات إلى الإبحار يوم الاثنين."),
    "zh": ("港口工人结束罢工", "渡轮周一恢复航行，港口当局表示。"),
    "th": ("คนงานท่าเรือยุติการประท้วง", "เรือข้ามฟากกลับมาให้บริการวันจันทร์"),
    "uk": ("Портовики припинили страйк", "Пороми знову ходять."),
}


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


@pytest.mark.parametrize(
    ("query", "language"),
    [
        ("ferry", "en"),
        ('"harbour worker"', "en"),
        ("sailed -train", "en"),
        ("veerboot", "nl"),
        ("Fähre", "de"),
        ("понедельник", "ru"),
        ("забастовка", "ru"),
        ("العبارات", "ar"),
        ("罢工", "zh"),
        ("港口当局", "zh"),
        ("ท่าเรือ", "th"),
        ("страйк", "uk"),
    ],
)
async def test_words_are_found_in_every_language(pool: Pool, query: str, language: str) -> None:
    await file(pool, *(article(tag, tag) for tag in TEXTS))
    for asked in (language, None):
        found = await search(pool, query, language=asked)
        assert [hit["language"] for hit in found] == [language]
        assert found[0]["title"] == TEXTS[language][0]
    assert await search(pool, query, language="en" if language != "en" else "fr") == []


async def test_filters_narrow_a_search(pool: Pool) -> None:
    place = Place(geonames=2759794, name="Amsterdam", country="NL", lat=52.37, lon=4.89, salience=1)
    topic = MediaTopic(code="medtop:04000000", label="economy", confidence=1)
    await file(
        pool,
        article("bare"),
        article("placed", places=[place]),
        article("topical", topics=[topic]),
        article("regional", language="en", countries=["NZ"]),
        article("old", published=NOON - timedelta(days=9)),
    )

    async def pages(**filters: Any) -> set[str]:
        return {hit["url"].rpartition("/")[2] for hit in await search(pool, "ferries", **filters)}

    assert len(await pages()) == 5
    assert len(await pages(limit=2)) == 2
    for name in ("amsterdam", "2759794", "nl"):
        assert await pages(place=name) == {"placed"}
    assert await pages(place="nz") == {"regional"}
    assert await pages(topic="Economy") == await pages(topic="medtop:04000000") == {"topical"}
    assert "old" not in await pages(since=NOON - timedelta(days=1))


async def test_the_headline_counts_more_and_the_snippet_shows_the_words(pool: Pool) -> None:
    await file(
        pool,
        article("deep", text="x " * 50 + "A lighthouse stood there."),
        article("named", title="The lighthouse", text="Nothing more."),
    )
    found = await search(pool, "lighthouses")
    assert [hit["url"].rpartition("/")[2] for hit in found] == ["named", "deep"]
    assert "«lighthouse»" in found[1]["snippet"]


@pytest.mark.parametrize("query", ["", "the", "'", '"', "a:b & ! | (", "\0", "\ud800", "%", "x" * 100_000, "-", "<->"])
async def test_any_query_is_answered(pool: Pool, query: str) -> None:
    await file(pool, article("a"))
    assert await search(pool, query) == []


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
