"""The classifier behind the intent component: one calibrated linear model for each language, free of Rasa."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import joblib
import numpy as np
from scipy.optimize import minimize_scalar
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import FeatureUnion
from sklearn.svm import LinearSVC

from bot.nlu.text import fold, language_of

CALIBRATION_FOLDS = 3
DEFAULT_LANGUAGE = "en"


def _features(language: str) -> FeatureUnion:
    """Words and word pieces for English; single characters to triples for Chinese, which needs no word boundaries."""
    if language == "zh":
        return FeatureUnion([("chars", TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, dtype=np.float32))])
    return FeatureUnion(
        [
            ("words", TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\b\w+\b", dtype=np.float32)),
            ("pieces", TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True, dtype=np.float32)),
        ]
    )


@dataclass
class _LanguageModel:
    """Features, linear weights, and the factor that turns margins into honest probabilities."""

    features: FeatureUnion
    labels: list[str]
    weights: np.ndarray
    intercept: np.ndarray
    scale: float

    @classmethod
    def fit(cls, language: str, texts: Sequence[str], labels: Sequence[str], strength: float) -> _LanguageModel:
        features = _features(language)
        matrix = features.fit_transform(texts)
        names, numbers = np.unique(np.asarray(labels), return_inverse=True)
        scale = _fit_scale(matrix, numbers, len(names), strength)
        svm = LinearSVC(C=strength).fit(matrix, numbers)
        return cls(features, names.tolist(), svm.coef_.astype(np.float32), svm.intercept_.astype(np.float32), scale)

    def probabilities(self, text: str) -> np.ndarray | None:
        row = self.features.transform([text])
        if row.nnz == 0:
            return None
        margins = row.dot(self.weights.T)[0] + self.intercept
        return _softmax(self.scale * margins[None, :])[0]


class IntentModel:
    """Ranks intents for a text in either language."""

    def __init__(self, models: dict[str, _LanguageModel]) -> None:
        self._models = models

    @classmethod
    def fit(cls, texts: Sequence[str], labels: Sequence[str], strength: float = 1.0) -> IntentModel:
        """Learn from example texts of both languages; ``strength`` is the SVM's C."""
        by_language: dict[str, tuple[list[str], list[str]]] = {}
        for text, label in zip(texts, labels):
            known_texts, known_labels = by_language.setdefault(language_of(text) or DEFAULT_LANGUAGE, ([], []))
            known_texts.append(fold(text))
            known_labels.append(label)
        return cls(
            {language: _LanguageModel.fit(language, *examples, strength) for language, examples in by_language.items()}
        )

    def rank(self, text: str) -> list[tuple[str, float]]:
        """Intents with their probabilities, the likeliest first; empty when the text shows nothing we know."""
        language = language_of(text) or DEFAULT_LANGUAGE
        model = self._models.get(language) or next(iter(self._models.values()), None)
        probabilities = model.probabilities(fold(text)) if model else None
        if model is None or probabilities is None:
            return []
        order = np.argsort(-probabilities, kind="stable")
        return [(model.labels[index], float(probabilities[index])) for index in order]

    def save(self, path: Path) -> None:
        """Write the model to one compressed file."""
        joblib.dump(self._models, path, compress=3)

    @classmethod
    def load(cls, path: Path) -> IntentModel:
        """Read a model written by :meth:`save`; only ever from our own model archive (the format is a pickle)."""
        return cls(joblib.load(path))


def _softmax(scores: np.ndarray) -> np.ndarray:
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))


def _fit_scale(matrix: object, numbers: np.ndarray, classes: int, strength: float) -> float:
    """Temperature scaling (Guo et al. 2017) on cross-validated margins: minimises the negative log-likelihood."""
    smallest = int(np.bincount(numbers).min())
    if smallest < 2 or classes < 3:
        return 1.0
    margins = np.zeros((len(numbers), classes), dtype=np.float32)
    folds = StratifiedKFold(min(CALIBRATION_FOLDS, smallest), shuffle=True, random_state=0)
    for train, test in folds.split(margins, numbers):
        margins[test] = LinearSVC(C=strength).fit(matrix[train], numbers[train]).decision_function(matrix[test])  # type: ignore[index]

    def loss(scale: float) -> float:
        chosen = _softmax(scale * margins)[np.arange(len(numbers)), numbers]
        return float(-np.log(np.maximum(chosen, 1e-12)).mean())

    return float(minimize_scalar(loss, bounds=(0.5, 20.0), method="bounded").x)
