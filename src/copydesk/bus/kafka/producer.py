"""Sending to Kafka: idempotent, acknowledged by all in-sync replicas, within a deadline."""

import asyncio
from collections.abc import Sequence

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError, MessageSizeTooLargeError

from copydesk.bus.kafka.cluster import Cluster
from copydesk.bus.kafka.connection import BusClosedError, answering, client_options, started
from copydesk.bus.limits import COMPRESSION_SLACK_BYTES, ENVELOPE_BYTES, refuse_oversize
from copydesk.runtime.ports import BusUnavailableError, OutgoingRecord, RecordTooLargeError
from copydesk.settings import KafkaSettings

_BATCH_BYTES = 256 * 1024
_REQUEST_TIMEOUT_MS = 10_000
_CLOSE_SECONDS = 2


class _Client(AIOKafkaProducer):  # type: ignore[misc]  # the library is untyped
    _closed: bool

    async def abandon(self) -> None:
        """Stop without the flush of `stop`, which waits for a broker that is away for as long as it is away."""
        if self._closed:
            return
        self._closed = True
        sending = self._sender.sender_task
        self._message_accumulator.fail_all(KafkaConnectionError("the producer was given up"))
        if sending is not None:
            sending.cancel()
        await self.client.close()
        if sending is not None:
            await asyncio.wait([sending])


class KafkaProducer:
    """The process's producer.

    aiokafka's idempotent producer never gives a batch up, and its request timeout is no limit to a send. So a send
    that misses the deadline gives up the whole client, with all that it still holds, and the next one starts another.
    What was given up may have arrived: callers send again, consumers see some records twice, in an order that newer
    versions may precede; that is the at-least-once contract.
    """

    def __init__(self, settings: KafkaSettings, client_id: str, cluster: Cluster) -> None:
        self._settings = settings
        self._options = client_options(settings, client_id)
        self._cluster = cluster
        self._deadline = settings.send_deadline.total_seconds()
        self._limit = settings.max_record_bytes + ENVELOPE_BYTES
        self._client: _Client | None = None
        self._starting = asyncio.Lock()
        self._closed = False
        self._abandoning: set[asyncio.Task[None]] = set()

    async def start(self) -> _Client:
        """Connect, waiting for a broker that is down; does nothing when connected."""
        async with self._starting:
            if self._closed:
                raise BusClosedError
            if self._client is None:
                self._client = await started(self._new_client, "producer")
            return self._client

    async def send(self, records: Sequence[OutgoingRecord]) -> None:
        refuse_oversize(records, self._limit)
        if not records:
            return
        client = None
        try:
            async with answering(f"sending {len(records)} records", self._deadline):
                await self._cluster.must_exist({record.topic for record in records})
                client = await self.start()
                await self._send(client, records)
        except BusUnavailableError:
            if client is not None:
                self._give_up(client)
            raise

    async def close(self) -> None:
        """Let go of the connection. Whatever was acknowledged is safe, and nobody waits for the rest any more."""
        self._closed = True
        if self._client is not None:
            self._give_up(self._client)
        if self._abandoning:
            await asyncio.wait(self._abandoning, timeout=_CLOSE_SECONDS)

    async def _send(self, client: _Client, records: Sequence[OutgoingRecord]) -> None:
        pending: list[asyncio.Future[object]] = []
        try:
            for record in records:
                topic = self._cluster.prefixed(record.topic)
                pending.append(await client.send(topic, record.value, record.key, headers=list(record.headers)))
            await asyncio.gather(*pending)
        except MessageSizeTooLargeError as error:
            topics = ", ".join(sorted({record.topic for record in records}))
            raise RecordTooLargeError(
                f"the broker refuses a record for {topics}, although it is below our limit of {self._limit} bytes: "
                f"raise max.message.bytes of the topic or lower COPYDESK_KAFKA__MAX_RECORD_BYTES"
            ) from error
        finally:
            for acknowledgement in pending:
                acknowledgement.cancel()

    def _new_client(self) -> _Client:
        compression = self._settings.compression
        return _Client(
            **self._options,
            acks="all",
            enable_idempotence=True,
            compression_type=None if compression == "none" else compression,
            max_batch_size=_BATCH_BYTES,
            max_request_size=self._limit + COMPRESSION_SLACK_BYTES,
            request_timeout_ms=_REQUEST_TIMEOUT_MS,
        )

    def _give_up(self, client: _Client) -> None:
        if self._client is client:
            self._client = None
        task = asyncio.create_task(client.abandon())
        self._abandoning.add(task)
        task.add_done_callback(self._abandoning.discard)
