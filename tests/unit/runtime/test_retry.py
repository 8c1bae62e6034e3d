"""When and where a failed message is tried again."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from copydesk.contracts import RETRY_DELAYS
from copydesk.runtime.outcomes import RetryClass
from copydesk.runtime.retry import GIVE_UP_AFTER, GiveUp, InPlace, Later, decide
from copydesk.testing.clock import START

ages = st.timedeltas(timedelta(), timedelta(days=5))
waits = st.none() | st.timedeltas(timedelta(), timedelta(days=30))
jitters = st.floats(0, 1)


def test_a_transient_failure_is_tried_quickly_and_then_slowly() -> None:
    quick = [decide(RetryClass.TRANSIENT, attempt, START, START, None, 1.0) for attempt in (1, 2, 3)]
    assert quick == [InPlace(timedelta(seconds=0.5)), InPlace(timedelta(seconds=2)), InPlace(timedelta(seconds=8))]
    assert decide(RetryClass.TRANSIENT, 4, START, START + timedelta(seconds=10), None, 1.0) == Later("1m")


def test_slow_retries_climb_the_tiers_for_three_days() -> None:
    now, attempt, tiers = START, 1, []
    while isinstance(decision := decide(RetryClass.SLOW, attempt, START, now, None, 0.5), Later):
        tiers.append(decision.tier)
        now += RETRY_DELAYS[decision.tier] + timedelta(seconds=3)
        attempt += 1
    assert tiers == ["1m", "15m", "4h", "1d", "1d", "1d"]
    assert decision == GiveUp(now - START)
    assert GIVE_UP_AFTER <= now - START <= timedelta(days=4)


def test_a_busy_host_is_waited_for_as_long_as_it_asks() -> None:
    def busy(after: timedelta, attempt: int = 1) -> object:
        return decide(RetryClass.BUSY, attempt, START, START, after, 0.0)

    assert busy(timedelta(seconds=20)) == busy(timedelta(seconds=20), attempt=50) == InPlace(timedelta(seconds=20))
    assert busy(timedelta(minutes=10)) == Later("15m")
    assert busy(timedelta(days=365)) == Later("1d")


def test_a_host_busy_for_long_does_not_climb_the_tiers() -> None:
    now = START + timedelta(hours=5)
    assert decide(RetryClass.BUSY, 1, START, now, timedelta(seconds=30), 0.0) == Later("1m")


@given(st.sampled_from(RetryClass), st.integers(1, 100), ages, waits, jitters)
def test_no_partition_is_held_for_a_minute(
    kind: RetryClass, attempt: int, age: timedelta, after: timedelta | None, jitter: float
) -> None:
    decision = decide(kind, attempt, START, START + age, after, jitter)
    if isinstance(decision, InPlace):
        assert age + decision.delay < timedelta(minutes=1)
        assert after is None or decision.delay >= after
    if isinstance(decision, Later):
        assert RETRY_DELAYS[decision.tier] >= min(after or timedelta(), timedelta(days=1))
    assert isinstance(decision, GiveUp) == (age >= GIVE_UP_AFTER)
