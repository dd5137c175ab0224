"""Turns texts into the numbers that the intent model learns from."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.nlu.gazetteer import LEXICON_FOLDER, Gazetteer, Mention
from bot.nlu.text import fold, language_of

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

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Described:
    """What the features see of a text: its folded, masked characters, its facets and shape as tokens, and its plain words.

    ``raw`` is the whole text; ``body`` and the rest are without what is said before one comes to the point.
    """

    text: str
    facets: str
    raw: str
    body: str


def describe(text: str) -> Described:
    """Fold and mask a text, and name its facets by value, how much of it they cover, whether it asks, and how long it is.

    "Germany" and 波兰 become the same evidence, which separates turns such as "a private battery maker, Hungary" and what is
    out of scope from questions.
    """
    raw, text = text, without_opener(text)
    mentions = Gazetteer.default().find(text)
    tokens = [token for mention in mentions for token in _tokens(mention)]
    tokens.append(f"markets_{min(3, len({mention.value for mention in mentions if mention.facet == 'market'}))}")
    covered = sum(mention.end - mention.start for mention in mentions)
    tokens.append("asks" if _ASKS.search(fold(text)) else "states")
    tokens.append(f"covered_{int(5 * covered / max(1, len(text)))}")
    tokens.append(f"length_{min(6, len(text) // _LENGTH_STEP[language_of(text) or DEFAULT_LANGUAGE])}")
    return Described(_masked(text, mentions), " ".join(tokens), raw, text)


def without_opener(text: str) -> str:
    """A text without "wait, …", "OK, …", 等一下，… at its beginning; the same text if it says nothing else."""
    return text[_openers().match(fold(text)).end() :] or text  # type: ignore[union-attr]


class Features:
    """The sparse features of one language, learnt from its examples.

    Words, word pairs and word pieces for English; single characters to triples for Chinese, which needs no word boundaries;
    facets and shape for both.
    """

    def __init__(self, language: str) -> None:
        self._parts = _parts(language)

    def fit(self, texts: Sequence[Described]) -> csr_matrix:
        """Learn the vocabulary; gives the sparse features of the texts, one row each."""
        return hstack([part.fit(texts) for part in self._parts]).tocsr()

    def sparse(self, texts: Sequence[Described]) -> csr_matrix:
        """The sparse features of the texts, one row each."""
        rows = [[part.row(text) for part in self._parts] for text in texts]
        starts = np.cumsum([0, *(part.size for part in self._parts)])
        columns = [np.concatenate([c + start for (c, _), start in zip(row, starts)]) for row in rows]
        values = [np.concatenate([v for _, v in row]) for row in rows]
        ends = np.cumsum([0, *(len(row) for row in columns)])
        shape = (len(texts), int(starts[-1]))
        return csr_matrix((np.concatenate(values), np.concatenate(columns), ends), shape=shape, dtype=np.float32)


class _Part:
    """One kind of token, counted and weighted by scikit-learn; single rows are made without its overhead of milliseconds."""

    def __init__(self, on_facets: bool, weight: float, **options: Any) -> None:
        self._on_facets = on_facets
        self._weight = np.float32(weight)
        self._vectorizer = TfidfVectorizer(sublinear_tf=True, dtype=np.float32, **options)
        self._tokens: Callable[[str], list[str]] | None = None

    @property
    def size(self) -> int:
        """The number of features."""
        return len(self._vectorizer.vocabulary_)

    def fit(self, texts: Sequence[Described]) -> csr_matrix:
        """Learn the vocabulary and give the weighted rows."""
        return self._weight * self._vectorizer.fit_transform([self._of(text) for text in texts])

    def row(self, text: Described) -> tuple[NDArray[np.int64], Floats]:
        """Columns and values of one text: as scikit-learn would give, sublinear counts times idf, of unit length."""
        if self._tokens is None:
            self._tokens = self._vectorizer.build_analyzer()
        vocabulary = self._vectorizer.vocabulary_
        counts: dict[int, int] = {}
        for token in self._tokens(self._of(text)):
            column = vocabulary.get(token)
            if column is not None:
                counts[column] = counts.get(column, 0) + 1
        columns = np.fromiter(counts, dtype=np.int64, count=len(counts))
        values = 1 + np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))
        if self._vectorizer.use_idf:
            values *= self._vectorizer.idf_[columns]
        length = np.sqrt((values * values).sum())
        return columns, (self._weight * values / (length or 1)).astype(np.float32)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_tokens": None}  # a closure, which cannot be stored

    def _of(self, text: Described) -> str:
        return text.facets if self._on_facets else text.text


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


@lru_cache(maxsize=1)
def _openers() -> re.Pattern[str]:
    words = yaml.safe_load((LEXICON_FOLDER / "openers.yml").read_text(encoding="utf-8"))
    listed = "|".join(re.escape(fold(word)) for word in sorted([*words["en"], *words["zh"]], key=len, reverse=True))
    return re.compile(rf"(?:(?:{listed})(?:[,.:;!…]+\s*|\s+[-–]+\s+))*")


def _tokens(mention: Mention) -> tuple[str, str]:
    value = "market" if mention.facet == "market" else f"{mention.facet}_{mention.value}"
    return value, f"has_{mention.facet}"


def _parts(language: str) -> list[_Part]:
    if language == "zh":
        on_text = [_Part(False, 1, analyzer="char", ngram_range=(1, 3))]
    else:
        on_text = [
            _Part(False, 1, ngram_range=(1, 2), token_pattern=_WORD),
            _Part(False, 1, analyzer="char_wb", ngram_range=(2, 5), min_df=2),
        ]
    return [*on_text, _Part(True, FACET_WEIGHT, token_pattern=r"\S+", use_idf=False)]  # noqa: S106
