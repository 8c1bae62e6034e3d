"""What one cleaned page tells: the memory of its site, the watch over its layout, and the crawler."""

from datetime import datetime, timedelta

from copydesk.contracts import CutReason, PageFetched, UrlDiscovered, article_id
from copydesk_cleaner.core.document import CleanedDocument
from copydesk_cleaner.core.drift import PageFigures
from copydesk_cleaner.core.site_knowledge import block_signature
from copydesk_cleaner.core.site_study import Sighting

SITE_BOILERPLATE: CutReason = "site-boilerplate"
TELLING_LENGTH = 25
"""Characters from which a block is its own: shorter ones return by chance."""


def sighting_of(document: CleanedDocument, page: PageFetched) -> Sighting | None:
    """The blocks of the page's own article; None without one."""
    if not document.articles:
        return None
    main = document.articles[0]
    return Sighting(
        article=page.id,
        title=main.title,
        kept=[block_signature(block.text) for block in main.blocks if len(block.text) >= TELLING_LENGTH],
        recognised=[block_signature(cut.text) for cut in main.cuts if cut.reason == SITE_BOILERPLATE],
        title_tail=document.title_tail,
    )


def figures_of(document: CleanedDocument, page: PageFetched) -> PageFigures:
    """The page as the watch counts it."""
    if not document.articles:
        return PageFigures(article=page.id, url=page.url, empty=True)
    main = document.articles[0]
    return PageFigures(
        article=page.id,
        url=page.url,
        title=main.title is not None,
        date=main.published is not None,
        authors=bool(main.authors or main.agencies),
        confidence=document.confidence,
        length=len(main.text),
        cuts=len(main.cuts),
    )


def links_worth_following(document: CleanedDocument, page: PageFetched, oldest: timedelta) -> tuple[str, ...]:
    """Links of a crawled page whose article is new; from old and undated ones a chain of links would not end.

    Imported pages, which nothing led to, have none.
    """
    if not document.articles or page.links_from is None:
        return ()
    published = document.articles[0].published
    return document.links if published and page.fetched_at - published <= oldest else ()


def discovered(links: list[str], page: PageFetched, now: datetime) -> list[UrlDiscovered]:
    """The messages for the crawler, which brings the addresses into its own canonical form."""
    return [
        UrlDiscovered(id=article_id(link), url=link, source=page.source, found_on=page.url, discovered_at=now)
        for link in links
    ]
