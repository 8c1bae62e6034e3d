"""What aiokafka 0.14 and Kafka do by default and ours must not, each as it was met; outages are tested next door."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError

from copydesk.bus import KafkaBus
from copydesk.contracts import Topic
from copydesk.runtime.ports import BusUnavailableError, Partition, RecordTooLargeError
from copydesk.settings import KafkaSettings
from copydesk.testing.broker import LocalBroker
from copydesk.testing.records import drain, record

pytestmark = pytest.mark.kafka

SINGLE = Partition("single", 0)
TOPICS = (
    Topic("single", (), "id", "one partition", partitions=1, retention=timedelta(days=2)),
    Topic("news", (), "id", "three partitions", partitions=3),
    Topic("learned", (), "site", "compacted", partitions=2, retention=None, compacted=True),
)


@pytest.fixture
def settings(kafka_broker: LocalBroker) -> KafkaSettings:
    return KafkaSettings(
        bootstrap_servers=kafka_broker.bootstrap_servers,
        topic_prefix=f"{uuid4().hex[:8]}.",
        session_timeout=timedelta(seconds=2),
    )


@pytest.fixture
async def bus(settings: KafkaSettings):
    bus = KafkaBus(settings)
    await bus.ensure_topics(TOPICS)
    yield bus
    await bus.close()


async def configuration(settings: KafkaSettings, topic: str) -> dict[str, str]:
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
    await admin.start()
    try:
        (answer,) = await admin.describe_configs(
            [ConfigResource(ConfigResourceType.TOPIC, settings.topic_prefix + topic)]
        )
    finally:
        await admin.close()
    return {entry[0]: entry[1] for entry in answer.resources[0][4]}


async def test_topics_are_made_as_the_registry_says(bus: KafkaBus, settings: KafkaSettings) -> None:
    single, learned = await configuration(settings, "single"), await configuration(settings, "learned")
    assert single["retention.ms"] == str(2 * 24 * 3600 * 1000)
    assert single["cleanup.policy"] == "delete"
    assert learned["retention.ms"] == "-1"
    assert learned["cleanup.policy"] == "compact"
    assert int(single["max.message.bytes"]) > settings.max_record_bytes
    assert len(await bus.end_positions("learned")) == 2


async def test_prefixes_keep_two_installations_apart(bus: KafkaBus, settings: KafkaSettings) -> None:
    other = KafkaBus(settings.model_copy(update={"topic_prefix": settings.topic_prefix + "other."}))
    await other.ensure_topics(TOPICS)
    await (await bus.producer()).send([record("single", "ours")])
    consumer = await bus.consumer("readers", ["single"])
    (read,) = await drain(consumer, 1)
    await consumer.commit({SINGLE: 1})
    assert read.partition == SINGLE
    assert await other.end_positions("single") == {SINGLE: 0}
    assert await other.group_positions("readers", "single") == {SINGLE: 0}
    await other.close()


async def test_trap_closing_commits_what_was_fetched(bus: KafkaBus) -> None:
    """Auto-commit and a bare `commit()` would store 10 here."""
    await (await bus.producer()).send([record("single", str(n)) for n in range(10)])
    consumer = await bus.consumer("readers", ["single"])
    await drain(consumer, 10)
    await consumer.commit({SINGLE: 2})
    await consumer.commit({})
    await consumer.close()
    assert await bus.group_positions("readers", "single") == {SINGLE: 2}


async def test_trap_a_record_that_cannot_be_decoded_blocks_its_partition(bus: KafkaBus) -> None:
    """With a deserializer that raises, the client delivers the same record for ever; ours gives bytes and goes on."""
    await (await bus.producer()).send([record("single", "k", b"\xff\xfe{"), record("single", "k", b"{}")])
    assert [item.value for item in await drain(await bus.consumer("readers", ["single"]), 2)] == [b"\xff\xfe{", b"{}"]


async def test_trap_long_work_costs_the_membership(bus: KafkaBus) -> None:
    """As long as the event loop runs, a member that polls nothing past its session timeout keeps its partitions."""
    await (await bus.producer()).send([record("single", str(n)) for n in range(3)])
    consumer = await bus.consumer("readers", ["single"])
    await drain(consumer, 3)
    heir = await bus.consumer("readers", ["single"])
    await heir.poll(max_records=1, timeout=0.5)
    owner, other = (consumer, heir) if consumer.assignment() else (heir, consumer)
    await other.poll(max_records=1, timeout=3)  # the owner works meanwhile, for longer than the session timeout
    await owner.commit({SINGLE: 3})
    assert not other.assignment()


async def test_trap_size_counts_before_compression(bus: KafkaBus) -> None:
    """A megabyte of zeros would compress to nothing, and is refused all the same, by both buses alike."""
    with pytest.raises(RecordTooLargeError):
        await (await bus.producer()).send([record("single", "zeros", bytes(1_000_001))])


@pytest.mark.parametrize("compression", ["none", "gzip", "lz4", "zstd"])
async def test_every_compression_is_installed(settings: KafkaSettings, compression: str) -> None:
    bus = KafkaBus(settings.model_copy(update={"compression": compression}))
    await bus.ensure_topics(TOPICS)
    await (await bus.producer()).send([record("single", "k", b"text " * 1000)])
    (read,) = await drain(await bus.consumer("readers", ["single"]), 1)
    assert read.value == b"text " * 1000
    await bus.close()


async def test_trap_a_lock_around_polling_that_the_listener_wants(bus: KafkaBus) -> None:
    """aiokafka issue 335: while a poll waits, a listener must be able to commit through the same consumer."""
    await (await bus.producer()).send([record("news", str(n)) for n in range(30)])
    committed = asyncio.Event()

    async def commit(partitions: frozenset[Partition]) -> None:
        await consumer.commit(dict.fromkeys(partitions, 1))
        committed.set()

    consumer = await bus.consumer("readers", ["news"], on_revoked=commit)
    await drain(consumer, 30)
    polling = asyncio.create_task(consumer.poll(max_records=1, timeout=20))
    await bus.consumer("readers", ["news"])
    await asyncio.wait_for(committed.wait(), 15)
    await polling
    assert set((await bus.group_positions("readers", "news")).values()) == {1}


async def test_trap_coordination_never_recovers_from_what_it_did_not_expect(bus: KafkaBus) -> None:
    """An unknown answer to a heartbeat ends the client's heartbeats for good; ours joins again as a new member."""
    await (await bus.producer()).send([record("single", "k")])
    revoked = []

    async def note(partitions: frozenset[Partition]) -> None:
        revoked.append(partitions)

    async def unexpected() -> None:
        raise KafkaError("an answer that the client does not know")

    consumer = await bus.consumer("readers", ["single"], on_revoked=note)
    await drain(consumer, 1)
    coordinator = consumer._client._coordinator
    coordinator._heartbeat_task.cancel()
    coordinator._heartbeat_task = asyncio.create_task(unexpected())
    await asyncio.wait([coordinator._heartbeat_task])
    coordinator.coordinator_dead()

    read, errors = [], 0
    async with asyncio.timeout(30):
        while not read:
            try:
                read += await consumer.poll(max_records=10, timeout=0.5)
            except BusUnavailableError:
                errors += 1
    assert [item.key for item in read] == [b"k"]
    assert (errors, revoked) == (3, [frozenset({SINGLE})])
    await consumer.commit({SINGLE: 1})


async def test_trap_no_cooperative_rebalance(bus: KafkaBus) -> None:
    """Every rebalance takes all partitions: pauses end, and reading goes on from what is committed."""
    await (await bus.producer()).send([record("single", str(n)) for n in range(4)])
    consumer = await bus.consumer("readers", ["single"])
    await drain(consumer, 4)
    await consumer.commit({SINGLE: 2})
    consumer.pause(frozenset({SINGLE}))
    joiner = await bus.consumer("readers", ["single"])
    again = []
    async with asyncio.timeout(30):
        while len(again) < 2:
            again += await consumer.poll(max_records=10, timeout=0.2)
            again += await joiner.poll(max_records=10, timeout=0.2)
    assert [item.offset for item in again] == [2, 3]
