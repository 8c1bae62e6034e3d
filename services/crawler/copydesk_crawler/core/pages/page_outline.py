"""What stands on a page, counted: prose, links, headings, forms, scripts. For pages that may be no articles."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from copydesk_crawler.core.pages.html_document import parse_html

_UNSEEN = frozenset(
    {"script", "style", "template", "svg", "iframe", "noscript", "select", "object", "head", "textarea"}
)
_INLINE = frozenset(
    {"a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img"}
    | {"ins", "kbd", "label", "mark", "q", "ruby", "rp", "rt", "s", "samp", "small", "span", "strike", "strong", "sub"}
    | {"sup", "time", "tt", "u", "var", "wbr"}
)
_AROUND = frozenset({"nav", "footer", "aside", "header", "form"})
_CONSENT_NAME = re.compile(
    r"cookie|consent|gdpr|(?:^|\s)cmp(?:$|\s)|cmp-?box|didomi|onetrust|usercentrics|sp_message|truste(?!d)|cybot|iubenda|"
    r"quantcast|qc-cmp|borlabs|klaro|osano|cookiebot|fc-dialog|privacy-(?:wall|banner|popup|layer)|pur-?abo",
    re.IGNORECASE,
)
_CONSENT_TEXT = re.compile(
    r"cookie|evästeit|informasjonskaps|çerez|ciasteczk|файл\w* cookie|куки|ملفات تعريف الارتباط|کوکی|עוגיות|クッキー|"
    r"쿠키|कुकी|sütik|einwillig|zustimm|consentement|consentimiento|consenso|consentimento|toestemming|samtyck|samtykke|"
    r"suostumu|zgod[aęy]|souhlas|consimț|hozzájárul|συγκατάθεσ|согласи|згод[аиу]|personal data|personenbezogen|"
    r"données personnelles|datos personales|dati personali|dados pessoais|persoonsgegevens|隐私|隱私|同意",
    re.IGNORECASE,
)
_ARTICLE_TYPE = re.compile(
    r"""["']@type["']\s*:\s*\[?\s*["'][\w\s"',]{0,80}?(?:\w*Article|\w*BlogPosting|VideoObject|Product|Recipe)\b"""
)
_ARTICLE_BODY = re.compile(r'"articleBody"\s*+:\s*+"((?:[^"\\]|\\.)*+)"')
_MOUNTS = re.compile(
    r"(?:root|app|__next|__nuxt|___gatsby|app-?root|react-?(?:root|app)|svelte|vue-?app|main-?app|mount|application)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\u0e00-\u0e7f]")
_PROSE_WORDS = 8
ENOUGH_PROSE = 450
"""Words of prose from which on a page is no suspect any more; what follows is not counted."""
_PLEA_LENGTH = 600
"""Characters; a noscript that holds more shows the page itself to readers without scripts."""
_DENSE = 12
"""A text with a word of consent in so many is a plea for it; articles on the matter have fewer."""
_DIALOGUE_LENGTH = 4_000
_MAX_ELEMENTS = 50_000


@dataclass
class Outline:
    """Counts are of words; in scripts without blanks two characters make one. `blocks` are the first texts seen.

    `prose` counts blocks of eight words and more outside of navigation, mostly unlinked, that do not ask for consent;
    `words` all visible text that does not; `consent` what does. `body_words` are those of an articleBody in JSON-LD.
    """

    title: str = ""
    headings: list[str] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    prose: int = 0
    words: int = 0
    consent: int = 0
    body_words: int = 0
    plea: str = ""
    scripts: int = 0
    passwords: int = 0
    media: int = 0
    declared: bool = False
    empty_mount: bool = False
    empty_article: bool = False


def word_count(text: str) -> int:
    """Words, or half the characters where words are not set apart."""
    unspaced = len(_UNSPACED.findall(text))
    return unspaced // 2 + (len(_WORD.findall(_UNSPACED.sub(" ", text) if unspaced else text)))


def outline(body: bytes, charset: str | None) -> Outline | None:
    """Count what is on a page; None for what cannot be read as HTML. Costs milliseconds: not for the event loop."""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        body = body.decode("utf-16", "replace").encode("utf-8", "replace")
    root = parse_html(body, _encoding(body, charset))
    if root is None:
        return None
    found = Outline()
    _declarations(root, found)
    for block in _blocks(root):
        _count(block, found)
        if found.prose >= ENOUGH_PROSE:
            break
    return found


def _encoding(body: bytes, charset: str | None) -> str | None:
    """UTF-8 where the bytes are that, whatever is said of them; else the label; None leaves it to the page."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return charset
    return "utf-8"


@dataclass
class _Block:
    text: str
    linked: int
    around: bool
    consent: bool
    heading: str


def _count(block: _Block, found: Outline) -> None:
    text = " ".join(block.text.split())
    if not text:
        return
    words = word_count(text)
    if block.heading and not block.consent:
        found.headings.append(text)
    if block.consent or (not block.heading and len(_CONSENT_TEXT.findall(text)) * _DENSE >= words):
        found.consent += words
        return
    found.words += words
    if len(found.blocks) < 40:
        found.blocks.append(text)
    if words >= _PROSE_WORDS and not block.around and not block.heading and block.linked * 2 < len(text):
        found.prose += words


def _declarations(root: etree._Element, found: Outline) -> None:
    titles = root.xpath("string((//head//title | //title[not(ancestor::svg)])[1])")
    found.title = " ".join(str(titles).split())
    for element in root.iter("script", "meta", "input", "noscript", "article", "div", "video", "audio", "img"):
        match element.tag:
            case "script":
                _script(element, found)
            case "meta":
                name = (element.get("property") or element.get("name") or "").lower()
                said = (element.get("content") or "").lower()
                found.declared = (
                    found.declared or name == "article:published_time" or (name, said) == ("og:type", "article")
                )
            case "input":
                found.passwords += (element.get("type") or "").lower() == "password"
            case "noscript":
                plea = " ".join(_all_text(element).split())
                if len(plea) < _PLEA_LENGTH and "javascript" in plea.lower():
                    found.plea = found.plea or plea
            case "article" | "div":
                _container(element, found)
            case _:
                found.media += 1


def _script(element: etree._Element, found: Outline) -> None:
    found.scripts += 1
    if "ld+json" not in (element.get("type") or ""):
        return
    text = element.text or ""
    found.declared = found.declared or _ARTICLE_TYPE.search(text) is not None
    for body in _ARTICLE_BODY.finditer(text):
        found.body_words = max(found.body_words, word_count(body[1]))


def _holds_only_a_dialogue(element: etree._Element) -> bool:
    """Whether an element so named is no wrapper of the whole page."""
    inner = next(element.iter("main", "article", "nav", "header"), None)
    return inner is None and len(_all_text(element)) <= _DIALOGUE_LENGTH


def _all_text(element: etree._Element) -> str:
    return str(element.xpath("string()"))


def _container(element: etree._Element, found: Outline) -> None:
    """Note places that a script, or an article, was to fill."""
    name = element.get("id") or ""
    bare = len(element) == 0 and not (element.text or "").strip()
    if element.tag == "div" and bare and _MOUNTS.fullmatch(name):
        found.empty_mount = True
    if element.tag == "article" and not _all_text(element).strip() and not element.xpath(".//img|.//video"):
        found.empty_article = True


def _blocks(root: etree._Element) -> Iterator[_Block]:
    """The visible text, cut at the borders of all that is not inline."""
    parts: list[str] = []
    linked = links = 0
    stack: list[tuple[bool, bool, str]] = [(False, False, "")]
    hiding: list[bool] = []
    unseen = 0
    walk = etree.iterwalk(root, events=("start", "end"))
    for count, (event, element) in enumerate(walk):
        tag = element.tag if isinstance(element.tag, str) else "script"
        if event == "start":
            if count > _MAX_ELEMENTS:
                return
            if tag not in _INLINE and parts:
                yield _Block("".join(parts), linked, *stack[-1])
                parts, linked = [], 0
            hidden = tag in _UNSEEN and not (tag == "noscript" and len(_all_text(element)) >= _PLEA_LENGTH)
            hiding.append(hidden)
            unseen += hidden
            stack.append(_place(element, tag, stack[-1]))
            links += tag == "a"
            text = element.text
        else:
            if tag not in _INLINE and parts:
                yield _Block("".join(parts), linked, *stack[-1])
                parts, linked = [], 0
            unseen -= hiding.pop()
            stack.pop()
            links -= tag == "a"
            text = element.tail
        if text and not unseen:
            parts.append(text)
            linked += len(text) if links else 0
    if parts:
        yield _Block("".join(parts), linked, False, False, "")


def _place(element: etree._Element, tag: str, outer: tuple[bool, bool, str]) -> tuple[bool, bool, str]:
    """Whether text here is around the page's own, or a consent dialogue's, and which heading it is part of."""
    around, consent, heading = outer
    if tag in ("html", "body"):
        return outer
    if not consent and tag in ("div", "section", "aside", "form", "dialog", "footer", "p"):
        named = _CONSENT_NAME.search(f"{element.get('id') or ''} {element.get('class') or ''}") is not None
        consent = named and _holds_only_a_dialogue(element)
    if tag in ("h1", "h2"):
        heading = tag
    return around or tag in _AROUND, consent, heading
