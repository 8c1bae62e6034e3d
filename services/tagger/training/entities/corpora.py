"""Reads the corpora: sentences with spans, one guideline a corpus.

CoNLL files have a token and a tag on each line; their texts are put together again by the usual rules of spacing, so
that the model learns from texts as they are read at run time. A `Sentence` has its spans in code points.
"""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

Spans = list[tuple[int, int, str]]

_UNSPACED = frozenset({"zh", "ja"})
_NO_SPACE_BEFORE = frozenset(".,;:!?)]}%»”’…،؛؟") | {"'s", "n't", "’s"}
_NO_SPACE_AFTER = frozenset("([{«“„¿¡")
_ELIDES = frozenset({"fr", "it"})
_MARKUP = re.compile(r"\[(PER|ORG|LOC) ([^\[\]]+)\]")
_TYPES = frozenset({"PER", "ORG", "LOC"})


class Sentence(NamedTuple):
    """A text and the names in it."""

    text: str
    spans: Spans


def lines(path: Path) -> Iterator[str]:
    """The lines of a file, packed by gzip or not, without their ends."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        for line in file:
            yield line.rstrip("\n")


def conll(path: Path, language: str) -> Iterator[Sentence]:
    """Sentences of a file of tokens and BIO tags; types other than PER, ORG and LOC are read as O."""
    tokens: list[str] = []
    tags: list[str] = []
    for line in [*lines(path), ""]:
        if line.strip():
            token, tag = line.split("\t")[:2]
            tokens.append(token)
            tags.append(tag)
        elif tokens:
            yield _joined(tokens, tags, language)
            tokens, tags = [], []


def _joined(words: list[str], tags: list[str], language: str) -> Sentence:
    text = ""
    spans: Spans = []
    before = "O"
    quoted = False
    for place, (word, tag) in enumerate(zip(words, tags, strict=True)):
        if place and language not in _UNSPACED and _spaced(words[place - 1], word, language, quoted):
            text += " "
        if word == '"':
            quoted = not quoted
        start, text = len(text), text + word
        kind = tag[2:]
        if kind in _TYPES:
            if tag[0] == "I" and before[2:] == kind and spans:
                spans[-1] = (spans[-1][0], len(text), kind)
            else:
                spans.append((start, len(text), kind))
        before = tag
    return Sentence(text, spans)


def _spaced(before: str, word: str, language: str, quoted: bool) -> bool:
    if '"' in (before, word):
        return (before != '"' or not quoted) and (word != '"' or not quoted)
    elided = language in _ELIDES and before.endswith("'") and len(before) > 1
    return not (elided or word in _NO_SPACE_BEFORE or word[0] in _NO_SPACE_BEFORE or before in _NO_SPACE_AFTER)


def spans_file(path: Path, part: str) -> Iterator[Sentence]:
    """Sentences of `*.spans.jsonl.gz`: {"part", "text", "spans"}."""
    for line in lines(path):
        record = json.loads(line)
        if record["part"] == part:
            yield Sentence(record["text"], [(start, end, kind) for start, end, kind in record["spans"]])


def spans_documents(path: Path, part: str, language: str) -> Iterator[Sentence]:
    """The same file's documents, each as one text."""
    documents: dict[int, Sentence] = {}
    for record in map(json.loads, lines(path)):
        if record["part"] != part:
            continue
        text, spans = documents.get(record["doc"], Sentence("", []))
        text += " " if text and language not in _UNSPACED else ""
        moved = [(start + len(text), end + len(text), kind) for start, end, kind in record["spans"]]
        documents[record["doc"]] = Sentence(text + record["text"], spans + moved)
    yield from documents.values()


def listed_names(names: Path, texts: Path, language: str) -> Iterator[Sentence]:
    """Sentences {"id", "text"} of one file with the names that another lists by id, as `TYPE:surface`, in order.

    Each surface is the next occurrence behind the name listed before it.
    """
    by_id = {}
    for line in lines(names):
        if line and not line.startswith("#"):
            identity, *listed = line.split("\t")
            by_id[identity] = [name.split(":", 1) for name in listed if ":" in name]
    for line in lines(texts):
        record = json.loads(line)
        yield Sentence(record["text"], list(_found(record["text"], by_id.get(record["id"], []), language)))


def _found(text: str, listed: list[list[str]], language: str) -> Iterator[tuple[int, int, str]]:
    end = 0
    for kind, surface in listed:
        name = re.escape(surface)
        whole = name if language in _UNSPACED else rf"(?<!\w){name}(?!\w)"
        if match := re.compile(whole).search(text, end) or re.compile(name).search(text, end):
            yield (match.start(), match.end(), kind)
            end = match.end()


def written(path: Path) -> Iterator[Sentence]:
    """Paragraphs of news items with names marked as `[TYPE name]`; lines that begin with `#` are their heads."""
    for line in lines(path):
        if not line.strip() or line.startswith("#"):
            continue
        text, spans, last = "", [], 0
        for match in _MARKUP.finditer(line):
            text += line[last : match.start()]
            spans.append((len(text), len(text) + len(match[2]), match[1]))
            text, last = text + match[2], match.end()
        yield Sentence(text + line[last:], spans)
