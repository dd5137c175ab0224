"""The model behind the intent component: for each language, what kind of message it is, then which intent; free of Rasa.

One classifier over all intents tells the kind: a topic, a turn of the conversation, out of scope, or a request for help with
something wrong. Which topic or which turn is told by a classifier that has learnt nothing else: it is better at telling topics
from topics (+2 points in both languages), and cannot lose a topic to a neighbour that is none. In English an adapted sentence
encoder is heard as well (+5 points); its log-probabilities are added to those of the classifiers.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from bot.nlu.encoder import Encoder
from bot.nlu.features import DEFAULT_LANGUAGE, Described, Features, describe
from bot.nlu.linear import Floats, Linear, fit_temperature, log_softmax, softmax
from bot.nlu.text import language_of

TOPIC = "topic"
SHARPNESS = 8.0
"""How much a margin of the classifiers counts as a log-probability."""

ENCODER_WEIGHT = 0.9
"""How much the encoder counts beside them; from 0.6 to 1.2 little changes."""

_HELD_OUT = 5
"""One part in so many, the last of each intent's examples, is held out to fit the probabilities where no encoder has held out
examples of its own: mostly other writers than the rest, as those who will ask are."""

PRUDENCE = 0.9
"""By how much probabilities are moved towards doubt where the held-out examples are by writers whom the rest knows too."""

_REST = "model.json"

Encoders = Mapping[str, Encoder]
"""The encoder of each language that has one."""


@dataclass
class _Calibration:
    """Factors that turn scores into honest probabilities: of the kind, and of the intent within each kind."""

    kind: float = 0.5
    within: Mapping[str, float] = field(default_factory=dict)

    def of(self, kind: str) -> float:
        return self.within.get(kind, 0.5)

    def humbler(self, factor: float) -> _Calibration:
        """The same with all probabilities moved towards doubt."""
        return _Calibration(factor * self.kind, {kind: factor * value for kind, value in self.within.items()})


class _Opinions:
    """What the encoder says of some texts, in the columns that a classifier wants; nothing without an encoder."""

    def __init__(self, labels: Sequence[str] = (), scores: Floats | None = None) -> None:
        self._columns = {label: column for column, label in enumerate(labels)}
        self._scores = scores

    def on(self, labels: Sequence[str]) -> Floats | float:
        """The log-probabilities of these labels; one that the encoder does not know gets the lowest of its row."""
        if self._scores is None:
            return 0.0
        worst = self._scores.min(axis=1)
        known = [self._scores[:, self._columns[label]] if label in self._columns else worst for label in labels]
        return ENCODER_WEIGHT * log_softmax(np.stack(known, axis=1))


@dataclass
class _Classifiers:
    """The classifier of all intents, and one for each kind of intent that has several."""

    kinds: list[str]
    kind_of: list[str]
    """The kind of each label of ``all``."""
    all: Linear
    within: dict[str, Linear]

    @classmethod
    def fit(cls, sparse: csr_matrix, labels: Sequence[str], kinds: Sequence[str], strength: float) -> _Classifiers:
        of_label = dict(zip(labels, kinds))
        every = Linear.fit(sparse, labels, strength)
        within = {}
        for kind in sorted(set(kinds)):
            rows = np.array([index for index, other in enumerate(kinds) if other == kind])
            theirs = [labels[index] for index in rows]
            if len(set(theirs)) > 1:
                within[kind] = Linear.fit(sparse[rows], theirs, strength)
        return cls(sorted(set(kinds)), [of_label[label] for label in every.labels], every, within)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What was learnt, to be stored."""
        named = {"all": self.all, **{f"within.{kind}": classifier for kind, classifier in self.within.items()}}
        return {f"{name}.{part}": array for name, classifier in named.items() for part, array in classifier.arrays().items()}

    @classmethod
    def of_arrays(cls, kinds: list[str], kind_of: list[str], arrays: Mapping[str, NDArray[Any]]) -> _Classifiers:
        within = {
            kind: Linear.of_arrays(_under(f"within.{kind}.", arrays)) for kind in kinds if f"within.{kind}.labels" in arrays
        }
        return cls(kinds, kind_of, Linear.of_arrays(_under("all.", arrays)), within)

    def kind_scores(self, sparse: csr_matrix, opinions: _Opinions) -> Floats:
        """For each kind (column) the log-probabilities of its intents, summed up."""
        scores = log_softmax(SHARPNESS * self.all.margins(sparse)) + opinions.on(self.all.labels)
        columns = [np.array([kind == other for other in self.kind_of]) for kind in self.kinds]
        return np.stack([np.logaddexp.reduce(scores[:, theirs], axis=1) for theirs in columns], axis=1).astype(np.float32)

    def scores_within(self, kind: str, sparse: csr_matrix, opinions: _Opinions) -> Floats:
        """The log-probabilities of the intents of one kind."""
        classifier = self.within[kind]
        return np.asarray(log_softmax(SHARPNESS * classifier.margins(sparse)) + opinions.on(classifier.labels))


class _LanguageModel:
    """Features, classifiers and calibration of one language."""

    def __init__(self, features: Features, classifiers: _Classifiers, calibration: _Calibration) -> None:
        self._features = features
        self._classifiers = classifiers
        self._calibration = calibration

    @classmethod
    def fit(
        cls,
        language: str,
        texts: Sequence[Described],
        labels: Sequence[str],
        kinds: Sequence[str],
        strength: float,
        encoder: Encoder | None,
    ) -> _LanguageModel:
        features = Features(language)
        sparse = features.fit(texts)
        held_out = np.array([encoder.is_held(text.raw) for text in texts]) if encoder else _last_of_each(labels)
        calibration = _Calibration()
        learnt = np.flatnonzero(~held_out)
        known = {labels[i] for i in learnt}
        unseen = np.array([i for i in np.flatnonzero(held_out) if labels[i] in known], dtype=np.int64)
        if unseen.size:
            trial = _Classifiers.fit(sparse[learnt], [labels[i] for i in learnt], [kinds[i] for i in learnt], strength)
            opinions = _Opinions()
            if encoder:
                opinions = _Opinions(encoder.labels, encoder.held_log_probabilities([texts[i].raw for i in unseen]))
            calibration = _calibrate(trial, sparse[unseen], opinions, [labels[i] for i in unseen], [kinds[i] for i in unseen])
            if not encoder:
                calibration = calibration.humbler(PRUDENCE)
        return cls(features, _Classifiers.fit(sparse, labels, kinds, strength), calibration)

    def save(self, folder: Path) -> dict[str, Any]:
        """Write the arrays into a folder; gives the rest, which JSON can hold."""
        folder.mkdir()
        arrays = {f"features.{name}": array for name, array in self._features.arrays().items()}
        arrays |= {f"classifiers.{name}": array for name, array in self._classifiers.arrays().items()}
        for name, array in arrays.items():
            np.save(folder / f"{name}.npy", array, allow_pickle=False)
        calibration = {"kind": self._calibration.kind, "within": dict(self._calibration.within)}
        return {"kinds": self._classifiers.kinds, "kind_of": self._classifiers.kind_of, "calibration": calibration}

    @classmethod
    def load(cls, language: str, folder: Path, rest: Mapping[str, Any]) -> _LanguageModel:
        """Read what :meth:`save` has written; of the weights only what a message needs is ever read into memory."""
        arrays = {
            path.stem: np.asarray(np.load(path, mmap_mode="r" if path.stem.endswith(".weights") else None, allow_pickle=False))
            for path in folder.glob("*.npy")
        }
        features = Features.of_arrays(language, _under("features.", arrays))
        classifiers = _Classifiers.of_arrays(rest["kinds"], rest["kind_of"], _under("classifiers.", arrays))
        return cls(features, classifiers, _Calibration(**rest["calibration"]))

    def rank(self, text: Described, caution: Mapping[str, float], encoder: Encoder | None) -> list[tuple[str, float]]:
        sparse, models = self._features.sparse([text]), self._classifiers
        opinions = _Opinions(encoder.labels, encoder.log_probabilities([text.body])) if encoder else _Opinions()
        scores = models.kind_scores(sparse, opinions) + np.array([caution.get(kind, 0.0) for kind in models.kinds])
        shares = softmax(self._calibration.kind * scores)[0]
        chosen = models.kinds[int(np.argmax(shares))]
        ranked: list[tuple[bool, float, str]] = []
        for kind, share in zip(models.kinds, shares):
            if kind in models.within:
                inner = softmax(self._calibration.of(kind) * models.scores_within(kind, sparse, opinions))[0]
                labels = models.within[kind].labels
                ranked += [(kind != chosen, -float(share * p), label) for label, p in zip(labels, inner)]
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

    def __init__(
        self,
        models: dict[str, _LanguageModel],
        caution: Mapping[str, Mapping[str, float]] | None = None,
        encoders: Encoders | None = None,
    ) -> None:
        """Args:
        models: the model of each language.
        caution: for each language and kind of message, how much its score is raised: the dearer it is to miss it, the more.
        encoders: the encoders with which it was fitted.
        """
        self._models = models
        self._caution = caution or {}
        self._encoders = encoders or {}

    @classmethod
    def fit(
        cls,
        texts: Sequence[str],
        labels: Sequence[str],
        strength: float = 0.5,
        kinds: Mapping[str, str] | None = None,
        caution: Mapping[str, Mapping[str, float]] | None = None,
        encoders: Encoders | None = None,
    ) -> IntentModel:
        """Learn from example texts of both languages.

        Args:
            texts: the examples; those of one intent in the order in which they were written.
            labels: the intent of each.
            strength: the SVM's C.
            kinds: the kind of each intent that is no topic.
            caution: see above.
            encoders: see above.
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
                encoder = (encoders or {}).get(language)
                models[language] = _LanguageModel.fit(language, theirs, named, kind_of, strength, encoder)
        return cls(models, caution, encoders)

    def rank(self, text: str) -> list[tuple[str, float]]:
        """Intents with their probabilities, the likeliest first; empty when the text shows nothing we know."""
        language = language_of(text) or DEFAULT_LANGUAGE
        if language not in self._models:
            language = next(iter(self._models), language)
        described = describe(text)
        if language not in self._models or not any(char.isalnum() for char in described.text):
            return []
        return self._models[language].rank(described, self._caution.get(language, {}), self._encoders.get(language))

    def save(self, folder: Path) -> None:
        """Write the model into a folder, as plain arrays and one JSON file, without the encoders."""
        folder.mkdir(parents=True, exist_ok=True)
        rest = {language: model.save(folder / language) for language, model in self._models.items()}
        told = {"caution": self._caution, "languages": rest}
        (folder / _REST).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, encoders: Encoders | None = None) -> IntentModel:
        """Read a model written by :meth:`save`; nothing in it is code.

        Raises:
            OSError, ValueError, KeyError: the folder does not hold such a model.
        """
        told = json.loads((folder / _REST).read_text(encoding="utf-8"))
        models = {
            language: _LanguageModel.load(language, folder / language, rest) for language, rest in told["languages"].items()
        }
        return cls(models, told["caution"], encoders)


def _under(prefix: str, arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}


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
    trial: _Classifiers, sparse: csr_matrix, opinions: _Opinions, labels: Sequence[str], kinds: Sequence[str]
) -> _Calibration:
    def numbers(names: Sequence[str], told: Sequence[str]) -> NDArray[np.int64]:
        position = {name: number for number, name in enumerate(names)}
        return np.array([position[name] for name in told])

    calibration = _Calibration()
    if len(trial.kinds) > 1:
        calibration.kind = fit_temperature(trial.kind_scores(sparse, opinions), numbers(trial.kinds, kinds))
    within = {}
    for name, classifier in trial.within.items():
        rows = [index for index, other in enumerate(kinds) if other == name]
        if not rows:
            continue
        scores = trial.scores_within(name, sparse, opinions)[rows]
        within[name] = fit_temperature(scores, numbers(classifier.labels, [labels[index] for index in rows]))
    calibration.within = within
    return calibration
