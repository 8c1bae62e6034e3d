"""What the text path cuts from gold texts, which are clean."""

from collections.abc import Iterable

from copydesk_cleaner.core.lines import storable
from copydesk_cleaner.core.text_article import clean_text

from benchmarks.extraction.pages import Page


def damage(pages: Iterable[Page]) -> float:
    """Share of the characters, white space apart, that is cut; datelines and the title above are no damage."""
    cut = total = 0
    for gold in (page.gold for page in pages):
        if not gold["text"] or not gold["title"] or gold.get("page_type", "article") != "article":
            continue
        source, _ = storable(f"{gold['title'].strip()}\n\n{gold['text']}")
        total += _dense(gold["text"])
        cut += sum(
            _dense(one.text)
            for one in clean_text(source).cuts
            if one.reason != "dateline" and not (one.reason == "title" and one.where == 0)
        )
    return cut / max(1, total)


def _dense(text: str) -> int:
    return len("".join(text.split()))
