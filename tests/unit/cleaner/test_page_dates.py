"""Dates of publication and change, from everything a page says."""

from datetime import UTC, datetime

import pytest
from copydesk_cleaner.core.page_dates import PageDates, read_dates
from copydesk_cleaner.core.page_facts import PageFacts
from turbohtml import parse

URL = "https://courier.example/harbour"
LATEST = datetime(2024, 8, 1, tzinfo=UTC)


def dates_of(head: str = "", body: str = "", url: str = URL, language: str = "en") -> PageDates:
    page = f'<html lang="{language}"><head><title>Harbour opens</title>{head}</head><body>{body}</body></html>'
    return read_dates(PageFacts(parse(page), url), LATEST)


def published(head: str = "", body: str = "", url: str = URL, language: str = "en") -> str | None:
    value = dates_of(head, body, url, language).published.value
    return value.isoformat() if value else None


def json_ld(**dates: str) -> str:
    named = "".join(f', "{name}": "{date}"' for name, date in dates.items())
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "Harbour opens"{named}}}</script>'


def meta(name: str, date: str) -> str:
    return f'<meta property="{name}" content="{date}">'


def around(*lines: str) -> str:
    return "<h1>Harbour opens</h1>" + "".join(f"<p>{line}</p>" for line in lines)


@pytest.mark.parametrize(
    ("head", "body", "url"),
    [
        (json_ld(datePublished="2024-07-03T12:30:00+02:00"), "", URL),
        (meta("article:published_time", "2024-07-03T12:30:00+0200"), "", URL),
        (meta("date", "Wed, 03 Jul 2024 12:30:00 +0200"), "", URL),
        ("", '<time itemprop="datePublished" datetime="2024-07-03T12:30:00+02:00">gestern</time>', URL),
        ("", '<span itemprop="datePublished" content="2024-07-03T12:30+02:00"></span>', URL),
        ("", '<time datetime="2024-07-03T12:30:00+02:00"></time>', URL),
        (json_ld(dateCreated="2024-07-03T12:30:00+02:00"), "", URL),
        ("", around("3 July 2024 12:30 CEST"), URL),
        ("", '<div class="post-date">3 July 2024, 12:30 CEST</div>', URL),
        ("<script>var page = {\"publishedAt\": \"2024-07-03T12:30:00+02:00\"}</script>", "", URL),
    ],
)  # fmt: skip
def test_each_place_speaks_and_keeps_its_offset(head: str, body: str, url: str) -> None:
    assert published(head, body, url) == "2024-07-03T12:30:00+02:00"


@pytest.mark.parametrize(
    "path", ["/2024/07/03/harbour", "/2024/jul/03/harbour", "/news/20240703-harbour", "/harbour-2024-07-03.html"]
)
def test_address_dates_a_page_that_says_nothing_else(path: str) -> None:
    found = dates_of(url="https://courier.example" + path).published
    assert found.value == datetime(2024, 7, 3, tzinfo=UTC)
    assert found.note == "day only, midnight UTC assumed"


def test_first_declaration_wins_and_the_other_is_named() -> None:
    found = dates_of(
        json_ld(datePublished="2024-07-03T12:00:00Z") + meta("article:published_time", "2024-07-06T09:00Z")
    )
    assert found.published.value == datetime(2024, 7, 3, 12, tzinfo=UTC)
    assert found.published.note == (
        "JSON-LD datePublished 2024-07-03 taken, meta article:published_time 2024-07-06 ignored"
    )


def test_two_places_overrule_the_first() -> None:
    stamp = json_ld(datePublished="2024-07-20T08:00:00Z", dateModified="2024-07-20T08:00:00Z")
    found = dates_of(stamp + meta("article:published_time", "2024-07-03T12:00:00Z"), url=URL + "/2024/07/03/").published
    assert found.value == datetime(2024, 7, 3, 12, tzinfo=UTC)
    assert found.note is not None
    assert "JSON-LD datePublished 2024-07-20 ignored" in found.note


def test_earlier_day_at_the_headline_is_named_where_publication_repeats_the_last_change() -> None:
    stamp = json_ld(datePublished="2024-07-20T08:00:00+02:00", dateModified="2024-07-20T08:00:30+02:00")
    found = dates_of(stamp, around("By Ana Ros", "3 July 2024")).published
    assert found.value is not None
    assert found.value.date() == datetime(2024, 7, 20, tzinfo=UTC).date()
    assert found.note == "JSON-LD datePublished 2024-07-20 taken, text at the headline 2024-07-03 ignored"


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (meta("datePublished", "2024-07-03T20:30:15-04:00"), ""),
        ("", '<time datetime="2024-07-03T20:30:15-04:00">Wednesday</time>'),
        ("", around("July 3, 2024 at 8:30 p.m.")),
        ("", around("July 3, 2024", "8:30 pm")),
        (meta("sailthru.date", "2024-07-03 20:30:15"), ""),
    ],
)
def test_time_in_utc_takes_the_offset_shown_elsewhere(head: str, body: str) -> None:
    assert published(json_ld(datePublished="2024-07-04T00:30:15Z") + head, body) == "2024-07-03T20:30:15-04:00"


def test_clock_that_no_zone_shows_changes_nothing() -> None:
    head = json_ld(datePublished="2024-07-04T00:30:15Z")
    assert published(head, around("July 3, 2024 at 8:47 p.m.")) == "2024-07-04T00:30:15+00:00"


def test_day_takes_the_time_that_another_place_gives() -> None:
    head = json_ld(datePublished="2024-07-03") + meta("article:published_time", "2024-07-03T12:30:00+02:00")
    assert published(head) == "2024-07-03T12:30:00+02:00"


def test_time_without_offset_is_noted() -> None:
    found = dates_of(json_ld(datePublished="2024-07-03T12:30:00")).published
    assert found.value == datetime(2024, 7, 3, 12, 30, tzinfo=UTC)
    assert found.note == "no offset given, UTC assumed"


@pytest.mark.parametrize(
    "wrong", ["0001-01-01T00:00:00", "1970-01-01T00:00:00Z", "2031-07-03T00:00:00Z", "2024-02-31", "{{ date }}", "soon"]
)
def test_impossible_date_gives_way(wrong: str) -> None:
    good = meta("article:published_time", "2024-07-03T12:30:00+02:00")
    assert published(json_ld(datePublished=wrong) + good) == "2024-07-03T12:30:00+02:00"
    assert published(json_ld(datePublished=wrong)) is None


def test_refusal_is_told() -> None:
    found = dates_of(json_ld(datePublished="2031-07-03T00:00:00Z")).published
    assert found.value is None
    assert found.note == "JSON-LD datePublished: 2031-07-03 lies in the future"


@pytest.mark.parametrize("printed", ["1720002600", "1720002600000", "20240703103000"])
def test_digits_alone(printed: str) -> None:
    assert published(meta("date", printed)) == "2024-07-03T10:30:00+00:00"


def test_change_is_told_from_publication() -> None:
    found = dates_of(body=around("Published 3 July 2024, 12:30", "Updated 5 July 2024, 9:00"))
    assert found.published.value == datetime(2024, 7, 3, 12, 30, tzinfo=UTC)
    assert found.modified.value == datetime(2024, 7, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("de", "Veröffentlicht: 3.7.2024, aktualisiert: 5.7.2024"), ("fr", "Publié le 3 juillet 2024, mis à jour le 5 juillet 2024"),
        ("es", "3 de julio de 2024. Actualizado: 5 de julio de 2024"), ("it", "3 luglio 2024 - aggiornato il 5 luglio 2024"),
        ("nl", "3 juli 2024, bijgewerkt 5 juli 2024"), ("sv", "Publicerad 3 juli 2024, uppdaterad 5 juli 2024"),
        ("pl", "3 lipca 2024, aktualizacja: 5 lipca 2024"), ("ru", "3 июля 2024, обновлено 5 июля 2024"),
        ("uk", "3 липня 2024, оновлено 5 липня 2024"), ("tr", "3 Temmuz 2024 - Güncelleme: 5 Temmuz 2024"),
        ("ja", "2024年7月3日 更新:2024年7月5日"), ("ko", "입력 2024.07.03. 수정 2024.07.05."), ("ar", "3 يوليو 2024 آخر تحديث 5 يوليو 2024"),
        ("pt", "3 de julho de 2024, atualizado em 5 de julho de 2024"), ("fi", "3.7.2024, päivitetty 5.7.2024"),
    ],
)  # fmt: skip
def test_words_for_a_change(language: str, line: str) -> None:
    found = dates_of(body=around(line), language=language)
    assert (found.published.value, found.modified.value) == (
        datetime(2024, 7, 3, tzinfo=UTC),
        datetime(2024, 7, 5, tzinfo=UTC),
    )


def test_modified_is_read_from_declarations() -> None:
    found = dates_of(json_ld(datePublished="2024-07-03T12:30:00Z", dateModified="2024-07-05T09:00:00+02:00"))
    assert found.modified.value is not None
    assert found.modified.value.isoformat() == "2024-07-05T09:00:00+02:00"


def test_dates_of_teasers_do_not_count() -> None:
    teasers = '<aside class="related"><time datetime="2024-06-01T08:00:00Z">1 June</time></aside>'
    assert published(body=around("By Ana Ros", "3 July 2024") + teasers) == "2024-07-03T00:00:00+00:00"


def test_the_time_of_the_fetch_is_no_date_of_the_article() -> None:
    found = dates_of(body=around("By Ana Ros", "2 hours ago"))
    assert found.published.value is None
    assert found.published.note == "the page names no date"


def test_fallback_is_asked_last() -> None:
    asked: list[str] = []

    def fallback() -> str:
        asked.append("fallback")
        return "2024-07-01"

    dated = PageFacts(parse(json_ld(datePublished="2024-07-03T12:30:00Z")), URL)
    assert read_dates(dated, LATEST, fallback).published.value == datetime(2024, 7, 3, 12, 30, tzinfo=UTC)
    assert asked == []
    assert read_dates(PageFacts(parse("<p>x"), URL), LATEST, fallback).published.value == datetime(
        2024, 7, 1, tzinfo=UTC
    )
    assert asked == ["fallback"]


def test_months_and_days_by_region() -> None:
    line = around("07/04/2024")
    assert published(body=line, language="en-US") == "2024-07-04T00:00:00+00:00"
    assert published(body=line, language="en-GB") == "2024-04-07T00:00:00+00:00"
    assert published(body=line, url="https://courier.co.uk/harbour") == "2024-04-07T00:00:00+00:00"
    assert published(body=line, url="https://courier.io/harbour") == "2024-07-04T00:00:00+00:00"
