"""Names found by another library: texts as JSON lines in, lists of [start, end, type] out.

    PYTHON benchmarks/tagging/peer_entities.py spacy:MODEL | natasha:

Runs in the peer's own environment, so it imports nothing of Copydesk.
"""

import json
import sys
from collections.abc import Callable

_TYPES = {"PERSON": "PER", "PER": "PER", "ORG": "ORG", "GPE": "LOC", "LOC": "LOC", "FAC": "LOC"}

Spans = list[tuple[int, int, str]]


def spacy_model(name: str) -> Callable[[str], Spans]:
    import spacy

    model = spacy.load(name)

    def find(text: str) -> Spans:
        found = model(text).ents
        return [(one.start_char, one.end_char, _TYPES[one.label_]) for one in found if one.label_ in _TYPES]

    return find


def natasha_model(_: str) -> Callable[[str], Spans]:
    from natasha import Doc, NewsEmbedding, NewsNERTagger, Segmenter

    segmenter, tagger = Segmenter(), NewsNERTagger(NewsEmbedding())

    def find(text: str) -> Spans:
        document = Doc(text)
        document.segment(segmenter)
        document.tag_ner(tagger)
        return [(one.start, one.stop, _TYPES[one.type]) for one in document.spans if one.type in _TYPES]

    return find


def main() -> None:
    kind, _, name = sys.argv[1].partition(":")
    find = {"spacy": spacy_model, "natasha": natasha_model}[kind](name)
    for line in sys.stdin:
        print(json.dumps(find(json.loads(line)["text"])))


if __name__ == "__main__":
    main()
