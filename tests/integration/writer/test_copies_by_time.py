"""How long copies are found: of this week and the last by any likeness, of the months before by a close one."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from copydesk_writer.adapters.forgetting import drop_bands
from copydesk_writer.adapters.upkeep import make_partitions
from copydesk_writer.core.duplicates import LASTING_BANDS

from copydesk.contracts import article_id
from copydesk.storage import Pool
from tests.integration.writer.test_filing import article, file, row, signature

NOW = datetime.now(UTC)
ALIKE = list(range(42))
LATE_BAND_ALIKE = [*range(100, 141), 41]
"""Nothing in common with `ALIKE` but the last band."""


async def original_of_a_copy(pool: Pool, bands: list[int], apart: timedelta) -> UUID | None:
    """File an article, and so much later a copy of it that has some bands."""
    await file(pool, article("/original", minhash=signature(), bands=ALIKE), now=NOW)
    await file(pool, article("/copy", minhash=signature(1), bands=bands, published=NOW), now=NOW + apart)
    original: UUID | None = (await row(pool, "/copy"))["duplicate_of"]
    return original


@pytest.mark.parametrize(
    ("bands", "apart", "found"),
    [
        (LATE_BAND_ALIKE, timedelta(days=6), True),
        (LATE_BAND_ALIKE, timedelta(days=15), False),
        (ALIKE, timedelta(days=60), True),
        (ALIKE, timedelta(days=122), False),
    ],
)
async def test_the_closer_a_copy_the_longer_it_is_found(
    pool: Pool, bands: list[int], apart: timedelta, found: bool
) -> None:
    expected = UUID(article_id("https://harbour.example/original")) if found else None
    assert await original_of_a_copy(pool, bands, apart) == expected


async def test_a_changed_text_is_found_by_its_new_bands_from_the_day_of_the_change(pool: Pool) -> None:
    later = NOW + timedelta(days=60)
    await file(pool, article("/original", minhash=signature(5), bands=LATE_BAND_ALIKE), now=NOW)
    changed = article("/original", 1, text="Rewritten.", minhash=signature(), bands=ALIKE)
    await file(pool, changed, now=later)
    rows = await pool.fetch("SELECT DISTINCT day FROM copydesk.article_bands")
    assert [found["day"] for found in rows] == [later.date()]
    copy = article("/copy", minhash=signature(1), bands=[*range(200, 241), 41], published=later)
    await file(pool, copy, now=later + timedelta(days=1))
    assert (await row(pool, "/copy"))["duplicate_of"] == UUID(article_id("https://harbour.example/original"))


async def test_bands_go_by_whole_partitions_and_a_copy_stays_one(pool: Pool) -> None:
    await original_of_a_copy(pool, ALIKE, timedelta(days=1))
    assert await drop_bands(pool, NOW) == 0
    in_three_weeks, in_a_year = NOW + timedelta(days=21), NOW + timedelta(days=366)
    assert await drop_bands(pool, in_three_weeks) > 0
    assert await pool.fetchval("SELECT count(*) FROM copydesk.article_bands") == 0
    assert await pool.fetchval("SELECT count(*) FROM copydesk.article_lasting_bands") == 2 * LASTING_BANDS
    assert await drop_bands(pool, in_a_year) > 0
    assert await pool.fetchval("SELECT count(*) FROM copydesk.article_lasting_bands") == 0
    assert (await row(pool, "/copy"))["duplicate_of"] is not None
    assert await make_partitions(pool, NOW) > 0, "they are made again for a clock that was wrong"


async def test_bands_of_times_without_a_partition_are_found_and_dropped_too(pool: Pool) -> None:
    early = datetime(2020, 3, 2, tzinfo=UTC)
    await file(pool, article("/original", minhash=signature(), bands=ALIKE), now=early)
    await file(pool, article("/copy", minhash=signature(1), bands=LATE_BAND_ALIKE), now=early + timedelta(days=1))
    assert (await row(pool, "/copy"))["duplicate_of"] is not None
    await drop_bands(pool, early + timedelta(days=366))
    assert await pool.fetchval("SELECT count(*) FROM copydesk.article_bands") == 0
