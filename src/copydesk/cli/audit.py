"""`copydesk audit`: the whole life of an article."""

import asyncio
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import msgspec
import typer

from copydesk.cli.article_lives import print_life
from copydesk.cli.article_messages import FoundMessage, messages_of
from copydesk.cli.composition import blob_url, open_bus, reading_pool
from copydesk.cli.named_articles import articles_named
from copydesk.cli.output import CommandError, print_json
from copydesk.contracts import ARTICLES_STORED, ARTICLES_TAGGED, Lane
from copydesk.runtime.ports import Bus, BusUnavailableError, Partition, UnknownTopicError
from copydesk.settings import Settings
from copydesk.storage import Pool, open_blobs
from copydesk.storage.lives import Life, read_life
from copydesk.storage.takedowns import Receipt, load_receipts

_CONSUMED = tuple(dict.fromkeys(topic.on(lane).name for topic in (ARTICLES_TAGGED, ARTICLES_STORED) for lane in Lane))


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """How far a consumer group has come with an article's message: `read` once its position lies behind it."""

    group: str
    topic: str
    partition: int
    offset: int
    position: int
    read: bool


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """A life with what the broker and the receipts tell; `unknown` says what could not be asked, and why."""

    life: Life
    messages: list[FoundMessage]
    consumers: list[Reading]
    takedown: Receipt | None
    unknown: str | None = None


def audit(
    url: Annotated[str, typer.Argument(metavar="URL", help="Of an article, or its id.")],
    json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """The whole life of an article: discovery, fetches, cuts, versions, revisions, copies, story, messages, consumers.

    Example: copydesk audit https://harbour-gazette.example/ferry
    """
    for found in asyncio.run(_audits(Settings(), url)):
        print_json(found) if json else print_life(found)


async def _audits(settings: Settings, name: str) -> list[Audit]:
    async with reading_pool(settings) as pool:
        return [
            await audit_of(settings, pool, article, address) for article, address in await articles_named(pool, name)
        ]


async def audit_of(settings: Settings, pool: Pool, article: UUID, url: str) -> Audit:
    """What is known of one article. Raises `CommandError` where that is nothing at all."""
    life = await read_life(pool, article, url)
    receipts = await load_receipts(pool, [article])
    messages: list[FoundMessage] = []
    consumers: list[Reading] = []
    unknown = None
    try:
        messages, consumers = await _on_topics(settings, life)
    except (BusUnavailableError, CommandError, FileNotFoundError) as error:
        unknown = f"messages and consumers: {error}"
    if not (life.article or life.discoveries or life.funnel or receipts or messages):
        raise CommandError(f"nobody has met {url} ({article}); `copydesk search` and `export` print URLs and ids")
    return Audit(
        life=life,
        messages=messages,
        consumers=consumers,
        takedown=receipts[0] if receipts else None,
        unknown=unknown,
    )


async def _on_topics(settings: Settings, life: Life) -> tuple[list[FoundMessage], list[Reading]]:
    bus = open_bus(settings, read_only=True)
    try:
        stories = {change["story_id"] for change in life.story}
        messages = await messages_of(bus, open_blobs(blob_url(settings)), [life.id], stories)
        return messages, await _consumers(bus, messages)
    finally:
        await bus.close()


async def _consumers(bus: Bus, messages: Sequence[FoundMessage]) -> list[Reading]:
    """How far each group has come with each message that consumers read."""
    found: list[Reading] = []
    for topic in _CONSUMED:
        sent = [message for message in messages if message.topic == topic]
        if not sent:
            continue
        try:
            groups = await bus.groups(topic)
        except UnknownTopicError:
            continue
        for group, positions in sorted(groups.items()):
            for message in sent:
                position = positions.get(Partition(topic, message.partition), 0)
                found.append(
                    Reading(
                        group=group,
                        topic=topic,
                        partition=message.partition,
                        offset=message.offset,
                        position=position,
                        read=position > message.offset,
                    )
                )
    return found
