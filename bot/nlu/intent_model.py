"""The classifier behind the intent component: one calibrated linear model for each language, free of Rasa."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from scipy.optimize import minimize_scalar
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.svm import LinearSVC

from bot.nlu.gazetteer import Gazetteer, Mention
from bot.nlu.text import fold, language_of

CALIBRATION_FOLDS = 3
DEFAULT_LANGUAGE = "en"
FACET_WEIGHT = 0.3
"""Chosen on the training data with blocks of examples held out: topics +0.6, turns +5, out of scope +12 points in Chinese."""

_WORD = r"(?u)\b\w+\b"
_ASKS = re.compile(
    r"[?？]|\b(?:how|what|why|which|who|whom|when|where|should|can|could|does|do we|is it|are there)\b"
    r"|怎么|怎样|如何|什么|哪|吗|呢|谁|是否|该不该|要不要|能不能|可不可以|多少|几"
)
_SIGNS = {
    "en": {"market": " xmarket ", "sector": " xsector ", "ownership": " xownership "},
    "zh": {"market": "ⓜ", "sector": "ⓢ", "ownership": "ⓞ"},
}
_LENGTH_STEP = {"en": 20, "zh": 8}


@dataclass(frozen=True)
class _Example:
    """What the features see of a text: its folded, masked characters, and its facets and shape as tokens."""

    text: str
    facets: str


def _describe(text: str) -> _Example:
    """Fold and mask a text, and name its facets by value, how much of it they cover, whether it asks, and how long it is.

    "Germany" and 波兰 become the same evidence, which separates turns such as "a private battery maker, Hungary" and what is
    out of scope from questions.
    """
    mentions = Gazetteer.default().find(text)
    tokens = [token for mention in mentions for token in _tokens(mention)]
    tokens.append(f"markets_{min(3, len({mention.value for mention in mentions if mention.facet == 'market'}))}")
    covered = sum(mention.end - mention.start for mention in mentions)
    tokens.append("asks" if _ASKS.search(fold(text)) else "states")
    tokens.append(f"covered_{int(5 * covered / max(1, len(text)))}")
    tokens.append(f"length_{min(6, len(text) // _LENGTH_STEP[language_of(text) or DEFAULT_LANGUAGE])}")
    return _Example(_masked(text, mentions), " ".join(tokens))


def _masked(text: str, mentions: Sequence[Mention]) -> str:
    """The folded text with a sign for each market, sector and ownership: which one it is says little about the topic, and the
    examples of one topic happen to name Brazil more often than those of another."""
    folded, parts, done = fold(text), [], 0
    signs = _SIGNS[language_of(text) or DEFAULT_LANGUAGE]
    for mention in mentions:
        if mention.facet in signs and mention.start >= done:
            parts += [folded[done : mention.start], signs[mention.facet]]
            done = mention.end
    return "".join([*parts, folded[done:]])


def _tokens(mention: Mention) -> tuple[str, str]:
    value = "market" if mention.facet == "market" else f"{mention.facet}_{mention.value}"
    return value, f"has_{mention.facet}"


def _texts(examples: Sequence[_Example]) -> list[str]:
    return [example.text for example in examples]


def _facets(examples: Sequence[_Example]) -> list[str]:
    return [example.facets for example in examples]


def _on_text(**options: Any) -> Pipeline:
    return make_pipeline(FunctionTransformer(_texts), TfidfVectorizer(sublinear_tf=True, dtype=np.float32, **options))


def _features(language: str) -> FeatureUnion:
    """Words and word pieces for English; single characters to triples for Chinese, which needs no word boundaries."""
    if language == "zh":
        parts = [("characters", _on_text(analyzer="char", ngram_range=(1, 3)))]
    else:
        parts = [
            ("words", _on_text(ngram_range=(1, 2), token_pattern=_WORD)),
            ("pieces", _on_text(analyzer="char_wb", ngram_range=(2, 5), min_df=2)),
        ]
    facets = make_pipeline(
        FunctionTransformer(_facets),
        TfidfVectorizer(token_pattern=r"\S+", use_idf=False, sublinear_tf=True, dtype=np.float32),  # noqa: S106
    )
    return FeatureUnion([*parts, ("facets", facets)], transformer_weights={"facets": FACET_WEIGHT})


@dataclass
class _LanguageModel:
    """Features, linear weights, and the factor that turns margins into honest probabilities."""

    features: FeatureUnion
    labels: list[str]
    weights: np.ndarray
    intercept: np.ndarray
    scale: float

    @classmethod
    def fit(cls, language: str, texts: Sequence[_Example], labels: Sequence[str], strength: float) -> _LanguageModel:
        features = _features(language)
        matrix = features.fit_transform(texts)
        names, numbers = np.unique(np.asarray(labels), return_inverse=True)
        scale = _fit_scale(matrix, numbers, len(names), strength)
        svm = LinearSVC(C=strength, random_state=0).fit(matrix, numbers)
        return cls(features, names.tolist(), svm.coef_.astype(np.float32), svm.intercept_.astype(np.float32), scale)

    def probabilities(self, text: _Example) -> np.ndarray | None:
        row = self.features.transform([text])
        if not any(char.isalnum() for char in text.text):
            return None
        margins = row.dot(self.weights.T)[0] + self.intercept
        return _softmax(self.scale * margins[None, :])[0]


class IntentModel:
    """Ranks intents for a text in either language."""

    def __init__(self, models: dict[str, _LanguageModel]) -> None:
        self._models = models

    @classmethod
    def fit(cls, texts: Sequence[str], labels: Sequence[str], strength: float = 0.5) -> IntentModel:
        """Learn from example texts of both languages; ``strength`` is the SVM's C."""
        by_language: dict[str, tuple[list[_Example], list[str]]] = {}
        for text, label in zip(texts, labels):
            known_texts, known_labels = by_language.setdefault(language_of(text) or DEFAULT_LANGUAGE, ([], []))
            known_texts.append(_describe(text))
            known_labels.append(label)
        learnable = {language: examples for language, examples in by_language.items() if len(set(examples[1])) > 1}
        return cls({language: _LanguageModel.fit(language, *examples, strength) for language, examples in learnable.items()})

    def rank(self, text: str) -> list[tuple[str, float]]:
        """Intents with their probabilities, the likeliest first; empty when the text shows nothing we know."""
        language = language_of(text) or DEFAULT_LANGUAGE
        model = self._models.get(language) or next(iter(self._models.values()), None)
        probabilities = model.probabilities(_describe(text)) if model else None
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
        margins[test] = LinearSVC(C=strength, random_state=0).fit(matrix[train], numbers[train]).decision_function(matrix[test])  # type: ignore[index]

    def loss(scale: float) -> float:
        chosen = _softmax(scale * margins)[np.arange(len(numbers)), numbers]
        return float(-np.log(np.maximum(chosen, 1e-12)).mean())

    return float(minimize_scalar(loss, bounds=(0.5, 20.0), method="bounded").x)
