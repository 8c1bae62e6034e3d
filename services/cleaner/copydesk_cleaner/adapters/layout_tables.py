"""Tables that only lay a page out, as pages of the 2000s do; extractors take them for data."""

from lxml.html import HtmlElement

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
