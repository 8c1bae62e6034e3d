"""The same tests on both buses: `bus` comes twice, with a topic of its own for each test."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from copydesk.bus import EmbeddedBus, KafkaBus
from copydesk.contracts import Topic
from copydesk.runtime.ports import Bus
from copydesk.settings import KafkaSettings

TOPICS = (
    Topic("news", (), "id", "three partitions", partitions=3),
    Topic("single", (), "id", "one partition", partitions=1),
)

OpenBus = Callable[[], Bus]


@pytest.fixture(params=["embedded", pytest.param("kafka", marks=pytest.mark.kafka)])
def open_bus(request: pytest.FixtureRequest, tmp_path: Path) -> OpenBus:
    """A bus on this test's records; another call gives another one on the same, once the first is closed."""
    if request.param == "embedded":
        return lambda: EmbeddedBus(tmp_path / "log.sqlite")
    settings = KafkaSettings(
        bootstrap_servers=request.getfixturevalue("kafka_broker").bootstrap_servers,
        topic_prefix=f"{uuid4().hex[:8]}.",
        session_timeout=timedelta(seconds=6),
        send_deadline=timedelta(seconds=10),
    )
    return lambda: KafkaBus(settings)


@pytest.fixture
async def bus(open_bus: OpenBus) -> AsyncIterator[Bus]:
    bus = open_bus()
    await bus.ensure_topics(TOPICS)
    yield bus
    await bus.close()


@pytest.fixture
async def reopen(bus: Bus, open_bus: OpenBus) -> AsyncIterator[Callable[[], Awaitable[Bus]]]:
    """Close the bus and open another one on the same records, as a restarted process does."""
    opened: list[Bus] = []

    async def close_and_open() -> Bus:
        await bus.close()
        opened.append(open_bus())
        return opened[-1]

    yield close_and_open
    for other in opened:
        await other.close()
