"""Linear classifiers over sparse features, stored small and asked fast."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

Floats = NDArray[np.float32]


@dataclass
class Linear:
    """One-versus-rest linear SVMs. Sparse weights are whole numbers from -127 to 127 with a scale for each class: a quarter
    of the size, and margins differ in the third digit."""

    labels: list[str]
    weights: NDArray[np.int8]
    """One row a feature, so that the few features of a message are read together."""
    scales: Floats
    intercept: Floats

    @classmethod
    def fit(cls, sparse: csr_matrix, labels: Sequence[str], strength: float) -> Linear:
        """Learn from sparse features (one row an example); ``strength`` is the SVM's C."""
        # asking must not import scikit-learn, see bot/nlu/tokens.py
        from sklearn.svm import LinearSVC

        names, numbers = np.unique(np.asarray(labels), return_inverse=True)
        svm = LinearSVC(C=strength, random_state=0).fit(sparse, numbers)
        weights, intercept = svm.coef_, svm.intercept_
        if len(names) == 2:  # scikit-learn keeps one row for two classes
            weights, intercept = np.vstack([-weights, weights]), np.concatenate([-intercept, intercept])
        scales = np.maximum(np.abs(weights).max(axis=1), 1e-9) / 127
        return cls(
            names.tolist(),
            np.ascontiguousarray(np.rint(weights / scales[:, None]).astype(np.int8).T),
            scales.astype(np.float32),
            intercept.astype(np.float32),
        )

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """What was learnt, to be stored."""
        return {
            "labels": np.array(self.labels),
            "weights": self.weights,
            "scales": self.scales,
            "intercept": self.intercept,
        }

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Linear:
        """The classifier that :meth:`arrays` described."""
        return cls(arrays["labels"].tolist(), arrays["weights"], arrays["scales"], arrays["intercept"])

    def margins(self, sparse: csr_matrix) -> Floats:
        """How far on each class's side the texts lie: one row a text, one column a label."""
        margins = np.empty((sparse.shape[0], len(self.labels)), dtype=np.float32)
        for row in range(sparse.shape[0]):
            here = slice(sparse.indptr[row], sparse.indptr[row + 1])
            margins[row] = sparse.data[here] @ self.weights[sparse.indices[here]].astype(np.float32)
        return np.asarray(margins * self.scales + self.intercept)


def log_softmax(scores: Floats) -> Floats:
    """Scores of each row as logarithms of probabilities."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))


def softmax(scores: Floats) -> Floats:
    """Scores of each row as probabilities."""
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))


def fit_temperature(scores: Floats, numbers: NDArray[np.int64]) -> float:
    """The factor with which ``softmax(factor * scores)`` is most honest about the right columns (Guo et al. 2017).

    Args:
        scores: margins of texts that were not learnt from.
        numbers: the right column of each.
    """

    from scipy.optimize import minimize_scalar  # likewise

    def loss(factor: float) -> float:
        chosen = softmax(factor * scores)[np.arange(len(numbers)), numbers]
        return float(-np.log(np.maximum(chosen, 1e-12)).mean())

    return float(minimize_scalar(loss, bounds=(0.05, 5.0), method="bounded").x)
