"""How many edited copies of articles are found, and how often articles that are no copies are taken for some.

    python -m benchmarks.tagging.near_duplicates [DATA]

DATA holds `langid/LANG.txt.gz` (documents, a sentence a line); the default lies beside the repository. Copies are made
here, by seed; articles of one template are made here too. Both what finds candidates (a shared band) and what verifies
them are as in the writer.
"""

import argparse
import random
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import combinations
from pathlib import Path
from uuid import UUID

from copydesk_tagger.adapters.annotators import near_duplicates, places, story_keys
from copydesk_tagger.core.document import Annotator, AnnotatorContext, Document, Tags
from copydesk_writer.core.duplicates import Copy, are_copies
from rich.console import Console
from rich.table import Table

from benchmarks.tagging.news_stream import DATA, START, documents
from benchmarks.tagging.templates import template_articles
from copydesk.contracts import Language

LANGUAGES = ("en", "nl", "de", "fr", "es", "it", "pl", "ru", "uk", "pt", "ar", "zh-Hans", "ja", "tr", "hi")
SEED = 7
_UNSPACED = ("zh-Hans", "ja")
_WORD_OF_UNSPACED = 2

Edit = Callable[[Sequence[str], str, random.Random], str]


def changed(sentences: Sequence[str], language: str, dice: random.Random, share: float, moved: bool) -> str:
    """A share of the words dropped, doubled or replaced by others of the text, and perhaps the sentences moved."""
    ordered = list(sentences)
    if moved:
        dice.shuffle(ordered)
    words = _words("\n".join(ordered), language)
    vocabulary = sorted(set(words))
    found: list[str] = []
    for word in words:
        if dice.random() >= share:
            found.append(word)
        else:
            found.extend(dice.choice(([], [word, word], [dice.choice(vocabulary)])))
    return _joined(found, language)


def rewritten(sentences: Sequence[str], language: str, dice: random.Random) -> str:
    """What re-users make of an agency's text: half of it, moved, some words changed, under a lead of their own.

    The lead is a sixth as long as the rest, of words of the article in no order.
    """
    kept = dice.sample(list(sentences), max(2, round(len(sentences) / 2)))
    body = changed(kept, language, dice, 0.08, moved=False)
    words = _words("\n".join(sentences), language)
    lead = _joined(dice.choices(words, k=max(4, len(_words(body, language)) // 6)), language)
    return f"{lead}\n\n{body}"


EDITS: dict[str, Edit] = {
    "light: 3 % of words": partial(changed, share=0.03, moved=False),
    "medium: 10 %": partial(changed, share=0.10, moved=False),
    "heavy: 25 %, sentences moved": partial(changed, share=0.25, moved=True),
    "rewrite: half, moved, 8 %, new lead": rewritten,
}


def _words(text: str, language: str) -> list[str]:
    if language in _UNSPACED:
        return [text[at : at + _WORD_OF_UNSPACED] for at in range(0, len(text), _WORD_OF_UNSPACED)]
    return text.split()


def _joined(words: Iterable[str], language: str) -> str:
    return ("" if language in _UNSPACED else " ").join(words)


@dataclass(frozen=True)
class Seen:
    """An article as tagger and writer see it."""

    bands: frozenset[int]
    copy: Copy


def seen(text: str, language: str) -> Seen | None:
    """None for texts too short to have a signature."""
    tags = Tags(language=Language(tag=language, confidence=1.0))
    for annotator in _annotators():
        annotator.annotate(Document(text=text), tags)
    if not tags.minhash or tags.story_keys is None:
        return None
    facts = frozenset(key for key in tags.story_keys.keys if not key.startswith("country:"))
    return Seen(frozenset(tags.bands), Copy(UUID(int=0), struct.pack("<128I", *tags.minhash), START, facts=facts))


@cache
def _annotators() -> tuple[Annotator, ...]:
    context = AnnotatorContext()
    return (near_duplicates(context), places(context), story_keys(context))


def found(one: Seen | None, other: Seen | None) -> bool:
    """Whether the writer would take two articles for copies."""
    return one is not None and other is not None and bool(one.bands & other.bands) and are_copies(one.copy, other.copy)


def recall_table(data: Path) -> tuple[Table, int]:
    """Share of copies found, by kind of edit, and how many were."""
    table = Table("copies", "texts", "found", "worst language")
    hits = 0
    for name, edit in EDITS.items():
        by_language = {language: list(_outcomes(data, language, edit)) for language in LANGUAGES}
        outcomes = [outcome for some in by_language.values() for outcome in some]
        hits += sum(outcomes)
        worst = min(by_language, key=lambda language: _share(by_language[language]))
        table.add_row(name, str(len(outcomes)), f"{_share(outcomes):.3f}", f"{worst} {_share(by_language[worst]):.3f}")
    return table, hits


def _outcomes(data: Path, language: str, edit: Edit) -> Iterator[bool]:
    dice = random.Random(SEED)
    for sentences in documents(data, language):
        original = seen("\n\n".join(sentences), language)
        if original:
            yield found(original, seen(edit(sentences, language, dice), language))


def _share(outcomes: Sequence[bool]) -> float:
    return sum(outcomes) / len(outcomes) if outcomes else 1.0


def precision_table(data: Path, hits: int) -> Table:
    """Pairs that are no copies and were taken for some, and what precision that makes among the copies found."""
    table = Table("no copies", "pairs", "taken for copies", "precision with the copies above")
    for name, groups in _strangers(data).items():
        pairs = [pair for group in groups for pair in combinations(group, 2)]
        wrong = sum(found(*pair) for pair in pairs)
        table.add_row(name, str(len(pairs)), str(wrong), f"{hits / (hits + wrong):.4f}")
    return table


def _strangers(data: Path) -> dict[str, list[list[Seen | None]]]:
    news = [[seen("\n\n".join(one), language) for one in documents(data, language)] for language in LANGUAGES]
    templates = [[seen(text, language) for text in texts] for language, texts in template_articles(SEED)]
    return {"different news of one language": news, "articles of one template": templates}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?", default=DATA)
    data = parser.parse_args().data
    if not (data / "langid").is_dir():
        parser.error(f"{data} has no folder langid: name the folder of the tagging data")
    console = Console(width=120)
    recall, hits = recall_table(data)
    console.print(recall)
    console.print(precision_table(data, hits))


if __name__ == "__main__":
    main()
