"""Trains the network that is shipped, on tagged news and on what the teacher says of texts without tags.

    python services/tagger/training/entities/distill.py [--data DIR] [--pages DIR] [--vocabulary FILE] [--names FILE]
        [--teacher FILE] [--extra LANGUAGE=FILE.conll ...] [--epochs N] [--settle N] [--out FILE]

Distillation after Hinton et al. (2015). News tagged by the guideline teach by their tags, twice more with other names
in the places of theirs; corpora of other guidelines, and articles, teach by what the teacher finds in them. After
`--epochs` the layers are narrowed, and `--settle` epochs make up for that. All takes an hour and a half of one core.
"""

import argparse
import json
import math
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from base_model import BaseModel
from copydesk_tagger.adapters.word_pieces import name_lists
from copydesk_tagger.core.entities.decoding import TAGS
from corpora import Sentence, conll
from deployed import fitted, last_read
from encoding import END, START, Encoded, encode
from plan import GUIDELINE, Example, joined, training, unlabelled
from student import WIDE, Student, descriptions
from teacher import Names
from torch import Tensor
from torch.nn import functional
from train import Vectors, made_tokenizer, scores

BATCH_PIECES = 2048
RATE = 2e-3
SETTLING_RATE = 1e-3
_SAMPLES, _GATE_SAMPLES = 20, 50
WARM_UP = 100
_CLITIC_WEIGHT = 0.1
_SWAPPED = 0.7
"""So many names of a copy are replaced."""
_COPIES = 2


class Lesson(NamedTuple):
    """A stretch and the probabilities of its pieces' tags (pieces, 7)."""

    encoded: Encoded
    tags: Tensor


def swapped(examples: Sequence[Example]) -> Iterator[Example]:
    """Copies with names replaced by others of their type and language."""
    chance = random.Random(5)  # noqa: S311 - order of training, no secret
    names: dict[tuple[str, str], list[str]] = defaultdict(list)
    for language, _, _, (text, spans) in examples:
        for start, end, kind in spans:
            names[language, kind].append(text[start:end])
    for example in [one for one in examples if one.sentence.spans and not one.sentence.text.isupper()] * _COPIES:
        text, spans = example.sentence
        made, moved, last = "", [], 0
        for start, end, kind in spans:
            name = text[start:end] if chance.random() > _SWAPPED else chance.choice(names[example.language, kind])
            made += text[last:start]
            moved.append((len(made), len(made) + len(name), kind))
            made, last = made + name, end
        yield example._replace(sentence=Sentence(made + text[last:], moved))


def lessons(teacher: Names, vectors: Vectors, tagged: list[Encoded], untagged: list[Encoded]) -> list[Lesson]:
    known = [Lesson(one, functional.one_hot(torch.tensor(one.tags), len(TAGS)).float()) for one in tagged]
    told = scores(teacher, vectors, untagged, GUIDELINE)
    return known + [
        Lesson(one, torch.from_numpy(said.log_probs).exp()) for one, said in zip(untagged, told, strict=True)
    ]


def fit(model: Student, described: Tensor, taught: Sequence[Lesson], epochs: float, rate: float) -> None:
    """AdamW with a warm-up and a cosine decay."""
    total = int(epochs * sum(len(one.encoded.ids) for one in taught) / BATCH_PIECES)
    matrices = [one for one in model.parameters() if one.ndim > 1]
    others = [one for one in model.parameters() if one.ndim <= 1]
    optimizer = torch.optim.AdamW([{"params": matrices, "weight_decay": 0.01}, {"params": others, "weight_decay": 0}])
    started = time.monotonic()
    for step, batch in zip(range(total), _batches(taught), strict=False):
        for group in optimizer.param_groups:
            decay = 0.02 + 0.49 * (1 + math.cos(math.pi * step / total))
            group["lr"] = rate * min(1, (step + 1) / WARM_UP) * decay
        value = loss(model, described, batch)
        optimizer.zero_grad()
        value.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if step % 100 == 0:
            print(f"{step}/{total} loss {value.item():.3f} {time.monotonic() - started:.0f} s", flush=True)


def _batches(taught: Sequence[Lesson]) -> Iterator[list[Lesson]]:
    chance = np.random.default_rng(1)
    while True:
        batch: list[Lesson] = []
        for number in chance.permutation(len(taught)):
            batch.append(taught[number])
            if sum(len(one.encoded.ids) + 2 for one in batch) >= BATCH_PIECES:
                yield batch
                batch = []


def _row(batch: Sequence[Lesson]) -> tuple[Tensor, Tensor]:
    """Ids and hints of stretches in a row, each with its marks of start and end."""
    ids = torch.tensor([number for one in batch for number in (START, *one.encoded.ids, END)])
    return ids, torch.from_numpy(np.concatenate([np.pad(one.encoded.hints, ((1, 1), (0, 0))) for one in batch]))


def loss(model: Student, described: Tensor, batch: Sequence[Lesson]) -> Tensor:
    ids, hints = _row(batch)
    scored = model.read(ids, hints, described)[(ids != START) & (ids != END)]
    value = -(torch.cat([one.tags for one in batch]) * scored[:, : len(TAGS)].log_softmax(-1)).sum(-1).mean()
    clitics = torch.tensor([mark for one in batch for mark in one.encoded.clitics], dtype=torch.float)
    marked = clitics >= 0
    if marked.any():
        found = functional.binary_cross_entropy_with_logits(scored[marked, len(TAGS)], clitics[marked])
        value = value + _CLITIC_WEIGHT * marked.float().mean() * found
    return value


def gate(model: Student, described: Tensor, taught: Sequence[Lesson]) -> tuple[Tensor, float]:
    """What of the pieces the last layer is spared, as `deployed.Gate` has it."""
    model.eval()
    parts = [last_read(model, *_row(batch), described) for batch in islice(_batches(taught), _GATE_SAMPLES)]
    read, outside = (torch.cat(column).numpy() for column in zip(*parts, strict=True))
    weights, bias = fitted(read, outside)
    return torch.from_numpy(weights), bias


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the network that is shipped.")
    parser.add_argument("--data", type=Path, default=Path("../shared/data/tagging"))
    parser.add_argument("--pages", type=Path, default=Path("../shared/data/extraction"), help="articles without tags")
    parser.add_argument("--vocabulary", type=Path, default=Path("vocabulary.json"))
    parser.add_argument("--names", type=Path, default=Path("name_lists.npz"), help="made by name_lists.py")
    parser.add_argument("--teacher", type=Path, default=Path("names.pt"), help="made by train.py")
    parser.add_argument("--extra", action="append", default=[], metavar="LANGUAGE=FILE")
    parser.add_argument("--epochs", type=float, default=3)
    parser.add_argument("--settle", type=float, default=1)
    parser.add_argument("--out", type=Path, default=Path("student.pt"))
    arguments = parser.parse_args()
    torch.manual_seed(1)
    base = BaseModel()
    kept = json.loads(arguments.vocabulary.read_text())
    cutter, names = made_tokenizer(base, kept), name_lists(arguments.names)
    gold = [example for example in training(arguments.data) if example.domain == GUIDELINE]
    for language, _, path in (extra.partition("=") for extra in arguments.extra):
        stretches = joined(list(conll(Path(path), language)), language, path)
        gold += [Example(language, Path(path).name, GUIDELINE, stretch) for stretch in stretches]
    gold += swapped(gold)
    tagged, untagged = (
        [part for example in examples for part in encode(cutter, names, example) if part.ids]
        for examples in (gold, unlabelled(arguments.data, arguments.pages))
    )
    teacher = Names.restored(base, torch.load(arguments.teacher))
    taught = lessons(teacher, Vectors(base, kept), tagged, untagged)
    described = descriptions(base, kept)
    model = Student(described.shape[1], WIDE)
    fit(model, described, taught, arguments.epochs, RATE)
    model.narrow([_row(batch) for batch in islice(_batches(taught), _SAMPLES)], described)
    fit(model, described, taught, arguments.settle, SETTLING_RATE)
    saved = {
        "student": model.state_dict(),
        "features": model.features(described),
        "gate": gate(model, described, taught),
    }
    torch.save(saved, arguments.out)


if __name__ == "__main__":
    main()
