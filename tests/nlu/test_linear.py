"""The stored form of the linear classifiers, and honest probabilities."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import random as random_sparse
from sklearn.svm import LinearSVC

from bot.nlu.linear import Linear, fit_temperature, softmax

LABELS = [f"label-{number % 4}" for number in range(200)]
SPARSE = random_sparse(200, 60, density=0.2, random_state=1, format="csr", dtype=np.float32)


def test_small_weights_decide_as_the_full_ones() -> None:
    stored = Linear.fit(SPARSE, LABELS, 0.5)
    full = LinearSVC(C=0.5, random_state=0).fit(SPARSE, LABELS)
    expected = full.decision_function(SPARSE)
    assert stored.labels == full.classes_.tolist()
    assert np.abs(stored.margins(SPARSE) - expected).max() < 0.05
    assert stored.weights.dtype == np.int8


def test_two_classes_have_two_margins() -> None:
    labels = ["yes" if number % 2 else "no" for number in range(200)]
    margins = Linear.fit(SPARSE, labels, 0.5).margins(SPARSE)
    assert margins.shape == (200, 2)
    assert np.allclose(margins[:, 0], -margins[:, 1], atol=1e-4)


def test_text_without_known_features_gets_the_intercept() -> None:
    stored = Linear.fit(SPARSE, LABELS, 0.5)
    assert np.allclose(stored.margins(SPARSE[:1] * 0)[0], stored.intercept)


def test_temperature_makes_overconfident_scores_honest() -> None:
    chance = np.random.default_rng(3)
    numbers = chance.integers(0, 3, size=4000)
    said = np.where(chance.random(4000) < 0.7, numbers, (numbers + 1) % 3)
    scores = np.eye(3, dtype=np.float32)[said]
    told = softmax(fit_temperature(scores, numbers) * scores).max(axis=1).mean()
    assert told == pytest.approx(np.mean(said == numbers), abs=0.02)
