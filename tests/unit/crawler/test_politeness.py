"""How long hosts and pages are left alone."""

from datetime import UTC, datetime, timedelta

import pytest
from copydesk_crawler.core.timing.politeness import (
    BREAKER_FAILURES,
    DEFAULT_WAIT,
    MAX_WAIT,
    breaker_rest,
    host_delay,
    retry_after,
    smoothed_latency,
)
from copydesk_crawler.core.timing.schedule import (
    MAX_POLL_INTERVAL,
    RETRY_DELAYS,
    poll_delay,
    retry_delay,
    revisit_delay,
)
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2030, 1, 1, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        (None, None),
        ("30", timedelta(seconds=30)),
        (" 30 ", timedelta(seconds=30)),
        ("0", timedelta(seconds=1)),
        ("-5", DEFAULT_WAIT),
        ("315360000", MAX_WAIT),
        ("9" * 500, MAX_WAIT),
        ("Tue, 01 Jan 2030 12:05:00 GMT", 5 * MINUTE),
        ("Tuesday, 01-Jan-30 12:05:00 GMT", 5 * MINUTE),
        ("Tue, 01 Jan 2040 12:00:00 GMT", MAX_WAIT),
        ("Tue, 01 Jan 2030 11:00:00 GMT", DEFAULT_WAIT),
        ("soon", DEFAULT_WAIT),
        ("", DEFAULT_WAIT),
        ("３０", DEFAULT_WAIT),
        ("Fri, 99 Foo 99999 99:99:99 GMT", DEFAULT_WAIT),
    ],
)
def test_retry_after_is_obeyed_and_clamped(header: str | None, wait: timedelta | None) -> None:
    assert retry_after(header, NOW) == wait


@given(st.text(max_size=60))
def test_retry_after_is_total(header: str) -> None:
    wait = retry_after(header, NOW)
    assert wait is not None
    assert timedelta(seconds=1) <= wait <= MAX_WAIT


def test_the_longer_of_operator_and_robots_delay_holds() -> None:
    assert host_delay(timedelta(seconds=1), timedelta(seconds=5)) == timedelta(seconds=5)
    assert host_delay(timedelta(seconds=1), timedelta(seconds=0.1)) == timedelta(seconds=1)
    assert host_delay(timedelta(seconds=1), None) == timedelta(seconds=1)


def test_failing_sources_are_polled_ever_more_rarely_and_never_forgotten() -> None:
    delays = [poll_delay(15 * MINUTE, failures) for failures in range(30)]
    assert delays[0] == 15 * MINUTE
    assert delays[1] == 30 * MINUTE
    assert delays == sorted(delays)
    assert delays[-1] == MAX_POLL_INTERVAL
    assert poll_delay(timedelta(days=7), 3) == timedelta(days=7)


def test_retries_end() -> None:
    waits = [retry_delay(attempt, 0.0) for attempt in range(1, len(RETRY_DELAYS) + 2)]
    assert waits == [*RETRY_DELAYS, None]


def test_pages_climb_the_ladder_and_leave_it() -> None:
    ladder = [15 * MINUTE, 60 * MINUTE, 360 * MINUTE]
    assert revisit_delay(ladder, timedelta(0)) == 15 * MINUTE
    assert revisit_delay(ladder, 15 * MINUTE) == 45 * MINUTE
    assert revisit_delay(ladder, 200 * MINUTE) == 160 * MINUTE
    assert revisit_delay(ladder, 360 * MINUTE) is None
    assert revisit_delay([], timedelta(0)) is None


def test_a_slow_server_is_asked_less_often_in_proportion() -> None:
    second = timedelta(seconds=1)
    assert host_delay(second, None, 0.2) == second
    assert host_delay(second, None, 2.0) == 4 * second
    assert host_delay(second, None, 600.0) == 20 * second
    assert host_delay(second, 9 * second, 2.0) == 9 * second
    assert host_delay(timedelta(0), None, 2.0) == timedelta(0)


def test_one_slow_answer_is_not_yet_a_slow_server() -> None:
    assert smoothed_latency(None, 0.4) == 0.4
    assert smoothed_latency(0.1, 1.1) == pytest.approx(0.4)
    latency = 0.1
    for _ in range(20):
        latency = smoothed_latency(latency, 3.0)
    assert latency == pytest.approx(3.0, rel=0.01)


def test_the_breaker_opens_after_failures_in_a_row_and_rests_ever_longer() -> None:
    assert [breaker_rest(failures, 0.0) for failures in range(BREAKER_FAILURES)] == [timedelta(0)] * BREAKER_FAILURES
    rests = [breaker_rest(failures, 0.0) for failures in range(BREAKER_FAILURES, 100)]
    assert rests[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert rests == sorted(rests)
    assert rests[-1] == timedelta(hours=1)
    assert breaker_rest(BREAKER_FAILURES, 1.0) > rests[0]
