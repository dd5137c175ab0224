"""Examples that are merged without being copied.

Each time that training data are merged, which its importers do five times, Rasa copies every example, sets its intent again
without spaces and so computes its fingerprint anew. With tens of thousands of examples that takes longer than reading them. Here
the merged data hold the same examples, of which an unchanged one keeps its fingerprint; what is merged is the same.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from rasa.shared.nlu.constants import INTENT, RESPONSE
from rasa.shared.nlu.training_data import util
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

_original_merge = TrainingData.merge
_original_sanitize = TrainingData.sanitize_examples


def apply() -> None:
    """Share examples."""
    TrainingData.merge = _merge
    TrainingData.sanitize_examples = staticmethod(_sanitized)


def undo() -> None:
    """Put Rasa's own behaviour back."""
    TrainingData.merge = _original_merge
    TrainingData.sanitize_examples = staticmethod(_original_sanitize)


def _merge(self: TrainingData, *others: TrainingData | None) -> TrainingData:
    """Like Rasa's own, but that the examples are those of the data merged, and no copies."""
    given = [data for data in others if data]
    synonyms = dict(self.entity_synonyms)
    for data in given:
        for text, synonym in data.entity_synonyms.items():
            util.check_duplicate_synonym(synonyms, text, synonym, "merging training data")
        synonyms.update(data.entity_synonyms)
    every = [self, *given]
    return TrainingData(
        [example for data in every for example in data.training_examples],
        synonyms,
        _copies(data.regex_features for data in every),
        _copies(data.lookup_tables for data in every),
        copy.deepcopy({key: value for data in every for key, value in data.responses.items()}),
    )


def _copies(lists: Iterable[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    return [copy.deepcopy(entry) for entries in lists for entry in entries]


def _sanitized(examples: list[Message]) -> list[Message]:
    """Examples without spaces around what they are labelled with, each once."""
    for example in examples:
        for label in (INTENT, RESPONSE):
            value = example.get(label)
            if value and value != value.strip():
                example.set(label, value.strip())
    return list(dict.fromkeys(examples))
