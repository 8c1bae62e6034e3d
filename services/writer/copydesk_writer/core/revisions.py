"""What a message does to what is stored: decided by version, time and hashes, and by comparing texts that differ."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from msgspec import Raw

from copydesk.contracts import ArticleTagged, PageWithdrawn
from copydesk_writer.core.comparison import Difference, Reading, Weight
from copydesk_writer.core.rights import TEXT_DROPPED

CORRECTION = "correction"
"""The flag by which the cleaner says that the page carries a correction notice."""

CLOCKS_APART = timedelta(days=1)
"""Most that the clocks of two writers may differ."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ENCODER = msgspec.json.Encoder(order="deterministic")


Key = tuple[UUID, str]
"""Article and message; alone neither is enough, since other producers may give messages of two articles one id."""


class Verdict(StrEnum):
    """The first six make a revision, under the same name, and but for `touched` always an event."""

    NEW = "new"
    UPDATED = "updated"
    CORRECTED = "corrected"
    TOUCHED = "touched"
    WITHDRAWN = "withdrawn"
    RESTORED = "restored"
    UNCHANGED = "unchanged"
    """Readers see nothing new, but the fetch, and perhaps the tags, are newer."""
    REDELIVERED = "redelivered"
    SUPERSEDED = "superseded"
    UNKNOWN = "unknown"
    """A withdrawal of an article that was never stored."""


@dataclass(frozen=True)
class Candidate:
    """A message that may be written. `extra` is the JSON of its unknown fields; the hashes are of a withdrawal empty.

    `message_time` is the envelope's time; it decides between messages made of the same fetch.
    """

    id: UUID
    version: int
    message_time: datetime
    message_id: str
    message: ArticleTagged | PageWithdrawn
    fetched_at: datetime
    extra: str = "{}"
    revision_sha256: bytes = b""
    record_sha256: bytes = b""
    minhash: bytes | None = None

    @property
    def order(self) -> tuple[int, datetime]:
        """Only a message later in this order is written over another."""
        return (self.version, self.message_time)

    @property
    def key(self) -> Key:
        """What answers are kept by."""
        return (self.id, self.message_id)

    @property
    def withdraws_page(self) -> bool:
        """Whether it says that a page is gone; a takedown means one article, and the page may still be there."""
        return isinstance(self.message, PageWithdrawn) and self.message.reason != "takedown"


@dataclass(frozen=True)
class Stored:
    """What the database holds of an article. `stored_at` never goes back, though clocks may: redelivery looks by it."""

    version: int
    message_time: datetime
    message_id: str
    revision: int
    revision_sha256: bytes
    record_sha256: bytes
    stored_at: datetime
    withdrawn: bool


def needs_comparison(candidate: Candidate, stored: Stored | None) -> bool:
    """Whether `classify` wants to know how the stored text differs from the candidate's."""
    return (
        stored is not None
        and isinstance(candidate.message, ArticleTagged)
        and stored.message_id != candidate.message_id
        and candidate.order > (stored.version, stored.message_time)
        and stored.revision_sha256 != candidate.revision_sha256
    )


def classify(candidate: Candidate, stored: Stored | None, difference: Difference, gone: int | None = None) -> Verdict:
    """What `candidate` does to `stored`, whose text differs from its own by `difference`.

    `gone` is the version of a withdrawal that came before anything was stored. Older messages never do anything.
    """
    withdrawal = isinstance(candidate.message, PageWithdrawn)
    if stored is None and withdrawal:
        return Verdict.UNKNOWN
    if stored is None:
        return Verdict.SUPERSEDED if gone is not None and gone > candidate.version else Verdict.NEW
    if stored.message_id == candidate.message_id:
        return Verdict.REDELIVERED
    if candidate.order <= (stored.version, stored.message_time):
        return Verdict.SUPERSEDED
    if withdrawal:
        return Verdict.UNCHANGED if stored.withdrawn else Verdict.WITHDRAWN
    if stored.withdrawn:
        return Verdict.RESTORED
    return _VERDICTS[difference.weight]


_VERDICTS = {
    Weight.NONE: Verdict.UNCHANGED,
    Weight.TOUCHED: Verdict.TOUCHED,
    Weight.UPDATED: Verdict.UPDATED,
    Weight.CORRECTED: Verdict.CORRECTED,
}


def reading_of(article: ArticleTagged) -> Reading:
    """What readers see of a message's article."""
    return Reading(
        title=article.title,
        subtitle=article.subtitle,
        text=None if TEXT_DROPPED in article.flags else article.text,
        authors=article.authors,
        published=article.published,
        modified=article.modified,
        names=[name for entity in article.entities for name in (entity.text, entity.name) if name],
        cuts=[cut.text for cut in article.cuts],
        notice=CORRECTION in article.flags,
        site=f"{article.source} {urlsplit(article.url).netloc}",
    )


def version_of(fetched_at: datetime) -> int:
    """Milliseconds since the epoch, as in the funnel."""
    return int(fetched_at.timestamp() * 1000)


def revision_sha256(article: ArticleTagged) -> bytes:
    """The digest of what readers see; the same moment in another zone is the same."""
    published, modified = (time.astimezone(UTC) if time else None for time in (article.published, article.modified))
    seen = (article.title, article.subtitle, article.text, article.authors, published, modified)
    return hashlib.sha256(_ENCODER.encode(seen)).digest()


def record_of(article: ArticleTagged, unknown: Mapping[str, Raw]) -> bytes:
    """JSON of everything but when and from which bytes: if its digest stands, so does every table but the fetches.

    Raises `UnicodeEncodeError` for half a surrogate pair.
    """
    timeless = msgspec.structs.replace(article, fetched_at=_EPOCH, content_sha256="")
    return _ENCODER.encode((timeless, dict(unknown)))
