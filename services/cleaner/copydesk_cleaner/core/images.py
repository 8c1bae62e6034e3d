"""The pictures of an article, each with its caption and credit, and the captions that are no part of its text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from turbohtml import Element

from copydesk.contracts import Image
from copydesk_cleaner.core.json_ld import images_of
from copydesk_cleaner.core.lines import same_text
from copydesk_cleaner.core.page_facts import CAPTIONS, PageFacts, element_text

_MOST_IMAGES = 20
_MOST_FIGURES = 60
_MOST_CAPTIONS = 200
_LONGEST_CAPTION = 600
_LONGEST_CREDIT = 160
_SMALLEST = 50
"""Pixels: a smaller picture counts visits, or is an icon."""
_ADDRESSES = ("data-src", "data-original", "data-lazy-src", "data-url", "src")
_SETS = ("srcset", "data-srcset")
_SIZE = re.compile(r"-\d{2,4}x\d{2,4}(?=\.\w+$)")
_STAND_INS = ("placeholder", "spacer", "blank", "transparent", "pixel")
_CREDIT = (
    '[class*="credit" i],[class*="copyright" i],[class*="quelle" i],[class*="source" i],[class*="photographer" i],'
    '[itemprop~="copyrightHolder"],[itemprop~="creditText"],small,cite'
)
_CREDIT_LABEL = re.compile(
    r"^(?:(?:photo(?:graph)?|foto|bild|image|picture|imagen|immagine|fot\.?|kuva|фото|写真|图|사진)\s*(?:credit|by)?|"
    r"credits?|quelle|source|fuente|fonte|bron|crédits?)\s*[:：]\s*",
    re.IGNORECASE,
)
_CREDIT_TAIL = re.compile(
    r"(?:©|\b(?:(?:photo|foto|bild|image|picture|imagen|immagine|fot\.|kuva|фото|credit|quelle|source|fuente|fonte|bron"
    r"|crédits?)\s*[:：]|(?:写真|图|사진)[:：/]))\s*(?P<credit>[^.()\[\]]{2,80})[\])]?$",
    re.IGNORECASE,
)
_CREDIT_MARKS = re.compile("[©:：/]")
_BESIDE = "aside,nav,footer,[role=navigation],[role=complementary]"


@dataclass(frozen=True)
class _Picture:
    address: str
    caption: str | None = None
    credit: str | None = None


def read_images(facts: PageFacts) -> list[Image]:
    """The lead picture first, then the article's figures in their order; one picture in several sizes counts once."""
    found: dict[str, Image] = {}
    for picture in (*_leads(facts), *_figures(facts)):
        url = facts.absolute(picture.address) if picture.address else None
        if url is None:
            continue
        key = _without_size(url)
        known = found.get(key)
        if known is None:
            found[key] = Image(url=url, caption=picture.caption, credit=picture.credit)
        elif not (known.caption and known.credit):
            caption, credit = known.caption or picture.caption, known.credit or picture.credit
            found[key] = Image(url=known.url, caption=caption, credit=credit)
    return list(found.values())[:_MOST_IMAGES]


def read_captions(facts: PageFacts) -> dict[str, str]:
    """The page's captions by their `same_text` keys."""
    texts = (element_text(element) for element in facts.marked(CAPTIONS)[:_MOST_CAPTIONS])
    return {same_text(text): text for text in texts if 3 <= len(text) <= _LONGEST_CAPTION}


def _leads(facts: PageFacts) -> Iterator[_Picture]:
    """The picture the page shows of itself. JSON-LD lists one picture in several cuts: others have a caption of their
    own."""
    told: set[str | None] = set()
    for address, caption, credit in images_of(facts.article.get("image"))[:_MOST_IMAGES]:
        if not told or (caption and caption not in told):
            yield _Picture(address, caption, credit)
        told.add(caption)
    if not told:
        yield from (_Picture(address) for address in facts.meta.get("og:image", [])[:1])


def _figures(facts: PageFacts) -> Iterator[_Picture]:
    """Figures that are neither beside the article nor the face of a link to another one."""
    figures = facts.document.select("figure")[:_MOST_FIGURES]
    inside = [figure for figure in figures if figure.closest("article,main") is not None]
    for figure in inside or figures:
        image = figure.select_one("img")
        if image is None or _is_tiny(image) or figure.closest(_BESIDE) is not None or _is_teaser(figure):
            continue
        yield _Picture(_address(image), *_caption_and_credit(figure))


def _is_teaser(figure: Element) -> bool:
    link = figure.closest("a[href]")
    return link is not None and not re.search(r"\.(?:jpe?g|png|webp|avif|gif)(?:\?|$)", link.attr("href") or "", re.I)


def _is_tiny(image: Element) -> bool:
    sides = (image.attr("width") or "", image.attr("height") or "")
    return any(side.isascii() and side.isdigit() and len(side) < 6 and int(side) < _SMALLEST for side in sides)


def _address(image: Element) -> str:
    """What a browser would load at last: a placeholder stands in `src` where a script fills the picture in."""
    for name in (*_ADDRESSES, *_SETS):
        address = (image.attr(name) or "").strip()
        if name in _SETS:
            address = address.partition(" ")[0]
        if address and not _is_stand_in(address):
            return address
    return ""


def _is_stand_in(address: str) -> bool:
    if address.startswith(("data:", "blob:", "about:")):
        return True
    name = address.rpartition("/")[2].lower()
    return any(word in name for word in _STAND_INS)


def _caption_and_credit(figure: Element) -> tuple[str | None, str | None]:
    element = figure.select_one("figcaption") or figure.select_one('[class*="caption" i]')
    marked = (element_text(one) for one in figure.select(_CREDIT)[:5] if one.tag not in ("figcaption", "source"))
    credit = next((text for text in marked if 2 <= len(text) <= _LONGEST_CREDIT), None)
    caption = element_text(element) if element else ""
    if credit:
        caption = caption.removesuffix(credit).removeprefix(credit).strip()
    if not credit:
        caption, credit = _credit_at_end(caption)
    shown = _CREDIT_LABEL.sub("", credit.strip(" ()[]")).strip() if credit else None
    return (caption if 0 < len(caption) <= _LONGEST_CAPTION else None), shown or None


def _credit_at_end(caption: str) -> tuple[str, str | None]:
    start = max(0, len(caption) - _LONGEST_CREDIT)
    if not _CREDIT_MARKS.search(caption, start):
        return caption, None
    tail = _CREDIT_TAIL.search(caption, start)
    return (caption[: tail.start()].rstrip(" [("), tail["credit"].strip()) if tail else (caption, None)


def _without_size(url: str) -> str:
    """Host and path: the query, and a suffix of the file's name, say at most how large the picture is."""
    parts = urlsplit(url)
    return parts.netloc + _SIZE.sub("", parts.path)
