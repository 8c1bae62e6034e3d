"""An ongoing reading of topics: messages, or records with their envelopes."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from types import TracebackType
from typing import Generic, Literal, Self, TypeVar, cast

from copydesk.bus import open_bus
from copydesk.consumer.membership import Membership
from copydesk.consumer.records import ConsumedRecord, UndecodableRecordError
from copydesk.contracts import REGISTRY, Message, UndecodableError, decode
from copydesk.runtime.claim_check import check_out
from copydesk.runtime.ports import BlobStore, BlobsUnavailableError, Bus, DeliveredRecord
from copydesk.settings import Settings
from copydesk.storage import open_blobs

M = TypeVar("M", bound=Message)

_PAUSE_SECONDS = 1.0
_RESERVED = "copydesk."

_log = logging.getLogger(__name__)


class Consumption(Generic[M]):
    """What `consume` returns: `async for` gives its messages, `records()` the same with envelope and place.

    As a context manager it ends in order whatever happens in its body: what is done is committed, the group is left,
    connections are closed. Without, that happens as soon as the loop is left, or when the event loop ends.
    """

    def __init__(
        self,
        topics: Sequence[str],
        *,
        group: str,
        only: type[Message] | None = None,
        settings: Settings | None = None,
        bus: Bus | None = None,
        blobs: BlobStore | None = None,
        from_beginning: bool = True,
        undecodable: Literal["raise", "skip"] = "raise",
    ) -> None:
        _refuse_unknown(topics, only)
        if not group or group.startswith(_RESERVED):
            raise ValueError(f"group {group!r}: choose a name of your own; those with {_RESERVED!r} are Copydesk's")
        self._topics = topics
        self._group = group
        self._only = only
        self._settings = settings
        self._bus = bus
        self._blobs = blobs
        self._from_beginning = from_beginning
        self._skips = undecodable == "skip"
        self._open: dict[Membership, Bus | None] = {}

    async def __aiter__(self) -> AsyncGenerator[M, None]:
        async with aclosing(self.records()) as records:
            async for record in records:
                yield record.message

    async def records(self) -> AsyncGenerator[ConsumedRecord[M], None]:
        """Records, oldest first in each partition; a record is done when the next one is asked for.

        Raises `UnknownTopicError` for a topic that nobody has created, `FileNotFoundError` where there is no embedded
        log, `LogInUseError` where another process reads it as the same group, and `UndecodableRecordError` for a
        record that is no message, unless these are skipped.
        """
        bus = self._bus or open_bus(self._configured(), read_only=True, commits=True)
        membership = Membership(bus, self._topics, self._group, from_beginning=self._from_beginning)
        self._open[membership] = None if self._bus else bus
        try:
            while (taken := await membership.take()) is not None:
                record = await self._read(taken)
                if record is not None:
                    yield record
                membership.done()
        finally:
            await self._end(membership)

    async def aclose(self) -> None:
        """End every loop over this; a loop that waits for a record is left as if there were no more."""
        for membership in list(self._open):
            await self._end(membership)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _end(self, membership: Membership) -> None:
        if membership not in self._open:
            return
        own_bus = self._open.pop(membership)
        await membership.leave()
        if own_bus is not None:
            await own_bus.close()

    async def _read(self, taken: DeliveredRecord) -> ConsumedRecord[M] | None:
        """The record decoded; None for one that is not asked for, or is to be skipped."""
        try:
            decoded = decode(taken.headers, await self._body(taken))
        except UndecodableError as error:
            failure = UndecodableRecordError(taken, str(error))
            if not self._skips:
                raise failure from error
            _log.warning("skipped %s[%d]@%d: %s", failure.topic, failure.partition, failure.offset, failure.reason)
            return None
        if self._only is not None and not isinstance(decoded.message, self._only):
            return None
        return ConsumedRecord(
            message=cast(M, decoded.message),
            envelope=decoded.envelope,
            unknown=decoded.unknown,
            topic=taken.partition.topic,
            partition=taken.partition.number,
            offset=taken.offset,
            timestamp=taken.timestamp,
        )

    async def _body(self, taken: DeliveredRecord) -> bytes:
        if taken.value:
            return taken.value
        if self._blobs is None:
            self._blobs = open_blobs(self._configured().blob_place)
        while True:
            try:
                return await check_out(taken.headers, taken.value, self._blobs)
            except BlobsUnavailableError as error:
                _log.warning("%s waits for blob storage: %s", self._group, error)
                await asyncio.sleep(_PAUSE_SECONDS)

    def _configured(self) -> Settings:
        self._settings = self._settings or Settings()
        return self._settings


def _refuse_unknown(topics: Sequence[str], only: type[Message] | None) -> None:
    if not topics:
        raise ValueError(f"name a topic; there are {', '.join(REGISTRY)}")
    for topic in topics:
        if topic not in REGISTRY:
            raise ValueError(f"no topic is named {topic!r}; there are {', '.join(REGISTRY)}")
    kinds = {kind for topic in topics for kind in REGISTRY[topic].messages}
    if only is not None and not any(issubclass(kind, only) for kind in kinds):
        names = ", ".join(sorted(kind.__name__ for kind in kinds))
        raise ValueError(f"{', '.join(topics)} carries no {only.__name__}; there are {names}")
