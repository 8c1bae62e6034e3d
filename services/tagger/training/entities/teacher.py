"""The teacher: vectors of pieces, the first layers of the base model with narrower inner layers, a small head.

The attention layers are those of BERT (Devlin et al. 2019). Of the inner 1,536 units of each layer the most active are
kept; training then makes up for the rest.
"""

from typing import Self

import numpy as np
import torch
from base_model import BaseModel
from copydesk_tagger.core.entities.decoding import TAGS
from copydesk_tagger.core.entities.hints import HINTS
from plan import DOMAINS, GUIDELINE
from torch import Tensor, nn
from torch.nn import functional

LAYERS = 2
INNER = 768
LONGEST = 512
HEAD_DROPOUT = 0.1


class Layer(nn.Module):
    """Attention and an inner layer, each followed by a normalisation."""

    def __init__(self, base: BaseModel, number: int) -> None:
        super().__init__()
        hidden, prefix = base.hidden, f"l{number}."
        self.heads = base.heads
        self.attention = _linear(
            np.concatenate([base.matrix(f"{prefix}{part}.w", hidden).unpacked() for part in "qkv"]),
            np.concatenate([base.vector(f"{prefix}{part}.b") for part in "qkv"]),
        )
        self.attended = _linear(base.matrix(prefix + "ao.w", hidden).unpacked(), base.vector(prefix + "ao.b"))
        self.first = _norm(base, prefix + "aln")
        self.inner = _linear(base.matrix(prefix + "fi.w", hidden).unpacked(), base.vector(prefix + "fi.b"))
        self.outer = _linear(base.matrix(prefix + "fo.w", base.inner).unpacked(), base.vector(prefix + "fo.b"))
        self.second = _norm(base, prefix + "oln")

    def forward(self, vectors: Tensor, mask: Tensor) -> Tensor:
        batch, length, hidden = vectors.shape
        parts = self.attention(vectors).view(batch, length, 3, self.heads, hidden // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask[:, None, None, :])
        seen = seen.transpose(1, 2).reshape(batch, length, hidden)
        vectors = self.first(vectors + self.attended(seen))
        return self.second(vectors + self.outer(functional.gelu(self.inner(vectors))))

    def keep(self, units: Tensor) -> None:
        """Drop all inner units but these."""
        self.inner = _linear(self.inner.weight.data[units].numpy(), self.inner.bias.data[units].numpy())
        self.outer = _linear(self.outer.weight.data[:, units].numpy(), self.outer.bias.data.numpy())


class Names(nn.Module):
    """Vectors (batch, pieces, hidden), mask and hints in; scores of the tags and of a clitic (batch, pieces, 8) out."""

    def __init__(self, base: BaseModel) -> None:
        super().__init__()
        hidden = base.hidden
        kinds = base.vector("emb.type").reshape(-1, hidden)
        positions = base.vector("emb.pos").reshape(-1, hidden)[:LONGEST] + kinds[0]
        self.positions = nn.Parameter(torch.tensor(positions))
        self.norm = _norm(base, "emb.ln")
        self.hints = nn.Linear(HINTS, hidden, bias=False)
        nn.init.zeros_(self.hints.weight)
        self.layers = nn.ModuleList(Layer(base, number) for number in range(LAYERS))
        self.domains = nn.Embedding(DOMAINS, hidden)
        nn.init.zeros_(self.domains.weight)
        self.head = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, len(TAGS) + 1)

    def forward(self, vectors: Tensor, mask: Tensor, hints: Tensor, domain: Tensor | None = None) -> Tensor:
        vectors = self.norm(vectors + self.positions[: vectors.shape[1]]) + self.hints(hints)
        for layer in self.layers:
            vectors = layer(vectors, mask)
        known = self.domains.weight[GUIDELINE] if domain is None else self.domains(domain)[:, None, :]
        seen = functional.gelu(self.head(vectors + known))
        scores: Tensor = self.out(functional.dropout(seen, HEAD_DROPOUT, self.training))
        return scores

    @classmethod
    def restored(cls, base: BaseModel, state: dict[str, Tensor]) -> Self:
        """As it was saved, its inner layers narrowed."""
        made = cls(base)
        for layer in made.layers:
            layer.keep(torch.arange(INNER))
        made.load_state_dict(state)
        return made

    def narrow(self, samples: list[tuple[Tensor, Tensor, Tensor]]) -> None:
        """Keep of each layer the `INNER` units that matter most on samples of (vectors, mask, hints)."""
        self.eval()
        for layer in self.layers:
            activity = torch.zeros(layer.inner.out_features)

            def measure(_: nn.Module, __: object, out: Tensor, activity: Tensor = activity) -> None:
                activity.add_(functional.gelu(out).square().mean((0, 1)))

            hook = layer.inner.register_forward_hook(measure)
            with torch.no_grad():
                for sample in samples:
                    self(*sample)
            hook.remove()
            weight = activity.sqrt() * layer.outer.weight.data.norm(dim=0)
            layer.keep(weight.topk(INNER).indices.sort().values)
        self.train()


def embedded(base: BaseModel, vectors: Tensor) -> Tensor:
    """Vectors of pieces (batch, pieces, hidden) as the first layer takes them."""
    positions = torch.tensor(base.vector("emb.pos").reshape(-1, base.hidden)[: vectors.shape[1]])
    kind = torch.tensor(base.vector("emb.type")[: base.hidden])
    made: Tensor = _norm(base, "emb.ln")(vectors + positions + kind)
    return made


def _linear(weight: np.ndarray, bias: np.ndarray) -> nn.Linear:  # type: ignore[type-arg]
    made = nn.Linear(weight.shape[1], weight.shape[0])
    made.weight.data, made.bias.data = torch.tensor(weight), torch.tensor(bias)
    return made


def _norm(base: BaseModel, name: str) -> nn.LayerNorm:
    made = nn.LayerNorm(base.hidden, base.epsilon)
    made.weight.data, made.bias.data = torch.tensor(base.vector(name + ".w")), torch.tensor(base.vector(name + ".b"))
    return made
