"""One walk over a page's tree: the blocks of visible text in reading order, and the elements that hold them."""

from dataclasses import dataclass, field

from turbohtml import Document, Element, Node, Text

from copydesk_cleaner.core.class_words import BIT, class_mask
from copydesk_cleaner.core.lines import same_text

_BLOCK, _INLINE, _LINK, _BOLD, _VOID, _SKIP = range(6)
_KINDS = {
    _INLINE: """abbr acronym bdi bdo big cite code data del dfn font ins kbd label nobr output q rp rt ruby s samp small
        span strike sub sup time tt var wbr picture""",
    _LINK: "a",
    _BOLD: "b strong em i u mark",
    _VOID: "br img",
    _SKIP: """head script style noscript svg math iframe object embed canvas select option textarea input
        button map datalist audio dialog frameset frame applet nextid source""",
}
_KIND = {tag: kind for kind, tags in _KINDS.items() for tag in tags.split()}
"""How the walk takes an element; all others are blocks."""
_MARKS = frozenset({"class", "id", "itemprop", "role", "data-testid", "data-component"})
_HIDING = frozenset({"hidden", "aria-hidden", "style"})
TAGS = """p div section article main aside nav header footer h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table tbody tr td th
    blockquote figure figcaption caption pre details summary address form fieldset center video body
""".split()  # noqa: SIM905
"""The elements that features tell apart."""
_TAG_CODE = {tag: code for code, tag in enumerate(TAGS, 1)}
_BREAK = "\u2028"
"""Stands for a `<br>` while a block is put together."""
_LEAST_ALT = 15
_MOST_IMAGES = 500
_LONG_LINE = 60
_LINE_ENDS = ".!?…。！？।؟\"”»'’:"
_MOST_BLOCKS = 5_000
"""Three times the longest real article page; what is walked must also be classified in seconds."""
_MOST_NODES = 300_000


@dataclass(slots=True)
class Holder:
    """An element that holds blocks. `first:last` is its range of blocks, `parent` the index of the holder around it."""

    node: Element | Document
    tag: str
    code: int
    mask: int
    parent: int
    depth: int
    first: int
    images: int
    last: int = 0
    images_end: int = 0


@dataclass(slots=True)
class Block:
    """One run of text between block boundaries; `linked` and `bold` are its characters in links and emphasis.

    `images` counts the pictures of the page that stand before its end.
    """

    text: str
    holder: int
    linked: int
    links: int
    bold: int
    mask: int
    broken: bool
    images: int


@dataclass
class Walk:
    """What a page shows, in reading order. `truncated` says that the page was too large to be walked to its end."""

    blocks: list[Block] = field(default_factory=list)
    holders: list[Holder] = field(default_factory=list)
    alts: set[str] = field(default_factory=set)
    truncated: bool = False


def walk_page(root: Element | Document) -> Walk:
    """Walk everything below `root` once, in time linear in its nodes. Takes `template` elements out of the tree."""
    for template in root.select("template"):
        template.decompose()
    return _Walker().run(root)


class _Walker:
    """Frames of elements that are open; `_parts` is the text of the block that is being put together."""

    def __init__(self) -> None:
        self.walk = Walk()
        self._parts: list[str] = []
        self._linked = self._links = self._bold = self._mask = self._images = 0
        self._in_link = self._in_bold = 0
        self._holder = -1
        self._opened: list[Node] = []
        self._kinds: list[int] = []

    def run(self, root: Element | Document) -> Walk:
        """Nodes come in document order; an element ends where a node comes whose parent stands above it."""
        self._open(root, "body", "")
        opened, kinds = self._opened, self._kinds
        opened.append(root)
        kinds.append(_BLOCK)
        top: Node | None = root
        parts, kind_of, kind = self._parts, _KIND.get, _BLOCK
        budget = _MOST_NODES
        for node in root.descendants:
            parent = node.parent
            if parent is not top:
                top, kind = self._close_until(parent)
            if type(node) is Text:
                if kind != _SKIP:
                    data = node.data
                    if parts or not data.isspace():
                        parts.append(data)
                        if self._in_link or self._in_bold:
                            self._weigh(data)
            elif type(node) is Element:
                if kind != _SKIP:
                    kind = kind_of(tag := node.tag, _BLOCK)
                    if kind == _BLOCK:
                        self._open(node, tag, _marks(node))
                    elif kind != _SKIP:
                        self._enter(node, tag, kind)
                top = node
                opened.append(node)
                kinds.append(kind)
                budget -= 1
                if budget < 0 or len(self.walk.blocks) > _MOST_BLOCKS:
                    self.walk.truncated = True
                    break
        self._close_until(None)
        return self.walk

    def _close_until(self, parent: Node | None) -> tuple[Node | None, int]:
        """End the elements above which the next node stands; gives the one that holds it."""
        opened, kinds = self._opened, self._kinds
        while opened and opened[-1] is not parent:
            opened.pop()
            kind = kinds.pop()
            if kind == _BLOCK:
                if self._parts:
                    self._flush()
                holder = self.walk.holders[self._holder]
                holder.last = len(self.walk.blocks)
                holder.images_end = self._images
                self._holder = holder.parent
            elif kind == _LINK:
                self._in_link -= 1
            elif kind == _BOLD:
                self._in_bold -= 1
        return (opened[-1], kinds[-1]) if opened else (parent, _SKIP)

    def _weigh(self, data: str) -> None:
        size = len(data.strip())
        if self._in_link:
            self._linked += size
        if self._in_bold:
            self._bold += size

    def _enter(self, node: Element, tag: str, kind: int) -> None:
        """Take an element that lies within a block."""
        if kind == _VOID:
            if tag == "br":
                self._parts.append(_BREAK)
            else:
                self._see(node)
            return
        if "class" in node.attrs and (marks := node.attr("class")):
            self._mask |= class_mask(marks)
        if kind == _LINK:
            self._in_link += 1
            self._links += 1
        elif kind == _BOLD:
            self._in_bold += 1
        elif tag == "time":
            self._mask |= BIT["date"]

    def _see(self, image: Element) -> None:
        self._images += 1
        alt = image.attr("alt")
        if alt and len(alt) >= _LEAST_ALT and self._images <= _MOST_IMAGES:
            self.walk.alts.add(same_text(alt))

    def _open(self, node: Element | Document, tag: str, marks: str) -> None:
        if self._parts:
            self._flush()
        mask = class_mask(marks) if marks else 0
        holders = self.walk.holders
        parent = self._holder
        depth = holders[parent].depth + 1 if parent >= 0 else 0
        blocks = len(self.walk.blocks)
        self._holder = len(holders)
        holders.append(Holder(node, tag, _TAG_CODE.get(tag, 0), mask, parent, depth, blocks, self._images))

    def _flush(self) -> None:
        raw = "".join(self._parts)
        if not raw.isspace():
            self._emit(raw)
        self._parts.clear()
        self._linked = self._links = self._bold = self._mask = 0

    def _emit(self, raw: str) -> None:
        blocks = self.walk.blocks
        if _BREAK not in raw:
            text = " ".join(raw.split())
            size = len(text)
            linked, bold = min(size, self._linked), min(size, self._bold)
            blocks.append(Block(text, self._holder, linked, self._links, bold, self._mask, False, self._images))
            return
        texts = _paragraphs(raw)
        whole = sum(map(len, texts)) or 1
        for number, text in enumerate(texts):
            share = len(text) / whole
            linked, bold = min(len(text), round(self._linked * share)), min(len(text), round(self._bold * share))
            broken = number > 0
            blocks.append(Block(text, self._holder, linked, self._links, bold, self._mask, broken, self._images))


def _marks(node: Element) -> str:
    """What an element says of its role. Hidden ones are not skipped: scripts unfold them, search engines read them."""
    marks = ""
    for name in node.attrs:
        if name in _MARKS:
            marks = f"{marks} {node.attr(name)}"
        elif name in _HIDING and _is_hidden(name, node.attr(name) or ""):
            marks = f"{marks} hidden"
    return marks


def _is_hidden(name: str, value: str) -> bool:
    if name == "style":
        return "display:none" in value.replace(" ", "")
    return name == "hidden" or value == "true"


def _paragraphs(raw: str) -> list[str]:
    """The text between line breaks; a single break inside a paragraph is white space, two end it."""
    paragraphs: list[list[str]] = []
    joins = False
    for line in (" ".join(line.split()) for line in raw.split(_BREAK)):
        if not line:
            joins = False
            continue
        if joins:
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
        joins = not (len(line) >= _LONG_LINE and line[-1] in _LINE_ENDS)
    return [" ".join(lines) for lines in paragraphs]
