"""The vote of extractors on a page whose text is in doubt. Slow (three extractors), so it is asked rarely."""

import re
from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass

import trafilatura
from lxml.html import HtmlElement
from readability import Document
from readability.readability import Unparseable

from copydesk.contracts import Block
from copydesk_cleaner.adapters.markup_blocks import markup_blocks
from copydesk_cleaner.adapters.trafilatura_blocks import extracted_blocks, own_rules
from copydesk_cleaner.core.json_ld import article_nodes
from copydesk_cleaner.core.lines import storable

_SHINGLE = 4
_AGREED = 0.9
_UNSPACED = r"\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_TOKEN = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
_LEAST_BODY = 120
_LARGEST = 2_000_000
"""Characters of markup beyond which nobody else is asked: such pages take the others seconds to minutes."""
_MARKUP = re.compile(r"</?(?:p|br|div)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Vote:
    """The blocks of `winner`: `own`, `trafilatura`, `trafilatura-precision`, `readability`, `json-ld`, or empty.

    `agreement` is its mean likeness (F1 of 4-shingles, 0…1) to the other voters; 0 where there was no other.
    """

    blocks: list[Block]
    winner: str
    agreement: float


def vote(page: str, url: str, own: Sequence[Block]) -> Vote:
    """The candidate most like all others (the medoid) among our `own` blocks and three extractors' of the `page`.

    Whoever found nothing has no vote. Where nobody found a text, that of the page's JSON-LD is taken, if it has one.
    On a page too large for the others ours stands alone.
    """
    tree = trafilatura.load_html(page) if len(page) <= _LARGEST else None
    candidates = {"own": list(own)} | ({} if tree is None else _candidates(tree, url))
    voters = {name: blocks for name, blocks in candidates.items() if blocks}
    if voters:
        return _medoid(voters)
    body = [] if tree is None else _declared_body(tree)
    return Vote(body, "json-ld" if body else "", 0.0)


def _candidates(tree: HtmlElement, url: str) -> dict[str, list[Block]]:
    """Readability, the slowest, is asked only where trafilatura's two readings of the page differ."""
    found = {
        "trafilatura": own_rules(tree, url),
        "trafilatura-precision": extracted_blocks(tree, url, fast=True, favor_precision=True),
    }
    if _likeness(*map(_shingles, found.values())) < _AGREED:
        found["readability"] = _readability(tree, url)
    return found


def _readability(tree: HtmlElement, url: str) -> list[Block]:
    try:
        return markup_blocks(Document(deepcopy(tree), url=url).summary(html_partial=True))
    except Unparseable:
        return []


def _medoid(voters: dict[str, list[Block]]) -> Vote:
    shingles = {name: _shingles(blocks) for name, blocks in voters.items()}
    others = max(1, len(voters) - 1)
    likeness = {
        name: sum(_likeness(mine, theirs) for other, theirs in shingles.items() if other != name) / others
        for name, mine in shingles.items()
    }
    winner = max(likeness, key=likeness.__getitem__)
    return Vote(voters[winner], winner, likeness[winner])


def _shingles(blocks: Sequence[Block]) -> Counter[tuple[str, ...]]:
    tokens = [token for block in blocks for token in _TOKEN.findall(block.text)]
    return Counter(zip(*(tokens[skip:] for skip in range(_SHINGLE)), strict=False) or [tuple(tokens)])


def _likeness(one: Counter[tuple[str, ...]], other: Counter[tuple[str, ...]]) -> float:
    both = one.total() + other.total()
    return 2 * (one & other).total() / both if both else 0.0


def _declared_body(tree: HtmlElement) -> list[Block]:
    """The longest articleBody (schema.org) in the page's scripts."""
    scripts = (script.text or "" for script in tree.iter("script") if "ld+json" in (script.get("type") or "").lower())
    bodies = (node.get("articleBody") for node in article_nodes(scripts))
    body = max((storable(text)[0] for text in bodies if isinstance(text, str)), key=len, default="")
    if len(body) < _LEAST_BODY:
        return []
    if _MARKUP.search(body):
        return markup_blocks(body)
    lines = (" ".join(line.split()) for line in body.splitlines())
    return [Block(kind="paragraph", text=line) for line in lines if line]
