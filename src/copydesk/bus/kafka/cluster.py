"""Topics and positions as the cluster knows them. The operator's prefix is put on and taken off here."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, UnknownTopicOrPartitionError, for_code

from copydesk.bus.kafka.connection import ANSWER_SECONDS, BusClosedError, answering, client_options, dispose
from copydesk.bus.limits import COMPRESSION_SLACK_BYTES, ENVELOPE_BYTES
from copydesk.contracts import Topic
from copydesk.runtime.ports import BusUnavailableError, Partition, UnknownTopicError
from copydesk.settings import KafkaSettings

_SETTLE_SECONDS = 0.1


class Cluster:
    """Asks and administers; connected on first use; the clients find a broker that comes back by themselves."""

    def __init__(self, settings: KafkaSettings, client_id: str) -> None:
        self._settings = settings
        self._options = client_options(settings, client_id) | {"request_timeout_ms": int(ANSWER_SECONDS * 1000)}
        self._known: set[str] = set()
        self._clients: dict[type, Any] = {}
        self._connecting = asyncio.Lock()
        self._closed = False

    def prefixed(self, name: str) -> str:
        return self._settings.topic_prefix + name

    def unprefixed(self, name: str) -> str:
        return name.removeprefix(self._settings.topic_prefix)

    def ours(self, partition: TopicPartition) -> Partition:
        return Partition(self.unprefixed(partition.topic), partition.partition)

    def theirs(self, partition: Partition) -> TopicPartition:
        return TopicPartition(self.prefixed(partition.topic), partition.number)

    async def create(self, topics: Sequence[Topic]) -> None:
        """Create the missing ones and wait until their partitions have leaders."""
        async with answering("creating topics", 3 * ANSWER_SECONDS):
            described = await self._describe(topic.name for topic in topics)
            missing = [topic for topic in topics if topic.name not in described]
            if missing:
                admin = await self._connected(AIOKafkaAdminClient)
                response = await admin.create_topics([self._new_topic(topic) for topic in missing])
                for name, code, message in response.topic_errors:
                    if code not in (0, TopicAlreadyExistsError.errno):
                        raise BusUnavailableError(
                            f"Kafka did not create topic {name}: {for_code(code).__name__}, {message}"
                        )
            while not await self._ready(topics):  # noqa: ASYNC110 (a broker tells nobody when leaders are chosen)
                await asyncio.sleep(_SETTLE_SECONDS)

    async def must_exist(self, names: Iterable[str]) -> None:
        """Raise `UnknownTopicError` for the first that does not; asks once for each, as brokers keep their topics."""
        for name in names:
            if name not in self._known:
                await self.partitions(name)

    async def partitions(self, name: str) -> list[Partition]:
        async with answering(f"asking for topic {name}"):
            described = await self._describe([name])
        if name not in described:
            raise UnknownTopicError(
                f"topic {self.prefixed(name)} does not exist on {self._settings.bootstrap_servers}: create it with "
                f"ensure_topics, or start `copydesk service`, which does"
            )
        self._known.add(name)
        return [Partition(name, number) for number in range(described[name])]

    async def end_positions(self, partitions: Iterable[Partition]) -> Mapping[Partition, int]:
        async with answering("asking for end positions"):
            inspector = await self._connected(AIOKafkaConsumer)
            ends = await inspector.end_offsets([self.theirs(partition) for partition in partitions])
        return {self.ours(partition): offset for partition, offset in ends.items()}

    async def first_positions(self, partitions: Iterable[Partition]) -> Mapping[Partition, int]:
        async with answering("asking for the logs' starts"):
            inspector = await self._connected(AIOKafkaConsumer)
            starts = await inspector.beginning_offsets([self.theirs(partition) for partition in partitions])
        return {self.ours(partition): offset for partition, offset in starts.items()}

    async def committed(self, group: str, partitions: Iterable[Partition]) -> Mapping[Partition, int]:
        """The committed positions of a group; partitions without one are left out."""
        wanted = [self.theirs(partition) for partition in partitions]
        async with answering(f"asking for positions of {group}"):
            admin = await self._connected(AIOKafkaAdminClient)
            committed = await admin.list_consumer_group_offsets(self.prefixed(group), partitions=wanted)
        if not committed.keys() >= set(wanted):
            # A coordinator that is still loading says nothing, which must not be taken for "nothing committed".
            raise BusUnavailableError(f"Kafka does not know the positions of {group} yet")
        return {self.ours(partition): place.offset for partition, place in committed.items() if place.offset >= 0}

    async def groups(self, partitions: Iterable[Partition]) -> Mapping[str, Mapping[Partition, int]]:
        """The committed positions of every group of the cluster that has any on these partitions."""
        wanted = [self.theirs(partition) for partition in partitions]
        found: dict[str, dict[Partition, int]] = {}
        async with answering("asking for groups", 3 * ANSWER_SECONDS):
            admin = await self._connected(AIOKafkaAdminClient)
            for name, *_ in await admin.list_consumer_groups():
                committed = await admin.list_consumer_group_offsets(name, partitions=wanted)
                positions = {self.ours(part): place.offset for part, place in committed.items() if place.offset >= 0}
                if positions:
                    found[self.unprefixed(name)] = positions
        return found

    async def check(self) -> None:
        async with answering("checking the connection"):
            await (await self._connected(AIOKafkaAdminClient)).describe_cluster()

    async def close(self) -> None:
        self._closed = True
        for client in self._clients.values():
            await dispose(client)
        self._clients.clear()

    async def _connected(self, kind: type) -> Any:
        async with self._connecting:
            if self._closed:
                raise BusClosedError
            if kind not in self._clients:
                client = kind(**self._options)
                try:
                    await client.start()
                except BaseException:
                    await dispose(client)
                    raise
                self._clients[kind] = client
        return self._clients[kind]

    async def _describe(self, names: Iterable[str]) -> dict[str, int]:
        """Number of partitions of each topic that exists and whose partitions all have leaders."""
        admin = await self._connected(AIOKafkaAdminClient)
        described: dict[str, int] = {}
        for topic in await admin.describe_topics([self.prefixed(name) for name in names]):
            if topic["error_code"] == UnknownTopicOrPartitionError.errno:
                continue
            if topic["error_code"]:
                raise for_code(topic["error_code"])(topic["topic"])
            described[self.unprefixed(topic["topic"])] = len(topic["partitions"])
            if any(partition["leader"] < 0 for partition in topic["partitions"]):
                described[self.unprefixed(topic["topic"])] = 0
        return described

    async def _ready(self, topics: Sequence[Topic]) -> bool:
        described = await self._describe(topic.name for topic in topics)
        return all(described.get(topic.name) for topic in topics)

    def _new_topic(self, topic: Topic) -> NewTopic:
        limit = self._settings.max_record_bytes + ENVELOPE_BYTES + COMPRESSION_SLACK_BYTES
        configuration = {
            "retention.ms": "-1" if topic.retention is None else str(topic.retention // timedelta(milliseconds=1)),
            "max.message.bytes": str(limit),
        }
        if topic.compacted:
            configuration["cleanup.policy"] = "compact" if topic.retention is None else "compact,delete"
        return NewTopic(
            self.prefixed(topic.name),
            topic.partitions,
            self._settings.replication_factor,
            topic_configs=configuration,
        )
