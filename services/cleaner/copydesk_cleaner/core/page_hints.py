"""What the head of a page says of its text, as evidence for the classifier: titles, description, articleBody."""

import re
from dataclasses import dataclass

from copydesk_cleaner.core.json_ld import text_of
from copydesk_cleaner.core.lines import same_text
from copydesk_cleaner.core.page_facts import PageFacts

_SEPARATOR = re.compile(r"\s+[|–—·•:»-]\s+")
_LEAST_TITLE = 12
_LEAST_BODY = 200
_LONGEST_BODY = 200_000


@dataclass(frozen=True)
class PageHints:
    """`same_text` keys; `titles` of what the page calls itself, `description` and `body` empty where not given."""

    titles: frozenset[str] = frozenset()
    description: str = ""
    body: str = ""


def page_hints(facts: PageFacts) -> PageHints:
    """Read the hints of a page."""
    named = [
        facts.meta_text("og:title"),
        facts.meta_text("twitter:title"),
        text_of(facts.article, "headline"),
        facts.title,
    ]
    titles = {same_text(title) for title in named if title}
    if facts.title:
        titles.update(same_text(part) for part in _SEPARATOR.split(facts.title) if len(part) >= _LEAST_TITLE)
    description = facts.meta_text("og:description", "description", "twitter:description") or ""
    body = facts.article.get("articleBody")
    told = same_text(body[:_LONGEST_BODY]) if isinstance(body, str) and len(body) >= _LEAST_BODY else ""
    return PageHints(frozenset(titles - {""}), same_text(description[:400]), told)
