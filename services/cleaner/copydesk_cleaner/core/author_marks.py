"""The authors that a page shows: bylines that its markup names as such, and lines beside the headline."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import islice

from turbohtml import Document, Element, Node, Text

from copydesk_cleaner.core.credit_parts import has_date, is_lead
from copydesk_cleaner.core.name_kinds import holds_label
from copydesk_cleaner.core.names import Credits, each_once, is_byline, person_names, read_credits
from copydesk_cleaner.core.page_facts import PageFacts

_SAID = '[rel~="author"],[itemprop~="author"]'
_SEARCHED = f"{_SAID},[class],a[href]"
_CLASS_WORDS = (
    "byline", "auth", "autor", "auteur", "redakt", "writer", "journalist", "reporter", "signature", "contributor",
)  # fmt: skip
_PROFILE = re.compile(
    "/(?:auth|aut(?:o|eu)r|journalist|reporter|writer|contributor|(?:profile|people|redaktion|by|staff|team|newsteam)/)"
)
"""In the addresses of authors' pages."""
_STRANGE = re.compile(
    r"comment(?!ary)|related|teaser|promo|recommend|popular|latest|trending|newsletter|carousel|swiper|navbar|menu|most-?read"
    r"|(?:^|[\s_-])(?:card|nav|reviewer|footer)(?:$|[\s_-])",
    re.IGNORECASE,
)
"""Classes of boxes whose authors wrote something else."""
_STRANGE_TAGS = frozenset({"figure", "figcaption", "nav", "footer", "aside"})
_UNSEEN = frozenset({"script", "style", "noscript", "template", "title", "h1"})
_ROOTS = frozenset({"html", "head", "body", "main"})
_MOST = 400
_LONGEST_CLASS = 300
_LONGEST_ADDRESS = 2_000
_LONGEST_MARK = 300
_LONGEST_LINE = 120
_LONGEST_ALONE = 40
_LEVELS = 5
_LEVELS_OF_A_LINE = 3
_LINES_BEFORE = 12
_LINES_AFTER = 24


class PageMarks:
    """Looks for authors in the page itself; nearest to the headline first."""

    def __init__(self, facts: PageFacts) -> None:
        self._document = facts.document
        self._heading = facts.h1_elements[0] if facts.h1_elements else None

    def beside_headline(self) -> list[str]:
        """The people in marked elements of the headline's own part of the page."""
        return _marked(_author_elements(_own_part(self._heading))) if self._heading else []

    def anywhere(self) -> list[str]:
        """The people in marked elements of the whole page, else the one to whom several author links all lead."""
        if people := _marked(self._elements):
            return people
        linked = [name for element in self._elements if _tier(element) < 2 for name in _people(element)]
        return linked[:1] if len(linked) > 1 and len(each_once(linked)) == 1 else []

    def in_lines(self) -> list[str]:
        """The people of the first line below the headline, or just above it, that is a byline."""
        if self._heading is None:
            return []
        after = [*islice(_texts(self._heading.following), _LINES_AFTER)]
        before = [*islice(_texts(self._heading.preceding), _LINES_BEFORE)][::-1]
        return _bylined(after) or _bylined(before)

    @cached_property
    def _elements(self) -> list[Element]:
        return _author_elements(self._document)

    def undressed(self) -> Credits:
        """People of one word, and organisations, that stand alone in a marked element."""
        for element in self._elements:
            named = [piece for piece in _pieces(element)[:6] if len(piece) <= _LONGEST_ALONE and not holds_label(piece)]
            if (found := read_credits(named[:1])) and not _is_strange(element):
                return found
        return Credits()


def _author_elements(part: Element | Document) -> list[Element]:
    """The elements that speak of authors. One pass in which each class is judged once for all pages that have it: a
    selector of all these words goes through the page once for every word."""
    said = part.select(_SAID)
    found = (element for element in part.select(_SEARCHED) if _speaks_of_authors(element) or element in said)
    return [*islice(found, _MOST)]


def _speaks_of_authors(element: Element) -> bool:
    if (classes := element.attr("class")) and _is_author_class(classes[:_LONGEST_CLASS]):
        return True
    return element.tag == "a" and _PROFILE.search((element.attr("href") or "")[:_LONGEST_ADDRESS]) is not None


@lru_cache(maxsize=20_000)
def _is_author_class(classes: str) -> bool:
    lowered = classes.lower()
    return any(word in lowered for word in _CLASS_WORDS)


@lru_cache(maxsize=20_000)
def _is_strange_class(classes: str) -> bool:
    return _STRANGE.search(classes) is not None


def _own_part(heading: Element) -> Element:
    """The largest part of the page, a few levels up, that holds the heading and is not the whole page."""
    part = heading
    for node in islice(heading.ancestors, _LEVELS):
        if not isinstance(node, Element) or node.tag in _ROOTS:
            break
        part = node
    return part


def _marked(found: Sequence[Element]) -> list[str]:
    tiers: list[list[Element]] = [[], [], [], []]
    for element in found:
        tiers[_tier(element)].append(element)
    return next((people for tier in tiers if (people := _first(tier))), [])


def _tier(element: Element) -> int:
    """Plain statements first, then links to an author's page, then classes."""
    if "author" in (element.attr("rel") or "") or element.attr("itemprop"):
        return 0
    if element.tag == "a":
        return 1
    return 2 if "byline" in (element.attr("class") or "").casefold() else 3


def _is_strange(element: Element, levels: int = _LEVELS) -> bool:
    node: Node | None = element
    for _ in range(levels):
        if not isinstance(node, Element) or node.tag in _ROOTS:
            break
        classes, name = (node.attr("class") or "")[:_LONGEST_CLASS], (node.attr("id") or "")[:_LONGEST_CLASS]
        if node.tag in _STRANGE_TAGS or _is_strange_class(f"{classes} {name}"):
            return True
        node = node.parent
    return False


def _first(elements: Sequence[Element]) -> list[str]:
    """The people of the first element that names any, and of those right beside it."""
    for at, element in enumerate(elements):
        if _is_strange(element) or not (people := _people(element)):
            continue
        near = (element.parent, element.parent.parent if element.parent else None)
        for other in elements[at + 1 : at + 10]:
            if other.parent not in near and not (other.parent and other.parent.parent in near):
                break
            people += _people(other)
        return each_once(people)
    return []


def _people(element: Element) -> list[str]:
    pieces = _pieces(element)
    linked = [" ".join(link.text.split()) for link in element.select("a")] if pieces else []
    if people := _in_texts(linked) or _in_texts(pieces):
        return people
    return person_names(" ".join(pieces)) if all(" " not in piece for piece in pieces) else []


def _pieces(element: Element) -> list[str]:
    """The texts in an element; none where they are longer together than a byline gets, whole articles say."""
    pieces: list[str] = []
    length = 0
    for printed in element.strings:
        length += len(printed)
        if length > _LONGEST_MARK:
            return []
        if text := " ".join(printed.split()):
            pieces.append(text)
    return pieces


def _in_texts(texts: Iterable[str]) -> list[str]:
    return each_once(name for text in texts if len(text) <= _LONGEST_LINE for name in person_names(text))


def _texts(nodes: Iterable[Node]) -> Iterator[tuple[str, Element]]:
    for node in islice(nodes, _MOST):
        if isinstance(node, Text) and (text := " ".join(node.data.split())):
            parent = node.parent
            if isinstance(parent, Element) and parent.tag not in _UNSEEN:
                yield text, parent


def _bylined(texts: Sequence[tuple[str, Element]]) -> list[str]:
    for at, (text, element) in enumerate(texts):
        alone = is_lead(text)
        line = " ".join(follower for follower, _ in texts[at + 1 : at + 2]) if alone else text
        if len(line) > _LONGEST_LINE or not (alone or is_byline(text) or has_date(text)):
            continue
        if (people := person_names(line)) and not _is_strange(element, _LEVELS_OF_A_LINE):
            return people
    return []
