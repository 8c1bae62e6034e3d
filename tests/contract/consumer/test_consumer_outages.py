"""A consumer whose broker is killed, and a consumer that is killed itself."""

import asyncio
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from copydesk.bus import KafkaBus
from copydesk.consumer import consume
from copydesk.contracts import ARTICLES_TAGGED
from copydesk.settings import KafkaSettings, Settings
from copydesk.testing.blobs import MemoryBlobs
from copydesk.testing.broker import LocalBroker
from copydesk.testing.factories import make_tagged
from tests.contract.consumer.conftest import Press

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(180)]

ARTICLES = [make_tagged(f"https://courier.example/{number}") for number in range(40)]
SLOW_READER = """
import asyncio
from copydesk.consumer import consume

async def main():
    async for article in consume("articles.tagged", group="me"):
        print(article.id, flush=True)
        await asyncio.sleep(0.1)

asyncio.run(main())
"""


@pytest.fixture
def kafka(kafka_broker: LocalBroker) -> KafkaSettings:
    return KafkaSettings(
        bootstrap_servers=kafka_broker.bootstrap_servers,
        topic_prefix=f"{uuid4().hex[:8]}.",
        session_timeout=timedelta(seconds=6),
        send_deadline=timedelta(seconds=5),
    )


async def test_a_consumer_waits_for_a_broker_that_is_away_and_goes_on(
    kafka_broker: LocalBroker, kafka: KafkaSettings
) -> None:
    bus = KafkaBus(kafka)
    await bus.ensure_topics([ARTICLES_TAGGED])
    press = Press(bus, MemoryBlobs())
    await press.send(ARTICLES[:20])
    taken: list[str] = []

    async def read() -> None:
        async with consume("articles.tagged", group="me", settings=Settings(kafka=kafka)) as articles:
            async for article in articles:
                taken.append(article.id)
                if len(set(taken)) == len(ARTICLES):
                    return

    reading = asyncio.create_task(read())
    async with asyncio.timeout(60):
        while len(taken) < 20:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    await kafka_broker.kill()
    await asyncio.sleep(4)
    assert not reading.done()
    await kafka_broker.start()
    await press.send(ARTICLES[20:])
    async with asyncio.timeout(90):
        await reading
    await bus.close()

    assert set(taken) == {article.id for article in ARTICLES}


async def test_what_a_killed_consumer_had_not_committed_comes_again(kafka: KafkaSettings, tmp_path: Path) -> None:
    bus = KafkaBus(kafka)
    await bus.ensure_topics([ARTICLES_TAGGED])
    await Press(bus, MemoryBlobs()).send(ARTICLES)
    environment = os.environ | {
        "COPYDESK_KAFKA__BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
        "COPYDESK_KAFKA__TOPIC_PREFIX": kafka.topic_prefix,
        "COPYDESK_KAFKA__SESSION_TIMEOUT": "6",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", SLOW_READER), stdout=asyncio.subprocess.PIPE, env=environment, cwd=tmp_path
    )
    assert process.stdout is not None
    first = [(await asyncio.wait_for(process.stdout.readline(), 60)).decode().strip() for _ in range(15)]
    process.send_signal(signal.SIGKILL)
    await process.wait()
    taken: list[str] = []
    async with asyncio.timeout(60), consume("articles.tagged", group="me", bus=bus) as articles:
        async for article in articles:
            taken.append(article.id)
            if set(first) | set(taken) == {article.id for article in ARTICLES}:
                break
    await bus.close()

    assert len(set(first) & set(taken)) < 15, "what was committed before does not come again"
