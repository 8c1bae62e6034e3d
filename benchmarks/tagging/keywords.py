"""Keywords against those that a reader chose: `python -m benchmarks.tagging.keywords [--shown]`.

keywords.tsv has texts written for this: language, keywords in base form (and, where both are as good, in another one),
title, text. A keyword is right where it is one of these but for its case. Each text is tagged with its language given,
and once more without the names that `entities` finds.
"""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from copydesk_tagger.adapters.annotators import entities, gazetteer, lexicons
from copydesk_tagger.core.document import Annotator, AnnotatorContext, Document, Tags
from copydesk_tagger.core.keywords import KeywordsAnnotator
from copydesk_tagger.core.mentions import MentionsAnnotator
from copydesk_tagger.core.places_annotator import PlacesAnnotator
from rich.console import Console
from rich.table import Table

from copydesk.contracts import Language

TEXTS = Path(__file__).parent / "keywords.tsv"
FIRST = 5


@dataclass(frozen=True)
class Chosen:
    """A text, the keywords that a reader gave it and those found, and how long finding them took."""

    language: str
    gold: frozenset[str]
    found: tuple[str, ...]
    seconds: float

    @property
    def right(self) -> int:
        return sum(one.casefold() in self.gold for one in self.found[:FIRST])


def chosen(before: Sequence[Annotator], keywords: KeywordsAnnotator) -> list[Chosen]:
    results = []
    for line in TEXTS.read_text(encoding="utf-8").splitlines():
        language, gold, title, text = line.split("\t")
        document, tags = Document(text, title), Tags(language=Language(tag=language, confidence=1.0))
        for one in before:
            one.annotate(document, tags)
        started = time.process_time()
        keywords.annotate(document, tags)
        seconds = time.process_time() - started
        results.append(Chosen(language, frozenset(gold.casefold().split(";")), tuple(tags.keywords), seconds))
    return results


def main() -> None:
    keywords = KeywordsAnnotator(lexicons())
    before = [entities(AnnotatorContext()), PlacesAnnotator(gazetteer(), lexicons()), MentionsAnnotator()]
    plain = chosen([], keywords)
    named = chosen(before, keywords)
    table = Table("language", "texts", f"precision of the first {FIRST}", "recall of all", "without names", "ms")
    for language in (*dict.fromkeys(one.language for one in named), "all"):
        rows = [one for one in named if language in ("all", one.language)]
        bare = [one for one in plain if language in ("all", one.language)]
        precision, without = (sum(one.right for one in these) / (FIRST * len(these)) for these in (rows, bare))
        recall = sum(len(one.gold & {word.casefold() for word in one.found}) / len(one.gold) for one in rows) / len(
            rows
        )
        milliseconds = 1000 * sum(one.seconds for one in rows) / len(rows)
        table.add_row(
            language, str(len(rows)), f"{precision:.2f}", f"{recall:.2f}", f"{without:.2f}", f"{milliseconds:.1f}"
        )
    Console(width=120).print(table)
    if "--shown" in sys.argv:
        for one in named:
            print(one.language, *(word if word.casefold() in one.gold else f"({word})" for word in one.found), sep="  ")


if __name__ == "__main__":
    main()
