"""What linear classifiers and sentence encoders together say of a message: its kind, and its intent within the kind.

One classifier over all intents tells the kind: a topic, a turn of the conversation, out of scope, or a request for help with
something wrong. Which topic or which turn is told by a classifier that has learnt nothing else: it is better at telling topics
from topics (+2 points in both languages), and cannot lose a topic to a neighbour that is none. Encoders that are heard as well
add their log-probabilities to those of the classifiers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from bot.nlu.linear import Floats, Linear, fit_temperature, log_softmax, softmax

SHARPNESS = 8.0
"""How much a margin of the classifiers counts as a log-probability."""

ENCODER_WEIGHT = 1.0
"""How much an encoder counts beside them; from 0.6 to 1.2 little changes."""

_ALL = ""
"""Stands for the classifier of all kinds where those of one kind are named by it."""


@dataclass(frozen=True)
class Scores:
    """Log-probabilities of some texts, one row each."""

    all: Floats
    within: Mapping[str, Floats]

    def rows(self, numbers: NDArray[np.int64]) -> Scores:
        """Those of some of the texts."""
        return Scores(self.all[numbers], {kind: scores[numbers] for kind, scores in self.within.items()})


@dataclass
class Calibration:
    """Factors that turn scores into honest probabilities: of the kind, and of the intent within each kind."""

    kind: float = 0.5
    within: Mapping[str, float] = field(default_factory=dict)

    def of(self, kind: str) -> float:
        """The factor within a kind."""
        return self.within.get(kind, 0.5)

    def humbler(self, factor: float) -> Calibration:
        """The same with all probabilities moved towards doubt."""
        return Calibration(factor * self.kind, {kind: factor * value for kind, value in self.within.items()})


@dataclass
class Classifiers:
    """The classifier of all intents, and one for each kind of intent that has several."""

    kinds: list[str]
    kind_of: list[str]
    """The kind of each label of ``all``."""
    all: Linear
    within: dict[str, Linear]

    @classmethod
    def fit(cls, sparse: csr_matrix, labels: Sequence[str], kinds: Sequence[str], strength: float) -> Classifiers:
        """Learn from sparse features, one row an example; ``strength`` is the SVM's C."""
        return cls.fit_all([(sparse, labels, kinds)], strength)[0]

    @classmethod
    def fit_all(cls, parts: Sequence[tuple[csr_matrix, Sequence[str], Sequence[str]]], strength: float) -> list[Classifiers]:
        """Learn several times, from features, labels and kinds each, on all cores."""
        # asking must not import what learning needs, see bot/nlu/tokens.py
        from joblib import Parallel, delayed

        tasks: dict[tuple[int, str], tuple[csr_matrix, Sequence[str]]] = {}
        for number, (sparse, labels, kinds) in enumerate(parts):
            tasks[number, _ALL] = sparse, labels
            for kind in sorted(set(kinds)):
                rows = [row for row, other in enumerate(kinds) if other == kind]
                theirs = [labels[row] for row in rows]
                if len(set(theirs)) > 1:
                    tasks[number, kind] = sparse[rows], theirs
        longest_first = sorted(tasks, key=lambda task: -tasks[task][0].shape[0])
        # copies, since the SVM writes into what it is given and joblib would hand large arrays on as files to read
        learnt = Parallel(n_jobs=-1, max_nbytes=None)(delayed(Linear.fit)(*tasks[task], strength) for task in longest_first)
        found = dict(zip(longest_first, learnt))
        return [cls._of(number, labels, kinds, found) for number, (_, labels, kinds) in enumerate(parts)]

    @classmethod
    def _of(
        cls, number: int, labels: Sequence[str], kinds: Sequence[str], found: Mapping[tuple[int, str], Linear]
    ) -> Classifiers:
        of_label, names = dict(zip(labels, kinds)), sorted(set(kinds))
        every = found[number, _ALL]
        within = {kind: found[number, kind] for kind in names if (number, kind) in found}
        return cls(names, [of_label[label] for label in every.labels], every, within)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What was learnt, to be stored."""
        named = {"all": self.all, **{f"within.{kind}": classifier for kind, classifier in self.within.items()}}
        return {f"{name}.{part}": array for name, classifier in named.items() for part, array in classifier.arrays().items()}

    @classmethod
    def of_arrays(cls, kinds: list[str], kind_of: list[str], arrays: Mapping[str, NDArray[Any]]) -> Classifiers:
        """The classifiers that :meth:`arrays` described."""
        within = {kind: Linear.of_arrays(under(f"within.{kind}.", arrays)) for kind in kinds if f"within.{kind}.labels" in arrays}
        return cls(kinds, kind_of, Linear.of_arrays(under("all.", arrays)), within)

    def scores(self, sparse: csr_matrix) -> Scores:
        """What the classifiers alone say."""
        within = {kind: _sharp(classifier.margins(sparse)) for kind, classifier in self.within.items()}
        return Scores(_sharp(self.all.margins(sparse)), within)

    def heard(self, scores: Scores, labels: Sequence[str], opinions: Floats) -> Scores:
        """The scores when one more encoder has been heard.

        Args:
            scores: those before.
            labels: the intents that the encoder knows.
            opinions: its log-probabilities of them, one row a text.
        """
        columns = {label: column for column, label in enumerate(labels)}
        worst = opinions.min(axis=1)

        def on(wanted: Sequence[str]) -> Floats:
            """An intent that the encoder does not know gets the lowest of its row."""
            known = [opinions[:, columns[label]] if label in columns else worst for label in wanted]
            return ENCODER_WEIGHT * log_softmax(np.stack(known, axis=1))

        within = {kind: scores.within[kind] + on(classifier.labels) for kind, classifier in self.within.items()}
        return Scores(scores.all + on(self.all.labels), within)

    def kind_scores(self, scores: Scores) -> Floats:
        """For each kind (column) the log-probabilities of its intents, summed up."""
        shares = log_softmax(scores.all)
        columns = [np.array([kind == other for other in self.kind_of]) for kind in self.kinds]
        return np.stack([np.logaddexp.reduce(shares[:, theirs], axis=1) for theirs in columns], axis=1).astype(np.float32)

    def shares(self, scores: Scores, calibration: Calibration, caution: Mapping[str, float]) -> tuple[Floats, dict[str, Floats]]:
        """Probabilities of the kinds, and of the intents within each kind that has several.

        Args:
            scores: what is said of the texts.
            calibration: what makes probabilities of them.
            caution: how much the score of a kind is raised.
        """
        raised = self.kind_scores(scores) + np.array([caution.get(kind, 0.0) for kind in self.kinds], dtype=np.float32)
        within = {kind: softmax(calibration.of(kind) * theirs) for kind, theirs in scores.within.items()}
        return softmax(calibration.kind * raised), within

    def confidences(self, scores: Scores, calibration: Calibration) -> Floats:
        """The probability of the first choice for each text: the best intent of the likeliest kind."""
        kinds, within = self.shares(scores, calibration, {})
        best = kinds.argmax(axis=1)
        tops = np.stack([within[kind].max(axis=1) if kind in within else np.ones(len(kinds)) for kind in self.kinds], axis=1)
        rows = np.arange(len(kinds))
        return np.asarray(kinds[rows, best] * tops[rows, best], dtype=np.float32)

    def ranked(self, scores: Scores, calibration: Calibration, caution: Mapping[str, float]) -> list[tuple[str, float]]:
        """The intents of one text with their probabilities: the best of the likeliest kind first, then all others by
        probability, none with more than the first."""
        kinds, within = self.shares(scores, calibration, caution)
        chosen = self.kinds[int(np.argmax(kinds[0]))]
        entries: list[tuple[bool, float, str]] = []
        for kind, share in zip(self.kinds, kinds[0]):
            if kind in within:
                entries += [
                    (kind != chosen, -float(share * p), label) for label, p in zip(self.within[kind].labels, within[kind][0])
                ]
            else:
                label = next(label for label, other in zip(self.all.labels, self.kind_of) if other == kind)
                entries.append((kind != chosen, -float(share), label))
        first = min(entries)
        others = sorted((entry for entry in entries if entry != first), key=lambda entry: entry[1:])
        return [(first[2], -first[1]), *((label, min(-minus, -first[1])) for _, minus, label in others)]

    def calibrated(self, scores: Scores, labels: Sequence[str], kinds: Sequence[str]) -> Calibration:
        """The factors that suit texts which were not learnt from.

        Args:
            scores: what is said of them.
            labels: the intent of each.
            kinds: the kind of each.
        """
        calibration = Calibration()
        if len(self.kinds) > 1:
            calibration.kind = fit_temperature(self.kind_scores(scores), _numbers(self.kinds, kinds))
        within = {}
        for name, classifier in self.within.items():
            rows = [index for index, other in enumerate(kinds) if other == name]
            if rows:
                told = _numbers(classifier.labels, [labels[index] for index in rows])
                within[name] = fit_temperature(scores.within[name][rows], told)
        calibration.within = within
        return calibration


def under(prefix: str, arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The arrays whose names begin with a prefix, by the rest of their names."""
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}


def _sharp(margins: Floats) -> Floats:
    return log_softmax(SHARPNESS * margins)


def _numbers(names: Sequence[str], told: Sequence[str]) -> NDArray[np.int64]:
    position = {name: number for number, name in enumerate(names)}
    return np.array([position[name] for name in told])
