"""Every message that travels on a topic; `topics.py` says which one travels where.

Fields may be added with a default; none may be removed, renamed or retyped within a major version.
Times are RFC 3339 with an offset. Lists are empty, and optional fields null, where nothing is known.
"""

from typing import Literal

from msgspec import Struct

from copydesk.contracts.articles import ArticleCleaned, ArticleTagged, Instant
from copydesk.contracts.rights import Rights

BodyCoding = Literal["gzip"]


class PageFetched(Struct, frozen=True, kw_only=True):
    """A page as its server sent it, or as it was imported.

    `id` is the UUIDv5 of the canonical URL known at fetch time. `body` holds the bytes after content decoding, or,
    where `body_coding` is `gzip`, one gzip member of them (RFC 1952), which is how most servers send them:
    `content_of` gives the bytes. `content_sha256` is the hex digest of the bytes, whatever the coding. `encoding` is
    the charset label of the HTTP header, if it had one. `links_from` is the URL (feed, sitemap, page) that named this
    one; `hints` carries what the feed or sitemap said of it (`title`, `published`, `language`), and `syndicated_from`,
    the address on another site that the page declares itself a copy of. `opt_outs` are the reservations that server or
    page declare: `noarchive`, `noindex`, `noai`, `noimageai`, `tdm-reservation`; more may come. `rights` adds to these
    what is configured for the source; it is null where nothing is stated.
    """

    id: str
    url: str
    source: str
    fetched_at: Instant
    body: bytes
    content_sha256: str
    canonical_url: str
    content_type: str = "text/html"
    encoding: str | None = None
    status: int = 200
    etag: str | None = None
    last_modified: str | None = None
    language: str | None = None
    country: str | None = None
    links_from: str | None = None
    hints: dict[str, str] = {}
    opt_outs: list[str] = []
    body_coding: BodyCoding | None = None
    rights: Rights | None = None


class PageWithdrawn(Struct, frozen=True, kw_only=True):
    """A page that was there and answers 404 or 410, or redirects away; `status` is the HTTP status seen."""

    id: str
    url: str
    source: str
    fetched_at: Instant
    status: int
    reason: Literal["gone", "not-found", "redirected", "takedown"] = "gone"


class ArticleStored(Struct, frozen=True, kw_only=True):
    """An event, sent after the commit of the revision it names; `ce_id` is the same when it is sent again.

    `change`: `new`; `updated` (readers are told something else); `corrected` (the page carries a correction notice, or
    a figure, a name or the headline is another); `touched` (typography, furniture or the time of modification alone;
    told only where a setting asks for it); `withdrawn`; `restored` (back after a withdrawal). More may come.
    `changed` names what differs from the last text before: `title`, `subtitle`, `text`, `authors`, `published`,
    `modified`. `words_added` and `words_removed` count words of title, subtitle and text; `share_changed` is their part
    in the words of both texts, 0…1. All three are null where nothing was compared: `new` and `withdrawn`.
    """

    id: str
    source: str
    url: str
    change: str
    revision: int
    revision_sha256: str
    stored_at: Instant
    title: str | None = None
    language: str | None = None
    published: Instant | None = None
    changed: list[str] = []
    words_added: int | None = None
    words_removed: int | None = None
    share_changed: float | None = None


class StoryChanged(Struct, frozen=True, kw_only=True):
    """An event: a story came up, grew, shrank or took over another; `ce_id` is the same when it is sent again.

    `created`, `joined` and `left` name in `articles` the article concerned. `merged`: the story `other` is now part of
    this one, with all its articles; its id is not used again. `split`: `articles` left the story `other` and are this
    one. Whoever applies the events of both stories in order knows which article belongs where. `confidence` (0…1) is
    that of the decision, `duplicate_of` what a joining article is a copy of, as far as it was known then.
    """

    id: str
    change: Literal["created", "joined", "left", "merged", "split"]
    at: Instant
    articles: list[str] = []
    other: str | None = None
    confidence: float = 1.0
    title: str | None = None
    duplicate_of: str | None = None


class UrlDiscovered(Struct, frozen=True, kw_only=True):
    """A link found by a later stage that the crawler may want to fetch; `id` is the UUIDv5 of the canonical URL."""

    id: str
    url: str
    source: str
    found_on: str
    discovered_at: Instant
    kind: Literal["article", "feed", "section"] = "article"


class BlockSignature(Struct, frozen=True, kw_only=True):
    """A block that returns on other articles of a site: hash of its text, articles seen with it, last time."""

    sha256: str
    articles: int
    last_seen: Instant


class SiteLearned(Struct, frozen=True, kw_only=True):
    """All that the cleaner knows of one site; the topic is compacted, the newest record a site stands."""

    site: str
    learned_at: Instant
    articles_seen: int
    signatures: list[BlockSignature] = []
    title_suffixes: list[str] = []


class DriftChange(Struct, frozen=True, kw_only=True):
    """A figure of a site's pages, as it ordinarily is and as it is now.

    `figure` is `empty`, `no-title`, `no-date` or `no-authors` (shares of pages, 0…1), or `confidence` (0…1), `shorter`,
    `longer` (characters of text) or `cuts` (a page), which are medians. More may come.
    """

    figure: str
    baseline: float
    current: float


class SiteDrift(Struct, frozen=True, kw_only=True):
    """An event: a site's pages come out different from what they used to, or (`cleared`) that is over.

    `changes` holds every figure concerned; a second `raised` adds to the first. `examples` are up to five addresses of
    pages that show it. A cleared one says in `ended` whether the figures `returned` or the new ones have `settled`.
    Each cleaner watches the pages that it cleans, so side by side they may report a site more than once.
    """

    site: str
    state: Literal["raised", "cleared"]
    at: Instant
    changes: list[DriftChange]
    examples: list[str] = []
    ended: Literal["returned", "settled"] | None = None


class SourceHealth(Struct, frozen=True, kw_only=True):
    """An event: something is wrong with a source as a whole, or (`cleared`) that is over.

    `problem`: `silent` (no new article for far longer than it is used to), `volume-low` and `volume-high` (articles a
    day outside its normal range), `feed-broken` (a feed or sitemap that used to be read cannot be), `unreachable` (not
    one of its documents could be read), `recall-low` (articles that its sitemaps list were never fetched). More may
    come. `baseline` and `current` are the figures compared: hours since the newest article for `silent`, articles a
    day for volumes, polls in a row that failed (baseline 0) for broken feeds and unreachable sources, a share (0…1) for
    `recall-low`. `detail` names the document concerned, or the error, for people.
    """

    source: str
    state: Literal["raised", "cleared"]
    problem: str
    at: Instant
    baseline: float
    current: float
    detail: str | None = None


class StageOutcome(Struct, frozen=True, kw_only=True):
    """The one outcome of one article at one stage; the funnel is their sum.

    `version` orders what is known of an article: milliseconds since the epoch of the fetch it came from.
    """

    id: str
    source: str
    url: str
    stage: Literal["crawler", "cleaner", "tagger", "writer"]
    outcome: Literal["discovered", "passed", "dropped", "dead-lettered"]
    version: int
    at: Instant
    reason: str | None = None
    part_of: str | None = None


class DeadLetter(Struct, frozen=True, kw_only=True):
    """A record that a stage could not process, whole and with its provenance.

    `value` and `headers` are the record's own bytes, so that it can be sent again unchanged. A record that was sent
    again and failed again has the same `id`, and a later `last_failed_at`. When somebody decides, the letter comes once
    more, the same but for `state` (`retried`: its record was sent again; `dropped`: nobody wants it), `settled_at` and,
    for a drop, `settled_reason`. Of several with one `id` the one with the latest `last_failed_at` holds, and of those
    the one with the latest `settled_at`.
    """

    id: str
    stage: str
    topic: str
    partition: int
    offset: int
    error: str
    detail: str
    attempts: int
    first_failed_at: Instant
    last_failed_at: Instant
    key: bytes | None
    value: bytes
    headers: list[tuple[str, bytes]] = []
    source: str | None = None
    state: Literal["open", "retried", "dropped"] = "open"
    settled_at: Instant | None = None
    settled_reason: str | None = None


Message = (
    PageFetched
    | PageWithdrawn
    | ArticleCleaned
    | ArticleTagged
    | ArticleStored
    | StoryChanged
    | UrlDiscovered
    | SiteLearned
    | SiteDrift
    | SourceHealth
    | StageOutcome
    | DeadLetter
)
