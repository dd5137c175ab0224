"""The model behind the intent component: for each language, what kind of message it is, then which intent; free of Rasa.

One classifier over all intents tells the kind: a topic, a turn of the conversation, out of scope, or a request for help with
something wrong. Which topic or which turn is told by a classifier that has learnt nothing else: it is better at telling topics
from topics (+2 points in both languages), and cannot lose a topic to a neighbour that is none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import joblib
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from bot.nlu.features import DEFAULT_LANGUAGE, Described, Features, describe
from bot.nlu.linear import Floats, Linear, fit_temperature, softmax
from bot.nlu.text import language_of

TOPIC = "topic"
SHARPNESS = 8.0
"""How much the likeliest intent of a kind counts beside the others of its kind."""

_HELD_OUT = 5
"""One part in so many, the last of each intent's examples, is held out to fit the probabilities: mostly other writers than the
rest, as those who will ask are."""


@dataclass
class _Calibration:
    """Factors that turn scores into honest probabilities: of the kind, and of the intent within each kind."""

    kind: float = 4.0
    within: Mapping[str, float] | None = None

    def of(self, kind: str) -> float:
        return (self.within or {}).get(kind, 4.0)


@dataclass
class _Classifiers:
    """The classifier of all intents, and one for each kind of intent that has several."""

    kinds: list[str]
    kind_of: list[str]
    """The kind of each label of ``all``."""
    all: Linear
    within: dict[str, Linear]

    @classmethod
    def fit(
        cls, sparse: csr_matrix, meaning: Floats, labels: Sequence[str], kinds: Sequence[str], strength: float
    ) -> _Classifiers:
        of_label = dict(zip(labels, kinds))
        every = Linear.fit(sparse, meaning, labels, strength)
        within = {}
        for kind in sorted(set(kinds)):
            rows = np.array([index for index, other in enumerate(kinds) if other == kind])
            theirs = [labels[index] for index in rows]
            if len(set(theirs)) > 1:
                within[kind] = Linear.fit(sparse[rows], meaning[rows], theirs, strength)
        return cls(sorted(set(kinds)), [of_label[label] for label in every.labels], every, within)

    def kind_scores(self, sparse: csr_matrix, meaning: Floats) -> Floats:
        """For each kind (column) a soft maximum of the margins of its intents."""
        margins = SHARPNESS * self.all.margins(sparse, meaning)
        columns = [np.array([kind == other for other in self.kind_of]) for kind in self.kinds]
        scores = [np.logaddexp.reduce(margins[:, theirs], axis=1) / SHARPNESS for theirs in columns]
        return np.stack(scores, axis=1).astype(np.float32)


class _LanguageModel:
    """Features, classifiers and calibration of one language."""

    def __init__(self, features: Features, classifiers: _Classifiers, calibration: _Calibration) -> None:
        self._features = features
        self._classifiers = classifiers
        self._calibration = calibration

    @classmethod
    def fit(
        cls, language: str, texts: Sequence[Described], labels: Sequence[str], kinds: Sequence[str], strength: float
    ) -> _LanguageModel:
        features = Features(language)
        sparse, meaning = features.fit(texts), features.meaning(texts)
        held_out = _last_of_each(labels)
        calibration = _Calibration()
        if held_out.any():
            learnt = np.flatnonzero(~held_out)
            trial = _Classifiers.fit(
                sparse[learnt], meaning[learnt], [labels[i] for i in learnt], [kinds[i] for i in learnt], strength
            )
            unseen = np.flatnonzero(held_out)
            calibration = _calibrate(
                trial, sparse[unseen], meaning[unseen], [labels[i] for i in unseen], [kinds[i] for i in unseen]
            )
        return cls(features, _Classifiers.fit(sparse, meaning, labels, kinds, strength), calibration)

    def rank(self, text: Described, caution: Mapping[str, float]) -> list[tuple[str, float]]:
        sparse, meaning = self._features.sparse([text]), self._features.meaning([text])
        models = self._classifiers
        scores = models.kind_scores(sparse, meaning) + np.array([caution.get(kind, 0.0) for kind in models.kinds])
        shares = softmax(self._calibration.kind * scores)[0]
        chosen = models.kinds[int(np.argmax(shares))]
        ranked: list[tuple[bool, float, str]] = []
        for kind, share in zip(models.kinds, shares):
            if kind in models.within:
                classifier = models.within[kind]
                inner = softmax(self._calibration.of(kind) * classifier.margins(sparse, meaning))[0]
                ranked += [(kind != chosen, -float(share * p), label) for label, p in zip(classifier.labels, inner)]
            else:
                label = next(label for label, other in zip(models.all.labels, models.kind_of) if other == kind)
                ranked.append((kind != chosen, -float(share), label))
        return _in_order(ranked)


def _in_order(ranked: list[tuple[bool, float, str]]) -> list[tuple[str, float]]:
    """The best intent of the chosen kind first, then all others by confidence, none with more than the first."""
    first = min(ranked)
    others = sorted((entry for entry in ranked if entry != first), key=lambda entry: entry[1:])
    return [(first[2], -first[1]), *((label, min(-minus, -first[1])) for _, minus, label in others)]


class IntentModel:
    """Ranks intents for a text in either language."""

    def __init__(self, models: dict[str, _LanguageModel], caution: Mapping[str, Mapping[str, float]] | None = None) -> None:
        """Args:
        models: the model of each language.
        caution: for each language and kind of message, how much its score is raised: the dearer it is to miss it, the more.
        """
        self._models = models
        self._caution = caution or {}

    @classmethod
    def fit(
        cls,
        texts: Sequence[str],
        labels: Sequence[str],
        strength: float = 0.5,
        kinds: Mapping[str, str] | None = None,
        caution: Mapping[str, Mapping[str, float]] | None = None,
    ) -> IntentModel:
        """Learn from example texts of both languages.

        Args:
            texts: the examples; those of one intent in the order in which they were written.
            labels: the intent of each.
            strength: the SVM's C.
            kinds: the kind of each intent that is no topic.
            caution: see above.
        """
        by_language: dict[str, tuple[list[Described], list[str]]] = {}
        for text, label in zip(texts, labels):
            known_texts, known_labels = by_language.setdefault(language_of(text) or DEFAULT_LANGUAGE, ([], []))
            known_texts.append(describe(text))
            known_labels.append(label)
        models = {}
        for language, (theirs, named) in by_language.items():
            if len(set(named)) > 1:
                kind_of = [(kinds or {}).get(label, TOPIC) for label in named]
                models[language] = _LanguageModel.fit(language, theirs, named, kind_of, strength)
        return cls(models, caution)

    def rank(self, text: str) -> list[tuple[str, float]]:
        """Intents with their probabilities, the likeliest first; empty when the text shows nothing we know."""
        language = language_of(text) or DEFAULT_LANGUAGE
        if language not in self._models:
            language = next(iter(self._models), language)
        described = describe(text)
        if language not in self._models or not any(char.isalnum() for char in described.text):
            return []
        return self._models[language].rank(described, self._caution.get(language, {}))

    def save(self, path: Path) -> None:
        """Write the model to one file; the archive that it goes into is compressed."""
        joblib.dump((self._models, self._caution), path)

    @classmethod
    def load(cls, path: Path) -> IntentModel:
        """Read a model written by :meth:`save`; only ever from our own model archive (the format is a pickle)."""
        return cls(*joblib.load(path))


def _last_of_each(labels: Sequence[str]) -> NDArray[np.bool_]:
    """Which examples are held out; none if some intent has too few."""
    held_out = np.zeros(len(labels), dtype=bool)
    by_label: dict[str, list[int]] = defaultdict(list)
    for index, label in enumerate(labels):
        by_label[label].append(index)
    if min(map(len, by_label.values())) >= 2 * _HELD_OUT:
        for indices in by_label.values():
            held_out[indices[-(len(indices) // _HELD_OUT) :]] = True
    return held_out


def _calibrate(
    trial: _Classifiers, sparse: csr_matrix, meaning: Floats, labels: Sequence[str], kinds: Sequence[str]
) -> _Calibration:
    def numbers(names: Sequence[str], told: Sequence[str]) -> NDArray[np.int64]:
        position = {name: number for number, name in enumerate(names)}
        return np.array([position[name] for name in told])

    kind = fit_temperature(trial.kind_scores(sparse, meaning), numbers(trial.kinds, kinds)) if len(trial.kinds) > 1 else 4.0
    within = {}
    for name, classifier in trial.within.items():
        rows = np.array([index for index, other in enumerate(kinds) if other == name])
        margins = classifier.margins(sparse[rows], meaning[rows])
        within[name] = fit_temperature(margins, numbers(classifier.labels, [labels[index] for index in rows]))
    return _Calibration(kind, within)
