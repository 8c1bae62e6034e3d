"""Full-text search over articles that the writer filed, in many languages."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from copydesk_writer.adapters.postgres import ArticleFiler
from copydesk_writer.adapters.search_gauges import SearchGauges
from copydesk_writer.adapters.search_pass import index_pending, index_some
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copydesk.contracts import (
    ArticleTagged,
    Entity,
    Envelope,
    Language,
    MediaTopic,
    PageWithdrawn,
    Place,
    Story,
    article_id,
)
from copydesk.runtime.clock import SystemClock
from copydesk.runtime.outcomes import Received
from copydesk.runtime.ports import Partition
from copydesk.storage import Pool
from copydesk.storage import search as search_module
from copydesk.storage.search import Filters, QueryError, SearchTimeoutError, backlog, search
from copydesk.telemetry import Metrics

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

TEXTS = {
    "en": ("Harbour workers end their strike", "The ferries were sailing again on Monday, the port said."),
    "nl": ("Havenarbeiders beëindigen staking", "De veerboten voeren maandag weer, zei de haven."),
    "de": ("Hafenarbeiter beenden Streik", "Die Fähren fuhren am Montag wieder, teilte der Hafen mit."),
    "fr": ("Les dockers suspendent la grève", "Les traversiers « naviguaient » de nouveau lundi, selon le port."),
    "tr": ("Liman işçileri grevi bitirdi", "Vapurlar pazartesi günü yeniden sefere çıktı."),
    "ru": ("Портовые рабочие прекратили забастовку", "Паромы снова ходят с понедельника, сообщили в порту."),
    "ar": ("عمال الميناء ينهون إضرابهم", "عادت العبارات إلى الإبحار يوم الاثنين."),
    "zh": ("港口工人结束罢工", "渡轮周一恢复航行，港口当局表示。"),
    "ja": ("港湾労働者がストライキを終了", "フェリーは月曜日に運航を再開したと港湾当局が発表した。"),
    "ko": ("항만 노동자 파업 종료", "여객선이 월요일 운항을 재개했다고 항만 당국이 밝혔다."),
    "th": ("คนงานท่าเรือยุติการประท้วง", "เรือข้ามฟากกลับมาให้บริการวันจันทร์"),
    "uk": ("Портовики припинили страйк", "Пороми знову ходять."),
}


def article(page: str, written_in: str = "en", minute: int = 0, **changes: Any) -> ArticleTagged:
    url = f"https://harbour.example/{page}"
    title, text = TEXTS[written_in]
    fields: dict[str, Any] = {
        "id": article_id(url),
        "url": url,
        "canonical_url": url,
        "source": "harbour-post",
        "fetched_at": NOON + timedelta(minutes=minute),
        "content_sha256": "00",
        "title": title,
        "text": text,
        "language": Language(tag=written_in, confidence=0.9),
        "published": NOON - timedelta(hours=1),
    }
    return ArticleTagged(**(fields | changes))


def gone(page: str, minute: int = 30) -> PageWithdrawn:
    one = article(page)
    return PageWithdrawn(
        id=one.id, url=one.url, source=one.source, fetched_at=NOON + timedelta(minutes=minute), status=410
    )


async def file(pool: Pool, *messages: ArticleTagged | PageWithdrawn, now: datetime = NOON) -> None:
    batch = [
        Received(
            message,
            Envelope(id=f"{message.id} {message.fetched_at}", type="", source="", time=NOON),
            {},
            Partition("t", 0),
            0,
        )
        for message in messages
    ]
    await ArticleFiler(pool).handle(batch, now)


async def filed(pool: Pool, *messages: ArticleTagged | PageWithdrawn) -> None:
    """Filed and indexed."""
    await file(pool, *messages)
    await index_pending(pool)


async def pages(pool: Pool, query: str = "", limit: int = 20, **filters: Any) -> list[str]:
    found = await search(pool, query, Filters(**filters), limit=limit)
    return [hit["url"].rpartition("/")[2] for hit in found]


@pytest.mark.parametrize(
    ("query", "language"),
    [
        ("ferry", "en"),
        ('"harbour worker"', "en"),
        ("sailed -train", "en"),
        ("trams OR ferry", "en"),
        ("veerboot", "nl"),
        ("Fähre", "de"),
        ("Fa\u0308hre", "de"),
        ("traversi*", "fr"),
        ("vapur", "tr"),
        ("понедельник", "ru"),
        ("забастовка", "ru"),
        ("забаст*", "ru"),
        ("العبارات", "ar"),
        ("罢工", "zh"),
        ("港口当局", "zh"),
        ("フェリー", "ja"),
        ("運航 再開", "ja"),
        ("파업", "ko"),
        ("ท่าเรือ", "th"),
        ("страйк", "uk"),
    ],
)
async def test_words_are_found_in_every_language(pool: Pool, query: str, language: str) -> None:
    await filed(pool, *(article(tag, tag) for tag in TEXTS))
    for asked in (language, None):
        found = await search(pool, query, Filters(language=asked))
        assert [hit["language"] for hit in found] == [language]
        assert found[0]["title"] == TEXTS[language][0]
    assert await search(pool, query, Filters(language="en" if language != "en" else "fr")) == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("harbour strike", {"strike", "both"}),
        ('"strike harbour"', set()),
        ("strike OR storm", {"strike", "storm", "both"}),
        ("strike | storm", {"strike", "storm", "both"}),
        ("harbour strike OR storm", {"strike", "both"}),
        ("strike -storm", {"strike"}),
        ('storm -"harbour strike"', {"storm"}),
        ("−storm strike", {"strike"}),
        ("stri*", {"strike", "both"}),
        ("sto*", {"storm", "both"}),
        ("stor* harb*", {"both"}),
        ("“harbour strike”", {"strike", "both"}),
        ("the strike of the", {"strike", "both"}),
        ("ｓｔｏｒｍ", {"storm", "both"}),
        ("-strike", set()),
        ("OR", set()),
    ],
)
async def test_what_a_query_can_say(pool: Pool, query: str, expected: set[str]) -> None:
    await filed(
        pool,
        article("strike", title="Harbour strike", text="It is the third one."),
        article("storm", title="Storm over the coast", text="The wind rose."),
        article("both", title="Harbour strike", text="A storm came, too."),
    )
    assert set(await pages(pool, query)) == expected


async def test_filters_narrow_a_search(pool: Pool) -> None:
    place = Place(geonames=2747373, name="The Hague", country="NL", lat=52.08, lon=4.31, salience=1)
    topic = MediaTopic(code="medtop:04000000", label="economy", confidence=1)
    people = [
        Entity(start=0, end=3, text="Quill", type="PER", uri="wikidata:Q42", name="Mara Quill"),
        Entity(start=0, end=3, text="Den Haag", type="LOC", uri="geonames:2747373"),
    ]
    await filed(
        pool,
        article("bare"),
        article("placed", places=[place], entities=people),
        article("topical", topics=[topic]),
        article("regional", countries=["NZ"], language=Language(tag="en-NZ", confidence=1)),
        article("elsewhere", source="Inland Mail"),
        article("told", story=Story(id="story-1", confidence=1)),
        article("old", published=NOON - timedelta(days=9)),
        article("undated", published=None),
        article("tomorrow's", published=NOON + timedelta(days=30)),
    )
    assert len(await pages(pool, "ferries")) == 9
    assert len(await pages(pool, "ferries", limit=2)) == 2
    for words in ("ferries", ""):
        for name in ("the hague", "2747373", "nl", "den  haag"):
            assert await pages(pool, words, place=name) == ["placed"]
        for name in ("mara quill", "Quill", "wikidata:Q42", "Q42"):
            assert await pages(pool, words, entity=name) == ["placed"]
        assert await pages(pool, words, place="nz") == ["regional"]
        assert await pages(pool, words, topic="Economy") == await pages(pool, words, topic="medtop:04000000")
        assert await pages(pool, words, topic="economy") == ["topical"]
        assert await pages(pool, words, source="inland mail") == ["elsewhere"]
        assert await pages(pool, words, story="story-1") == ["told"]
        assert await pages(pool, words, language="en-NZ") == ["regional"]
        assert await pages(pool, words, until=NOON - timedelta(days=1)) == ["old"]
        assert set(await pages(pool, words, since=NOON)) == {"undated", "tomorrow's"}
        assert await pages(pool, words, since=NOON - timedelta(days=10), until=NOON - timedelta(days=8)) == ["old"]
        assert await pages(pool, words, source="inland mail", place="nl") == []
    assert len(await pages(pool, language="en")) == 9
    assert await pages(pool, "-ferry", language="en") == []


async def test_without_words_the_newest_come_first(pool: Pool) -> None:
    await filed(pool, *(article(f"{day}", published=NOON - timedelta(days=day)) for day in (3, 1, 2)))
    for blank in ("", " "):
        assert [hit["url"].rpartition("/")[2] for hit in await search(pool, blank, limit=2)] == ["1", "2"]


async def test_the_headline_counts_more_and_of_equals_the_newer_goes_first(pool: Pool) -> None:
    await filed(
        pool,
        article("deep", text="x " * 50 + "A lighthouse stood there."),
        article("named", title="The lighthouse", text="Nothing more.", published=NOON - timedelta(days=400)),
        article("older", title="Lighthouse again", text="Nothing more.", published=NOON - timedelta(days=900)),
    )
    found = await search(pool, "lighthouses")
    assert [hit["url"].rpartition("/")[2] for hit in found] == ["named", "older", "deep"]
    assert found[0]["rank"] == found[1]["rank"] > found[2]["rank"] > 0


@pytest.mark.parametrize(
    ("language", "query", "marked"),
    [
        ("en", "ferry", ["ferries"]),
        ("de", "fähre", ["Fähren"]),
        ("fr", "naviguer traversier", ["traversiers", "naviguaient"]),
        ("ru", "паромы", ["Паромы"]),
        ("zh", "航行", ["航行"]),
        ("ja", "再開", ["再開"]),
        ("th", "วันจันทร์", ["วันจันทร์"]),
    ],
)
async def test_the_snippet_marks_the_words(pool: Pool, language: str, query: str, marked: list[str]) -> None:
    await filed(pool, article("a", language))
    (hit,) = await search(pool, query)
    assert [hit["snippet"][start:end] for start, end in hit["marks"]] == marked
    assert hit["snippet"] in TEXTS[language][1]


HOSTILE = [
    "the", "'", '"', "a:b & ! | (", "\0", "\ud800", "%", "x" * 100_000, "-", "<->", "\\", "'\\'':*", "w:*",
           "a OR", "OR OR |", "-\"", "@source:harbour-post", "🏴‍☠️", "((((", "ب" * 3000, "港" * 5000, "ǰ" * 900]  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE)
async def test_any_query_is_answered(pool: Pool, query: str) -> None:
    await filed(pool, article("a"))
    assert await search(pool, query) == []
    assert await search(pool, query, Filters(source=query, place=query, entity=query, story=query or "x")) == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(st.sampled_from("ab港ไ'\"\\:*&|!()<->-@ \t\0ORé−«"), max_size=25), name=st.text(max_size=12))
async def test_no_query_fails(pool: Pool, query: str, name: str) -> None:
    with suppress(QueryError):
        await search(pool, query, Filters(source=name))
        await search(pool, query)


async def test_a_common_word_is_looked_for_from_the_newest_on(pool: Pool) -> None:
    batch = [article(f"{day}", published=NOON - timedelta(days=day)) for day in range(700)]
    await filed(pool, *batch)
    found = await pages(pool, "ferry", limit=5)
    assert found == ["0", "1", "2", "3", "4"]
    assert len(await pages(pool, "ferry", limit=1000)) == 700
    assert await pages(pool, "ferry", limit=1, until=NOON - timedelta(days=300)) == ["301"]


async def test_how_many_there_are_is_told_as_far_as_they_were_looked_for(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filed(
        pool,
        *(article(f"{day}", published=NOON - timedelta(days=20 * day)) for day in range(6)),
        article("tram", text="A tram."),
    )

    async def counted(query: str, limit: int = 2, **filters: Any) -> tuple[int, int, bool]:
        found = await search(pool, query, Filters(**filters), limit=limit)
        return len(found), found.total, found.whole

    assert await counted("ferry") == (2, 6, True)
    assert await counted("ferry", source="harbour-post") == (2, 6, True)
    assert await counted("ferry", story="none") == (0, 0, True)
    assert await counted("", language="en") == (2, 7, True)
    assert await counted("lighthouse") == (0, 0, True)
    monkeypatch.setattr(search_module, "RANKED", 4)
    assert await counted("ferry") == (2, 4, False)
    assert await counted("ferry", limit=7) == (6, 6, True)
    assert await counted("ferry", until=NOON - timedelta(days=50)) == (2, 3, True)
    monkeypatch.setattr(search_module, "READ", 2)
    assert await counted('"harbour workers"', limit=7) == (2, 2, False)


async def test_the_index_knows_where_it_begins_and_ends(pool: Pool) -> None:
    bounds = "SELECT oldest, newest FROM copydesk.search_bounds()"
    nothing = await pool.fetchrow(bounds)
    assert tuple(nothing or ()) == (None, None)
    assert await search(pool, "ferry") == []
    now = datetime.now(UTC)
    dates = [datetime(1998, 2, 1, tzinfo=UTC), datetime(1998, 3, 9, tzinfo=UTC), now - timedelta(days=70), now]
    for oldest, newest in ((1, 1), (0, 1), (0, 3), (0, 3)):
        for number in (oldest, newest):
            await file(pool, article(f"{number}", published=dates[number]), now=now)
        await index_pending(pool)
        found = await pool.fetchrow(bounds)
        assert tuple(found or ()) == (dates[oldest], dates[newest])
        await pool.execute("SELECT copydesk.make_search_partitions(now(), 1)")
        assert await pages(pool, "ferry", limit=1) == [f"{newest}"]


async def test_filing_leaves_the_words_to_the_second_pass(pool: Pool) -> None:
    await file(pool, article("a"), article("b"))
    assert await search(pool, "ferry") == []
    assert await index_some(pool, 1) == 1
    assert len(await search(pool, "ferry")) == 1
    assert await index_pending(pool) == 1
    assert len(await search(pool, "ferry")) == 2
    assert await index_pending(pool) == 0
    await file(pool, article("a"))
    assert await index_pending(pool) == 0


async def test_the_index_follows_changes_and_withdrawals(pool: Pool) -> None:
    await filed(pool, article("a"))
    await filed(pool, article("a", minute=1, text="A tram instead."))
    assert await pages(pool, "ferry") == []
    assert await pages(pool, "tram") == ["a"]
    await file(pool, gone("a"))
    assert await pages(pool, "tram") == []
    await index_pending(pool)
    assert await pool.fetchval("SELECT sum(length(terms)) FROM copydesk.article_search") == 0
    await filed(pool, article("a", minute=40, text="A tram instead."))
    assert await pages(pool, "tram") == ["a"]


async def test_a_pass_that_dies_leaves_its_articles_queued(pool: Pool) -> None:
    await file(pool, *(article(f"{number}") for number in range(5)))
    async with pool.acquire() as connection:
        dying = connection.transaction()
        await dying.start()
        await connection.execute("DELETE FROM copydesk.search_queue WHERE id % 2 = 0")
        assert await index_pending(pool) == await pool.fetchval("SELECT 5 - 2")
        await dying.rollback()
    assert await index_pending(pool) == 2
    assert len(await pages(pool, "ferry")) == 5


async def test_passes_side_by_side_index_everything_in_its_newest_version(pool: Pool) -> None:
    for minute in range(3):
        await file(pool, *(article(f"{number}", minute=minute, text=f"turn{minute}") for number in range(150)))
    taken = await asyncio.gather(*(_little_by_little(pool) for _ in range(4)))
    assert sum(taken) == 450
    assert len(await pages(pool, "turn2", limit=1000)) == 150
    assert await pages(pool, "turn0 OR turn1") == []


async def _little_by_little(pool: Pool) -> int:
    total = 0
    while done := await index_some(pool, 7):
        total += done
    return total


async def test_an_older_version_never_replaces_a_newer_one(pool: Pool) -> None:
    await filed(pool, article("a", minute=9))
    await pool.execute("UPDATE copydesk.articles SET version = version - 1, text = 'An older tram.'")
    await pool.execute("INSERT INTO copydesk.search_queue (article_id) SELECT id FROM copydesk.articles")
    await index_pending(pool)
    assert await pages(pool, "ferry") == ["a"]


async def test_a_text_of_words_without_end_is_found_by_its_beginning(pool: Pool) -> None:
    long = " ".join(chr(0x4E00 + number % 20_000) + chr(0x4E00 + number * 7 % 20_000) for number in range(200_000))
    await filed(pool, article("a", text="lighthouse " + long), article("b"))
    assert await pages(pool, "lighthouse") == ["a"]
    assert await pages(pool, "ferry") == ["b"]


async def test_what_waits_for_the_index_can_be_told(pool: Pool) -> None:
    async with pool.acquire() as connection:
        assert await backlog(connection) == (0, None)
        await file(pool, article("a"), article("b"))
        waiting = await backlog(connection)
        assert waiting.articles == 2
        assert waiting.since is not None
        await index_pending(pool)
        assert await backlog(connection) == (0, None)


async def test_operators_see_how_far_search_is_behind(pool: Pool) -> None:
    metrics = Metrics()
    gauges = SearchGauges(metrics, SystemClock())
    await file(pool, article("a"), article("b"))
    await pool.execute("UPDATE copydesk.search_queue SET queued_at = now() - interval '90 s' WHERE id = 1")
    shown = []
    for _ in range(2):
        await gauges.refresh(pool)
        shown.append(metrics.registry.get_sample_value("copydesk_search_queue_articles"))
        shown.append(metrics.registry.get_sample_value("copydesk_search_lag_seconds"))
        await index_pending(pool)
    assert shown == [2, pytest.approx(90, abs=20), 0, 0]


async def test_an_article_has_one_entry_whatever_month_it_is_moved_to(pool: Pool) -> None:
    await filed(pool, article("a"))
    for minute, days in enumerate((40, 800, 3), start=1):
        moved = NOON - timedelta(days=days)
        await filed(pool, article("a", minute=minute, published=moved))
        assert await pages(pool, "ferry") == ["a"]
        assert [row["at"] for row in await pool.fetch("SELECT at FROM copydesk.article_search")] == [moved]


async def test_months_of_many_articles_get_a_partition_with_all_of_them(pool: Pool) -> None:
    days = [datetime(1998, 2, day, tzinfo=UTC) for day in (1, 2, 28)]
    await filed(pool, *(article(f"{day:%d}", published=day) for day in days), article("late", published=None))
    assert await pool.fetchval("SELECT copydesk.make_search_partitions(now(), 4)") == 0
    assert await pool.fetchval("SELECT copydesk.make_search_partitions(now(), 3)") == 1
    assert await pool.fetchval("SELECT count(*) FROM copydesk.article_search_1998_02") == 3
    assert await pages(pool, "ferry") == ["late", "28", "02", "01"]
    gathered = "SELECT attstattarget FROM pg_attribute WHERE attname = 'terms' AND attrelid = $1::text::regclass"
    for table in ("article_search", "article_search_1998_02", "article_search_at_other_times"):
        assert await pool.fetchval(gathered, f"copydesk.{table}") == 0
    beside = "SELECT 'toast_tuple_target=8160' = ANY(reloptions) FROM pg_class WHERE oid = $1::text::regclass"
    for table in ("article_search_1998_02", "article_search_at_other_times"):
        assert await pool.fetchval(beside, f"copydesk.{table}")
    await filed(pool, article("01", minute=5, published=days[1] + timedelta(hours=1), text="A tram."))
    assert await pages(pool, "ferry") == ["late", "28", "02"]
    assert await pages(pool, "tram") == ["01"]


async def test_where_too_many_articles_have_a_phrases_words_the_newest_are_read(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = '"harbour strike"'
    told = {"phrase": "A harbour strike began.", "apart": "A strike, which shut the harbour."}
    kinds = ["phrase", "apart", "apart", "phrase", "apart", "apart", "phrase"]
    dated = [(NOON - timedelta(days=20 * number), kind) for number, kind in enumerate(kinds)]
    await filed(pool, *(article(f"{at:%d%m}", title="", text=told[kind], published=at) for at, kind in dated))
    whole = await search(pool, query)
    assert len(whole) == 3
    assert whole.back_to is None
    monkeypatch.setattr(search_module, "READ", 5)
    part = await search(pool, query)
    assert [hit["published"] for hit in part] == [dated[0][0], dated[3][0]]
    assert part.back_to == dated[4][0]
    rest = await search(pool, query, Filters(until=part.back_to))
    assert [hit["published"] for hit in rest] == [dated[6][0]]
    assert (await search(pool, query, limit=1)).back_to == dated[4][0]
    assert (await search(pool, "harbour strike")).back_to is None


async def test_a_phrase_that_is_not_wanted_leaves_what_has_its_words_apart(pool: Pool) -> None:
    await filed(
        pool,
        article("together", title="", text="A harbour strike."),
        article("apart", title="", text="A strike, which shut the harbour."),
    )
    assert await pages(pool, 'harbour -"harbour strike"') == ["apart"]
    assert await pages(pool, '-"harbour strike"', language="en") == ["apart"]
    assert await pages(pool, '-"harbour strike"', since=NOON - timedelta(days=1)) == ["apart"]


async def test_a_search_that_takes_too_long_says_what_to_do(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    await filed(pool, article("a"))
    monkeypatch.setattr(search_module, "LONGEST", timedelta(seconds=1))
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("LOCK TABLE copydesk.article_search")
        with pytest.raises(SearchTimeoutError, match="'ferry' took longer than 1 s: narrow it"):
            await search(pool, "ferry")
    assert await pages(pool, "ferry") == ["a"]


async def test_words_deep_in_a_long_text_are_shown(pool: Pool) -> None:
    deep = (
        "The wind rose and the rain came down over the coast. " * 80 + "Then a lighthouse went dark. " + "More. " * 900
    )
    await filed(pool, article("a", title="", text=deep))
    (hit,) = await search(pool, "lighthouse")
    assert [hit["snippet"][start:end] for start, end in hit["marks"]] == ["lighthouse"]
