"""A broker and a database of the test's own, to be killed."""

import pytest

from copydesk.settings import PostgresSettings
from copydesk.storage import EmbeddedPostgres, migrate, open_pool
from copydesk.testing.broker import LocalBroker
from copydesk.testing.postgres import postgres_folder

__all__ = ["postgres_folder"]


@pytest.fixture
async def broker(tmp_path):
    async with LocalBroker(tmp_path / "kafka") as running:
        yield running


@pytest.fixture
def dsn(postgres_folder):
    with EmbeddedPostgres(postgres_folder / "data") as found:
        yield found


@pytest.fixture
async def pool(dsn):
    await migrate(dsn)
    opened = await open_pool(dsn, PostgresSettings())
    yield opened
    await opened.close()
