"""Markup of the 2000s made plain: tables that only lay a page out, paragraphs divided by empty lines.

Extractors take the one for data and do not see the other as text.
"""

from collections.abc import Iterator

from lxml.html import HtmlElement
from lxml.html.builder import P

_LONG_CELL = 400
_HEADINGS = frozenset({"h1", "h2", "table", "form"})
_PARTS = frozenset({"table", "tbody", "thead", "tfoot", "tr", "td", "th"})


def unwrap_layout_tables(tree: HtmlElement) -> None:
    """Turn every layout table into nested `div`s; tables of data stay."""
    for table in list(tree.iter("table")):
        if _is_layout(table):
            for part in [table, *_own_parts(table)]:
                part.tag = "div"
                for attribute in ("width", "height", "align", "valign", "border", "cellpadding", "cellspacing"):
                    part.attrib.pop(attribute, None)


def _own_parts(table: HtmlElement) -> list[HtmlElement]:
    """Rows and cells of this table, not of those within."""
    own: list[HtmlElement] = []
    waiting = list(table)
    while waiting:
        part = waiting.pop()
        if part.tag in _PARTS and part.tag != "table":
            own.append(part)
            waiting.extend(part)
    return own


def _is_layout(table: HtmlElement) -> bool:
    if table.find(".//th") is not None or table.get("role") == "table":
        return False
    if any(part.tag in _HEADINGS for part in table.iterdescendants()):
        return True
    rows = [sum(1 for _ in row.iterchildren("td")) for row in table.iterdescendants("tr")]
    if len(rows) <= 1 or max(rows) <= 1:
        return True
    cells = (cell for cell in table.iterdescendants("td"))
    return any(len("".join(cell.itertext()).strip()) > _LONG_CELL for cell in cells)


_INLINE = frozenset(
    {
        "a",
        "abbr",
        "b",
        "cite",
        "code",
        "em",
        "font",
        "i",
        "mark",
        "q",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "u",
    }
)
_HOLDERS = ("div", "td", "section", "article", "main")


def wrap_broken_lines(tree: HtmlElement) -> None:
    """Turn text that empty lines (`<br><br>`) divide into paragraphs, inside elements that hold it directly."""
    for holder in list(tree.iter(*_HOLDERS)):
        if any(_is_empty_line(child) for child in holder.iterchildren("br")):
            _wrap(holder)


def _is_empty_line(line_break: HtmlElement) -> bool:
    following = line_break.getnext()
    return following is not None and following.tag == "br" and not (line_break.tail or "").strip()


def _wrap(holder: HtmlElement) -> None:
    children = list(holder)
    text, holder.text = holder.text, None
    for child in children:
        holder.remove(child)
    for piece in _paragraphs(text, children):
        holder.append(piece)


def _paragraphs(text: str | None, children: list[HtmlElement]) -> Iterator[HtmlElement]:
    """The runs of inline content as paragraphs, with the block elements between them as they are."""
    run = P()
    run.text = text
    for child in children:
        tail, child.tail = child.tail, None
        if child.tag in _INLINE or (child.tag == "br" and (tail or "").strip()):
            child.tail = tail
            run.append(child)
            continue
        if _has_content(run):
            yield run
            run = P()
        if child.tag != "br":
            yield child
        run.text = f"{run.text or ''}{tail or ''}"
    if _has_content(run):
        yield run


def _has_content(run: HtmlElement) -> bool:
    return bool("".join(run.itertext()).strip()) or run.find(".//img") is not None
