"""Every named statement is understood by Postgres, and by nobody's search_path misled."""

from importlib.resources import files

import asyncpg
import pytest

from copydesk.storage.statements import load_statements

FILES = sorted(path.name.removesuffix(".sql") for path in (files("copydesk.storage") / "sql").iterdir())


@pytest.mark.parametrize("file", FILES)
async def test_statements_fit_the_schema_without_a_search_path(database: str, file: str) -> None:
    connection = await asyncpg.connect(database, server_settings={"search_path": ""})
    statements = load_statements(file)
    assert statements
    for statement in statements.values():
        await connection.prepare(statement)
    await connection.close()
