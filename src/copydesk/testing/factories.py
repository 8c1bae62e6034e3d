"""Messages with sensible contents, for tests of Copydesk and of those who consume its topics."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec

from copydesk.contracts import ArticleCleaned, ArticleTagged, Block, Language, PageFetched, article_id

FETCHED_AT = datetime(2030, 1, 1, 11, 59, tzinfo=UTC)
URL = "https://courier.example/2030/harbour-bridge-reopens"
TITLE = "Harbour bridge reopens after two years of repairs"
PARAGRAPHS = (
    "The harbour bridge carries traffic again. The first cyclists crossed it shortly after six in the morning.",
    "Engineers replaced the northern cables, which had lost a fifth of their strength, the port authority said.",
)


def make_page(url: str = URL, **fields: Any) -> PageFetched:
    """A small HTML page; `fields` replace the defaults, `body` sets the hash too."""
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    body = fields.pop("body", f"<html><body><h1>{TITLE}</h1>{paragraphs}</body></html>".encode())
    page = PageFetched(
        id=article_id(url),
        url=url,
        source="courier",
        fetched_at=FETCHED_AT,
        body=body,
        content_sha256=sha256(body).hexdigest(),
        canonical_url=url,
        language="en",
    )
    return msgspec.structs.replace(page, **fields)


def make_cleaned(url: str = URL, **fields: Any) -> ArticleCleaned:
    """The article of `make_page(url)`; `fields` replace the defaults, `text` sets the blocks too."""
    text = fields.pop("text", "\n\n".join(PARAGRAPHS))
    article = ArticleCleaned(
        **_identity(url),
        title=TITLE,
        text=text,
        blocks=[Block(kind="paragraph", text=paragraph) for paragraph in text.split("\n\n")],
        published=datetime(2030, 1, 1, 8, 30, tzinfo=UTC),
        method="factory",
        confidence=1.0,
    )
    return msgspec.structs.replace(article, **fields)


def make_tagged(url: str = URL, **fields: Any) -> ArticleTagged:
    """`make_cleaned(url)` with its language and country; `fields` replace the defaults."""
    own = {name: fields.pop(name) for name in list(fields) if name not in ArticleCleaned.__struct_fields__}
    cleaned = make_cleaned(url, **fields)
    article = ArticleTagged(
        **{name: getattr(cleaned, name) for name in ArticleCleaned.__struct_fields__},
        language=Language(tag="en", confidence=0.99),
        countries=["NL"],
        tagger_version="factory",
    )
    return msgspec.structs.replace(article, **own)


def _identity(url: str) -> dict[str, Any]:
    page = make_page(url)
    return {
        "id": page.id,
        "url": url,
        "canonical_url": url,
        "source": page.source,
        "fetched_at": page.fetched_at,
        "content_sha256": page.content_sha256,
    }
