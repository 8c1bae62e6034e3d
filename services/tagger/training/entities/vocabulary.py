"""Chooses the pieces that the model's languages need, out of a vocabulary made for a hundred.

    python services/tagger/training/entities/vocabulary.py [--data DIR] [--out FILE] [--pieces FILE]

Kept are the pieces into which the 60,000 commonest words of each language (wordfreq) fall, as they are, capitalised and
in capitals, those of the corpora, and every single character, so that a name in any script has pieces.

`--out` lists their rows in the base vocabulary, `--pieces` is the file that the tagger cuts words by.
"""

import argparse
import json
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

import wordfreq
from base_model import BaseModel
from copydesk_tagger.core.entities.pieces import META
from corpora import lines
from plan import NEWS, OTHERS, training
from sentencepiece import sentencepiece_model_pb2
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import Unigram

LANGUAGES = sorted({*NEWS, *OTHERS})
UNKNOWN = 3
_WORDS = 60_000
_CAPITALISED = 40_000
_IN_CAPITALS = 4_000
_SPECIAL = {0: "CONTROL", 1: "CONTROL", 2: "CONTROL", UNKNOWN: "UNKNOWN"}
"""The pieces that the base vocabulary begins with: a text's start, padding, a text's end, and the unknown one."""

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


def model(pieces: Sequence[tuple[str, float]]) -> bytes:
    """What SentencePiece reads, of pieces with their log-probabilities, the special ones first.

    Pieces across a mark of punctuation or white space keep their numbers and are never taken, nor does SentencePiece
    change a text: `core.entities.pieces` does.
    """
    made = sentencepiece_model_pb2.ModelProto()
    for number, (text, score) in enumerate(pieces):
        kind = _SPECIAL.get(number, "UNUSED" if _crosses(text) else "NORMAL")
        made.pieces.add(piece=text, score=0 if number in _SPECIAL else score, type=kind)
    made.trainer_spec.model_type = made.trainer_spec.UNIGRAM
    made.trainer_spec.vocab_size = len(pieces)
    made.trainer_spec.bos_id, made.trainer_spec.pad_id, made.trainer_spec.eos_id, made.trainer_spec.unk_id = _SPECIAL
    made.normalizer_spec.name = "identity"
    made.normalizer_spec.add_dummy_prefix = False
    made.normalizer_spec.remove_extra_whitespaces = False
    made.normalizer_spec.escape_whitespaces = False
    return bytes(made.SerializeToString(deterministic=True))


def _crosses(piece: str) -> bool:
    marked = any(letter != META and unicodedata.category(letter)[0] in "PS" for letter in piece)
    return META in piece[1:] or (marked and len(piece) > 1)


def main() -> None:
    folder = Path(__file__).resolve().parents[2] / "copydesk_tagger" / "models" / "entities"
    parser = argparse.ArgumentParser(description="Choose the pieces of the vocabulary.")
    parser.add_argument("--data", type=Path, default=Path("../shared/data/tagging"))
    parser.add_argument("--out", type=Path, default=Path("vocabulary.json"))
    parser.add_argument("--pieces", type=Path, default=folder / "pieces.model")
    arguments = parser.parse_args()
    base = BaseModel()
    rows = chosen(base, arguments.data)
    arguments.out.write_text(json.dumps(rows))
    arguments.pieces.write_bytes(model([(base.pieces[row], float(base.scores[row])) for row in rows]))


if __name__ == "__main__":
    main()
