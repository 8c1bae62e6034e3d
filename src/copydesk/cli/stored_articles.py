"""Articles with their tags as they are kept: in the database, or on the topics for as long as those keep them."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

import msgspec

from copydesk.contracts import ArticleCleaned, ArticleTagged, Lane, PageWithdrawn, Topic, UndecodableError, decode
from copydesk.runtime.claim_check import check_out
from copydesk.runtime.ports import BlobStore, Bus, DeliveredRecord, Partition
from copydesk.storage import Pool
from copydesk.storage.articles import export

NOTE_OF_TAGGER = "tagger:"
"""Flags that begin so were added by the tagger, and say what the tags lack."""

_OF_THE_ROW = frozenset({"revision", "revision_sha256", "first_stored_at", "stored_at"})
_REQUIRED = frozenset(one.name for one in msgspec.structs.fields(ArticleTagged) if one.required)
"""Of these a null is kept; elsewhere it means a row that is older than the field."""

_QUIET_SECONDS = 3.0


@dataclass(frozen=True)
class KeptArticle:
    """An article as it is kept, and fields of it that this version does not know."""

    article: ArticleCleaned
    unknown: Mapping[str, msgspec.Raw] = field(default_factory=dict)

    def untagged(self) -> ArticleCleaned:
        """As the cleaner sent it: without tags, and without the tagger's notes."""
        fields = {name: getattr(self.article, name) for name in ArticleCleaned.__struct_fields__}
        fields["flags"] = [flag for flag in self.article.flags if not flag.startswith(NOTE_OF_TAGGER)]
        return ArticleCleaned(**fields)


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which articles are wanted; times are those of fetching, `language` is a primary subtag.

    `incomplete`: only those to which the tagger's notes say that tags are lacking.
    """

    source: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    language: str | None = None
    incomplete: bool = False

    @property
    def by_tags(self) -> bool:
        """Whether only tagged articles can be chosen among."""
        return self.language is not None or self.incomplete

    def includes(self, article: ArticleCleaned) -> bool:
        return (
            (self.source is None or article.source == self.source)
            and (self.since is None or article.fetched_at >= self.since)
            and (self.until is None or article.fetched_at < self.until)
            and (not self.by_tags or (isinstance(article, ArticleTagged) and self._includes_tags(article)))
        )

    def _includes_tags(self, article: ArticleTagged) -> bool:
        of_language = self.language is None or article.language.tag.partition("-")[0] == self.language.lower()
        return of_language and (not self.incomplete or any(flag.startswith(NOTE_OF_TAGGER) for flag in article.flags))


async def from_database(pool: Pool, selection: Selection) -> AsyncIterator[KeptArticle]:
    """What is filed and not withdrawn, in the order of storage; without near-duplicate signatures."""
    async for row in export(pool, since=selection.since, source=selection.source):
        known = {name: value for name, value in row.items() if value is not None or name in _REQUIRED}
        article = msgspec.convert(known, ArticleTagged)
        if selection.includes(article):
            unknown = row.keys() - _OF_THE_ROW - set(ArticleTagged.__struct_fields__)
            yield KeptArticle(article, {name: msgspec.Raw(msgspec.json.encode(row[name])) for name in unknown})


async def from_topic(bus: Bus, blobs: BlobStore, topic: Topic, selection: Selection) -> AsyncIterator[KeptArticle]:
    """The newest of each article on both lanes of a topic; those that were withdrawn are left out.

    The topic is read twice, so that no more than an article's id and place is kept of each.
    """
    names = [topic.on(lane).name for lane in Lane]
    newest: dict[str, tuple[datetime, datetime, Partition, int]] = {}
    async for record, kept in _read(bus, blobs, names):
        message = kept if isinstance(kept, PageWithdrawn) else kept.article
        place = (message.fetched_at, record.timestamp, record.partition, record.offset)
        newest[message.id] = max(newest.get(message.id, place), place)
    async for record, kept in _read(bus, blobs, names):
        if isinstance(kept, PageWithdrawn) or not selection.includes(kept.article):
            continue
        if newest.get(kept.article.id, ())[2:] == (record.partition, record.offset):
            yield kept


async def _read(
    bus: Bus, blobs: BlobStore, topics: Sequence[str]
) -> AsyncIterator[tuple[DeliveredRecord, KeptArticle | PageWithdrawn]]:
    """Every message that the topics hold now; what cannot be decoded is left out."""
    ends: dict[Partition, int] = {}
    for topic in topics:
        ends.update({partition: end for partition, end in (await bus.end_positions(topic)).items() if end})
    if not ends:
        return
    consumer = await bus.consumer(f"copydesk.replay.{uuid4()}", topics)
    try:
        while ends and (records := await consumer.poll(max_records=500, timeout=_QUIET_SECONDS)):
            for record in records:
                if record.offset + 1 >= ends.get(record.partition, 0):
                    ends.pop(record.partition, None)
                try:
                    decoded = decode(record.headers, await check_out(record.headers, record.value, blobs))
                except UndecodableError:
                    continue
                if isinstance(decoded.message, ArticleCleaned):
                    yield record, KeptArticle(decoded.message, decoded.unknown)
                elif isinstance(decoded.message, PageWithdrawn):
                    yield record, decoded.message
    finally:
        await consumer.close()
