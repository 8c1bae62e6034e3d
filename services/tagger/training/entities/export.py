"""Writes the files of a trained model as the tagger reads them, with the calibration fitted on held-out texts.

    python services/tagger/training/entities/export.py [--data DIR] [--vocabulary FILE] [--model FILE] [--out DIR]

The vectors keep the base model's own 4 bits; the network's weights become 8 bits. Confidence is a logistic model of a
mention's being right, fitted on the development parts of the news of the guideline and of the gold corpora; thresholds
are the lowest at which nine in ten mentions of a language's news are right.
"""

import argparse
import gzip
import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from base_model import BaseModel
from copydesk_tagger.adapters.entity_model import EntityModel
from copydesk_tagger.core.entities.confidence import OTHER, Calibration, features
from copydesk_tagger.core.entities.decoding import TAGS, TYPES, Span, spans
from copydesk_tagger.core.sentences import windows
from corpora import spans_documents
from network import INNER, LAYERS, Names
from onnxruntime.quantization import QuantType, quantize_dynamic
from plan import GUIDELINE, LONGEST, LONGEST_UNSPACED, NEWS, Example, held_out
from sklearn.linear_model import LogisticRegression
from torch import nn
from train import made_tokenizer

PRECISION = 0.9
_LEAST_THRESHOLD = 0.3
_MOST_THRESHOLD = 0.8
_LANGUAGE_SCALE = 0.5
"""So small are the columns of languages, that regularisation keeps each near the others unless much speaks for it."""


class Told(NamedTuple):
    """A mention that the model found in a held-out text."""

    language: str
    span: Span
    right: bool


class Deployed(nn.Module):
    """The network by the shipped guideline, with log-probabilities of tags and the clitic's score as its output."""

    def __init__(self, names: Names) -> None:
        super().__init__()
        self.names = names

    def forward(self, vectors: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        scores = self.names(vectors, mask)
        return torch.cat((scores[..., : len(TAGS)].log_softmax(-1), scores[..., len(TAGS) :]), -1)


def write_model(base: BaseModel, kept: Sequence[int], state: dict[str, torch.Tensor], out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with gzip.GzipFile(out / "tokenizer.json.gz", "wb", mtime=0) as packed:
        packed.write(made_tokenizer(base, kept).to_str().encode())
    embedding = base.embedding()
    np.save(out / "pieces.npy", embedding.nibbles[list(kept)])
    np.save(out / "scales.npy", embedding.scales[list(kept)])
    names = Names(base)
    names.narrow([(torch.zeros(1, 2, base.hidden), torch.ones(1, 2, dtype=torch.bool))])
    names.load_state_dict(state)
    example = (torch.zeros(2, 9, base.hidden), torch.ones(2, 9, dtype=torch.bool))
    axes = {"vectors": {0: "batch", 1: "pieces"}, "mask": {0: "batch", 1: "pieces"}, "tags": {0: "batch", 1: "pieces"}}
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "network.onnx"
        torch.onnx.export(
            Deployed(names).eval(),
            example,
            whole,
            input_names=["vectors", "mask"],
            output_names=["tags"],
            dynamic_axes=axes,
            dynamo=False,
        )
        quantize_dynamic(whole, out / "network.onnx", weight_type=QuantType.QInt8)


def told(model: EntityModel, data: Path) -> list[Told]:
    """Every mention found in the held-out news, and in corpora of languages without news, read as at run time."""
    examples = [one for one in held_out(data) if one.language not in NEWS]
    for language in NEWS:
        path = data / "ner" / language / "ntrex.spans.jsonl.gz"
        documents = spans_documents(path, "dev", language)
        examples += [Example(language, "ntrex", GUIDELINE, document) for document in documents]
    return [one for example in examples for one in _told(model, example)]


def _told(model: EntityModel, example: Example) -> Iterator[Told]:
    text, gold = example.sentence
    stretches = list(windows(text, LONGEST_UNSPACED if example.language in ("zh", "ja") else LONGEST))
    scored = model.score([text[start:end] for start, end in stretches])
    for (start, end), values in zip(stretches, scored, strict=True):
        for span in spans(values, text[start:end]):
            right = (start + span.start, start + span.end, span.type) in gold
            yield Told(example.language, span, right)


def calibrated(mentions: Sequence[Told]) -> dict[str, Any]:
    """The figures of `core.entities.confidence.Calibration`."""
    languages = sorted({one.language for one in mentions})
    rows = [_row(one, languages) for one in mentions]
    fitted = LogisticRegression(C=1.0, max_iter=2000).fit(rows, [one.right for one in mentions])
    weights = [float(weight) for weight in fitted.coef_[0]]
    figures: dict[str, Any] = {
        "least": weights[0],
        "mean": weights[1],
        "pieces": weights[2],
        "bias": float(fitted.intercept_[0]),
        "types": dict(zip(TYPES, weights[3:6], strict=True)),
        "languages": {name: weight * _LANGUAGE_SCALE for name, weight in zip(languages, weights[6:], strict=True)},
        "thresholds": {OTHER: 0.5},
    }
    calibration = Calibration(**figures)
    figures["thresholds"] = {name: _threshold(mentions, name, calibration) for name in languages} | {OTHER: 0.7}
    return figures


def _row(one: Told, languages: Sequence[str]) -> list[float]:
    least, mean, pieces, kind = features(one.span)
    types = [float(kind == name) for name in TYPES]
    return [least, mean, pieces, *types, *(_LANGUAGE_SCALE * (one.language == name) for name in languages)]


def _threshold(mentions: Sequence[Told], language: str, calibration: Calibration) -> float:
    """The lowest one above which mentions of a language are right often enough."""
    sure = sorted(
        ((calibration.confidence(one.span, language), one.right) for one in mentions if one.language == language),
        reverse=True,
    )
    best, right = _MOST_THRESHOLD, 0
    for count, (confidence, is_right) in enumerate(sure, 1):
        right += is_right
        if count >= 20 and right / count >= PRECISION:
            best = confidence
    return round(min(max(best, _LEAST_THRESHOLD), _MOST_THRESHOLD), 3)


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the files of a trained model.")
    parser.add_argument("--data", type=Path, default=Path("../shared/data/tagging"))
    parser.add_argument("--vocabulary", type=Path, default=Path("vocabulary.json"))
    parser.add_argument("--model", type=Path, default=Path("names.pt"))
    parser.add_argument(
        "--out", type=Path, default=Path(__file__).resolve().parents[2] / "copydesk_tagger" / "models" / "entities"
    )
    arguments = parser.parse_args()
    kept = json.loads(arguments.vocabulary.read_text())
    write_model(BaseModel(), kept, torch.load(arguments.model), arguments.out)
    figures = calibrated(told(EntityModel(arguments.out), arguments.data))
    (arguments.out / "calibration.json").write_text(json.dumps(figures, indent=1) + "\n")
    print(f"{LAYERS} layers of {INNER}, {len(kept)} pieces, thresholds {figures['thresholds']}")


if __name__ == "__main__":
    main()
