"""The cleaner's own result for one page or text, and the messages made of it."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from copydesk.contracts import ArticleCleaned, Block, Cut, Dateline, Image, PageFetched, Part, part_id
from copydesk_cleaner.core.dates import read_date
from copydesk_cleaner.core.page_lines import PageLine

CLEANER_VERSION = "0.2.0"
"""Raised whenever the same page may come out different."""


@dataclass(frozen=True)
class CleanedArticle:
    """One article of a document. `url` is set where the page names an address for it: its canonical link, or the
    address of an article that was appended to another."""

    title: str | None
    blocks: tuple[Block, ...]
    cuts: tuple[Cut, ...] = ()
    subtitle: str | None = None
    authors: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    dateline: Dateline | None = None
    published: datetime | None = None
    modified: datetime | None = None
    date_notes: tuple[str, ...] = ()
    section: str | None = None
    keywords: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    language_hint: str | None = None
    paywalled: bool = False
    url: str | None = None

    @property
    def text(self) -> str:
        """The blocks, joined by a blank line."""
        return "\n\n".join(block.text for block in self.blocks)


@dataclass(frozen=True)
class CleanedDocument:
    """`articles` holds the page's own article first, then those found beside it; empty when there is no main text.

    `title_tail` is what follows the title in `<title>` with its separator, `links` are absolute addresses that look
    like other articles of the site. `lines` is the ledger of the whole page, made only when asked for.
    """

    articles: tuple[CleanedArticle, ...]
    method: str
    confidence: float = 0.0
    flags: tuple[str, ...] = field(default=())
    title_tail: str | None = None
    links: tuple[str, ...] = ()
    lines: tuple[PageLine, ...] = ()


_ASSUMED = ("day only", "no offset given")
_NEAR = timedelta(hours=36)


def to_messages(document: CleanedDocument, page: PageFetched) -> list[ArticleCleaned]:
    """The page's article and one message for each part, which names the page's id in `part_of`."""
    if not document.articles:
        return []
    main, *others = document.articles
    main = _dated_by_feed(main, page)
    parts = [_part(other, page) for other in others]
    first = _message(main, document, page, page.id, main.url or page.canonical_url, parts=parts)
    return [first] + [
        _message(other, document, page, part.id, other.url or page.canonical_url, part_of=page.id)
        for other, part in zip(others, parts, strict=True)
    ]


def _dated_by_feed(article: CleanedArticle, page: PageFetched) -> CleanedArticle:
    """The article with the date of the feed that named it, where the page gives none, or the same one less exactly."""
    hint = page.hints.get("published")
    found = read_date(hint, page.fetched_at) if hint else None
    if found is None or found.value is None or found.note:
        return article
    own = article.published
    vague = any(note.startswith("published") and assumed in note for note in article.date_notes for assumed in _ASSUMED)
    if own is not None and not (vague and abs(own - found.value) <= _NEAR):
        return article
    notes = (note for note in article.date_notes if not note.startswith("published"))
    return replace(article, published=found.value, date_notes=(*notes, "published: as its feed says"))


def _part(article: CleanedArticle, page: PageFetched) -> Part:
    key = article.title or article.text[:120]
    return Part(id=part_id(page.id, key), title=article.title, text=article.text, url=article.url)


def _message(
    article: CleanedArticle,
    document: CleanedDocument,
    page: PageFetched,
    article_id: str,
    canonical_url: str,
    *,
    parts: list[Part] | None = None,
    part_of: str | None = None,
) -> ArticleCleaned:
    return ArticleCleaned(
        id=article_id,
        url=page.url if part_of is None else article.url or page.url,
        canonical_url=canonical_url,
        source=page.source,
        fetched_at=page.fetched_at,
        content_sha256=page.content_sha256,
        title=article.title,
        text=article.text,
        subtitle=article.subtitle,
        blocks=list(article.blocks),
        authors=list(article.authors),
        agencies=list(article.agencies),
        dateline=article.dateline,
        published=article.published,
        modified=article.modified,
        date_notes=list(article.date_notes),
        section=article.section,
        page_keywords=list(article.keywords),
        images=list(article.images),
        language_hint=article.language_hint or page.hints.get("language") or page.language,
        country=page.country,
        paywalled=article.paywalled,
        parts=parts or [],
        part_of=part_of,
        cuts=list(article.cuts),
        flags=list(document.flags),
        method=document.method,
        confidence=document.confidence,
        cleaner_version=CLEANER_VERSION,
        rights=page.rights,
    )
