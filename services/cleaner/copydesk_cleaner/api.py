"""The cleaner as a library: a page in, its article out, in the process that calls; no bus, no database.

Importing this loads no model and no parser but the one of site rules; the first page does, which takes a second.
"""

from datetime import datetime
from pathlib import Path
from typing import Literal

from msgspec import Struct

from copydesk.contracts import Block, Cut, Dateline, Image
from copydesk_cleaner.adapters.rules_file import load_rules
from copydesk_cleaner.core.document import CleanedArticle, CleanedDocument
from copydesk_cleaner.core.errors import NoMainTextError
from copydesk_cleaner.core.site_rules import SiteRuleBook, SiteRules


class Article(Struct, frozen=True, kw_only=True):
    """A cleaned article; `msgspec.json.encode` writes it as JSON.

    The fields mean what they mean in `ArticleCleaned`, the message on the topics: `text` is `blocks` joined by a blank
    line; `published` and `modified` have an offset, and are null where the page does not say (`date_notes` tells why);
    `cuts` is the ledger of what was removed; `confidence` lies in 0…1. `url` is the address that the page names for
    itself, or else the one that was given. `parts` are the other articles found on the page; they have no parts.
    """

    title: str | None
    text: str
    blocks: tuple[Block, ...]
    subtitle: str | None = None
    authors: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    dateline: Dateline | None = None
    published: datetime | None = None
    modified: datetime | None = None
    date_notes: tuple[str, ...] = ()
    section: str | None = None
    keywords: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    language_hint: str | None = None
    paywalled: bool = False
    url: str | None = None
    parts: tuple["Article", ...] = ()
    cuts: tuple[Cut, ...] = ()
    flags: tuple[str, ...] = ()
    method: str
    confidence: float


def clean(
    html: str | bytes,
    *,
    url: str | None = None,
    content_type: Literal["text/html", "text/plain"] = "text/html",
    encoding: str | None = None,
    latest: datetime | None = None,
    rules: SiteRules | SiteRuleBook | Path | str | None = None,
) -> Article:
    """The article of one page (or plain text).

    `url` makes the addresses of images absolute, and may date the page. A `str` counts as decoded. Bytes are decoded as
    browsers do it: byte order mark, `encoding` (the charset of the HTTP header), the page's own declaration, then
    detection. `latest` is the time of the fetch, such as `datetime.now(UTC)`: no later date is believed. `rules` are
    those of the page's site, or a book or YAML file of many sites, in which `url` finds them; a file is read at each
    call, so read it once with `load_rules` for many pages.

    Raises `NoMainTextError`, `UnreadableDocumentError` (an image, a PDF) and `RulesError`, all of them `CleanerError`s,
    and `ValueError` or `TypeError` for arguments that contradict each other. Threads may call it at once. There is no
    limit of time or memory: for pages that nobody vouches for, `copydesk clean` and the service have worker processes
    that can be killed.
    """
    from copydesk_cleaner.adapters.documents import clean_document  # brings the parsers: seconds that importing saves

    _check(html, encoding, latest)
    document = clean_document(
        html,
        url=url or "",
        content_type=content_type,
        encoding=encoding,
        latest=latest,
        rules=_rules_for(url, rules),
    )
    if not document.articles:
        raise NoMainTextError(_no_main_text(url, document))
    main, *others = document.articles
    parts = tuple(_public(other, document, other.url, ()) for other in others)
    return _public(main, document, main.url or url, parts)


def _check(html: object, encoding: str | None, latest: datetime | None) -> None:
    if not isinstance(html, str | bytes):
        raise TypeError(f"html is a {type(html).__name__}; give str or bytes, such as the body of a response")
    if isinstance(html, str) and encoding is not None:
        raise ValueError(f"html is a str, so decoded already, and encoding is {encoding!r}; give bytes or leave it out")
    if latest is not None and latest.tzinfo is None:
        raise ValueError(f"latest is {latest.isoformat()}, a time without offset; give one, such as datetime.now(UTC)")


def _rules_for(url: str | None, rules: SiteRules | SiteRuleBook | Path | str | None) -> SiteRules | None:
    if rules is None or isinstance(rules, SiteRules):
        return rules
    if url is None:
        raise ValueError("rules of many sites were given, and no url that says whose apply; give url, or one SiteRules")
    return (rules if isinstance(rules, SiteRuleBook) else load_rules(rules)).rules_for(url)


def _no_main_text(url: str | None, document: CleanedDocument) -> str:
    name = url or "the page"
    if "consent-wall" in document.flags:
        return f"{name}: it asks for consent instead of showing an article; fetch it with consent given"
    return (
        f"{name}: no main text was found; if a browser shows an article, fetch the page as rendered, or name the "
        "element that holds its text with rules=SiteRules(text=…)"
    )


def _public(article: CleanedArticle, document: CleanedDocument, url: str | None, parts: tuple[Article, ...]) -> Article:
    return Article(
        title=article.title,
        text=article.text,
        blocks=article.blocks,
        subtitle=article.subtitle,
        authors=article.authors,
        agencies=article.agencies,
        dateline=article.dateline,
        published=article.published,
        modified=article.modified,
        date_notes=article.date_notes,
        section=article.section,
        keywords=article.keywords,
        images=article.images,
        language_hint=article.language_hint,
        paywalled=article.paywalled,
        url=url,
        parts=parts,
        cuts=article.cuts,
        flags=document.flags,
        method=document.method,
        confidence=document.confidence,
    )
