"""Trains the teacher of the network that is shipped.

    python services/tagger/training/entities/train.py [--data DIR] [--vocabulary FILE] [--names FILE]
        [--extra LANGUAGE=FILE.conll ...] [--start FILE] [--epochs N] [--settle N] [--out FILE]

First all corpora teach it (`--epochs`), then those of the guideline alone (`--settle`). `--extra` adds a corpus of your
own (two columns, BIO tags) by the guideline of `ner/GUIDELINE.md`; `--start` goes on from weights of an earlier run.
`distill.py` then trains the network that is shipped. One core takes about an hour for the shipped plan.
"""

import argparse
import json
import random
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import torch
from base_model import BaseModel
from copydesk_tagger.adapters.word_pieces import name_lists
from copydesk_tagger.core.entities.decoding import TAGS, Scored, spans, word_starts
from corpora import conll
from encoding import IGNORED, Batch, Encoded, batches, encode, tensors
from numpy.typing import NDArray
from plan import GUIDELINE, Example, held_out, joined, training
from teacher import Names
from tokenizers import Tokenizer
from torch.nn import functional
from vocabulary import tokenizer

BATCH_PIECES = 1500
RATE = 5e-4
SETTLING_RATE = 2e-4
WARM_UP = 200
_CLITIC_WEIGHT = 0.1
_SAMPLES = 25


class Vectors:
    """Vectors of the kept pieces of the base vocabulary."""

    def __init__(self, base: BaseModel, kept: Sequence[int]) -> None:
        self._rows: NDArray[np.float32] = base.embedding().unpacked()[list(kept)]

    def of(self, ids: NDArray[np.int64]) -> torch.Tensor:
        return torch.from_numpy(self._rows[ids])


def made_tokenizer(base: BaseModel, kept: Iterable[int]) -> Tokenizer:
    return tokenizer((base.pieces[number], float(base.scores[number])) for number in kept)


def fit(model: Names, vectors: Vectors, encoded: Sequence[Encoded], epochs: float, rate: float) -> None:
    """AdamW with a warm-up and a linear decay."""
    chance = random.Random(1)  # noqa: S311 - order of training, no secret
    total = int(len(batches(encoded, BATCH_PIECES)) * epochs)
    matrices = [one for one in model.parameters() if one.ndim > 1]
    others = [one for one in model.parameters() if one.ndim <= 1]
    optimizer = torch.optim.AdamW([{"params": matrices, "weight_decay": 0.01}, {"params": others, "weight_decay": 0}])
    step, started = 0, time.monotonic()
    while step < total:
        for batch in batches(encoded, BATCH_PIECES, chance)[: total - step]:
            for group in optimizer.param_groups:
                group["lr"] = rate * min(1, (step + 1) / WARM_UP) * max(0.02, 1 - step / total)
            value = loss(model, vectors, tensors(batch))
            optimizer.zero_grad()
            value.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            step += 1
            if step % 100 == 0:
                print(f"{step}/{total} loss {value.item():.3f} {time.monotonic() - started:.0f} s", flush=True)


def loss(model: Names, vectors: Vectors, batch: Batch) -> torch.Tensor:
    scores = model(vectors.of(batch.ids), batch.mask, batch.hints, batch.domain)
    value = functional.cross_entropy(scores[..., : len(TAGS)].flatten(0, 1), batch.tags.flatten(), ignore_index=IGNORED)
    marked = batch.clitics >= 0
    if marked.any():
        value = value + _CLITIC_WEIGHT * functional.binary_cross_entropy_with_logits(
            scores[..., len(TAGS)][marked], batch.clitics[marked]
        )
    return value


def scores(model: Names, vectors: Vectors, encoded: Sequence[Encoded], domain: int | None = None) -> list[Scored]:
    """What the model says of each stretch, by its own corpus's guideline or by `domain`."""
    model.eval()
    found: dict[int, Scored] = {}
    for batch in batches(encoded, 2 * BATCH_PIECES):
        made = tensors(batch)
        chosen = made.domain if domain is None else torch.full_like(made.domain, domain)
        with torch.no_grad():
            out = model(vectors.of(made.ids), made.mask, made.hints, chosen)
        log_probs = out[..., : len(TAGS)].log_softmax(-1).numpy()
        for row, one in enumerate(batch):
            place = slice(1, len(one.ids) + 1)
            offsets = np.array(one.offsets, np.int32).reshape(-1, 2)
            words = word_starts(offsets, one.example.sentence.text)
            found[id(one)] = Scored(offsets, log_probs[row, place], out[row, place, len(TAGS)].numpy() > 0, words)
    model.train()
    return [found[id(one)] for one in encoded]


def report(model: Names, vectors: Vectors, encoded: Sequence[Encoded], domain: int | None = None) -> None:
    """Strict span F1, precision and recall by language and corpus."""
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for one, scored in zip(encoded, scores(model, vectors, encoded, domain), strict=True):
        text, gold = one.example.sentence
        told = {(span.start, span.end, span.type) for span in spans(scored, text)}
        count = counts[one.example.language, one.example.corpus]
        for place, number in enumerate((len(told & set(gold)), len(told), len(gold))):
            count[place] += number
    for (language, corpus), (right, told_count, gold_count) in sorted(counts.items()):
        precision, recall = right / max(1, told_count), right / max(1, gold_count)
        f1 = 2 * right / max(1, told_count + gold_count)
        print(f"{language:3} {corpus:15} F1 {100 * f1:5.1f}  P {100 * precision:5.1f}  R {100 * recall:5.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the teacher.")
    parser.add_argument("--data", type=Path, default=Path("../shared/data/tagging"))
    parser.add_argument("--vocabulary", type=Path, default=Path("vocabulary.json"))
    parser.add_argument("--names", type=Path, default=Path("name_lists.npz"), help="made by name_lists.py")
    parser.add_argument("--extra", action="append", default=[], metavar="LANGUAGE=FILE")
    parser.add_argument("--epochs", type=float, default=2)
    parser.add_argument("--start", type=Path, help="weights of an earlier run to go on from")
    parser.add_argument("--settle", type=float, default=1.5)
    parser.add_argument("--out", type=Path, default=Path("names.pt"))
    arguments = parser.parse_args()
    torch.manual_seed(1)
    base = BaseModel()
    kept = json.loads(arguments.vocabulary.read_text())
    vectors, cutter, names = Vectors(base, kept), made_tokenizer(base, kept), name_lists(arguments.names)
    examples = list(training(arguments.data))
    for language, _, path in (extra.partition("=") for extra in arguments.extra):
        stretches = joined(list(conll(Path(path), language)), language, path)
        examples += [Example(language, Path(path).name, GUIDELINE, stretch) for stretch in stretches]
    encoded = [part for example in examples for part in encode(cutter, names, example)]
    model = Names(base)
    samples = [tensors(batch) for batch in batches(encoded, 800, random.Random(0))[:_SAMPLES]]  # noqa: S311
    model.narrow([(vectors.of(batch.ids), batch.mask, batch.hints) for batch in samples])
    if arguments.start:
        model.load_state_dict(torch.load(arguments.start), strict=False)
    fit(model, vectors, encoded, arguments.epochs, RATE)
    settling = [one for one in encoded if one.example.domain == GUIDELINE]
    fit(model, vectors, settling, arguments.settle, SETTLING_RATE)
    torch.save(model.state_dict(), arguments.out)
    report(model, vectors, [part for example in held_out(arguments.data) for part in encode(cutter, names, example)])


if __name__ == "__main__":
    main()
