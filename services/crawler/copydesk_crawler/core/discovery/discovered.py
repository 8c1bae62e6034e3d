"""What polling a source finds: entries that may be articles, and further documents to poll."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

DocumentKind = Literal["feed", "sitemap", "home", "section"]
MAX_ENTRIES = 50_000
"""Per document: the limit of the sitemaps protocol."""

_MAX_HINT = 500


@dataclass(frozen=True)
class Entry:
    """One address that a document names, as written there. `published` is aware or None.

    `listed` tells that a sitemap names it: such pages are the base of a source's recall. `likelihood` is that of an
    article behind a mere link of a page; None where a feed or sitemap names it.
    """

    url: str
    title: str | None = None
    published: datetime | None = None
    language: str | None = None
    listed: bool = False
    likelihood: float | None = None

    def hints(self) -> dict[str, str]:
        """What the document says of the page, for `PageFetched.hints`."""
        found = {
            "title": self.title,
            "published": self.published.isoformat() if self.published else None,
            "language": self.language,
        }
        return {name: value[:_MAX_HINT] for name, value in found.items() if value}


@dataclass(frozen=True)
class Document:
    """A further feed, sitemap or section page to poll."""

    url: str
    kind: DocumentKind
    modified: datetime | None = None


@dataclass(frozen=True)
class Findings:
    """The content of one polled document. `problem` is a stable label when it could not be read as what it is.

    `ttl` is how long the document says it will stay as it is, `hubs` are where its changes can be subscribed to
    (WebSub) and `self_url` is the address under which they know it.
    """

    entries: tuple[Entry, ...] = ()
    documents: tuple[Document, ...] = ()
    problem: str | None = None
    lists_news: bool = False
    ttl: timedelta | None = None
    hubs: tuple[str, ...] = ()
    self_url: str | None = None

    @property
    def newest(self) -> datetime | None:
        return max((entry.published for entry in self.entries if entry.published), default=None)


def text_hint(value: object) -> str | None:
    """A string without control characters, blanks folded; None when nothing is left or it is no string."""
    if not isinstance(value, str):
        return None
    folded = " ".join(value.encode("utf-8", "ignore").decode().replace("\0", "").split())
    return folded or None


def timestamp(value: object) -> datetime | None:
    """An aware time from RFC 3339 or a W3C date (midnight UTC); None for anything else, year 9999 included."""
    if not isinstance(value, str):
        return None
    text = value.strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        try:
            moment = datetime.combine(date.fromisoformat(text[:10]), datetime.min.time())
        except ValueError:
            return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment if 1990 <= moment.year <= 2100 else None
