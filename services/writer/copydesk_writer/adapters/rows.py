"""Rows of the tables, column by column in the order of `storage/sql/writing.sql`."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from hashlib import sha1
from operator import itemgetter
from typing import Any
from uuid import UUID

import msgspec
from asyncpg.pgproto import pgproto

from copydesk.contracts import ArticleTagged, Entity
from copydesk.contracts.identity import ARTICLES
from copydesk.storage.array_literals import array_literal
from copydesk_writer.core.comparison import Difference
from copydesk_writer.core.duplicates import LASTING_BANDS
from copydesk_writer.core.revisions import Candidate, Verdict

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Filing:
    """An article about to be written; `revision` and `stored_at` stay as stored where `verdict` makes no revision.

    `difference` is null where there is no text before it; `told` says whether the revision makes an event.
    """

    candidate: Candidate
    article: ArticleTagged
    verdict: Verdict
    revision: int
    stored_at: datetime
    replaces_children: bool
    difference: Difference | None = None
    told: bool = True

    @property
    def makes_revision(self) -> bool:
        return self.verdict is not Verdict.UNCHANGED


def columns(rows: Iterable[Row]) -> list[list[Any]]:
    """The rows as the columns that `unnest` takes; no rows give no columns."""
    return [list(column) for column in zip(*rows, strict=True)]


def article_row(filing: Filing) -> Row:
    """One row of `articles`."""
    found, article = filing.candidate, filing.article
    return (
        found.id,
        article.source,
        article.url,
        article.canonical_url,
        article.title,
        article.subtitle,
        article.text,
        _json(article.blocks),
        array_literal(article.authors),
        array_literal(article.agencies),
        _json(article.dateline) if article.dateline else None,
        article.published,
        article.modified,
        array_literal(article.date_notes),
        article.section,
        array_literal(article.page_keywords),
        _json(article.images),
        article.language_hint,
        article.country,
        article.paywalled,
        _json(article.parts),
        article.part_of,
        array_literal(article.flags),
        article.method,
        article.confidence,
        article.cleaner_version,
        article.language.tag,
        article.language.confidence,
        array_literal(article.countries),
        array_literal(article.keywords),
        found.minhash,
        article.duplicate_of,
        article.story.id if article.story else None,
        article.story.confidence if article.story else None,
        article.tagger_version,
        _json(article.models),
        found.extra,
        article.content_sha256,
        found.record_sha256,
        found.revision_sha256,
        filing.revision,
        found.fetched_at,
        found.version,
        found.message_id,
        found.message_time,
        filing.stored_at,
        _json(article.watched),
        _json(article.rights) if article.rights else None,
    )


def revision_row(filing: Filing) -> Row:
    """One row of `revisions`."""
    found, article = filing.candidate, filing.article
    return (
        found.id,
        filing.revision,
        filing.verdict.value,
        article.source,
        article.url,
        article.title,
        article.subtitle,
        article.text,
        array_literal(article.authors),
        article.published,
        article.language.tag,
        found.revision_sha256,
        article.content_sha256,
        found.version,
        found.message_id,
        filing.stored_at,
        article.modified,
        array_literal(filing.difference.changed if filing.difference else ()),
        filing.difference.words_added if filing.difference else None,
        filing.difference.words_removed if filing.difference else None,
        filing.difference.share if filing.difference else None,
        filing.told,
    )


def fetch_row(candidate: Candidate, verdict: Verdict) -> Row:
    """One row of `fetches`."""
    content = candidate.message.content_sha256 if isinstance(candidate.message, ArticleTagged) else None
    change = None if verdict in (Verdict.UNCHANGED, Verdict.UNKNOWN) else verdict.value
    if content is None and not candidate.withdraws_page:
        change = "taken-down"
    return (candidate.id, candidate.version, candidate.fetched_at, content, candidate.message_id, change)


def entity_id(entity: Entity) -> UUID:
    """Linked mentions of one URI are one entity, unlinked ones those of the same type and spelling."""
    return _named(entity.uri or f"{entity.type} {entity.text.casefold()}")


@lru_cache(maxsize=1 << 16)
def _named(name: str) -> UUID:
    """The UUID of version 5 (RFC 9562, section 5.5), as asyncpg's own kind, which is made and compared much faster."""
    digest = bytearray(sha1(ARTICLES.bytes + name.encode(), usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    return pgproto.UUID(bytes(digest))


def entity_rows(filings: Sequence[Filing]) -> list[Row]:
    """Rows of `entities`, one an id, in the order of ids."""
    found = {entity_id(entity): entity for filing in filings for entity in filing.article.entities}
    return [(identity, found[identity].type, found[identity].text, found[identity].uri) for identity in sorted(found)]


def place_rows(filings: Sequence[Filing]) -> list[Row]:
    """Rows of `places`, one an id, in the order of ids."""
    rows = {
        place.geonames: (place.geonames, place.name, place.country, place.lat, place.lon)
        for filing in filings
        for place in filing.article.places
    }
    return [rows[key] for key in sorted(rows)]


def story_rows(filings: Sequence[Filing]) -> list[Row]:
    """Rows of `stories`, one an id, in the order of ids."""
    first = {filing.article.story.id: filing.stored_at for filing in reversed(filings) if filing.article.story}
    return sorted(first.items())


ARTICLE_ENTITIES = (
    "article_id",
    "ordinal",
    "entity_id",
    "start_offset",
    "end_offset",
    "mention",
    "confidence",
    "method",
    "name",
    "salience",
)
ARTICLE_PLACES = ("article_id", "ordinal", "geonames", "salience", "confidence", "method")
ARTICLE_TOPICS = ("article_id", "ordinal", "code", "label", "confidence", "method")
CUTS = ("article_id", "ordinal", "text", "reason", "rule", "input_offset")
ARTICLE_SIGNATURES = ("article_id", "bands")
ARTICLE_BANDS = ("band", "article_id", "day")


def article_entity_rows(filing: Filing) -> Iterator[Row]:
    """Rows of `article_entities`."""
    for ordinal, entity in enumerate(filing.article.entities):
        yield (
            filing.candidate.id,
            ordinal,
            entity_id(entity),
            entity.start,
            entity.end,
            entity.text,
            entity.confidence,
            entity.method,
            entity.name,
            entity.salience,
        )


def article_place_rows(filing: Filing) -> Iterator[Row]:
    """Rows of `article_places`."""
    for ordinal, place in enumerate(filing.article.places):
        yield (filing.candidate.id, ordinal, place.geonames, place.salience, place.confidence, place.method)


def article_topic_rows(filing: Filing) -> Iterator[Row]:
    """Rows of `article_topics`."""
    for ordinal, topic in enumerate(filing.article.topics):
        yield (filing.candidate.id, ordinal, topic.code, topic.label, topic.confidence, topic.method)


def cut_rows(filing: Filing) -> Iterator[Row]:
    """Rows of `cuts`."""
    for ordinal, cut in enumerate(filing.article.cuts):
        yield (filing.candidate.id, ordinal, cut.text, cut.reason, cut.rule, cut.where)


def signature_rows(filing: Filing) -> Iterator[Row]:
    """Rows of `article_signatures`; without a signature to verify by, a band would only cost."""
    if filing.candidate.minhash and filing.article.bands:
        yield (filing.candidate.id, list(dict.fromkeys(filing.article.bands)))


def band_rows(filings: Iterable[Filing], since: date) -> list[Row]:
    """Rows of `article_bands`, of articles stored since a day."""
    return _by_band((filing, day) for filing in filings if (day := _day(filing)) >= since)


def lasting_band_rows(filings: Iterable[Filing]) -> list[Row]:
    """Rows of `article_lasting_bands`."""
    return _by_band(((filing, _day(filing)) for filing in filings), LASTING_BANDS)


def _day(filing: Filing) -> date:
    return filing.stored_at.astimezone(UTC).date()


def _by_band(filings: Iterable[tuple[Filing, date]], first: int | None = None) -> list[Row]:
    """In the order of the index, so that each of its pages is entered once."""
    found = [
        (band, identity, day)
        for filing, day in filings
        for identity, bands in signature_rows(filing)
        for band in bands[:first]
    ]
    return sorted(found, key=itemgetter(0))


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
