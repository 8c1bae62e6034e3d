from datetime import UTC, datetime, timedelta

import pytest
from copydesk_crawler.core.http.cache_lifetime import LONGEST, fresh_for
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)


def seconds(*headers: tuple[str, str]) -> float | None:
    found = fresh_for(headers, NOW)
    return None if found is None else found.total_seconds()


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([], None),
        ([("ETag", '"1"')], None),
        ([("Cache-Control", "public")], None),
        ([("Cache-Control", "max-age=300")], 300),
        ([("cache-control", 'public, MAX-AGE="120"')], 120),
        ([("Cache-Control", "max-age=300"), ("Age", "100")], 200),
        ([("Cache-Control", "max-age=300"), ("Age", "900")], 0),
        ([("Cache-Control", "public"), ("Cache-Control", "max-age=60")], 60),
        ([("Cache-Control", "max-age=60, max-age=900")], 60),
        ([("Cache-Control", "s-maxage=900")], None),
        ([("Cache-Control", "no-cache, max-age=900")], 0),
        ([("Cache-Control", "no-store")], 0),
        ([("Cache-Control", "max-age=-5")], 0),
        ([("Cache-Control", "max-age=soon")], 0),
        ([("Cache-Control", "max-age=²")], 0),
        ([("Expires", "Mon, 09 Mar 2026 12:10:00 GMT"), ("Date", "Mon, 09 Mar 2026 12:00:00 GMT")], 600),
        ([("Expires", "Mon, 09 Mar 2026 12:05:00 GMT")], 300),
        ([("Expires", "Mon, 09 Mar 2026 11:00:00 GMT")], 0),
        ([("Expires", "0")], 0),
        ([("Expires", "Thu, 01 Jan 1970 00:00:00 GMT"), ("Cache-Control", "max-age=30")], 30),
        ([("Cache-Control", "max-age=" + "9" * 400)], LONGEST.total_seconds()),
    ],
)
def test_the_lifetime_that_an_answer_states(headers: list[tuple[str, str]], expected: float | None) -> None:
    assert seconds(*headers) == expected


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Cache-Control", "Expires", "Date", "Age"]),
            st.text(max_size=60) | st.from_regex(r"\A(max-age|no-\w+)=?\"?-?\d{0,12}\"?,?\Z"),
        )
    )
)
def test_any_header_gives_a_lifetime_that_can_be_waited_for(headers: list[tuple[str, str]]) -> None:
    found = fresh_for(headers, NOW)
    assert found is None or timedelta(0) <= found <= LONGEST
