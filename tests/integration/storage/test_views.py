"""The page that lists the views is that of the database, and its examples run for a role that may read nothing else."""

import re
from pathlib import Path

import pytest

from copydesk.cli.views_page import render
from copydesk.storage import Pool
from copydesk.storage.views import view_columns

pytestmark = pytest.mark.postgres

PAGE = (Path(__file__).parents[3] / "docs" / "database.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)


async def test_the_page_is_fresh(pool: Pool) -> None:
    assert render(await view_columns(pool)) == PAGE, "run `make views`"


async def test_every_view_and_column_says_what_it_holds(pool: Pool) -> None:
    assert not [one for one in await view_columns(pool) if not one.about or not one.holds]


async def test_the_examples_run_for_a_role_that_only_reads(pool: Pool) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("CREATE ROLE reader")
        await connection.execute(EXAMPLES[0])
        await connection.execute(
            "GRANT SELECT ON copydesk.v1_events, copydesk.v1_lineage, copydesk.v1_funnel TO reader"
        )
        await connection.execute("SET LOCAL ROLE reader")
        for example in EXAMPLES[1:]:
            assert await connection.fetch(example) == []
        await connection.execute("RESET ROLE")
        await connection.execute("DROP OWNED BY reader; DROP ROLE reader")
