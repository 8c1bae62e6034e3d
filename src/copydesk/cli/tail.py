"""`copydesk tail`: read a topic as a person."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import UTC
from typing import Annotated, Any
from uuid import uuid4

import msgspec
import typer
from rich.markup import escape

from copydesk.cli.composition import blob_url, open_bus
from copydesk.cli.output import UsageError, out, print_json
from copydesk.contracts import REGISTRY, Lane, Message, UndecodableError, decode
from copydesk.runtime.claim_check import check_out
from copydesk.runtime.ports import BlobStore, Bus, DeliveredRecord
from copydesk.settings import Settings
from copydesk.storage import open_blobs

_TELLING = ("source", "stage", "outcome", "change", "reason", "error", "status", "title", "site", "url")
"""Fields that say at a glance what a message is, in the order in which they are shown."""

_QUIET_SECONDS = 3.0


def tail(
    topic: Annotated[str, typer.Argument(help="Such as articles.tagged.")],
    from_beginning: Annotated[bool, typer.Option("--from-beginning", help="Start at the oldest record.")] = False,
    lane: Annotated[Lane | None, typer.Option(help="Live news only, or back-fill only.")] = None,
    to_end: Annotated[
        bool, typer.Option("--to-end", help="Everything from the oldest record to the newest there is now; then stop.")
    ] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after this many.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Whole messages, one JSON object a line.")] = False,
) -> None:
    """Follow a topic until Ctrl-C, with what is imported and replayed; joins no group of anyone's and commits nothing.

    Example: copydesk tail articles.tagged --from-beginning --limit 5
    """
    if topic not in REGISTRY:
        raise UsageError(f"no topic is named {topic!r}; there are {', '.join(REGISTRY)}")
    lanes = (lane,) if lane else tuple(Lane)
    names = list(dict.fromkeys(REGISTRY[topic].on(one).name for one in lanes))
    asyncio.run(_tail(names, from_beginning, to_end, limit, json))


async def _tail(topics: Sequence[str], from_beginning: bool, to_end: bool, limit: int | None, as_json: bool) -> None:
    settings = Settings()
    bus = open_bus(settings, read_only=True)
    blobs = open_blobs(blob_url(settings))
    shown = 0
    try:
        records = read_to_end(bus, topics) if to_end else follow(bus, topics, from_beginning=from_beginning)
        async with aclosing(records):
            async for record in records:
                await _show(record, blobs, as_json)
                shown += 1
                if shown == limit:
                    return
    finally:
        await bus.close()


async def follow(bus: Bus, topics: Sequence[str], *, from_beginning: bool) -> AsyncGenerator[DeliveredRecord, None]:
    """Every record of some topics, for ever, in a group of its own that leaves no trace."""
    consumer = await bus.consumer(f"copydesk.tail.{uuid4()}", topics, from_beginning=from_beginning)
    try:
        while True:
            for record in await consumer.poll(max_records=100, timeout=1.0):
                yield record
    finally:
        await consumer.close()


async def read_all(bus: Bus, topic: str) -> list[DeliveredRecord]:
    """Every record that a topic holds now."""
    return [record async for record in read_to_end(bus, [topic])]


async def read_to_end(bus: Bus, topics: Sequence[str]) -> AsyncGenerator[DeliveredRecord, None]:
    """Every record that some topics hold now.

    Ends at the end positions, or after a quiet spell: the last records may have expired or been compacted away.
    """
    positions = [await bus.end_positions(topic) for topic in topics]
    ends = {partition: end for held in positions for partition, end in held.items() if end}
    if not ends:
        return
    consumer = await bus.consumer(f"copydesk.tail.{uuid4()}", topics)
    try:
        while ends and (records := await consumer.poll(max_records=1000, timeout=_QUIET_SECONDS)):
            for record in records:
                if record.offset + 1 >= ends.get(record.partition, 0):
                    ends.pop(record.partition, None)
                yield record
    finally:
        await consumer.close()


async def _show(record: DeliveredRecord, blobs: BlobStore, as_json: bool) -> None:
    where = f"{record.partition.topic}[{record.partition.number}]@{record.offset}"
    try:
        value = await check_out(record.headers, record.value, blobs)
        decoded = decode(record.headers, value)
    except UndecodableError as error:
        out.print(f"[dim]{where}[/] [red]{escape(str(error))}[/]", soft_wrap=True)
        return
    if as_json:
        print_json(
            {
                "topic": record.partition.topic,
                "partition": record.partition.number,
                "offset": record.offset,
                "envelope": decoded.envelope,
                "message": decoded.message,
            }
        )
        return
    when = record.timestamp.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    out.print(f"[dim]{when} {where}[/] {_summary(decoded.message)}", soft_wrap=True)


def _summary(message: Message) -> str:
    held: dict[str, Any] = msgspec.to_builtins(message)
    shown = [escape(str(held[name])) for name in _TELLING if held.get(name) is not None]
    return f"[bold]{type(message).__name__}[/] " + " · ".join(shown)
