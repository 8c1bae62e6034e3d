"""The broker port on Kafka."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from aiokafka.abc import ConsumerRebalanceListener

from copydesk.bus.kafka.cluster import Cluster
from copydesk.bus.kafka.connection import started, until_it_answers
from copydesk.bus.kafka.consumer import KafkaConsumer, new_client
from copydesk.bus.kafka.producer import KafkaProducer
from copydesk.contracts import Topic
from copydesk.runtime.ports import Consumer, Partition, Producer, RebalanceListener
from copydesk.settings import KafkaSettings


class KafkaBus:
    """A connection to a Kafka cluster (4.x; older ones from 2.1 on should do).

    `ensure_topics`, `producer` and `consumer` wait for a broker that is down, with backoff and without limit; the
    rest fails with `BusUnavailableError` within 10 s, sends and commits within `KafkaSettings.send_deadline`.
    Topic and group names carry `KafkaSettings.topic_prefix` on the broker and nowhere else.
    """

    def __init__(self, settings: KafkaSettings, client_id: str = "copydesk") -> None:
        self._settings = settings
        self._client_id = client_id
        self._cluster = Cluster(settings, client_id)
        self._producer = KafkaProducer(settings, client_id, self._cluster)
        self._consumers: list[KafkaConsumer] = []

    async def ensure_topics(self, topics: Sequence[Topic]) -> None:
        await until_it_answers(lambda: self._cluster.create(topics))

    async def producer(self) -> Producer:
        await self._producer.start()
        return self._producer

    async def consumer(
        self,
        group: str,
        topics: Sequence[str],
        *,
        on_assigned: RebalanceListener | None = None,
        on_revoked: RebalanceListener | None = None,
        from_beginning: bool = True,
    ) -> Consumer:
        await until_it_answers(lambda: self._cluster.must_exist(topics))

        async def connect(listener: ConsumerRebalanceListener) -> Any:
            client = await started(
                lambda: new_client(self._settings, self._client_id, self._cluster.prefixed(group)), "consumer"
            )
            # After the start, which would otherwise wait for a whole rebalance.
            client.subscribe([self._cluster.prefixed(topic) for topic in topics], listener=listener)
            return client

        consumer = KafkaConsumer(
            connect,
            self._cluster,
            group,
            deadline=self._settings.send_deadline.total_seconds(),
            on_assigned=on_assigned,
            on_revoked=on_revoked,
            from_beginning=from_beginning,
        )
        await consumer.join()
        self._consumers = [*(other for other in self._consumers if not other.closed), consumer]
        return consumer

    async def end_positions(self, topic: str) -> Mapping[Partition, int]:
        return await self._cluster.end_positions(await self._cluster.partitions(topic))

    async def group_positions(self, group: str, topic: str) -> Mapping[Partition, int]:
        partitions = await self._cluster.partitions(topic)
        committed = await self._cluster.committed(group, partitions)
        return {partition: committed.get(partition, 0) for partition in partitions}

    async def groups(self, topic: str) -> Mapping[str, Mapping[Partition, int]]:
        return await self._cluster.groups(await self._cluster.partitions(topic))

    async def check(self) -> None:
        await self._cluster.check()

    async def close(self) -> None:
        await asyncio.gather(*(consumer.close() for consumer in self._consumers), self._producer.close())
        await self._cluster.close()
