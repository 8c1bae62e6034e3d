"""HTML pages through trafilatura, then through the text rules. Runs in a worker process: it may hang, it may starve."""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from datetime import datetime
from typing import Any, Literal

import trafilatura
from htmldate import find_date
from lxml.html import HtmlElement

from copydesk.contracts import Block, Cut
from copydesk_cleaner.adapters.appended import AppendedArticle, take_appended_articles
from copydesk_cleaner.adapters.old_markup import unwrap_layout_tables, wrap_broken_lines
from copydesk_cleaner.core.dates import FoundDate, read_date
from copydesk_cleaner.core.document import CleanedArticle, CleanedDocument
from copydesk_cleaner.core.dropped_blocks import restore_dropped
from copydesk_cleaner.core.lines import storable
from copydesk_cleaner.core.page_blocks import PageText, clean_blocks
from copydesk_cleaner.core.page_metadata import PageMetadata, read_metadata, read_title
from copydesk_cleaner.core.visible_metadata import lines_beside_headline, visible_authors, visible_date

METHOD = f"trafilatura {trafilatura.__version__}"
_LEAST_PARAGRAPH = 40
_LEAST_TEXT = 120
_KINDS: dict[str, Literal["paragraph", "heading", "quote", "list", "table"]] = {
    "p": "paragraph", "head": "heading", "quote": "quote", "item": "list", "row": "table",
}  # fmt: skip


def clean_html(page: str, url: str, latest: datetime | None, flags: tuple[str, ...] = ()) -> CleanedDocument:
    """The articles of a decoded page; none when the page has no main text."""
    tree = trafilatura.load_html(storable(page)[0])
    if tree is None:
        return CleanedDocument((), METHOD, flags=flags)
    appended = take_appended_articles(tree, read_title(tree, url))
    unwrap_layout_tables(tree)
    wrap_broken_lines(tree)
    metadata = read_metadata(tree, url, latest)
    text = clean_blocks(_extract(tree, url), metadata.titles, metadata.captions)
    if not text.blocks:
        return CleanedDocument((), METHOD, flags=flags)
    main = _main_article(tree, url, metadata, text, latest, appended)
    parts = [part for one in appended if (part := _appended_article(one, url))]
    parts += [_text_part(title, part) for title, part in text.parts if part.blocks]
    return CleanedDocument((main, *parts), METHOD, _confidence(text, metadata), flags)


def _extract(tree: HtmlElement, url: str) -> list[Block]:
    """The main text's blocks. Trafilatura's own rules alone do better on news than with its other extractors' advice,
    and three times faster; those are asked where its rules find next to nothing."""
    blocks: list[Block] = []
    for fast in (True, False):
        document = trafilatura.bare_extraction(
            deepcopy(tree), url=url, fast=fast, include_comments=False, with_metadata=False
        )
        body = getattr(document, "body", None)
        found = [] if body is None else list(_blocks(body))
        blocks = max(blocks, found, key=_characters)
        if _characters(blocks) >= _LEAST_TEXT:
            break
    return restore_dropped(tree, blocks)


def _characters(blocks: Iterable[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def _blocks(body: Any) -> Iterator[Block]:
    """The leaves of trafilatura's tree in reading order; what stands between elements is a paragraph of its own."""
    for element in body:
        if element.tag in ("list", "table"):
            yield from _blocks(element)
        elif element.tag in _KINDS:
            for text in _lines(element):
                yield Block(kind=_KINDS[element.tag], text=text)
        elif element.tag not in ("graphic", "lb"):
            yield from (Block(kind="paragraph", text=text) for text in _lines(element))
        if element.tail and element.tail.strip():
            yield Block(kind="paragraph", text=" ".join(element.tail.split()))


def _lines(element: Any) -> list[str]:
    """The text of one element; line breaks divide paragraphs, cells of a row are divided by bars."""
    if element.tag == "row":
        cells = (" ".join("".join(cell.itertext()).split()) for cell in element)
        joined = " | ".join(cell for cell in cells if cell)
        return [joined] if joined else []
    lines = (" ".join(line.split()) for line in _serial(element).split("\n"))
    return [line for line in lines if line]


def _serial(element: Any) -> str:
    text = (element.text or "").replace("\n", " ")
    for child in element:
        breaks = child.tag in ("lb", "p", "item", "head", "quote", "list")
        text += ("\n" if breaks else "") + _serial(child) + ("\n" if breaks else "")
        text += (child.tail or "").replace("\n", " ")
    return text


def _main_article(
    tree: HtmlElement,
    url: str,
    metadata: PageMetadata,
    text: PageText,
    latest: datetime | None,
    appended: Iterable[AppendedArticle],
) -> CleanedArticle:
    beside = lines_beside_headline(tree)
    published = metadata.published
    if published.value is None:
        seen = visible_date(beside, metadata.language, latest)
        published = seen or _dated_by_page(tree, url, metadata.published, latest)
    strangers = (
        Cut(text=one.text, reason="other-article", rule="second heading with a text of its own") for one in appended
    )
    dates = (("published", published), ("modified", metadata.modified))
    notes = (f"{name}: {found.note}" for name, found in dates if found.note)
    bylines = metadata.authors or list(text.authors) or visible_authors(beside)
    return CleanedArticle(
        title=metadata.title,
        subtitle=metadata.subtitle,
        blocks=text.blocks,
        cuts=(*text.cuts, *strangers, *_caption_cuts(metadata, text)),
        authors=tuple(bylines),
        agencies=text.agencies or tuple(metadata.agencies),
        dateline=text.dateline,
        published=published.value,
        modified=metadata.modified.value,
        date_notes=tuple(notes),
        section=metadata.section,
        keywords=tuple(metadata.keywords),
        images=tuple(metadata.images),
        language_hint=metadata.language,
        paywalled=metadata.paywalled,
        url=metadata.canonical,
    )


def _dated_by_page(tree: HtmlElement, url: str, refused: FoundDate, latest: datetime | None) -> FoundDate:
    """The day that address or visible page give, by htmldate; it never knows the time."""
    bound = latest.date().isoformat() if latest else None
    for thorough in (True, False):
        day = find_date(
            deepcopy(tree),
            url=url,
            original_date=True,
            outputformat="%Y-%m-%d",
            max_date=bound,
            extensive_search=thorough,
        )
        if not (day and day.endswith("-01-01")):
            break  # else the thorough search may have taken a year in the text for its first day
    found = read_date(day, latest) if day else None
    return found or FoundDate(None, refused.note or "the page names no date")


def _caption_cuts(metadata: PageMetadata, text: PageText) -> Iterator[Cut]:
    """Captions that a reader sees among the paragraphs and that the extractor left out."""
    told = {cut.text for cut in text.cuts}
    for caption in metadata.captions.values():
        if caption not in told:
            yield Cut(text=caption, reason="caption", rule="caption element")


def _appended_article(one: AppendedArticle, url: str) -> CleanedArticle | None:
    blocks = _extract(one.tree, url)
    text = clean_blocks(blocks, one.title_keys, one.captions)
    if not text.blocks:
        return None
    return CleanedArticle(
        title=one.title,
        blocks=text.blocks,
        cuts=text.cuts,
        authors=text.authors,
        agencies=text.agencies,
        dateline=text.dateline,
        published=one.published.value,
        date_notes=(f"published: {one.published.note}",) if one.published.note else (),
        language_hint=one.language,
        url=one.url,
    )


def _text_part(title: str, text: PageText) -> CleanedArticle:
    return CleanedArticle(
        title=title,
        blocks=text.blocks,
        cuts=text.cuts,
        authors=text.authors,
        agencies=text.agencies,
        dateline=text.dateline,
        date_notes=("published: the page does not date this article",),
    )


def _confidence(text: PageText, metadata: PageMetadata) -> float:
    """A rough trust in the text, 0…1: its length, its share of long blocks, and whether title and date are known."""
    characters = sum(len(block.text) for block in text.blocks)
    prose = sum(len(block.text) for block in text.blocks if len(block.text) >= _LEAST_PARAGRAPH)
    known = (metadata.title is not None) + (metadata.published.value is not None)
    return round(min(1.0, characters / 1000) * 0.5 + prose / max(1, characters) * 0.3 + known * 0.1, 3)
