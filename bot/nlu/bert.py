"""What the sentence encoders share: layers of BERT by ONNX Runtime, mean pooling, unit vectors.

``weights/layer.onnx`` is what a layer of 384 columns and twelve heads computes (``scripts/draw_layer.py`` has drawn it); the
weights are given to it when the sessions are made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray

DIMENSIONS = 384
MAX_TOKENS = 48
"""Longer texts are cut: almost all questions have fewer, and the cost grows with the length."""

_ATTEND = ("query", "key", "value")
PARTS = (*_ATTEND, "out", "widen", "narrow")
NORMS = ("out_norm", "norm")
"""The weights of a layer: of attention and what follows it, then of the two wide products."""

_LAYER = Path(__file__).with_name("weights") / "layer.onnx"
_EPSILON = 1e-12
_BATCH_TOKENS = 2048

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Embeddings:
    """What goes into the first layer."""

    words: Callable[[NDArray[np.int64]], Floats]
    """The vectors of tokens by their numbers."""
    positions: Floats
    kind: Floats
    """The vector of the first sentence, which is the only one."""
    norm: tuple[Floats, Floats]


class Base(Protocol):
    """A model as its authors published it."""

    embeddings: Embeddings

    def tokenize(self, text: str) -> list[int]:
        """The numbers of the text's tokens, at most ``MAX_TOKENS``, with those that mark its beginning and end."""

    def layer(self, number: int) -> dict[str, Floats]:
        """Weights and biases of a layer, ``query.weight`` and so on for each of ``PARTS`` and ``NORMS``; a matrix has one row
        an output."""


class Bert:
    """The first layers of a base and mean pooling; texts that mean about the same get a cosine near 1."""

    def __init__(self, base: Base, layers: int, changes: Mapping[str, Floats] | None = None) -> None:
        """Args:
        base: the model.
        layers: how many of its layers are run.
        changes: what is added to weight matrices, by the layer's number and the part ("0.query").
        """
        self._base = base
        self._layers = [_session(base.layer(number), number, changes or {}) for number in range(layers)]

    def embed(self, texts: Sequence[str]) -> Floats:
        """Unit vectors of the texts, one row each (``DIMENSIONS`` columns)."""
        tokens = [self._base.tokenize(text) for text in texts]
        vectors = np.zeros((len(tokens), DIMENSIONS), dtype=np.float32)
        order = sorted(range(len(tokens)), key=lambda index: len(tokens[index]))
        while order:
            length = len(tokens[order[0]])
            same = [index for index in order[: max(1, _BATCH_TOKENS // length)] if len(tokens[index]) == length]
            vectors[same] = self._forward(np.array([tokens[index] for index in same]))
            order = order[len(same) :]
        return vectors

    def _forward(self, tokens: NDArray[np.int64]) -> Floats:
        """Embed sentences of the same number of tokens, so that nothing needs to be masked."""
        given = self._base.embeddings
        hidden = _normalise(given.words(tokens) + given.positions[: tokens.shape[1]] + given.kind, *given.norm)
        for layer in self._layers:
            (hidden,) = layer.run(["next"], {"hidden": hidden})
        mean: Floats = hidden.mean(axis=1)
        return mean / np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-12)


def _session(weights: Mapping[str, Floats], number: int, changes: Mapping[str, Floats]) -> onnxruntime.InferenceSession:
    """A layer with its weights; ONNX Runtime copies them into the order that its matrix products want."""

    def matrix(part: str) -> Floats:
        change = changes.get(f"{number}.{part}")
        return weights[f"{part}.weight"] if change is None else weights[f"{part}.weight"] + change

    given = {
        "attend.weight": np.concatenate([matrix(part) for part in _ATTEND]).T,
        "attend.bias": np.concatenate([weights[f"{part}.bias"] for part in _ATTEND]),
        **{f"{part}.weight": matrix(part).T for part in PARTS if part not in _ATTEND},
        **{f"{part}.bias": weights[f"{part}.bias"] for part in PARTS if part not in _ATTEND},
        **{f"{norm}.{what}": weights[f"{norm}.{what}"] for norm in NORMS for what in ("weight", "bias")},
    }
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # one sentence is too little work to share among cores
    options.enable_cpu_mem_arena = False  # it would grow to the next power of two for each layer
    values = [onnxruntime.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(value)) for value in given.values()]
    options.add_external_initializers(list(given), values)
    return onnxruntime.InferenceSession(_LAYER.read_bytes(), options, providers=["CPUExecutionProvider"])


def _normalise(values: Floats, scale: Floats, shift: Floats) -> Floats:
    centred = values - values.mean(axis=-1, keepdims=True)
    spread = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + np.float32(_EPSILON))
    return np.asarray(centred / spread * scale + shift, dtype=np.float32)
