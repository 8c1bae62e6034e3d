"""What the shipped model is trained on, and by whose guideline each corpus is tagged.

`GUIDELINE` (ntrex and what was tagged after the same rules) is the one that the model follows at run time; the others
are told apart by a vector of their own, so that they teach names without teaching other rules.
"""

import json
import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from copydesk_tagger.core.entities.reading import LONGEST, LONGEST_UNSPACED
from copydesk_tagger.core.sentences import stretches as cut
from corpora import Sentence, conll, lines, listed_names, spans_file, written

GUIDELINE, UNIVERSAL, OTHER, SILVER = range(4)
DOMAINS = 4

OWN = Path(__file__).resolve().parents[1] / "corpora"

NEWS = ["en", "nl", "de", "fr", "es", "it", "pl", "ru", "uk", "pt", "ar", "zh", "ja", "tr"]
"""Languages with today's news by the guideline."""

OTHERS: dict[str, list[tuple[str, int, int | None]]] = {
    "en": [
        ("uner-ewt", UNIVERSAL, 1200),
        ("uner-pud", UNIVERSAL, None),
        ("wikigold", OTHER, None),
        ("btc", OTHER, 900),
    ],
    "de": [("germeval2014", OTHER, 1500), ("uner-pud", UNIVERSAL, None)],
    "fr": [("pud-projected", UNIVERSAL, None)],
    "es": [("pud-projected", UNIVERSAL, None)],
    "it": [("pud-projected", UNIVERSAL, None)],
    "pl": [("kpwr", OTHER, None), ("pud-projected", UNIVERSAL, None)],
    "ru": [("factrueval", OTHER, None), ("uner-pud", UNIVERSAL, None)],
    "pt": [("uner-bosque", UNIVERSAL, 3000), ("uner-pud", UNIVERSAL, None)],
    "ar": [("anercorp", OTHER, 1800), ("newsfane", OTHER, 1800)],
    "zh": [("uner-gsdsimp", UNIVERSAL, 2100), ("uner-pud", UNIVERSAL, None)],
    "ja": [("gsd-ne", OTHER, 420)],
    "tr": [("wiki-ner", SILVER, 420)],
    "da": [("uner-ddt", UNIVERSAL, 420)],
    "sv": [("uner-talbanken", UNIVERSAL, 420)],
    "nb": [("uner-norne", UNIVERSAL, 420)],
    "fi": [("turku", OTHER, 420)],
}
"""Corpus, guideline and most sentences taken. Historical newspapers (OCR) and Europarl (no licence) are left out."""

JOIN = 0.5
"""So often is a sentence joined to the one before it, as texts are read in stretches at run time."""
CAPITALS = 0.03
"""So many are read in capitals, like headlines."""


class Example(NamedTuple):
    """A stretch of text of some corpus."""

    language: str
    corpus: str
    domain: int
    sentence: Sentence


def training(data: Path) -> Iterator[Example]:
    """All examples to train on; `data` is the folder of the shared tagging data."""
    for language in NEWS:
        ntrex = spans_file(data / "ner" / language / "ntrex.spans.jsonl.gz", "train")
        yield from _examples(language, "ntrex", GUIDELINE, joined(list(ntrex), language, "ntrex"))
        own = [sentence for path in sorted((OWN / "written").glob(f"{language}*.txt")) for sentence in written(path)]
        yield from _examples(language, "written", GUIDELINE, joined(own, language, "written"))
        if (names := OWN / "sib200" / f"{language}.tsv").exists():
            for part in ("train", "dev"):
                texts = data / "topics" / "sib200" / f"{language}.{part}.jsonl.gz"
                yield from _examples(language, "sib200", GUIDELINE, listed_names(names, texts, language))
    for language, corpora in OTHERS.items():
        for corpus, domain, most in corpora:
            sentences = list(conll(data / "ner" / language / f"{corpus}.train.conll.gz", language))
            stretches = joined(sentences, language, corpus)
            yield from _examples(language, corpus, domain, stretches[:most] if most else stretches)


_UNLABELLED = {
    "europeana": 1200,
    "gsd-ne": 5000,
    "sec": 600,
    "stockmark": 3500,
    "turku": 3000,
    "twnertc": 2500,
    "uner-ddt": 3000,
    "uner-gsd-hant": 3000,
    "uner-talbanken": 2500,
    "wiki-ner": 6000,
    "wikiner": 9000,
    "wnut17": 2500,
}
"""Most stretches taken of a corpus where its tags are not."""
_MOST_UNLABELLED = 6000
"""Of the others."""
_LEFT_OUT = frozenset({"ntrex", "europarl"})
_PAGES = ("andy", "fundus_news", "fundus_hist", "wcxb_dev")
_MOST_LETTERS = 1_200_000
"""Code points taken of a set of pages."""
_SHORTEST = 15


def unlabelled(data: Path, pages: Path) -> Iterator[Example]:
    """Texts whose tags are not used: corpora by guidelines of their own, and the articles of pages."""
    for path in sorted((data / "ner").glob("*/*.train.conll.gz")):
        language, corpus = path.parent.name, path.name.split(".")[0]
        if corpus not in _LEFT_OUT:
            stretches = joined(list(conll(path, language)), language, corpus)
            bare = (Sentence(text, []) for text, _ in stretches[: _UNLABELLED.get(corpus, _MOST_UNLABELLED)])
            yield from _examples(language, corpus, OTHER, bare)
    for part in _PAGES:
        yield from _articles(pages / "gold" / f"{part}.jsonl")


def _articles(path: Path) -> Iterator[Example]:
    left = _MOST_LETTERS
    for record in map(json.loads, lines(path)):
        text = record.get("text") or ""
        if left <= 0 or record.get("page_type", "article") != "article":
            continue
        left -= len(text)
        for paragraph in text.split("\n"):
            for start, end in cut(paragraph, LONGEST):
                if end - start > _SHORTEST:
                    yield Example(record["language"] or "en", path.stem, OTHER, Sentence(paragraph[start:end], []))


def held_out(data: Path) -> Iterator[Example]:
    """The development parts, sentence by sentence."""
    for language in NEWS:
        ntrex = spans_file(data / "ner" / language / "ntrex.spans.jsonl.gz", "dev")
        yield from _examples(language, "ntrex", GUIDELINE, ntrex)
    for language, corpora in OTHERS.items():
        for corpus, domain, _ in corpora:
            sentences = list(conll(data / "ner" / language / f"{corpus}.dev.conll.gz", language))
            yield from _examples(language, corpus, domain, sentences[:300])


def _examples(language: str, corpus: str, domain: int, sentences: Iterable[Sentence]) -> Iterator[Example]:
    for sentence in sentences:
        yield Example(language, corpus, domain, sentence)


def joined(sentences: list[Sentence], language: str, corpus: str) -> list[Sentence]:
    """Sentences in a row joined to stretches, and some of them in capitals; the same ones in every run."""
    chance = random.Random(f"{language} {corpus}")  # noqa: S311 - sampling, no secret
    unspaced = language in ("zh", "ja")
    space, longest = ("", LONGEST_UNSPACED) if unspaced else (" ", LONGEST)
    stretches: list[Sentence] = []
    for text, spans in sentences:
        if stretches and chance.random() < JOIN and len(stretches[-1].text) + len(text) < longest:
            before = stretches[-1]
            shift = len(before.text) + len(space)
            moved = [(start + shift, end + shift, kind) for start, end, kind in spans]
            stretches[-1] = Sentence(before.text + space + text, before.spans + moved)
        else:
            stretches.append(Sentence(text, list(spans)))
    for place, (text, spans) in enumerate(stretches):
        if chance.random() < CAPITALS and len(text.upper()) == len(text):
            stretches[place] = Sentence(text.upper(), spans)
    chance.shuffle(stretches)
    return stretches
