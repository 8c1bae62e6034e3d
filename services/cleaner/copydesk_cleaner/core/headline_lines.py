"""The short texts that a reader sees around the headline: where pages print their dates."""

from collections.abc import Iterable, Iterator
from itertools import islice

from turbohtml import Document, Element, Node, Text

from copydesk_cleaner.core.lines import same_text
from copydesk_cleaner.core.page_facts import PageFacts, element_text

_BEFORE = 8
_AFTER = 24
_LONGEST = 120
_NODES = 250
_MOST_NODES = 50_000
_UNSEEN = frozenset({"script", "style", "noscript", "template", "title", "option"})


def lines_around_headline(facts: PageFacts) -> Iterator[str]:
    """Those after the first heading in reading order, then those before it, the nearest first."""
    if heading := _headline(facts):
        yield from _short(heading.following, _AFTER)
        yield from _short(heading.preceding, _BEFORE)


def _headline(facts: PageFacts) -> Element | None:
    """The first heading that the page's title repeats (others may be the site's name), else the first."""
    titles = [same_text(title) for title in (facts.title, facts.meta_text("og:title")) if title]
    headings = facts.h1_elements[:5]
    texts = [same_text(element_text(heading)) for heading in headings]
    ranked = (heading for heading, text in zip(headings, texts, strict=True) if any(text in title for title in titles))
    return next(ranked, headings[0] if headings else None)


def visible_texts(document: Document, most: int) -> Iterator[str]:
    """The texts of a page in reading order, until they have `most` characters or the page too many nodes."""
    told = 0
    for text in _seen(islice(document.descendants, _MOST_NODES)):
        told += len(text) + 1
        yield text
        if told >= most:
            return


def _short(nodes: Iterable[Node], most: int) -> Iterator[str]:
    found = 0
    for text in _seen(islice(nodes, _NODES)):
        if len(text) > 1 or text.isalnum():
            found += 1
            if len(text) <= _LONGEST:
                yield text
            if found == most:
                return


def _seen(nodes: Iterable[Node]) -> Iterator[str]:
    """The texts among the nodes that a browser shows, white space collapsed."""
    for node in nodes:
        if type(node) is not Text or (data := node.data).isspace():
            continue
        parent = node.parent
        if not (type(parent) is Element and parent.tag in _UNSEEN) and (words := data.split()):
            yield " ".join(words)
