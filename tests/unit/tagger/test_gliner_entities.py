"""GLiNER in the place of our own entities, with a model that the test makes; runs where GLiNER is installed."""

from pathlib import Path
from typing import Any

import pytest
from copydesk_tagger.adapters.gliner_entities import create, in_pieces
from copydesk_tagger.core.document import AnnotatorContext, Document, Tags
from hypothesis import given
from hypothesis import strategies as st

from copydesk.contracts import Language

REPORT = "🚢 Mayor Anna Wit of Oudewater opened the bridge of North Line on Monday. She spoke for an hour. " * 20


@given(st.text(alphabet=st.sampled_from("ab .\n。！京"), max_size=4_000))
def test_pieces_cover_the_text_and_none_is_too_long(text: str) -> None:
    pieces = list(in_pieces(text))
    covered = "".join(text[start:end] for start, end in pieces)

    assert text.startswith(covered)
    assert not text[len(covered) :].strip()
    assert all(0 < end - start <= 1_200 for start, end in pieces)


def test_pieces_end_with_sentences() -> None:
    pieces = list(in_pieces(REPORT))

    assert len(pieces) == 2
    assert all(REPORT[start:end].endswith((". ", ".")) for start, end in pieces)


def test_a_model_that_is_not_there_is_named() -> None:
    with pytest.raises(OSError, match="COPYDESK_TAGGER__OPTIONS__GLINER__MODEL"):
        create(AnnotatorContext({"model": "/models/none"}))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An untrained model with one narrow layer, saved as GLiNER saves its own."""
    gliner: Any = pytest.importorskip("gliner")
    transformers: Any = pytest.importorskip("transformers")
    tokenizers: Any = pytest.importorskip("tokenizers")
    folder = tmp_path_factory.mktemp("models")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *sorted(set(REPORT.replace(".", " .").split()))]
    plain = tokenizers.Tokenizer(tokenizers.models.WordLevel({word: n for n, word in enumerate(words)}, "[UNK]"))
    plain.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    names = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    transformers.PreTrainedTokenizerFast(tokenizer_object=plain, **names).save_pretrained(folder / "backbone")
    shape = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    backbone = transformers.BertConfig(vocab_size=len(words), **shape)
    transformers.BertModel(backbone).save_pretrained(folder / "backbone")
    config = gliner.GLiNERConfig(model_name=str(folder / "backbone"), hidden_size=16, max_width=4, num_rnn_layers=0)
    made = gliner.GLiNER.from_config(config, load_tokenizer=True, resize_token_embeddings=True)
    made.save_pretrained(folder / "tiny")
    return folder / "tiny"


def test_mentions_are_what_stands_there(model: Path) -> None:
    annotator = create(AnnotatorContext({"model": str(model), "threshold": "0.01", "languages": "en, nl"}))
    tags = Tags(language=Language(tag="en", confidence=1.0))
    annotator.annotate(Document(text=REPORT), tags)

    assert annotator.languages == {"en", "nl"}
    assert annotator.version.endswith("tiny at 0.01")
    assert tags.entities
    assert max(one.end for one in tags.entities) > 1_200
    for one in tags.entities:
        assert REPORT[one.start : one.end] == one.text
        assert one.type in ("PER", "ORG", "LOC")
        assert 0 < one.confidence <= 1
