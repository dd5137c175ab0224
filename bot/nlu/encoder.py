"""What MiniLM, adapted to our English examples, thinks that a message means.

``weights/english.npz`` holds what ``scripts/adapt_encoder.py`` has learnt: for each weight matrix of the first layers a
product of two thin matrices (LoRA, Hu et al. 2021), and a linear layer that tells the intents. Merged into MiniLM when it is
loaded, they cost nothing when it is asked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.nlu.linear import Floats, log_softmax
from bot.nlu.minilm import MiniLM, installed_model

WEIGHTS = Path(__file__).with_name("weights") / "english.npz"

SCALE = 2.0
"""Factor of the learnt product, as in training."""

SPREAD = 12.0
"""Factor of the unit embedding before the last layer, as in training."""


class Encoder:
    """Log-probabilities of intents for English texts."""

    def __init__(self, path: Path) -> None:
        """Args:
        path: the file of learnt weights.

        Raises:
            WrongWeights: MiniLM's own files are missing or changed.
        """
        with np.load(path, allow_pickle=False) as learnt:
            self.labels: list[str] = learnt["labels"].tolist()
            names = [name[2:] for name in learnt.files if name.startswith("A.")]
            changes = {
                f"{name}.weight": SCALE * learnt[f"B.{name}"].astype(np.float32) @ learnt[f"A.{name}"].astype(np.float32)
                for name in names
            }
            self._head = learnt["head.weight"].astype(np.float32).T
            self._bias = learnt["head.bias"].astype(np.float32)
            self._held: dict[int, NDArray[np.float16]] = dict(zip(learnt["held.keys"].tolist(), learnt["held.logits"]))
        layers = 1 + max(int(name.split(".")[2]) for name in names)
        self._model = MiniLM(installed_model(), layers, changes)

    @classmethod
    @lru_cache(maxsize=1)
    def default(cls) -> Encoder:
        """The encoder of this version; read once for the process."""
        return cls(WEIGHTS)

    def log_probabilities(self, texts: Sequence[str]) -> Floats:
        """One row a text, one column a label."""
        return log_softmax(SPREAD * self._model.embed(texts) @ self._head + self._bias)

    def is_held(self, text: str) -> bool:
        """Whether an example was kept from a first round of learning, so that what it says of it is honest."""
        return key_of(text) in self._held

    def held_log_probabilities(self, texts: Sequence[str]) -> Floats:
        """What the first round of learning said of examples that were kept from it.

        Raises:
            KeyError: a text was not kept from it.
        """
        return log_softmax(np.stack([self._held[key_of(text)] for text in texts]).astype(np.float32))


def key_of(text: str) -> int:
    """A number by which an example is known."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little")
