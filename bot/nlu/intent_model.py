"""The model behind the intent component: one for each language, of classifiers and sentence encoders; free of Rasa.

What the sparse classifiers are sure of is not asked further. Otherwise the language's encoders are heard one after the other
until they are: in Chinese seven messages in ten need none, and on those the encoder would change one answer in two hundred.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from bot.nlu.decisions import Calibration, Classifiers, under
from bot.nlu.encoder import Encoder
from bot.nlu.features import DEFAULT_LANGUAGE, Described, Features, describe
from bot.nlu.text import language_of

TOPIC = "topic"

SURE = 0.9
"""From this probability on no further encoder is heard."""

_HELD_OUT = 5
"""One part in so many, the last of each intent's examples, is held out to fit the probabilities where no encoder has held out
examples of its own: mostly other writers than the rest, as those who will ask are."""

PRUDENCE = 0.9
"""By how much probabilities are moved towards doubt in that case, since writers may be known to the rest all the same."""

_LEAST = 200
"""From fewer held-out examples no probabilities are fitted for what the encoders before were unsure of."""

_REST = "model.json"

Encoders = Mapping[str, Sequence[Encoder]]
"""The encoders of each language, in the order in which they are heard."""


class _LanguageModel:
    """Features, classifiers and calibrations of one language."""

    def __init__(self, features: Features, classifiers: Classifiers, calibrations: Sequence[Calibration]) -> None:
        """Args:
        features: what is seen of a text.
        classifiers: what is learnt from it.
        calibrations: for the classifiers alone, with the first encoder, with the second as well, and so on.
        """
        self._features = features
        self._classifiers = classifiers
        self._calibrations = calibrations

    @classmethod
    def fit(
        cls,
        language: str,
        texts: Sequence[Described],
        labels: Sequence[str],
        kinds: Sequence[str],
        strength: float,
        encoders: Sequence[Encoder],
    ) -> _LanguageModel:
        features = Features(language)
        sparse = features.fit(texts)
        held_out = _held(texts, encoders) if encoders else _last_of_each(labels)
        learnt = np.flatnonzero(~held_out)
        known = {labels[i] for i in learnt}
        unseen = [i for i in np.flatnonzero(held_out) if labels[i] in known]
        final = sparse, labels, kinds
        if not unseen:
            return cls(features, Classifiers.fit(*final, strength), [Calibration()] * (1 + len(encoders)))
        part = sparse[learnt], [labels[i] for i in learnt], [kinds[i] for i in learnt]
        classifiers, trial = Classifiers.fit_all([final, part], strength)
        told = [texts[i].raw for i in unseen], [labels[i] for i in unseen], [kinds[i] for i in unseen]
        return cls(features, classifiers, _calibrations(trial, sparse[unseen], *told, encoders))

    def save(self, folder: Path) -> dict[str, Any]:
        """Write the arrays into a folder; gives the rest, which JSON can hold."""
        folder.mkdir()
        arrays = {f"features.{name}": array for name, array in self._features.arrays().items()}
        arrays |= {f"classifiers.{name}": array for name, array in self._classifiers.arrays().items()}
        for name, array in arrays.items():
            np.save(folder / f"{name}.npy", array, allow_pickle=False)
        calibrations = [asdict(calibration) for calibration in self._calibrations]
        return {"kinds": self._classifiers.kinds, "kind_of": self._classifiers.kind_of, "calibrations": calibrations}

    @classmethod
    def load(cls, language: str, folder: Path, rest: Mapping[str, Any]) -> _LanguageModel:
        """Read what :meth:`save` has written; of the weights only what a message needs is ever read into memory."""
        arrays = {
            path.stem: np.asarray(np.load(path, mmap_mode="r" if path.stem.endswith(".weights") else None, allow_pickle=False))
            for path in folder.glob("*.npy")
        }
        features = Features.of_arrays(language, under("features.", arrays))
        classifiers = Classifiers.of_arrays(rest["kinds"], rest["kind_of"], under("classifiers.", arrays))
        return cls(features, classifiers, [Calibration(**calibration) for calibration in rest["calibrations"]])

    def rank(self, text: Described, caution: Mapping[str, float], encoders: Sequence[Encoder]) -> list[tuple[str, float]]:
        scores = self._classifiers.scores(self._features.sparse([text]))
        ranked = self._classifiers.ranked(scores, self._calibrations[0], caution)
        for encoder, calibration in zip(encoders, self._calibrations[1:]):
            if ranked[0][1] >= SURE:
                break
            scores = self._classifiers.heard(scores, encoder.labels, encoder.log_probabilities([text.body]))
            ranked = self._classifiers.ranked(scores, calibration, caution)
        return ranked


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
                heard = (encoders or {}).get(language, ())
                models[language] = _LanguageModel.fit(language, theirs, named, kind_of, strength, heard)
        return cls(models, caution, encoders)

    def rank(self, text: str) -> list[tuple[str, float]]:
        """Intents with their probabilities, the likeliest first; empty when the text shows nothing we know."""
        language = language_of(text) or DEFAULT_LANGUAGE
        if language not in self._models:
            language = next(iter(self._models), language)
        described = describe(text)
        if language not in self._models or not any(char.isalnum() for char in described.text):
            return []
        return self._models[language].rank(described, self._caution.get(language, {}), self._encoders.get(language, ()))

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


def _held(texts: Sequence[Described], encoders: Sequence[Encoder]) -> NDArray[np.bool_]:
    """Which examples every encoder has been kept from."""
    return np.array([all(encoder.is_held(text.raw) for encoder in encoders) for text in texts])


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


def _calibrations(
    trial: Classifiers,
    sparse: csr_matrix,
    texts: Sequence[str],
    labels: Sequence[str],
    kinds: Sequence[str],
    encoders: Sequence[Encoder],
) -> list[Calibration]:
    """For the classifiers alone, and for each further encoder on what those before were not sure of."""
    scores = trial.scores(sparse)
    calibrations = [trial.calibrated(scores, labels, kinds)]
    if not encoders:
        return [calibrations[0].humbler(PRUDENCE)]
    rows = np.arange(len(texts))
    for encoder in encoders:
        unsure = np.flatnonzero(trial.confidences(scores, calibrations[-1]) < SURE)
        if len(unsure) >= _LEAST:
            scores, rows = scores.rows(unsure), rows[unsure]
        scores = trial.heard(scores, encoder.labels, encoder.held_log_probabilities([texts[row] for row in rows]))
        calibrations.append(trial.calibrated(scores, [labels[row] for row in rows], [kinds[row] for row in rows]))
    return calibrations
