"""Every message that travels on a topic; `topics.py` says which one travels where.

Fields may be added with a default; none may be removed, renamed or retyped within a major version.
Times are RFC 3339 with an offset. Lists are empty, and optional fields null, where nothing is known.
"""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

Instant = Annotated[datetime, Meta(tz=True)]
"""A point in time with its offset; a time without one is refused."""

EntityType = Literal["PER", "ORG", "LOC"]

CutReason = Literal[
    "related-teasers",
    "related-link",
    "repeated-title",
    "repeated-standfirst",
    "caption",
    "share-widget",
    "newsletter",
    "donation",
    "app-promotion",
    "comments",
    "navigation",
    "byline",
    "dateline",
    "author-biography",
    "photo-credit",
    "timestamp",
    "paywall-notice",
    "consent-wall",
    "advertisement",
    "legal-notice",
    "other-article",
    "site-boilerplate",
    "title",
    "markup",
    "furniture",
]
"""The closed list of reasons for a cut. `furniture` is page machinery that fits no narrower reason."""


BodyCoding = Literal["gzip"]


class Image(Struct, frozen=True, kw_only=True):
    """A picture of the article; `url` is absolute."""

    url: str
    caption: str | None = None
    credit: str | None = None


class Block(Struct, frozen=True, kw_only=True):
    """One piece of the text, in reading order."""

    kind: Literal["paragraph", "heading", "quote", "list", "table"]
    text: str


class Cut(Struct, frozen=True, kw_only=True):
    """Something removed that a reader could have taken for text.

    `where` is the code-point offset of the cut in the input for text input, null for HTML; `path` is its place in
    the page (a CSS path) where one element held it. `rule` names the rule (or model and score) that decided.
    """

    text: str
    reason: CutReason
    rule: str
    where: int | None = None
    path: str | None = None


class Dateline(Struct, frozen=True, kw_only=True):
    """`text` as printed, such as `ASTANA (ANP/DPA/AFP) -`; `place` is null where only agencies were named."""

    text: str
    place: str | None = None


class Part(Struct, frozen=True, kw_only=True):
    """Another article found on the same page; it goes on as a message of its own under `id`."""

    id: str
    title: str | None
    text: str
    url: str | None = None


class PageFetched(Struct, frozen=True, kw_only=True):
    """A page as its server sent it, or as it was imported.

    `id` is the UUIDv5 of the canonical URL known at fetch time. `body` holds the bytes after content decoding, or,
    where `body_coding` is `gzip`, one gzip member of them (RFC 1952), which is how most servers send them:
    `content_of` gives the bytes. `content_sha256` is the hex digest of the bytes, whatever the coding. `encoding` is
    the charset label of the HTTP header, if it had one. `links_from` is the URL (feed, sitemap, page) that named this
    one; `hints` carries what the feed or sitemap said of it (`title`, `published`, `language`), and `syndicated_from`,
    the address on another site that the page declares itself a copy of. `opt_outs` are the reservations that server or
    page declare: `noarchive`, `noindex`, `noai`, `noimageai`, `tdm-reservation`; more may come.
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


class PageWithdrawn(Struct, frozen=True, kw_only=True):
    """A page that was there and answers 404 or 410, or redirects away; `status` is the HTTP status seen."""

    id: str
    url: str
    source: str
    fetched_at: Instant
    status: int
    reason: Literal["gone", "not-found", "redirected", "takedown"] = "gone"


class ArticleCleaned(Struct, frozen=True, kw_only=True):
    """The cleaned article, as `copydesk clean` prints it.

    `text` is `blocks` joined by a blank line. `content_sha256` is that of the page it came from.
    `published` and `modified` are null where the page does not say, and `date_notes` then says why; they never
    hold the time of crawling; a date that was stated and not taken is named there, too. `method` names the extractor,
    `confidence` lies in 0…1. `part_of` is the id of the page's first article when this one was split off it.
    `flags`: `correction` (the page carries a correction notice), `syndicated` (it names another publication as the
    first), `consent-wall` (the page asks for consent instead of showing the article), `replaced-characters` (bytes or
    code points became U+FFFD), `truncated` (the page was too large to be read to its end), `rules-unmatched` (a rule
    for the site found nothing); others may be added.
    """

    id: str
    url: str
    canonical_url: str
    source: str
    fetched_at: Instant
    content_sha256: str
    title: str | None
    text: str
    subtitle: str | None = None
    blocks: list[Block] = []
    authors: list[str] = []
    agencies: list[str] = []
    dateline: Dateline | None = None
    published: Instant | None = None
    modified: Instant | None = None
    date_notes: list[str] = []
    section: str | None = None
    page_keywords: list[str] = []
    images: list[Image] = []
    language_hint: str | None = None
    country: str | None = None
    paywalled: bool = False
    parts: list[Part] = []
    part_of: str | None = None
    cuts: list[Cut] = []
    flags: list[str] = []
    method: str = ""
    confidence: float = 0.0
    cleaner_version: str = ""


class Language(Struct, frozen=True, kw_only=True):
    """`tag` is BCP 47, `und` where undecided; confidence in 0…1."""

    tag: str
    confidence: float


class Entity(Struct, frozen=True, kw_only=True):
    """A mention; `start` and `end` are code-point offsets into the article's `text`."""

    start: int
    end: int
    text: str
    type: EntityType
    uri: str | None = None
    confidence: float = 0.0
    method: str = ""


class Place(Struct, frozen=True, kw_only=True):
    """A place the article speaks of; `geonames` is the GeoNames id, `country` ISO 3166-1 alpha-2, `salience` 0…1."""

    geonames: int
    name: str
    country: str
    lat: float
    lon: float
    salience: float


class MediaTopic(Struct, frozen=True, kw_only=True):
    """An IPTC media topic: `code` such as `medtop:11000000`."""

    code: str
    label: str
    confidence: float


class Story(Struct, frozen=True, kw_only=True):
    """The story an article belongs to; articles of one event share `id` across languages and sources."""

    id: str
    confidence: float


class ArticleTagged(ArticleCleaned, frozen=True, kw_only=True):
    """The cleaned article with its tags.

    `minhash` is the near-duplicate signature (128 unsigned 32-bit numbers, empty for very short texts), `bands`
    its locality-sensitive hashes (42 signed 64-bit numbers): articles that share one are candidates.
    `duplicate_of` is the id of the earliest near-duplicate, filled where the earlier articles are known (the
    writer). `models` maps an annotator to its version.
    """

    language: Language = field(default_factory=lambda: Language(tag="und", confidence=0.0))
    entities: list[Entity] = []
    places: list[Place] = []
    countries: list[str] = []
    topics: list[MediaTopic] = []
    keywords: list[str] = []
    minhash: list[int] = []
    bands: list[int] = []
    duplicate_of: str | None = None
    story: Story | None = None
    tagger_version: str = ""
    models: dict[str, str] = {}


class ArticleStored(Struct, frozen=True, kw_only=True):
    """An event, sent after the commit of the revision it names; `ce_id` is the same when it is sent again."""

    id: str
    source: str
    url: str
    change: Literal["new", "updated", "corrected", "withdrawn"]
    revision: int
    revision_sha256: str
    stored_at: Instant
    title: str | None = None
    language: str | None = None
    published: Instant | None = None


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

    `value` and `headers` are the record's own bytes, so that it can be sent again unchanged.
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


Message = (
    PageFetched
    | PageWithdrawn
    | ArticleCleaned
    | ArticleTagged
    | ArticleStored
    | UrlDiscovered
    | SiteLearned
    | SiteDrift
    | SourceHealth
    | StageOutcome
    | DeadLetter
)
