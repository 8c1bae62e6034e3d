"""HTML as strangers write it."""

from lxml import etree, html

from copydesk_crawler.core.urls.references import resolved


def parse_html(body: bytes, encoding: str | None) -> etree._Element | None:
    """The tree, or None when nothing in it can be read as HTML. Any label of an encoding is survived."""
    try:
        return html.document_fromstring(body.replace(b"\0", b""), parser=_parser(encoding))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def base_address(document: etree._Element, url: str) -> str:
    """What links of a document at `url` are relative to."""
    for element in document.iter("base"):
        if href := element.get("href"):
            return resolved(href, url) or url
    return url


def _parser(encoding: str | None) -> html.HTMLParser:
    try:
        return html.HTMLParser(encoding=encoding, no_network=True)
    except (LookupError, ValueError):
        return html.HTMLParser(no_network=True)
