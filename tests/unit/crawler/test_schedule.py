from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from copydesk_crawler.core.timing.schedule import (
    BELIEVED_FRESH,
    broken_rest,
    document_rest,
    least_interval,
    unchanged_since,
)

from copydesk.storage.polls import PolledDocument

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
QUARTER = 15 * MINUTE
NONE = timedelta(0)
CHANGED = NOW - 5 * HOUR
CHILD = PolledDocument(
    "1", "https://courier.example/map-1.xml", "sitemap", ever_read=True, index_modified=CHANGED, last_body=NOW - HOUR
)


def test_sitemaps_that_their_index_calls_unchanged_are_skipped() -> None:
    assert unchanged_since(CHILD, CHANGED, NOW)
    assert not unchanged_since(CHILD, NOW - HOUR / 2, NOW)
    assert not unchanged_since(CHILD, None, NOW)


@pytest.mark.parametrize(
    "held",
    [
        replace(CHILD, failures=1),
        replace(CHILD, ever_read=False),
        replace(CHILD, last_body=NOW - 25 * HOUR),
        replace(CHILD, kind="feed"),
    ],
    ids=["failed", "never-read", "long-ago", "feed"],
)
def test_an_index_is_not_believed_for_ever(held: PolledDocument) -> None:
    assert not unchanged_since(held, CHANGED, NOW)


def test_a_bare_date_of_today_says_nothing_of_this_hour() -> None:
    today, week_ago = NOW.replace(hour=0), NOW.replace(hour=0) - timedelta(days=7)
    assert not unchanged_since(replace(CHILD, index_modified=today), today, NOW)
    assert unchanged_since(replace(CHILD, index_modified=week_ago), week_ago, NOW)


def rest(kind: str, **facts: object) -> timedelta:
    usual = {"lists_news": False, "feeds_serve": True, "fresh_for": None, "poll_interval": QUARTER}
    return document_rest(kind, **(usual | facts))  # type: ignore[arg-type]


def test_where_feeds_serve_the_rest_is_read_less_often() -> None:
    assert rest("feed") == NONE
    assert rest("sitemap") == HOUR
    assert rest("sitemap", lists_news=True) == NONE
    assert rest("home") == HOUR
    assert rest("section") == HOUR
    assert rest("home", feeds_serve=False) == NONE
    assert rest("sitemap", feeds_serve=False) == NONE


def test_what_is_fresh_need_not_be_asked_again_within_reason() -> None:
    assert rest("feed", fresh_for=10 * MINUTE) == 10 * MINUTE
    assert rest("feed", fresh_for=timedelta(days=30)) == BELIEVED_FRESH


def test_broken_documents_are_asked_ever_more_rarely_and_never_given_up() -> None:
    rests = [broken_rest(failures, QUARTER) for failures in range(30)]
    assert rests[:3] == [NONE] * 3
    assert rests[3] == HOUR / 2
    assert rests == sorted(rests)
    assert rests[-1] == timedelta(days=1)


def test_lifetimes_bound_the_interval_from_below() -> None:
    learned = 2 * MINUTE
    assert least_interval(learned, QUARTER, None, None) == learned
    assert least_interval(learned, QUARTER, 5 * MINUTE, None) == 5 * MINUTE
    assert least_interval(learned, QUARTER, 24 * HOUR, None) == QUARTER
    assert least_interval(learned, QUARTER, None, 20 * MINUTE) == 20 * MINUTE
    assert least_interval(learned, MINUTE, None, None) == MINUTE
