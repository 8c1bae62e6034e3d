"""What PostgreSQL cannot hold is replaced or refused."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from copydesk.storage.storable import storable_text, storable_time

WEST = timezone(timedelta(hours=-5))


@given(st.text(st.characters(categories=None)))
def test_any_text_becomes_storable_and_keeps_its_offsets(text: str) -> None:
    stored = storable_text(text)
    assert len(stored) == len(text)
    assert "\0" not in stored
    stored.encode()
    assert all(a == b or b == "\N{REPLACEMENT CHARACTER}" for a, b in zip(text, stored, strict=True))
    assert storable_text(stored) == stored


def test_times_are_stored_in_utc_and_those_beyond_the_calendar_are_not() -> None:
    assert storable_time(datetime(2026, 1, 1, 20, tzinfo=WEST)) == datetime(2026, 1, 2, 1, tzinfo=UTC)
    assert storable_time(datetime(9999, 12, 31, 23, tzinfo=UTC)) == datetime(9999, 12, 31, 23, tzinfo=UTC)
    assert storable_time(datetime(9999, 12, 31, 23, tzinfo=WEST)) is None
    assert storable_time(datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=5)))) is None
    infinite = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    assert [storable_time(time) for time in infinite] == [None, None]
