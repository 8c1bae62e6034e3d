"""What one cleaned page tells of its site: to the memory of its blocks, and to the watch over its layout."""

from copydesk.contracts import PageFetched
from copydesk_cleaner.core.document import CleanedDocument
from copydesk_cleaner.core.drift import PageFigures
from copydesk_cleaner.core.site_knowledge import block_signature
from copydesk_cleaner.core.site_study import Sighting

SITE_BOILERPLATE = "site-boilerplate"
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
