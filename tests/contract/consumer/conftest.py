"""The same consumers on both buses: `settings` comes twice, with records of its own for each test."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import pytest

from copydesk.bus import open_bus
from copydesk.contracts import (
    ARTICLES_STORED,
    ARTICLES_TAGGED,
    Envelope,
    Headers,
    Message,
    encode_headers,
    encode_value,
    schema_urn,
    type_name,
)
from copydesk.runtime.claim_check import check_in
from copydesk.runtime.ports import BlobStore, Bus, OutgoingRecord
from copydesk.settings import KafkaSettings, Settings
from copydesk.storage import open_blobs
from copydesk.testing.factories import FETCHED_AT

TOPICS = (ARTICLES_TAGGED, ARTICLES_STORED)


@pytest.fixture(params=["embedded", pytest.param("kafka", marks=pytest.mark.kafka)])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    if request.param == "embedded":
        return Settings(data_dir=tmp_path)
    kafka = KafkaSettings(
        bootstrap_servers=request.getfixturevalue("kafka_broker").bootstrap_servers,
        topic_prefix=f"{uuid4().hex[:8]}.",
        session_timeout=timedelta(seconds=6),
        send_deadline=timedelta(seconds=10),
    )
    return Settings(data_dir=tmp_path, kafka=kafka)


class Raw(NamedTuple):
    """A record as somebody else may have sent it."""

    value: bytes
    headers: Headers


class Press:
    """Sends messages as the services do; their `ce_id` counts from 0."""

    def __init__(self, bus: Bus, blobs: BlobStore) -> None:
        self.bus = bus
        self.sent = 0
        self._blobs = blobs

    async def send(self, messages: Sequence[Message | Raw], topic: str = ARTICLES_TAGGED.name, limit: int = 900_000):
        records = []
        for message in messages:
            value, headers = message if isinstance(message, Raw) else (encode_value(message), self.headers(message))
            key = str(getattr(message, "id", "0")).encode()
            records.append(await check_in(OutgoingRecord(topic, key, value, headers), self._blobs, limit))
        await (await self.bus.producer()).send(records)

    def headers(self, message: Message) -> Headers:
        envelope = Envelope(
            id=str(self.sent),
            type=type_name(type(message)),
            source="tagger",
            time=FETCHED_AT,
            dataschema=schema_urn(type(message)),
        )
        self.sent += 1
        return encode_headers(envelope)


@pytest.fixture
async def press(settings: Settings) -> AsyncIterator[Press]:
    """An open bus with the topics, for whoever sends, and for consumers that share it."""
    bus = open_bus(settings)
    await bus.ensure_topics(TOPICS)
    yield Press(bus, open_blobs(settings.blob_place))
    await bus.close()


@pytest.fixture
def committed(press: Press) -> Callable[[str], Awaitable[int]]:
    """How many records of articles.tagged a group has behind it."""

    async def count(group: str) -> int:
        return sum((await press.bus.group_positions(group, ARTICLES_TAGGED.name)).values())

    return count
