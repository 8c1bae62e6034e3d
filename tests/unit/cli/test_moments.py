"""Points in time as options name them."""

from datetime import UTC, datetime, timedelta

import pytest

from copydesk.cli.moments import parse_moment
from copydesk.cli.output import UsageError


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-09", datetime(2026, 3, 9, tzinfo=UTC)),
        ("2026-03-09T08:00", datetime(2026, 3, 9, 8, tzinfo=UTC)),
        ("2026-03-09T08:00+02:00", datetime(2026, 3, 9, 6, tzinfo=UTC)),
        ("2026-03-09T08:00Z", datetime(2026, 3, 9, 8, tzinfo=UTC)),
    ],
)
def test_times_without_an_offset_are_utc(text: str, moment: datetime) -> None:
    found = parse_moment("--since", text)

    assert found is not None
    assert (found, found.tzinfo) == (moment, UTC)


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("90m", timedelta(minutes=90)),
        ("24h", timedelta(hours=24)),
        ("7d", timedelta(days=7)),
        ("2w", timedelta(weeks=2)),
    ],
)
def test_ages_count_back_from_now(text: str, age: timedelta) -> None:
    before = datetime.now(UTC)
    found = parse_moment("--since", text)

    assert found is not None
    assert before - age <= found <= datetime.now(UTC) - age


def test_nothing_is_no_limit() -> None:
    assert parse_moment("--since", None) is None


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-13-45", "9" * 400 + "d", "-3d", "7y", "0001-01-01T00:00+14:00"]
)
def test_what_is_no_time_is_named_with_its_option(text: str) -> None:
    with pytest.raises(UsageError, match="--until"):
        parse_moment("--until", text)
