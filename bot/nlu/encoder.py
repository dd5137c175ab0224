"""What a sentence encoder, adapted to our examples, thinks that a message means.

Two are adapted: MiniLM for English, and E5 for both languages. ``weights/minilm.npz`` and ``weights/e5.npz`` hold what
``scripts/adapt_encoder.py`` has learnt: for each weight matrix of the first layers a product of two thin matrices (LoRA, Hu et
al. 2021), and a linear layer that tells the intents. Merged into the model when it is loaded, they cost nothing when it is asked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.nlu import e5, minilm
from bot.nlu.bert import Base, Bert
from bot.nlu.linear import Floats, log_softmax

WEIGHTS = Path(__file__).with_name("weights")

BASES: Mapping[str, Callable[[], Base]] = {
    "minilm": lambda: minilm.MiniLM(minilm.installed_folder()),
    "e5": lambda: e5.E5(e5.installed_file()),
}
LANGUAGES: Mapping[str, Sequence[str]] = {"en": ("minilm", "e5"), "zh": ("e5",)}
"""Which encoders are heard in each language, in this order."""

SCALE = 2.0
"""Factor of the learnt product, as in training."""

SPREAD = 12.0
"""Factor of the unit embedding before the last layer, as in training."""


class Encoder:
    """Log-probabilities of intents."""

    def __init__(self, path: Path, base: Base) -> None:
        """Args:
        path: the file of learnt weights.
        base: the model that was adapted.
        """
        with np.load(path, allow_pickle=False) as learnt:
            self.labels: list[str] = learnt["labels"].tolist()
            names = [name[2:] for name in learnt.files if name.startswith("A.")]
            changes = {
                name: SCALE * learnt[f"B.{name}"].astype(np.float32) @ learnt[f"A.{name}"].astype(np.float32) for name in names
            }
            self._head = learnt["head.weight"].astype(np.float32).T
            self._bias = learnt["head.bias"].astype(np.float32)
            self._held: dict[int, NDArray[np.float16]] = dict(zip(learnt["held.keys"].tolist(), learnt["held.logits"]))
        layers = 1 + max(int(name.split(".")[0]) for name in names)
        self._model = Bert(base, layers, changes)

    def log_probabilities(self, texts: Sequence[str]) -> Floats:
        """One row a text, one column a label."""
        return log_softmax(SPREAD * self._model.embed(texts) @ self._head + self._bias)

    def is_held(self, text: str) -> bool:
        """Whether an example was kept from learning, so that what the encoder says of it is honest."""
        return key_of(text) in self._held

    def held_log_probabilities(self, texts: Sequence[str]) -> Floats:
        """What the encoder says of examples that were kept from it.

        Raises:
            KeyError: a text was not kept from it.
        """
        return log_softmax(np.stack([self._held[key_of(text)] for text in texts]).astype(np.float32))


@lru_cache(maxsize=1)
def encoders() -> dict[str, list[Encoder]]:
    """The encoders of each language; read once for the process.

    Raises:
        WrongWeights: the files of a model are missing or changed.
    """
    known = {name: Encoder(path_of(name), base()) for name, base in BASES.items()}
    return {language: [known[name] for name in names] for language, names in LANGUAGES.items()}


def path_of(name: str) -> Path:
    """The file with what was learnt beside a base."""
    return WEIGHTS / f"{name}.npz"


def key_of(text: str) -> int:
    """A number by which an example is known."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little")
