"""The shipped network: what each piece is by itself, worked out beforehand, and layers that look at its neighbours.

The features of a piece are made once for the whole vocabulary, of its vector and of what the base model's layers make
of it where it stands alone; at run time they are looked up. The layers are dilated convolutions (Yu and Koltun 2016),
written as products of matrices, that see some ten pieces to each side.
"""

from collections.abc import Sequence

import torch
from base_model import BaseModel
from copydesk_tagger.core.entities.decoding import TAGS
from copydesk_tagger.core.entities.hints import HINTS
from teacher import Layer, embedded
from torch import Tensor, nn
from torch.nn import functional

WIDTH = 192
WIDE, INNER = 384, 256
"""Inner units of a layer, while it learns and when it is shipped."""
DISTANCES = (1, 3, 6)
"""How many pieces off the neighbours of each layer are."""

_TABLE = 512
_DROPOUT = 0.05
_READ_AT = (4, 12)
"""Layers of the base model whose outputs describe a piece."""
_AT_ONCE = 512


def descriptions(base: BaseModel, kept: Sequence[int]) -> Tensor:
    """What is known of each piece (pieces, 3 * hidden), in 16 bits and to scale; takes ten minutes."""
    vectors = torch.from_numpy(base.embedding().unpacked()[list(kept)])
    layers = [Layer(base, number) for number in range(base.layers)]
    start, end = vectors[0], vectors[2]
    parts = []
    with torch.no_grad():
        for part in vectors.split(_AT_ONCE):
            alone = torch.stack([start.expand_as(part), part, end.expand_as(part)], 1)
            seen, mask = embedded(base, alone), torch.ones(alone.shape[:2], dtype=torch.bool)
            described = [part]
            for number, layer in enumerate(layers, 1):
                seen = layer(seen, mask)
                if number in _READ_AT:
                    described.append(seen[:, 1])
            parts.append(torch.cat(described, 1))
    whole = torch.cat(parts)
    return ((whole - whole.mean(0)) / whole.std(0)).half()


class Neighbours(nn.Module):
    """Adds to each piece what it and the pieces `distance` before and behind it say together."""

    def __init__(self, distance: int, inner: int) -> None:
        super().__init__()
        self.distance = distance
        self.norm = nn.LayerNorm(WIDTH)
        self.inner = nn.Linear(3 * WIDTH, inner)
        self.outer = nn.Linear(inner, WIDTH)
        self.outer.weight.data *= 0.5

    def forward(self, vectors: Tensor) -> Tensor:
        padded = functional.pad(self.norm(vectors), (0, 0, self.distance, self.distance))
        count = vectors.shape[0]
        seen = torch.cat([padded[place * self.distance : place * self.distance + count] for place in range(3)], -1)
        added: Tensor = self.outer(functional.relu(self.inner(seen)))
        return vectors + added

    def narrow(self, activity: Tensor) -> None:
        """Keep the `INNER` units that matter most; `activity` is the mean square of each one's output."""
        weight = activity.sqrt() * self.outer.weight.data.norm(dim=0)
        units = weight.topk(INNER).indices.sort().values
        inner, outer = nn.Linear(3 * WIDTH, INNER), nn.Linear(INNER, WIDTH)
        inner.weight.data, inner.bias.data = self.inner.weight.data[units], self.inner.bias.data[units]
        outer.weight.data, outer.bias.data = self.outer.weight.data[:, units], self.outer.bias.data
        self.inner, self.outer = inner, outer


class Table(nn.Module):
    """Descriptions (n, 3 * hidden) in, features (n, `WIDTH`) out."""

    def __init__(self, described: int) -> None:
        super().__init__()
        self.inner = nn.Linear(described, _TABLE)
        self.outer = nn.Linear(_TABLE, WIDTH)
        self.straight = nn.Linear(described, WIDTH)

    def forward(self, descriptions: Tensor) -> Tensor:
        features: Tensor = self.outer(functional.gelu(self.inner(descriptions))) + self.straight(descriptions)
        return features


class Student(nn.Module):
    """Features (pieces, `WIDTH`) and hints of stretches in a row in; scores of tags and of a clitic (pieces, 8) out."""

    def __init__(self, described: int, inner: int) -> None:
        super().__init__()
        self.table = Table(described)
        self.hints = nn.Linear(HINTS, WIDTH, bias=False)
        self.layers = nn.ModuleList(Neighbours(distance, inner) for distance in DISTANCES)
        self.norm = nn.LayerNorm(WIDTH)
        self.head = nn.Linear(WIDTH, WIDTH)
        self.out = nn.Linear(WIDTH, len(TAGS) + 1)

    def forward(self, features: Tensor, hints: Tensor) -> Tensor:
        vectors = features + self.hints(hints)
        for layer in self.layers:
            vectors = layer(vectors)
        scores: Tensor = self.out(functional.relu(self.head(self.norm(vectors))))
        return scores

    def read(self, ids: Tensor, hints: Tensor, described: Tensor) -> Tensor:
        """The same from pieces; each one's features are made once."""
        unique, places = torch.unique(ids, return_inverse=True)
        features = self.table(described[unique].float())[places]
        return self(functional.dropout(features, _DROPOUT, self.training), hints)

    def narrow(self, samples: Sequence[tuple[Tensor, Tensor]], described: Tensor) -> None:
        """Narrow all layers, by what they do on samples of (ids, hints)."""
        activity = [torch.zeros(WIDE) for _ in self.layers]
        hooks = [
            layer.inner.register_forward_hook(lambda _, __, out, sums=sums: sums.add_(out.relu().square().mean(0)))
            for layer, sums in zip(self.layers, activity, strict=True)
        ]
        with torch.no_grad():
            for ids, hints in samples:
                self.read(ids, hints, described)
        for hook, layer, sums in zip(hooks, self.layers, activity, strict=True):
            hook.remove()
            layer.narrow(sums)

    def features(self, described: Tensor) -> Tensor:
        """Of all pieces."""
        with torch.no_grad():
            return torch.cat([self.table(part.float()) for part in described.split(_AT_ONCE)])
