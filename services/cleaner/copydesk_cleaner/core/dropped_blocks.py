"""Headings, lists and quotes that an extractor dropped from between the paragraphs it kept."""

import re
from collections.abc import Iterator, Sequence

from lxml.html import HtmlElement

from copydesk.contracts import Block
from copydesk_cleaner.core.lines import same_text
from copydesk_cleaner.core.page_metadata import element_text

_TAGS = frozenset({"h2", "h3", "h4", "ul", "ol", "blockquote"})
_FURNITURE = re.compile(
    r"relat|share|social|newsletter|promo|teaser|recommend|comment|tags|breadcrumb|advert|sponsor|most-?read|read-?more|"
    r"toolbar|gallery|caption|byline|author|subscri|signup|widget|meta|nav|menu|toc|contents",
    re.IGNORECASE,
)
_MOST_LINKED = 0.3
_LONGEST = 2_000
_LEAST_SIBLINGS = 2


def restore_dropped(tree: HtmlElement, blocks: Sequence[Block]) -> list[Block]:
    """The blocks with what stands directly between two kept paragraphs of the same parent in its place.

    Taken are headings that a kept block follows, and lists and quotes that are not mostly links.
    """
    places = {same_text(block.text): position for position, block in enumerate(blocks)}
    restored: dict[int, list[Block]] = {}
    for parent in {paragraph.getparent() for paragraph in tree.iter("p")}:
        if parent is not None:
            _restore_between(parent, places, restored)
    return [one for position, block in enumerate(blocks) for one in (block, *restored.get(position, ()))]


def _restore_between(parent: HtmlElement, places: dict[str, int], restored: dict[int, list[Block]]) -> None:
    children = [child for child in parent if isinstance(child.tag, str)]
    kept = [places.get(same_text(element_text(child))) if child.tag == "p" else None for child in children]
    found = [at for at, place in enumerate(kept) if place is not None]
    if len(found) < _LEAST_SIBLINGS:
        return
    after = kept[found[0]]
    for at in range(found[0] + 1, found[-1]):
        place = kept[at]
        if place is not None:
            after = place
        elif after is not None and _belongs(children[at], children[at + 1], kept[at + 1], places):
            restored.setdefault(after, []).extend(_as_blocks(children[at]))


def _belongs(element: HtmlElement, following: HtmlElement, followed: int | None, places: dict[str, int]) -> bool:
    if element.tag not in _TAGS or not _is_text(element, places):
        return False
    return element.tag[0] != "h" or followed is not None or following.tag in ("ul", "ol")


def _is_text(element: HtmlElement, places: dict[str, int]) -> bool:
    text = element_text(element)
    marks = " ".join((element.get("class") or "", element.get("id") or ""))
    linked = sum(len(element_text(link)) for link in element.iter("a"))
    known = same_text(text) in places or any(same_text(block.text) in places for block in _as_blocks(element))
    return (
        not known and 2 <= len(text) <= _LONGEST and linked <= _MOST_LINKED * len(text) and not _FURNITURE.search(marks)
    )


def _as_blocks(element: HtmlElement) -> Iterator[Block]:
    if element.tag in ("ul", "ol"):
        for item in element.iterchildren("li"):
            if text := element_text(item):
                yield Block(kind="list", text=text)
    elif element.tag == "blockquote":
        for part in list(element.iter("p")) or [element]:
            if text := element_text(part):
                yield Block(kind="quote", text=text)
    elif text := element_text(element):
        yield Block(kind="heading", text=text)
