"""Articles as the cleaner and the tagger pass them on, and what they consist of.

Offsets are in code points of the article's `text`. Lists are empty, and optional fields null, where nothing is known.
"""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from copydesk.contracts.rights import Rights

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


class ArticleCleaned(Struct, frozen=True, kw_only=True):
    """The cleaned article, as `copydesk clean` prints it.

    `text` is `blocks` joined by a blank line. `content_sha256` is that of the page it came from.
    `published` and `modified` are null where the page does not say, and `date_notes` then says why; they never
    hold the time of crawling; a date that was stated and not taken is named there, too. `method` names the extractor,
    `confidence` lies in 0…1. `part_of` is the id of the page's first article when this one was split off it.
    `flags`: `correction` (the page carries a correction notice), `syndicated` (it names another publication as the
    first), `consent-wall` (the page asks for consent instead of showing the article), `replaced-characters` (bytes or
    code points became U+FFFD), `truncated` (the page was too large to be read to its end), `rules-unmatched` (a rule
    for the site found nothing); others may be added. `rights` is null where nothing is stated.
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
    rights: Rights | None = None


class Language(Struct, frozen=True, kw_only=True):
    """`tag` is BCP 47, `und` where undecided; confidence in 0…1."""

    tag: str
    confidence: float


class Entity(Struct, frozen=True, kw_only=True):
    """A mention; `start` and `end` are code-point offsets into the article's `text`.

    `name` is the fullest form of the entity's name in the article, the same for all its mentions. `uri` says who it is
    where that is known: `geonames:<id>`, `wikidata:<id>`, `copydesk:person/<name>` or `copydesk:organisation/<name>` of
    known ones whose Wikidata id is not sure, or the id that a watch list gives. `confidence` (0…1) is that of the span
    and its type; `salience` (0…1) how much the article is about the entity, the same for all its mentions.
    """

    start: int
    end: int
    text: str
    type: EntityType
    uri: str | None = None
    confidence: float = 0.0
    method: str = ""
    name: str | None = None
    salience: float = 0.0


class Place(Struct, frozen=True, kw_only=True):
    """A place the article speaks of; `geonames` is the GeoNames id, `country` ISO 3166-1 alpha-2, `salience` 0…1."""

    geonames: int
    name: str
    country: str
    lat: float
    lon: float
    salience: float
    confidence: float = 0.0
    method: str = ""


class WatchHit(Struct, frozen=True, kw_only=True):
    """A name or phrase of a user's watch list, as it was found.

    `id` is that of the entry, `list` the name of the list. `start` and `end` are code-point offsets into the article's
    `text`, null where it was found in the title.
    """

    id: str
    list: str
    text: str
    start: int | None = None
    end: int | None = None


class MediaTopic(Struct, frozen=True, kw_only=True):
    """An IPTC media topic: `code` such as `medtop:11000000`; `label` is in the article's language where one exists."""

    code: str
    label: str
    confidence: float
    method: str = ""


class Story(Struct, frozen=True, kw_only=True):
    """The story an article belongs to; articles of one event share `id` across languages and sources."""

    id: str
    confidence: float


class StoryKeys(Struct, frozen=True, kw_only=True):
    """What tells the event of an article from others, written the same in every language.

    `keys` maps each key to its weight (0…1: how much the article is about it, and how rare it is): `geonames:<id>`,
    `country:<code>`, the `uri` of a linked entity, `name:<consonants of a name>`, `number:<digits>`; with
    `organisation:<uri>` those that are organisations, and the days that the first sentences name: `weekday:<1…7>`
    (Monday is 1), `date:<month>-<day>`, `date:<year>-<month>-<day>`; other kinds may be added. `headline` lists those
    that title or first sentence name.
    """

    keys: dict[str, float] = {}
    headline: list[str] = []


class ArticleTagged(ArticleCleaned, frozen=True, kw_only=True):
    """The cleaned article with its tags.

    `minhash` is the near-duplicate signature (128 unsigned 32-bit numbers, empty for very short texts), `bands`
    its locality-sensitive hashes (42 signed 64-bit numbers): articles that share one are candidates.
    `duplicate_of` is the id of the article that this one is a copy of. It and `story` are found by the writer, from
    `story_keys`, and are null before; a message that fills them is believed. `models` maps an annotator to its version.
    """

    language: Language = field(default_factory=lambda: Language(tag="und", confidence=0.0))
    entities: list[Entity] = []
    watched: list[WatchHit] = []
    places: list[Place] = []
    countries: list[str] = []
    topics: list[MediaTopic] = []
    keywords: list[str] = []
    minhash: list[int] = []
    bands: list[int] = []
    duplicate_of: str | None = None
    story: Story | None = None
    story_keys: StoryKeys | None = None
    tagger_version: str = ""
    models: dict[str, str] = {}
