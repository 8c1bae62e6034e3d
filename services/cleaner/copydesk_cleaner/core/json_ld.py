"""What a page's JSON-LD says of its article (schema.org Article and its subtypes). Tolerant of broken scripts."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from copydesk_cleaner.core.lines import storable

_LONGEST_SCRIPT = 1_000_000
"""Characters; a longer script is data for something else, and reading it costs a hundred times its size."""
_DEEPEST = 6
_ARTICLES = frozenset(
    {"Article", "NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "OpinionNewsArticle", "ReviewNewsArticle"}
    | {
        "BackgroundNewsArticle",
        "AskPublicNewsArticle",
        "LiveBlogPosting",
        "BlogPosting",
        "TechArticle",
        "ScholarlyArticle",
    }
)
_PAGES = frozenset({"WebPage", "ItemPage"})
_NOISE = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$")

Node = dict[str, Any]


def article_nodes(scripts: Iterable[str]) -> list[Node]:
    """The nodes that describe an article, in the page's order; descriptions of the whole page come last."""
    nodes = [node for script in scripts for node in _nodes(_parse(script), 0)]
    articles = [node for node in nodes if _types(node) & _ARTICLES]
    return articles + [node for node in nodes if _types(node) & _PAGES and not _types(node) & _ARTICLES]


def _parse(script: str) -> Any:
    if len(script) > _LONGEST_SCRIPT:
        return None
    text = _NOISE.sub("", _NOISE.sub("", script)).strip().removesuffix(";")
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _nodes(value: Any, depth: int) -> Iterator[Node]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _nodes(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item"):
            yield from _nodes(value.get(key), depth + 1)


def _types(node: Node) -> set[str]:
    kinds = node.get("@type")
    listed = kinds if isinstance(kinds, list) else [kinds]
    return {kind.rsplit("/", 1)[-1] for kind in listed if isinstance(kind, str)}


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


def words_of(value: Any) -> list[str]:
    """Keywords or sections: a list, or one string with commas."""
    items = value if isinstance(value, list) else [value]
    strings = [storable(item)[0] for item in items if isinstance(item, str)]
    return [word for string in strings for word in (part.strip() for part in string.split(",")) if word]
