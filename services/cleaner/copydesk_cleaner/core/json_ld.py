"""What a page's JSON-LD says of its article (schema.org Article and its subtypes). Tolerant of broken scripts."""

import json
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import unescape
from typing import Any

import msgspec

from copydesk_cleaner.core.lines import storable

_LONGEST_SCRIPT = 1_000_000
"""Characters; a longer script is data for something else, and reading it costs a hundred times its size."""
_DEEPEST = 6
_MOST_NODES = 2_000
_ARTICLE = re.compile(r"Article$|(?:Blog|LiveBlog|SocialMedia|DiscussionForum)Posting$|^Report$")
_PAGES = frozenset({"WebPage", "ItemPage"})
_UNTYPED: frozenset[str] = frozenset()
_SITES = frozenset({"WebSite", "NewsMediaOrganization"})
_BRANCHES = ("@graph", "mainEntity", "mainEntityOfPage", "breadcrumb", "itemListElement", "item")
_OPENING = re.compile(r"(?:<!--|(?://|/\*)\s*<!\[CDATA\[(?:\s*\*/)?|<!\[CDATA\[|\ufeff)\s*")
_CLOSING = re.compile(r"\s*(?:;|-->|(?://|/\*)?\s*\]\]>(?:\s*\*/)?\s*)+$")
_LONGEST_CLOSING = 40
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_UNSTORABLE_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")

Node = dict[str, Any]


def article_nodes(scripts: Iterable[str]) -> list[Node]:
    """The nodes that describe an article (see `articles_among`)."""
    return articles_among(json_ld_nodes(scripts))


def articles_among(nodes: Sequence[Node]) -> list[Node]:
    """The nodes that describe an article, in the page's order; descriptions of the whole page come last.

    What a node names by reference alone (`{"@id": …}`, JSON-LD 1.1 § 3.3) is put in its place."""
    articles = [node for node in nodes if is_article(node)]
    pages = [node for node in nodes if not _PAGES.isdisjoint(_types(node)) and not is_article(node)]
    if not articles and not pages:
        return []
    named = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    return [{key: _resolved(value, named) for key, value in node.items()} for node in articles + pages]


def json_ld_nodes(scripts: Iterable[str]) -> list[Node]:
    """Every node that stands for itself (at the top, in a graph, a list, or as what a page is about)."""
    nodes: list[Node] = []
    for script in scripts:
        _collect(_parse(script), 0, nodes)
    return nodes


def is_article(node: Node) -> bool:
    """Whether the node's type is Article or one of its kinds."""
    return _names_article(_types(node))


@lru_cache(maxsize=256)
def _names_article(kinds: frozenset[str]) -> bool:
    return any(_ARTICLE.search(kind) for kind in kinds)


def site_names_of(nodes: Iterable[Node]) -> list[str]:
    """What the site is called: its own nodes and the publishers of its articles."""
    names: list[str] = []
    for node in nodes:
        for named in (node, node.get("publisher"), node.get("isPartOf")):
            for one in named if isinstance(named, list) else (named,) if named is not None else ():
                if isinstance(one, dict) and (_types(one) & _SITES or named is node.get("publisher")):
                    names += [name for key in ("name", "alternateName") if (name := text_of(one, key))]
    return list(dict.fromkeys(names))


def _parse(script: str) -> Any:
    if len(script) > _LONGEST_SCRIPT:
        return None
    text = _without_comment(script.strip())
    value = _loaded(text)
    if value is None and text[:1] in "{[":
        value = _loaded(_TRAILING_COMMA.sub(r"\1", text))
    if value is None and "&quot;" in text:
        value = _loaded(unescape(text))
    return _storable(value) if value is not None and _UNSTORABLE_ESCAPE.search(text) else value


def _without_comment(text: str) -> str:
    """The script without the HTML comment or CDATA marks that old templates put around it."""
    if text[:1] not in ("{", "["):
        opening = _OPENING.match(text)
        text = text[opening.end() :] if opening else text
    if text[-1:] not in ("}", "]"):
        end = text[-_LONGEST_CLOSING:]
        text = text[: len(text) - len(end)] + _CLOSING.sub("", end)
    return text


def _loaded(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (ValueError, RecursionError):
        pass  # json also reads what JSON does not allow: line breaks in strings, NaN, halves of surrogate pairs
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)[0]
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {key: _storable(item) for key, item in value.items()}
    return value


def _resolved(value: Any, named: dict[str, Node]) -> Any:
    if isinstance(value, list):
        return [_resolved(item, named) for item in value]
    if isinstance(value, dict) and isinstance(value.get("@id"), str) and not value.keys() - {"@id", "@type"}:
        return named.get(value["@id"], value)
    return value


def _collect(value: Any, depth: int, nodes: list[Node]) -> None:
    if depth > _DEEPEST or len(nodes) >= _MOST_NODES:
        return
    if isinstance(value, list):
        for item in value:
            if isinstance(item, dict | list):
                _collect(item, depth + 1, nodes)
    elif isinstance(value, dict):
        nodes.append(value)
        for key in _BRANCHES:
            if (branch := value.get(key)) is not None and not isinstance(branch, str):
                _collect(branch, depth + 1, nodes)


def _types(node: Node) -> frozenset[str]:
    kinds = node.get("@type")
    if isinstance(kinds, str):
        return _short_names((kinds,))
    return _short_names(tuple(kind for kind in kinds if isinstance(kind, str))) if isinstance(kinds, list) else _UNTYPED


@lru_cache(maxsize=256)
def _short_names(kinds: tuple[str, ...]) -> frozenset[str]:
    return frozenset(kind.rsplit("/", 1)[-1] for kind in kinds)


def text_of(node: Node, *keys: str) -> str | None:
    """The first of the keys that holds a non-empty string, its white space collapsed."""
    for key in keys:
        value = node.get(key)
        value = value[0] if isinstance(value, list) and value else value
        if isinstance(value, str) and value.strip():
            return " ".join(storable(value)[0].split())
    return None


def names_of(value: Any, *, organisations: bool = False) -> list[str]:
    """The names in an `author` value: strings, persons or lists of them; organisations only when asked for."""
    if isinstance(value, str):
        return [storable(value)[0]]
    if isinstance(value, list):
        return [name for item in value for name in names_of(item, organisations=organisations)]
    if isinstance(value, dict) and (organisations or "Organization" not in "".join(_types(value))):
        return names_of(value.get("name"))
    return []


def images_of(value: Any) -> list[tuple[str, str | None, str | None]]:
    """(url, caption, credit) of an `image` value."""
    if isinstance(value, str):
        return [(storable(value)[0], None, None)]
    if isinstance(value, list):
        return [image for item in value for image in images_of(item)]
    if isinstance(value, dict):
        url = text_of(value, "url", "contentUrl", "@id")
        return [(url, text_of(value, "caption"), text_of(value, "creditText", "copyrightNotice"))] if url else []
    return []


def crumbs_of(nodes: Iterable[Node]) -> list[str]:
    """The names on the page's first BreadcrumbList, from the front page down."""
    for node in nodes:
        items = node.get("itemListElement")
        if "BreadcrumbList" in _types(node) and isinstance(items, list):
            return [name for item in items if isinstance(item, dict) and (name := _crumb(item))]
    return []


def _crumb(item: Node) -> str | None:
    target = item.get("item")
    return text_of(item, "name") or (text_of(target, "name") if isinstance(target, dict) else None)


def words_of(value: Any) -> list[str]:
    """Keywords or sections: a list, or one string with commas."""
    items = value if isinstance(value, list) else [value]
    strings = [storable(item)[0] for item in items if isinstance(item, str)]
    return [word for string in strings for word in (part.strip() for part in string.split(",")) if word]
