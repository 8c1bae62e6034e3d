"""A page's first headings: their text as a reader sees it, and the parts they are made of."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from turbohtml import Element, Text

_UNSEEN = frozenset({"style", "script", "svg", "button", "noscript", "template", "time"})
_FORMATTING = frozenset({"b", "i", "em", "strong", "mark", "u", "s", "sup", "sub", "abbr", "cite", "q", "wbr", "font"})
_BEFORE_STOP = re.compile(r" (?=[:,;.]\s)")
_MOST_PARTS = 4
_DEEPEST = 12
_FRONT = frozenset({"", "/", "#", "./", "/index.html", "/index.php"})


@dataclass(frozen=True)
class Heading:
    """`text` has inner elements divided by spaces, as blocks are seen; `glued` runs them together, as spans are.

    `parts` are what is left of it without its first elements or its last: without a kicker or a subtitle that stands
    inside. A heading that leads `home` is the site's name."""

    text: str
    glued: str
    parts: tuple[str, ...] = ()
    home: bool = False


def read_heading(element: Element, home: str) -> Heading:
    """`home` is the address of the site's front page, without a slash at the end."""
    if element.select_one("*") is None:
        plain = _collapsed(element.text)
        return Heading(plain, plain)
    links = (link.attr("href") or "" for link in element.select("a[href]")[:2])
    return Heading(
        text=_BEFORE_STOP.sub("", _collapsed("".join(_strings(element, " ", 0)))),
        glued=_collapsed("".join(_strings(element, "", 0))),
        parts=tuple(part for part in _parts(_element_texts(element, 0)) if part),
        home=any(link.strip().removeprefix(home) in _FRONT for link in links),
    )


def _strings(element: Element, divider: str, depth: int) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, Text):
            yield child.data
        elif isinstance(child, Element) and child.tag == "br":
            yield " "
        elif isinstance(child, Element) and child.tag not in _UNSEEN and depth < _DEEPEST:
            edge = "" if child.tag in _FORMATTING else divider
            yield edge
            yield from _strings(child, divider, depth + 1)
            yield edge


def _parts(texts: list[str]) -> Iterator[str]:
    if 2 <= len(texts) <= _MOST_PARTS:
        for first in range(1, len(texts)):
            yield _collapsed(" ".join(texts[first:]))
        yield _collapsed(" ".join(texts[:-1]))


def _element_texts(element: Element, depth: int) -> list[str]:
    """The texts of its children that show any; of its only child's, where it has but one."""
    found: list[str] = []
    only: Element | None = None
    for child in element.children:
        if isinstance(child, Element) and child.tag not in _UNSEEN and child.text.strip():
            found.append(child.text)
            only = child
        elif isinstance(child, Text) and child.data.strip():
            found.append(child.data)
    return _element_texts(only, depth + 1) if len(found) == 1 and only and depth < _DEEPEST else found


def _collapsed(text: str) -> str:
    return " ".join(text.split())
