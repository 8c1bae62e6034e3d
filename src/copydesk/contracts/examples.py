"""One example of each message; exported beside the schemas, and decoded again by the tests of every version."""

from datetime import UTC, datetime
from hashlib import sha256

from copydesk.contracts.articles import (
    ArticleCleaned,
    ArticleTagged,
    Block,
    Cut,
    Dateline,
    Entity,
    Image,
    Language,
    MediaTopic,
    Part,
    Place,
    Story,
    StoryKeys,
    WatchHit,
)
from copydesk.contracts.identity import article_id, part_id
from copydesk.contracts.messages import (
    ArticleStored,
    BlockSignature,
    DeadLetter,
    DriftChange,
    Message,
    PageFetched,
    PageWithdrawn,
    SiteDrift,
    SiteLearned,
    SourceHealth,
    StageOutcome,
    StoryChanged,
    UrlDiscovered,
)
from copydesk.contracts.rights import Rights

_URL = "https://harbour-gazette.example/2026/03/09/ferry-terminal-reopens"
_ID = article_id(_URL)
_SOURCE = "harbour-gazette"
_AT = datetime(2026, 3, 9, 8, 15, tzinfo=UTC)
_BODY = b"<!doctype html><title>Ferry terminal reopens</title><article><h1>Ferry terminal reopens</h1></article>"
_TEXT = "The ferry terminal at Ostend reopened on Monday after eleven weeks of repairs.\n\nThe first boat left at six."
_PARAGRAPHS = [Block(kind="paragraph", text=paragraph) for paragraph in _TEXT.split("\n\n")]
_OTHER_TITLE = "Lighthouse keeper retires"
_RIGHTS = Rights(licence="Harbour Gazette 2026/14", display="excerpt", retention_days=90, opt_outs=["tdm-reservation"])

_CLEANED = ArticleCleaned(
    id=_ID,
    url=_URL + "?utm_source=feed",
    canonical_url=_URL,
    source=_SOURCE,
    fetched_at=_AT,
    content_sha256=sha256(_BODY).hexdigest(),
    title="Ferry terminal reopens",
    subtitle="First boat leaves on time",
    text=_TEXT,
    blocks=_PARAGRAPHS,
    authors=["Nadia Verhelst"],
    agencies=["BELGA"],
    dateline=Dateline(text="OSTEND (BELGA) -", place="Ostend"),
    published=datetime(2026, 3, 9, 7, 40, tzinfo=UTC),
    modified=None,
    date_notes=["modified: the page names none"],
    section="Region",
    page_keywords=["ferry", "Ostend"],
    images=[
        Image(
            url="https://harbour-gazette.example/i/ferry.jpg",
            caption="The terminal on Monday.",
            credit="Harbour Gazette",
        )
    ],
    language_hint="en",
    country="BE",
    parts=[Part(id=part_id(_ID, _OTHER_TITLE), title=_OTHER_TITLE, text="Jan Maes has put out his lamp.")],
    cuts=[Cut(text="Read more: ten walks by the sea", reason="related-link", rule="read-more-line", where=812)],
    method="trafilatura",
    confidence=0.93,
    cleaner_version="1",
    rights=_RIGHTS,
)


def _fields(article: ArticleCleaned) -> dict[str, object]:
    return {name: getattr(article, name) for name in article.__struct_fields__}


_TAGGED = ArticleTagged(
    **_fields(_CLEANED),  # type: ignore[arg-type]
    language=Language(tag="en", confidence=0.99),
    entities=[
        Entity(
            start=22,
            end=28,
            text="Ostend",
            type="LOC",
            uri="geonames:2789786",
            confidence=0.9,
            method="names-1",
            name="Ostend",
            salience=0.8,
        )
    ],
    watched=[WatchHit(id="ferries", list="transport", text="ferry terminal", start=34, end=48)],
    places=[
        Place(
            geonames=2789786,
            name="Ostend",
            country="BE",
            lat=51.21551,
            lon=2.927,
            salience=0.8,
            confidence=0.97,
            method="gazetteer",
        )
    ],
    countries=["BE"],
    topics=[
        MediaTopic(code="medtop:04000000", label="economy, business and finance", confidence=0.71, method="topics-1")
    ],
    keywords=["ferry terminal", "repairs"],
    minhash=[17, 4021],
    bands=[-71, 905],
    duplicate_of=None,
    story=Story(id="7a1d5d6e-51b0-5f0e-9a57-6f1a2f0c7b11", confidence=0.8),
    story_keys=StoryKeys(
        keys={"geonames:2789786": 0.8, "country:BE": 0.5, "name:frhlst": 0.7, "number:11": 0.4},
        headline=["geonames:2789786"],
    ),
    tagger_version="1",
    models={"language": "py3langid 0.4"},
)

_POISON = b'{"id": 42}'

EXAMPLES: tuple[Message, ...] = (
    PageFetched(
        id=_ID,
        url=_URL + "?utm_source=feed",
        canonical_url=_URL,
        source=_SOURCE,
        fetched_at=_AT,
        body=_BODY,
        content_sha256=sha256(_BODY).hexdigest(),
        encoding="utf-8",
        etag='"a1"',
        language="en",
        country="BE",
        links_from="https://harbour-gazette.example/feed.xml",
        hints={"title": "Ferry terminal reopens"},
        opt_outs=["tdm-reservation"],
        rights=_RIGHTS,
    ),
    PageWithdrawn(id=_ID, url=_URL, source=_SOURCE, fetched_at=_AT, status=410),
    _CLEANED,
    _TAGGED,
    ArticleStored(
        id=_ID,
        source=_SOURCE,
        url=_URL,
        change="corrected",
        revision=2,
        revision_sha256=sha256(_TEXT.encode()).hexdigest(),
        stored_at=_AT,
        title="Ferry terminal reopens",
        language="en",
        published=_CLEANED.published,
        changed=["title", "text"],
        words_added=2,
        words_removed=1,
        share_changed=0.07,
    ),
    StoryChanged(
        id="7a1d5d6e-51b0-5f0e-9a57-6f1a2f0c7b11",
        change="joined",
        at=_AT,
        articles=[_ID],
        confidence=0.8,
        title="Ferry terminal reopens",
    ),
    UrlDiscovered(id=_ID, url=_URL, source=_SOURCE, found_on="https://harbour-gazette.example/", discovered_at=_AT),
    SiteLearned(
        site="harbour-gazette.example",
        learned_at=_AT,
        articles_seen=40,
        signatures=[BlockSignature(sha256=sha256(b"Sign up").hexdigest(), articles=38, last_seen=_AT)],
        title_suffixes=["Harbour Gazette"],
    ),
    SourceHealth(
        source=_SOURCE,
        state="raised",
        problem="silent",
        at=_AT,
        baseline=0.7,
        current=26.5,
        detail="https://harbour-gazette.example/feed.xml",
    ),
    SiteDrift(
        site="harbour-gazette.example",
        state="raised",
        at=_AT,
        changes=[DriftChange(figure="empty", baseline=0.02, current=1.0)],
        examples=[_URL],
    ),
    StageOutcome(
        id=_ID,
        source=_SOURCE,
        url=_URL,
        stage="cleaner",
        outcome="dropped",
        version=1_773_044_100_000,
        at=_AT,
        reason="no-main-text",
    ),
    DeadLetter(
        id="0c0a4c1e-0f1c-5c38-8e0b-0d8f3a4f2b6c",
        stage="cleaner",
        topic="pages.fetched",
        partition=3,
        offset=1207,
        error="copydesk.PageFetched.v1: Expected `str`, got `int` - at `$.id`",
        detail="",
        attempts=1,
        first_failed_at=_AT,
        last_failed_at=_AT,
        key=_ID.encode(),
        value=_POISON,
        headers=[("ce_id", b"1")],
        source=_SOURCE,
    ),
)
