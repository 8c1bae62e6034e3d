"""The author fields of a page: JSON-LD and `meta`."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from copydesk_cleaner.core.credit_parts import is_lead
from copydesk_cleaner.core.json_ld import Node
from copydesk_cleaner.core.page_facts import PageFacts

_AUTHOR_META = (
    "author", "article:author", "article:author_name", "article_author", "og:article:author", "og:author",
    "lp.article:author", "parsely-author", "sailthru.author", "cxenseparse:author", "mrf:authors", "dable:author",
    "byl", "byline", "dc.creator", "dcterms.creator", "dc:creator", "citation_author", "bepress_citation_author",
    "creator",
)  # fmt: skip
_MOST = 30
"""Values read of one field: a paper may have hundreds of authors."""


def linked_authors(node: Node) -> tuple[list[str], list[str]]:
    """The names in a JSON-LD node's `author`, else its `creator`: of people and what has no type; of organisations."""
    for key in ("author", "creator"):
        found = [*islice(_named(node.get(key), 0), _MOST)]
        if found:
            return [name for name, body in found if not body], [name for name, body in found if body]
    return [], []


def _named(value: Any, depth: int) -> Iterator[tuple[str, bool]]:
    """(name, whether its type is an organisation's) of a string, a node or a list of them."""
    if isinstance(value, str):
        if value.strip() and "://" not in value:
            yield value, False
    elif isinstance(value, list) and depth < 3:
        for item in value[:_MOST]:
            yield from _named(item, depth + 1)
    elif isinstance(value, dict):
        kinds = str(value.get("@type"))
        body = any(kind in kinds for kind in ("Organization", "WebSite", "Corporation"))
        full = " ".join(part for key in ("givenName", "familyName") if isinstance(part := value.get(key), str))
        yield from ((name, body) for name, _ in _named(value.get("name") or full or value.get("@value"), depth + 1))


def meta_authors(facts: PageFacts) -> Iterator[list[str]]:
    """The contents of each author field among the `meta` elements; addresses of profiles left out."""
    for name in (*_AUTHOR_META, *_labelled(facts)):
        values = [value for value in facts.meta.get(name, []) if "://" not in value and not value.startswith("@")]
        if values:
            yield values[:_MOST]


def _labelled(facts: PageFacts) -> Iterator[str]:
    """The fields of a card in which "written by", in any language, labels another."""
    for number in "12":
        if any(is_lead(label) for label in facts.meta.get(f"twitter:label{number}", [])):
            yield f"twitter:data{number}"
