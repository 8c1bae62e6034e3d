from datetime import UTC, date, datetime, timedelta

import pytest
from copydesk_crawler.core.timing.publishing_rhythm import Forecast
from copydesk_crawler.core.timing.source_health import (
    PolledState,
    Recall,
    broken,
    count_days,
    low_recall,
    overflowing,
    silence,
    unreachable,
    unusual_volume,
)

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOURLY = Forecast([1.0] * 168, [1.0] * 12)
STEADY = {f"2026-03-{day:02d}": 24 for day in range(1, 20)}


def days_of(counts: list[int], last: date) -> dict[str, int]:
    """Counts of the days up to `last`."""
    return {(last - timedelta(days=back)).isoformat(): count for back, count in enumerate(reversed(counts))}


def test_silence_is_reported_when_the_rhythm_makes_it_improbable() -> None:
    assert silence(HOURLY, 3, STEADY, NOW - 6.5 * HOUR, NOW) is None
    problem = silence(HOURLY, 3, STEADY, NOW - 7 * HOUR, NOW)
    assert problem is not None
    assert (problem.name, problem.current) == ("silent", 7.0)


def test_nights_are_no_silence() -> None:
    by_day = Forecast([3.0 if 7 <= hour % 24 < 20 else 0.01 for hour in range(168)], [1.0] * 12)
    evening = NOW.replace(hour=19, minute=50)
    assert silence(by_day, 3, STEADY, evening, evening + 11 * HOUR) is None
    assert silence(by_day, 3, STEADY, evening, evening + 15 * HOUR) is not None


def test_a_source_that_was_watched_for_days_only_cannot_be_silent() -> None:
    assert silence(HOURLY, 0.5, STEADY, NOW - 48 * HOUR, NOW) is None


def test_where_articles_come_in_clusters_silence_takes_longer() -> None:
    bursts = days_of([0, 60, 2, 0, 80, 1, 0, 50], NOW.date() - timedelta(days=5))
    assert silence(HOURLY, 3, bursts, NOW - 10 * HOUR, NOW) is None
    assert silence(HOURLY, 3, bursts, NOW - 80 * HOUR, NOW) is not None


@pytest.mark.parametrize(
    ("yesterday", "expected"),
    [(100, None), (70, None), (140, None), (30, "volume-low"), (0, "volume-low"), (250, "volume-high")],
)
def test_volumes_far_from_the_same_weekday_are_reported(yesterday: int, expected: str | None) -> None:
    weekday = [100, 104, 96, 98, 101, 30, 20]
    counts = [*([*weekday[1:], weekday[0]] * 5)[:-1], yesterday]
    problem = unusual_volume(days_of(counts, NOW.date() - timedelta(days=1)), NOW.date())
    assert (problem.name if problem else None) == expected
    if problem:
        assert (problem.baseline, problem.current) == (100, yesterday)


def test_small_sources_may_have_empty_days() -> None:
    assert unusual_volume(days_of([3] * 34 + [0], NOW.date() - timedelta(days=1)), NOW.date()) is None


def test_a_silence_of_days_does_not_pass_for_a_pause_between_clusters() -> None:
    days = days_of([24] * 14 + [0, 0, 0], NOW.date())
    assert silence(HOURLY, 3, days, NOW - 66 * HOUR, NOW) is not None


def test_volumes_are_not_judged_before_three_weeks() -> None:
    assert unusual_volume(days_of([100] * 19 + [0], NOW.date() - timedelta(days=1)), NOW.date()) is None


def test_a_day_that_was_not_watched_throughout_is_not_counted() -> None:
    noon = datetime(2026, 3, 10, 12, tzinfo=UTC)
    days = count_days({}, [noon + HOUR, noon + 14 * HOUR], noon, noon + 24 * HOUR)
    assert days == {"2026-03-11": 1}
    days = count_days(days, [], noon + 24 * HOUR, noon + 48 * HOUR)
    assert days == {"2026-03-11": 1, "2026-03-12": 0}
    gap = count_days(days, [], noon + 96 * HOUR, noon + 120 * HOUR)
    assert sorted(gap) == ["2026-03-11", "2026-03-12", "2026-03-15"]


def test_a_document_is_broken_when_it_was_read_before_and_fails_three_times() -> None:
    feed = "https://courier.example/feed"
    assert broken([PolledState(feed, 2, True, "http-500")]) is None
    assert broken([PolledState(feed, 9, False, "http-404")]) is None
    problem = broken([PolledState(feed, 3, True, "http-500"), PolledState(feed + "2", 1, True, "timeout")])
    assert problem is not None
    assert (problem.name, problem.current, problem.detail) == ("feed-broken", 3, f"{feed}: http-500")


def test_what_robots_forbid_is_no_miss() -> None:
    assert low_recall(Recall(listed=100, fetched=60, forbidden=38, absent=2)) is None
    problem = low_recall(Recall(listed=100, fetched=60, forbidden=10, absent=5))
    assert problem is not None
    assert (problem.name, problem.current) == ("recall-low", 0.706)
    assert low_recall(Recall(listed=19, fetched=0, forbidden=0, absent=0)) is None
    assert low_recall(Recall(listed=0, fetched=0, forbidden=0, absent=0)) is None


def test_counts_in_a_row_become_problems_at_the_third() -> None:
    assert unreachable(2, "timeout") is None
    assert unreachable(3, "timeout") is not None
    assert overflowing(2, 20) is None
    assert overflowing(3, 20) is not None
