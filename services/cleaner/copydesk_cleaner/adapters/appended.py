"""Articles that a page shows below its own (infinite scroll): each has a heading of the first rank and a text."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

from lxml.html import HtmlElement
from lxml.html.builder import BODY, HTML

from copydesk_cleaner.core.dates import FoundDate, first_date
from copydesk_cleaner.core.lines import same_text
from copydesk_cleaner.core.page_metadata import caption_texts, element_text

_LEAST_TEXT = 400
"""Bytes of UTF-8 in paragraphs; teasers and boxes have less."""
_LEAST_PARAGRAPHS = 2
_MOST = 20


@dataclass(frozen=True)
class AppendedArticle:
    """An article taken out of the page's tree; `tree` is a document that holds nothing else."""

    title: str
    tree: HtmlElement
    text: str
    url: str | None
    published: FoundDate
    language: str | None
    title_keys: frozenset[str]
    captions: dict[str, str]


def take_appended_articles(tree: HtmlElement, title: str | None) -> list[AppendedArticle]:
    """Remove the articles that follow the page's own from the tree, and return them in order."""
    containers = [(heading, box) for heading in _headings(tree) if (box := _container(heading)) is not None]
    whole = [(heading, box) for heading, box in containers if _has_text(box)]
    if len(whole) < 2:
        return []
    own = next((at for at, (heading, _) in enumerate(whole) if title and element_text(heading) == title), 0)
    appended = [_take(heading, box) for heading, box in whole[own + 1 : own + 1 + _MOST]]
    for _, box in whole[own + 1 : own + 1 + _MOST]:
        box.drop_tree()
    return appended


def _headings(tree: HtmlElement) -> list[HtmlElement]:
    return [heading for heading in tree.iter("h1") if len(element_text(heading).encode()) >= 20]


def _container(heading: HtmlElement) -> HtmlElement | None:
    """The largest element that holds this heading of the first rank and no other."""
    box = None
    for ancestor in heading.iterancestors():
        if ancestor.tag in ("body", "html") or sum(1 for _ in ancestor.iter("h1")) > 1:
            break
        box = ancestor
    return box


def _has_text(box: HtmlElement) -> bool:
    paragraphs = [text for paragraph in box.iter("p") if len(text := element_text(paragraph)) >= 20]
    return len(paragraphs) >= _LEAST_PARAGRAPHS and sum(len(text.encode()) for text in paragraphs) >= _LEAST_TEXT


def _take(heading: HtmlElement, box: HtmlElement) -> AppendedArticle:
    copied = deepcopy(box)
    copied.tail = None
    document = HTML(BODY(copied))
    title = element_text(heading)
    return AppendedArticle(
        title=title,
        tree=document,
        text=element_text(box),
        url=next(_addresses(box), None),
        published=first_date((time.get("datetime") or "" for time in box.iter("time")), None),
        language=box.get("lang"),
        title_keys=frozenset({same_text(title)}),
        captions=caption_texts(box),
    )


def _addresses(box: HtmlElement) -> Iterator[str]:
    """Where the page says that the article lives, in the forms that infinite scrolls use."""
    for element in (box, *box.iter("article", "link")):
        for name in ("data-canonical", "data-url", "data-href", "data-permalink"):
            address = element.get(name) or ""
            if address.startswith(("http://", "https://")):
                yield address
        if (
            element.tag == "link"
            and element.get("itemprop") == "url"
            and (element.get("href") or "").startswith("http")
        ):
            yield element.get("href")
