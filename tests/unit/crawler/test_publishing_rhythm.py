import math
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from copydesk_crawler.core.timing.poll_interval import Limits, interval, scale
from copydesk_crawler.core.timing.publishing_rhythm import Forecast, Rhythm, begin, forecast, learn
from hypothesis import given
from hypothesis import strategies as st

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
LIMITS = Limits(2 * MINUTE, 6 * HOUR)


def watched(weeks: int, hours: list[int], each: int = 1, weekdays: range = range(7)) -> Rhythm:
    """A source that publishes at given hours, `each` articles spread over the hour, polled once an hour."""
    rhythm = begin(MONDAY)
    for hour in range(weeks * 168):
        start = MONDAY + hour * HOUR
        busy = hour % 24 in hours and hour // 24 % 7 in weekdays
        times = [start + HOUR * (number + 0.5) / each for number in range(each)] if busy else []
        rhythm = learn(rhythm, times, start + HOUR)
    return rhythm


def steady(rate: float) -> Forecast:
    return Forecast([rate] * 168, [1.0] * 12)


def test_the_volume_is_learned() -> None:
    assert forecast(watched(2, list(range(24)), each=4)).per_day == pytest.approx(96, rel=0.05)
    assert forecast(watched(3, [9])).per_day == pytest.approx(1, rel=0.5)


def test_hours_and_weekdays_are_told_apart() -> None:
    found = forecast(watched(4, [8, 9, 10], each=5, weekdays=range(5)))
    monday_nine, monday_night, sunday_nine = found.hours[9], found.hours[2], found.hours[6 * 24 + 9]
    assert monday_nine == pytest.approx(5, rel=0.3)
    assert monday_night < monday_nine / 20
    assert sunday_nine < monday_nine / 3


def test_dated_entries_of_one_poll_teach_at_once() -> None:
    now = MONDAY + 10 * DAY
    times = [now - day * DAY + 7 * HOUR for day in range(1, 10)]
    found = forecast(learn(begin(times[-1]), times[:-1], now))
    assert found.per_day == pytest.approx(1, rel=0.8)
    assert max(range(24), key=lambda hour: sum(found.hours[hour::24])) == 7


def test_a_source_of_which_nothing_is_known_is_taken_for_an_average_one() -> None:
    assert forecast(begin(MONDAY)).per_day == pytest.approx(20)


def test_what_was_long_ago_weighs_less() -> None:
    rhythm = watched(3, list(range(24)), each=4)
    later = learn(rhythm, [], rhythm.until + timedelta(weeks=9))
    assert sum(later.hours) == pytest.approx(sum(rhythm.hours) / 8)
    assert forecast(later).per_day < forecast(rhythm).per_day / 4


def test_evergreens_teach_nothing() -> None:
    now = MONDAY + 60 * DAY
    assert sum(learn(begin(now - DAY), [MONDAY, MONDAY + DAY], now).hours) == 0


def test_time_that_went_unwatched_is_no_silence() -> None:
    rhythm = watched(2, list(range(24)), each=2)
    now = rhythm.until + 7 * DAY
    blind = learn(rhythm, [now - HOUR / 2], now, seen_from=now - HOUR)
    silent = learn(rhythm, [now - HOUR / 2], now)
    assert forecast(blind).per_day == pytest.approx(48, rel=0.1)
    assert forecast(silent).per_day < 40


def test_the_interval_goes_with_the_root_of_the_rate() -> None:
    assert interval(steady(4), MONDAY, 1.0, LIMITS) == pytest.approx(HOUR / 2, abs=SECOND)
    assert interval(steady(1), MONDAY, 1.0, LIMITS) == pytest.approx(HOUR, abs=SECOND)
    assert interval(steady(1 / 9), MONDAY, 1.0, LIMITS) == pytest.approx(3 * HOUR, abs=SECOND)


def test_an_average_source_is_polled_at_the_operators_interval() -> None:
    source = steady(3)
    assert interval(source, MONDAY, scale(15 * MINUTE, source.intensity), LIMITS) == pytest.approx(
        15 * MINUTE, abs=SECOND
    )


def test_limits_hold() -> None:
    assert interval(steady(10_000), MONDAY, 1.0, LIMITS) == LIMITS.least
    assert interval(steady(0.0001), MONDAY, 1.0, LIMITS) == LIMITS.most
    assert interval(steady(0), MONDAY, 1.0, LIMITS) == LIMITS.most


def test_a_feed_is_read_before_its_window_is_half_replaced() -> None:
    unhurried = interval(steady(60), MONDAY, 8.0, LIMITS)
    hurried = interval(steady(60), MONDAY, 8.0, Limits(LIMITS.least, LIMITS.most, window=10))
    assert unhurried > HOUR
    assert hurried == pytest.approx(5 * MINUTE, abs=SECOND)


def test_a_paper_that_comes_at_a_fixed_time_is_read_shortly_after() -> None:
    rhythm = begin(MONDAY)
    for day in range(28):
        six = MONDAY + day * DAY + 6 * HOUR
        rhythm = learn(rhythm, [six + timedelta(seconds=20 * number) for number in range(10)], six + 12 * HOUR)
    found = forecast(rhythm)
    k = scale(15 * MINUTE, found.intensity)
    now, polls = MONDAY + 28 * DAY, []
    while now < MONDAY + 29 * DAY:
        now += interval(found, now, k, Limits(2 * MINUTE, HOUR))
        polls.append(now - MONDAY - 28 * DAY)
    after = next(poll for poll in polls if poll >= 6 * HOUR + 3 * MINUTE)
    assert after <= 6 * HOUR + 10 * MINUTE


def test_nights_are_not_slept_through_into_the_morning() -> None:
    """The interval planned at night ends when the morning's articles come, not hours into them."""
    found = forecast(watched(3, list(range(7, 20)), each=6))
    start = MONDAY + 21 * DAY + 5 * HOUR
    wait = interval(found, start, scale(15 * MINUTE, found.intensity), LIMITS)
    assert wait < 2 * HOUR + 30 * MINUTE


@given(
    st.lists(st.floats(0, 1e6), min_size=168, max_size=168),
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.floats(1e-6, 1e3),
)
def test_any_forecast_gives_an_interval_within_limits(hours: list[float], now: datetime, k: float) -> None:
    assert LIMITS.least <= interval(Forecast(hours, [1.0] * 12), now, k, LIMITS) <= LIMITS.most


@given(st.lists(st.integers(-(10**7), 10**7), max_size=50), st.integers(0, 10**7))
def test_any_times_leave_rates_that_can_be_worked_with(offsets: list[int], elapsed: int) -> None:
    now = MONDAY + timedelta(seconds=elapsed)
    rhythm = learn(begin(MONDAY), [now + timedelta(seconds=offset) for offset in offsets], now)
    found = forecast(rhythm)
    assert all(math.isfinite(rate) and rate > 0 for rate in found.hours)
    assert msgspec.json.decode(msgspec.json.encode(rhythm), type=Rhythm) == rhythm


def test_expected_articles_add_up_over_the_week() -> None:
    found = forecast(watched(2, [8, 9], each=3))
    start = MONDAY + timedelta(hours=5.5)
    assert found.expected(start, start + timedelta(weeks=2)) == pytest.approx(14 * found.per_day)
    halves = found.expected(start, start + 30 * HOUR) + found.expected(start + 30 * HOUR, start + 7 * DAY)
    assert halves == pytest.approx(7 * found.per_day)
