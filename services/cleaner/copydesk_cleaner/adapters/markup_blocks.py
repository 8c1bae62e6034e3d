"""A piece of HTML that is all text, as blocks: what readability returns, what a script gives as an article's body."""

from collections.abc import Iterator
from typing import Literal

from lxml.etree import LxmlError
from lxml.html import HtmlElement, document_fromstring

from copydesk.contracts import Block

Kind = Literal["paragraph", "heading", "quote", "list", "table"]

_INLINE = frozenset(
    ["a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i",
     "ins", "kbd", "label", "mark", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong",
     "sub", "sup", "time", "tt", "u", "var", "wbr"]
)  # fmt: skip
_SILENT = frozenset(
    ["script", "style", "noscript", "template", "figcaption", "button", "select", "svg", "iframe", "object"]
)
_KINDS: dict[str, Kind] = {
    "li": "list", "dd": "list", "dt": "list", "tr": "table", "blockquote": "quote",
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
}  # fmt: skip
_CELLS = ("td", "th")


def markup_blocks(markup: str) -> list[Block]:
    """Its paragraphs, headings, lists, quotes and table rows in reading order; captions are left out."""
    try:
        root = document_fromstring(f"<div>{markup}</div>")
    except (LxmlError, ValueError):
        return []
    lines: list[tuple[Kind, str]] = [("paragraph", "")]
    for kind, text in _runs(root, "paragraph"):
        if text is None:
            lines.append((kind, ""))
        else:
            lines[-1] = (kind, lines[-1][1] + text)
    flat = ((kind, " ".join(text.split()).removesuffix(" |")) for kind, text in lines)
    return [Block(kind=kind, text=text) for kind, text in flat if text]


def _runs(element: HtmlElement, kind: Kind) -> Iterator[tuple[Kind, str | None]]:
    """Stretches of text; None where a line ends."""
    yield kind, element.text or ""
    for child in element:
        if not isinstance(child.tag, str) or child.tag in _SILENT:
            yield kind, child.tail or ""
            continue
        breaks = child.tag not in _INLINE and not (kind == "table" and child.tag in _CELLS)
        inner = _KINDS.get(child.tag, kind)
        if breaks:
            yield inner, None
        yield from _runs(child, inner)
        if breaks:
            yield kind, None
        elif child.tag in _CELLS:
            yield kind, " | "
        yield kind, child.tail or ""
