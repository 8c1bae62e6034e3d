"""Articles that a page shows below its own (infinite scroll): each has a heading of the first rank and a text."""

from collections.abc import Iterator
from dataclasses import dataclass

from turbohtml import Document, Element

from copydesk_cleaner.core.lines import same_text
from copydesk_cleaner.core.page_facts import PageFacts, element_text

_LEAST_HEADING = 20
_LEAST_TEXT = 400
"""Bytes of UTF-8 in paragraphs; teasers and boxes have less."""
_LEAST_PARAGRAPHS = 2
_MOST = 20
_FURNITURE = """article, time, address, [itemprop="datePublished"], [itemprop="author"], [rel="author"],
    [class*="byline"], [class*="author"], [class*="dateline"], [class*="publish"], link[itemprop="url"]"""
"""What tells an article from a chapter: who wrote it, when, where it lives."""
_ADDRESSES = ("data-canonical", "data-url", "data-href", "data-permalink")


@dataclass(frozen=True)
class AppendedArticle:
    """An article taken out of the page's tree; `tree` holds it and nothing else."""

    title: str
    tree: Element
    text: str
    url: str | None
    times: tuple[str, ...]
    language: str | None


def take_appended_articles(facts: PageFacts, title: str | None) -> list[AppendedArticle]:
    """Remove the articles that follow the page's own from the tree, and return them in order."""
    headings = [element for element in facts.h1_elements if len(element_text(element).encode()) >= _LEAST_HEADING]
    if len(headings) < 2:
        return []
    boxes = [(heading, box) for heading in headings if (box := _container(heading)) is not None and _has_text(box)]
    if len(boxes) < 2:
        return []
    own = next((at for at, (heading, box) in enumerate(boxes) if box.tag == "main" or _is_titled(heading, title)), 0)
    others = [(heading, box) for heading, box in boxes[own + 1 : own + 1 + _MOST] if _is_article(box)]
    return [_take(heading, box) for heading, box in others]


def _is_titled(heading: Element, title: str | None) -> bool:
    return title is not None and same_text(title) in same_text(element_text(heading))


def _container(heading: Element) -> Element | None:
    """The largest element that holds this heading of the first rank and no other."""
    box = None
    for ancestor in heading.ancestors:
        if isinstance(ancestor, Document) or not isinstance(ancestor, Element) or ancestor.tag in ("body", "html"):
            break
        if len(ancestor.select("h1")) > 1:
            break
        box = ancestor
    return box


def _is_article(box: Element) -> bool:
    """Whether a box is more than a chapter under a heading of the first rank: it has an article's furniture."""
    return box.tag == "article" or any(name in box.attrs for name in _ADDRESSES) or bool(box.select_one(_FURNITURE))


def _has_text(box: Element) -> bool:
    texts = [text for paragraph in box.select("p") if len(text := element_text(paragraph)) >= _LEAST_HEADING]
    return len(texts) >= _LEAST_PARAGRAPHS and sum(len(text.encode()) for text in texts) >= _LEAST_TEXT


def _take(heading: Element, box: Element) -> AppendedArticle:
    taken = AppendedArticle(
        title=element_text(heading),
        tree=box,
        text=element_text(box),
        url=next(_addresses(box), None),
        times=tuple(time.attr("datetime") or "" for time in box.select("time[datetime]")[:3]),
        language=box.attr("lang"),
    )
    box.extract()
    return taken


def _addresses(box: Element) -> Iterator[str]:
    """Where the page says that the article lives, in the forms that infinite scrolls use."""
    for element in (box, *box.select("article, link[itemprop=url]")):
        names = ("href",) if element.tag == "link" else _ADDRESSES
        for name in names:
            address = element.attr(name) or ""
            if address.startswith(("http://", "https://")):
                yield address
