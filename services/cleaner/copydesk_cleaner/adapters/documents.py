"""One document of any kind, cleaned in the process that calls this: what workers run."""

from datetime import datetime

from trafilatura.external import jt_stoplist_init

from copydesk.contracts import BodyCoding, UndecodableError, content_of
from copydesk_cleaner.adapters.binary_bodies import binary_kind
from copydesk_cleaner.adapters.block_model import shipped_model
from copydesk_cleaner.adapters.decoding import DecodedPage, decode_page
from copydesk_cleaner.adapters.pages import PageTask, clean_html
from copydesk_cleaner.core.document import CleanedArticle, CleanedDocument
from copydesk_cleaner.core.errors import UnreadableDocumentError
from copydesk_cleaner.core.lines import storable
from copydesk_cleaner.core.notices import correction_notice
from copydesk_cleaner.core.relative_times import find_relative_times
from copydesk_cleaner.core.site_knowledge import NOTHING_KNOWN, SiteKnowledge
from copydesk_cleaner.core.site_rules import SiteRules
from copydesk_cleaner.core.text_article import TextArticle, clean_text
from copydesk_cleaner.core.written_dates import written_dates

_TEXT_METHOD = "text rules"
_UNDATED = ("published: plain text names no date",)
_SAMPLE = "<h1>Bridge reopens after repairs</h1>" + "<p>The bridge over the river has reopened to traffic.</p>" * 3
REPLACED = "replaced-characters"
"""Flag of a document in which bytes, NULs or lone surrogates became U+FFFD."""


def warm_up() -> None:
    """Load what a worker needs once: the parsers come with this module, model and CLDR with their first use."""
    shipped_model()
    jt_stoplist_init()
    clean_document(_SAMPLE.encode(), url="https://courier.example/sample")
    find_relative_times("1")
    written_dates("1 May 2024 12:00", None)
    correction_notice(["-"])


def clean_document(
    body: bytes | str,
    *,
    url: str,
    content_type: str = "text/html",
    encoding: str | None = None,
    body_coding: BodyCoding | None = None,
    latest: datetime | None = None,
    site: SiteKnowledge = NOTHING_KNOWN,
    rules: SiteRules | None = None,
    explain: bool = False,
    links: bool = False,
) -> CleanedDocument:
    """Clean one page or text; `encoding` is the HTTP label, `latest` the time of the fetch, which bounds dates.

    A `str` counts as decoded, whatever the page itself declares; bytes may be packed as `body_coding` says.
    `site` and `rules` are what is known and written of the page's site; `explain` asks for the lines of the whole page,
    `links` for those that look like other articles of the site.

    Raises `UnreadableDocumentError` for binary bodies. CPU only; may take any time and memory on a hostile page.
    """
    page = DecodedPage(body, "", False) if isinstance(body, str) else _decoded(body, body_coding, url, encoding)
    if content_type.partition(";")[0].strip().casefold() == "text/plain":
        return _clean_plain(page.text, replaced=page.replaced)
    text, unstorable = storable(page.text)
    flags = (REPLACED,) if page.replaced or unstorable else ()
    return clean_html(PageTask(text, url, latest, flags, site, rules, explain, links))


def _decoded(packed: bytes, coding: BodyCoding | None, url: str, encoding: str | None) -> DecodedPage:
    name = url or "the document"
    try:
        body = content_of(packed, coding)
    except UndecodableError as error:
        raise UnreadableDocumentError(f"{name}: {error}") from error
    kind = binary_kind(body)
    if kind is not None:
        raise UnreadableDocumentError(f"{name}: the body is a {kind} file, not a page; turn it into HTML or text first")
    return decode_page(body, encoding)


def _clean_plain(text: str, *, replaced: bool) -> CleanedDocument:
    source, unstorable = storable(text)
    article = clean_text(source)
    if not article.text:
        return CleanedDocument((), _TEXT_METHOD)
    articles = tuple(_plain_article(one) for one in (article, *article.parts))
    return CleanedDocument(articles, _TEXT_METHOD, 1.0, (REPLACED,) if replaced or unstorable else ())


def _plain_article(article: TextArticle) -> CleanedArticle:
    return CleanedArticle(
        title=article.title,
        blocks=article.blocks,
        cuts=article.cuts,
        authors=article.authors,
        agencies=article.agencies,
        dateline=article.dateline,
        date_notes=_UNDATED,
    )
