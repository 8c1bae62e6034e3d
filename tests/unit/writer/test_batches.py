"""The newest of each article, and the one bad row."""

from collections.abc import Sequence
from datetime import UTC, datetime
from math import ceil, log2
from uuid import UUID

from copydesk_writer.core.batches import bisecting, newest_of_each
from copydesk_writer.core.revisions import Candidate
from hypothesis import given
from hypothesis import strategies as st

from copydesk.contracts import PageWithdrawn

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def candidate(number: int, version: int) -> Candidate:
    message = PageWithdrawn(id="", url="", source="", fetched_at=NOON, status=410)
    return Candidate(UUID(int=number), version, NOON, "", message, NOON)


@given(st.lists(st.builds(candidate, st.integers(0, 5), st.integers(0, 5))))
def test_one_an_article_the_newest_and_sorted(found: list[Candidate]) -> None:
    kept = newest_of_each(found)
    assert [one.id for one in kept] == sorted({one.id for one in found})
    for one in kept:
        versions = [other.version for other in found if other.id == one.id]
        assert one.version == max(versions)
        last = [other for other in found if other.id == one.id and other.version == one.version][-1]
        assert one is last


@given(st.lists(st.booleans(), min_size=1, max_size=200))
async def test_exactly_the_bad_rows_are_rejected_at_little_cost(bad: list[bool]) -> None:
    written: list[int] = []
    attempts = 0

    async def write(rows: Sequence[int]) -> list[str]:
        nonlocal attempts
        attempts += 1
        if any(bad[row] for row in rows):
            raise ValueError("spoilt")
        written.extend(rows)
        return [f"wrote {row}" for row in rows]

    answers = await bisecting(range(len(bad)), write, lambda row, error: f"rejected {row}: {error}", (ValueError,))
    assert answers == [f"rejected {row}: spoilt" if bad[row] else f"wrote {row}" for row in range(len(bad))]
    assert written == [row for row in range(len(bad)) if not bad[row]]
    assert attempts <= 1 + 2 * sum(bad) * ceil(log2(len(bad)) if len(bad) > 1 else 1)
