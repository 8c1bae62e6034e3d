"""The student as onnxruntime runs it: matrices in 8 bits, and the last layer only where a name may be.

Vectors are quantized once a layer, before neighbours are put side by side. What the gate is sure to be outside of names
by what the last layer would read is left out of that layer, and of the head: two thirds of news.
"""

from typing import NamedTuple

import numpy as np
import onnx
import torch
from copydesk_tagger.core.entities.decoding import TAGS
from copydesk_tagger.core.entities.hints import HINTS
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from sklearn.linear_model import LogisticRegression
from student import DISTANCES, WIDTH, Student
from torch import Tensor, nn

INPUTS = ["features", "hints"]

_OPSET, _IR = 20, 8
_MICROSOFT = "com.microsoft"
_LARGEST = 127
_SURE = 0.95
"""A piece that is as likely as this outside of names needs no further look …"""
_MISSED = 0.002
"""… and so many of the others may go without."""
_LEFT_OUT = np.log([0.994, *[0.001] * 6, 0.25]).astype(np.float32)
"""What is told of pieces that are left out: outside, and no clitic (whose score is below zero)."""


class Gate(NamedTuple):
    """A linear model of what the last layer reads: pieces above zero are read on."""

    weights: NDArray[np.float32]
    bias: float


def fitted(read: NDArray[np.float32], outside: NDArray[np.float32]) -> Gate:
    """Of what the last layer reads of pieces (n, `WIDTH`), and how likely the student has them outside of names (n)."""
    needed = outside < _SURE
    model = LogisticRegression(C=0.1, class_weight={True: 3.0, False: 1.0}, max_iter=200).fit(read, needed)
    weights = model.coef_[0].astype(np.float32)
    return Gate(weights, -float(np.quantile(read[needed] @ weights, _MISSED)))


def last_read(student: Student, ids: Tensor, hints: Tensor, described: Tensor) -> tuple[Tensor, Tensor]:
    """What `fitted` takes, of a row of stretches."""
    seen: list[Tensor] = []
    hook = student.layers[-1].norm.register_forward_hook(lambda _, __, out: seen.append(out))
    with torch.no_grad():
        scores = student.read(ids, hints, described)
    hook.remove()
    return seen[0], scores[:, : len(TAGS)].softmax(-1)[:, TAGS.index("O")]


class Graph:
    """Collects nodes and constants; methods return the name of what they give."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, values: object, kind: type[np.generic] = np.int64) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values, kind), name))
        return name

    def __call__(self, operator: str, *inputs: str, outputs: int = 1, domain: str = "", **attributes: object) -> str:
        """The name of the first output; the others' have `:1`, `:2` behind it."""
        name = f"n{len(self.nodes)}"
        names = [name, *(f"{name}:{number}" for number in range(1, outputs))]
        self.nodes.append(helper.make_node(operator, inputs, names, domain=domain, **attributes))
        return name

    def norm(self, norm: nn.LayerNorm, vectors: str) -> str:
        weights = (self.constant(one.detach().numpy(), np.float32) for one in (norm.weight, norm.bias))
        return self("LayerNormalization", vectors, *weights, axis=-1, epsilon=norm.eps)

    def quantized(self, vectors: str) -> tuple[str, str, str]:
        """With scale and zero point."""
        name = self("DynamicQuantizeLinear", vectors, outputs=3)
        return name, f"{name}:1", f"{name}:2"

    def linear(self, layer: nn.Linear, quantized: tuple[str, str, str]) -> str:
        weights = layer.weight.detach().numpy().T
        scales = np.abs(weights).max(0) / _LARGEST
        numbers, scale, zero = quantized
        return self(
            "MatMulIntegerToFloat",
            numbers,
            self.constant(np.round(weights / scales), np.int8),
            scale,
            self.constant(scales, np.float32),
            zero,
            "",
            self.constant(layer.bias.detach().numpy(), np.float32),
            domain=_MICROSOFT,
        )

    def rows(self, gate: Gate, vectors: str) -> str:
        """Places of the vectors that the gate lets through."""
        score = self("MatMul", vectors, self.constant(gate.weights[:, None], np.float32))
        through = self("Greater", score, self.constant(-gate.bias, np.float32))
        found = self("NonZero", self("Squeeze", through, self.constant([1])))
        return self("Squeeze", found, self.constant([0]))


def network(student: Student, gate: Gate) -> onnx.ModelProto:
    """Features (pieces, `WIDTH`) and hints (pieces, `HINTS`) in; log-probabilities of tags and a clitic's score out."""
    graph = Graph()
    hinted = graph("MatMul", "hints", graph.constant(student.hints.weight.detach().numpy().T, np.float32))
    vectors = graph("Add", "features", hinted)
    count = graph("Gather", graph("Shape", vectors), graph.constant([0]))
    rows = None
    for number, layer in enumerate(student.layers):
        normed = graph.norm(layer.norm, vectors)
        if number == len(student.layers) - 1:
            rows = graph.rows(gate, normed)
            vectors = graph("Gather", vectors, rows, axis=0)
        seen = _neighbours(graph, normed, DISTANCES[number], count, rows)
        inner = graph("Relu", graph.linear(layer.inner, seen))
        vectors = graph("Add", vectors, graph.linear(layer.outer, graph.quantized(inner)))
    head = graph("Relu", graph.linear(student.head, graph.quantized(graph.norm(student.norm, vectors))))
    scores = graph.linear(student.out, graph.quantized(head))
    parts = graph("Split", scores, graph.constant([len(TAGS), 1]), outputs=2, axis=1)
    told = graph("Concat", graph("LogSoftmax", parts, axis=-1), f"{parts}:1", axis=1)
    shape = graph("Concat", count, graph.constant([len(TAGS) + 1]), axis=0)
    left_out = graph("Expand", graph.constant(_LEFT_OUT, np.float32), shape)
    graph("ScatterND", left_out, graph("Unsqueeze", rows, graph.constant([1])), told)
    graph.nodes[-1].output[0] = "tags"
    return _model(graph)


def _neighbours(graph: Graph, normed: str, distance: int, count: str, rows: str | None) -> tuple[str, str, str]:
    """Each piece's vector between those `distance` before and behind it, quantized; of `rows` alone if given."""
    numbers, scale, zero = graph.quantized(normed)
    padded = graph("Pad", numbers, graph.constant([distance, 0, distance, 0]), zero)
    parts = []
    for shift in (0, distance, 2 * distance):
        if rows is None:
            end = graph("Add", count, graph.constant([shift]))
            parts.append(graph("Slice", padded, graph.constant([shift]), end, graph.constant([0])))
        else:
            parts.append(graph("Gather", padded, graph("Add", rows, graph.constant(shift)), axis=0))
    return graph("Concat", *parts, axis=1), scale, zero


def _model(graph: Graph) -> onnx.ModelProto:
    widths = dict(zip(INPUTS, (WIDTH, HINTS), strict=True))
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["pieces", width]) for name, width in widths.items()
    ]
    output = helper.make_tensor_value_info("tags", TensorProto.FLOAT, ["pieces", len(TAGS) + 1])
    made = helper.make_graph(graph.nodes, "names", inputs, [output], graph.constants)
    domains = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_MICROSOFT, 1)]
    model = helper.make_model(made, opset_imports=domains, ir_version=_IR)
    onnx.checker.check_model(model)
    return model
