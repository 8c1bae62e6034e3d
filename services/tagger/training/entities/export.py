"""Writes the files of a trained model as the tagger reads them, with the calibration fitted on held-out texts.

    python services/tagger/training/entities/export.py [--data DIR] [--vocabulary FILE] [--names FILE] [--model FILE]
        [--out DIR]

The features of pieces become 4 bits, the network's weights 8. Confidence is a logistic model of a
mention's being right, fitted on the development parts of the news of the guideline and of the gold corpora; thresholds
are the lowest at which nearly nine in ten mentions of a language's news are right.
"""

import argparse
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnx
import torch
from base_model import BLOCK, BaseModel
from copydesk_tagger.adapters.entity_model import EntityModel
from copydesk_tagger.core.document import Document
from copydesk_tagger.core.entities.confidence import OTHER, Calibration, features
from copydesk_tagger.core.entities.decoding import TYPES, Span, spans
from corpora import spans_documents
from deployed import Gate, network
from numpy.typing import NDArray
from plan import GUIDELINE, NEWS, Example, held_out
from sklearn.linear_model import LogisticRegression
from student import INNER, Student

_LEAST_SCALE = 1e-4
PRECISION = 0.9
_LEAST_THRESHOLD = 0.3
_MOST_THRESHOLD = 0.8
_LANGUAGE_SCALE, _SLOPE_SCALE = 0.5, 0.3
"""So small are the columns of languages, that regularisation keeps each near the others unless much speaks for it. With
slopes by language the error of calibration on documents that it was not fitted on is .010, without them .021."""


class Told(NamedTuple):
    """A mention that the model found in a held-out text."""

    language: str
    span: Span
    right: bool


def write_model(base: BaseModel, kept: Sequence[int], saved: Mapping[str, Any], names_file: Path, out: Path) -> None:
    """All files but the calibration; `saved` is what `distill.py` made."""
    out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(names_file, out / "name_lists.npz")
    embedding = base.embedding()
    np.save(out / "pieces.npy", embedding.nibbles[list(kept)])
    np.save(out / "scales.npy", embedding.scales[list(kept)])
    nibbles, scales = packed(saved["features"].numpy())
    np.save(out / "features.npy", nibbles)
    np.save(out / "feature_scales.npy", scales)
    student = Student(3 * base.hidden, INNER)
    student.load_state_dict(saved["student"])
    weights, bias = saved["gate"]
    onnx.save(network(student, Gate(weights.numpy(), bias)), out / "network.onnx")


def packed(features: NDArray[np.float32]) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
    """Four bits a number and a scale a block, as `word_pieces.unpacked` reads them."""
    blocks = features.reshape(len(features), -1, BLOCK)
    largest = np.take_along_axis(blocks, np.abs(blocks).argmax(-1)[..., None], -1)[..., 0]
    scales = (largest / -8).astype(np.float16)
    scales[scales == 0] = _LEAST_SCALE
    numbers = np.clip(np.round(blocks / scales.astype(np.float32)[..., None]) + 8, 0, 15).astype(np.uint8)
    nibbles = numbers[..., : BLOCK // 2] | (numbers[..., BLOCK // 2 :] << 4)
    return nibbles.reshape(len(features), -1), scales


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
    for span in spans(model.score(Document(text=text)), text):
        yield Told(example.language, span, (span.start, span.end, span.type) in gold)


def calibrated(mentions: Sequence[Told]) -> dict[str, Any]:
    """The figures of `core.entities.confidence.Calibration`."""
    languages = sorted({one.language for one in mentions})
    rows = [_row(one, languages) for one in mentions]
    fitted = LogisticRegression(C=10.0, max_iter=3000).fit(rows, [one.right for one in mentions])
    weights = [float(weight) for weight in fitted.coef_[0]]
    shifts, slopes = weights[6 : 6 + len(languages)], weights[6 + len(languages) :]
    figures: dict[str, Any] = {
        "least": weights[0],
        "mean": weights[1],
        "pieces": weights[2],
        "bias": float(fitted.intercept_[0]),
        "types": dict(zip(TYPES, weights[3:6], strict=True)),
        "languages": {name: weight * _LANGUAGE_SCALE for name, weight in zip(languages, shifts, strict=True)},
        "slopes": {name: weight * _SLOPE_SCALE for name, weight in zip(languages, slopes, strict=True)},
        "thresholds": {OTHER: 0.5},
    }
    calibration = Calibration(**figures)
    figures["thresholds"] = {name: _threshold(mentions, name, calibration) for name in languages} | {OTHER: 0.7}
    return figures


def _row(one: Told, languages: Sequence[str]) -> list[float]:
    least, mean, pieces, kind = features(one.span)
    types = [float(kind == name) for name in TYPES]
    shifts = [_LANGUAGE_SCALE * (one.language == name) for name in languages]
    slopes = [_SLOPE_SCALE * mean * (one.language == name) for name in languages]
    return [least, mean, pieces, *types, *shifts, *slopes]


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
    parser.add_argument("--names", type=Path, default=Path("name_lists.npz"))
    parser.add_argument("--model", type=Path, default=Path("student.pt"), help="made by distill.py")
    parser.add_argument(
        "--out", type=Path, default=Path(__file__).resolve().parents[2] / "copydesk_tagger" / "models" / "entities"
    )
    arguments = parser.parse_args()
    kept = json.loads(arguments.vocabulary.read_text())
    write_model(BaseModel(), kept, torch.load(arguments.model), arguments.names, arguments.out)
    figures = calibrated(told(EntityModel(arguments.out), arguments.data))
    (arguments.out / "calibration.json").write_text(json.dumps(figures, indent=1) + "\n")
    print(f"{len(kept)} pieces, thresholds {figures['thresholds']}")


if __name__ == "__main__":
    main()
