"""Chooses the pieces that the model's languages need, out of a vocabulary made for a hundred.

    python services/tagger/training/entities/vocabulary.py [--data DIR] [--out FILE]

Kept are the pieces into which the 60,000 commonest words of each language (wordfreq) fall, as they are, capitalised and
in capitals, those of the corpora, and every single character, so that a name in any script has pieces.
"""

import argparse
import json
from collections.abc import Iterable
from pathlib import Path

import wordfreq
from base_model import BaseModel
from corpora import lines
from plan import NEWS, OTHERS, training
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import Unigram

LANGUAGES = sorted({*NEWS, *OTHERS})
UNKNOWN = 3
_WORDS = 60_000
_CAPITALISED = 40_000
_IN_CAPITALS = 4_000
_NEWS_TEXTS = [*LANGUAGES, "zh-Hans", "zh-Hant", "yue"]


def tokenizer(pieces: Iterable[tuple[str, float]]) -> Tokenizer:
    """A tokenizer whose pieces never cross white space or a mark of punctuation."""
    made = Tokenizer(Unigram(list(pieces), unk_id=UNKNOWN, byte_fallback=False))
    made.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC()])
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="first", split=True),
            pre_tokenizers.Split(Regex(r"(?!▁)[\p{P}\p{S}]"), "isolated"),
        ]
    )
    return made


def chosen(base: BaseModel, data: Path) -> list[int]:
    """The kept rows of the base vocabulary, in its order."""
    whole = tokenizer(zip(base.pieces, map(float, base.scores), strict=True))
    kept = {number for number, piece in enumerate(base.pieces) if len(piece.replace("▁", "")) <= 1}
    kept |= set(range(UNKNOWN + 2))
    for language in LANGUAGES:
        words = wordfreq.top_n_list(language, _WORDS)
        forms = [*words, *(word.capitalize() for word in words[:_CAPITALISED]), *map(str.upper, words[:_IN_CAPITALS])]
        kept |= _used(whole, forms)
    kept |= _used(whole, [example.sentence.text for example in training(data)])
    for language in _NEWS_TEXTS:
        if (path := data / "langid" / f"{language}.txt.gz").exists():
            kept |= _used(whole, list(lines(path)))
    return sorted(kept)


def _used(whole: Tokenizer, texts: list[str]) -> set[int]:
    encodings = whole.encode_batch(texts, add_special_tokens=False)
    return {number for encoding in encodings for number in encoding.ids}


def main() -> None:
    parser = argparse.ArgumentParser(description="Choose the pieces of the vocabulary.")
    parser.add_argument("--data", type=Path, default=Path("../shared/data/tagging"))
    parser.add_argument("--out", type=Path, default=Path("vocabulary.json"))
    arguments = parser.parse_args()
    arguments.out.write_text(json.dumps(chosen(BaseModel(), arguments.data)))


if __name__ == "__main__":
    main()
