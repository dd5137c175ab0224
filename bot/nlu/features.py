"""Turns texts into the numbers that the intent model learns from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import yaml
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from bot.nlu import tokens
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
    marks = [mark for mention in mentions for mark in _marks(mention)]
    marks.append(f"markets_{min(3, len({mention.value for mention in mentions if mention.facet == 'market'}))}")
    covered = sum(mention.end - mention.start for mention in mentions)
    marks.append("asks" if _ASKS.search(fold(text)) else "states")
    marks.append(f"covered_{int(5 * covered / max(1, len(text)))}")
    marks.append(f"length_{min(6, len(text) // _LENGTH_STEP[language_of(text) or DEFAULT_LANGUAGE])}")
    return Described(_masked(text, mentions), " ".join(marks), raw, text)


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

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """What was learnt, to be stored."""
        return {f"{number}.{name}": array for number, part in enumerate(self._parts) for name, array in part.arrays().items()}

    @classmethod
    def of_arrays(cls, language: str, arrays: Mapping[str, NDArray[np.generic]]) -> Features:
        """The features that :meth:`arrays` described."""
        features = cls(language)
        for number, part in enumerate(features._parts):
            part.known = arrays[f"{number}.known"].astype(np.uint64, copy=False)
            part.idf = arrays[f"{number}.idf"].astype(np.float32, copy=False)
        return features


class _Part:
    """One kind of token: its sublinear counts, weighted by their rarity, in rows of unit length (tf-idf)."""

    def __init__(
        self, split: tokens.Tokenizer, weight: float = 1.0, on_facets: bool = False, rarity: bool = True, least: int = 1
    ) -> None:
        """Args:
        split: what cuts a text into tokens.
        weight: the length of a row.
        on_facets: whether the facets are split, not the text.
        rarity: whether tokens are weighted by how rare they are.
        least: in how many examples a token must stand.
        """
        self._split, self._on_facets = split, on_facets
        self._weight, self._rarity, self._least = np.float32(weight), rarity, least
        self.known: NDArray[np.uint64] = np.zeros(0, dtype=np.uint64)
        """The hashes of the tokens, sorted; a token's place is its column."""
        self.idf: Floats = np.zeros(0, dtype=np.float32)

    @property
    def size(self) -> int:
        """The number of features."""
        return len(self.known)

    def fit(self, texts: Sequence[Described]) -> csr_matrix:
        """Learn the vocabulary and give the weighted rows."""
        # asking must not import scikit-learn, see bot/nlu/tokens.py
        from sklearn.feature_extraction.text import TfidfVectorizer

        vectorizer = TfidfVectorizer(
            sublinear_tf=True, dtype=np.float32, analyzer=self._split, min_df=self._least, use_idf=self._rarity
        )
        rows = vectorizer.fit_transform([self._of(text) for text in texts])
        numbers = tokens.hashes(vectorizer.get_feature_names_out())
        self.known, order = np.unique(numbers, return_index=True)
        self.idf = (vectorizer.idf_ if self._rarity else np.ones(len(numbers)))[order].astype(np.float32)
        return self._weight * rows[:, order]

    def row(self, text: Described) -> tuple[NDArray[np.int64], Floats]:
        """Columns and values of one text: sublinear counts times idf, of the part's length."""
        numbers, counts = np.unique(tokens.hashes(self._split(self._of(text))), return_counts=True)
        if not self.size or not len(numbers):
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        places = np.minimum(np.searchsorted(self.known, numbers), self.size - 1)
        found = self.known[places] == numbers
        columns = places[found]
        values = (1 + np.log(counts[found].astype(np.float32))) * self.idf[columns]
        length = np.sqrt((values * values).sum())
        return columns, (self._weight * values / (length or 1)).astype(np.float32)

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """The vocabulary and its weights."""
        return {"known": self.known, "idf": self.idf}

    def _of(self, text: Described) -> str:
        return text.facets if self._on_facets else text.text


def _masked(text: str, mentions: Sequence[Mention]) -> str:
    """The folded text with a sign for each market, sector and ownership: which one it is says little about the topic, and the
    examples of one topic happen to name Brazil more often than those of another."""
    folded, parts, done = fold(text), [], 0
    signs = _SIGNS[language_of(text) or DEFAULT_LANGUAGE]
    for mention in mentions:
        if _telling().search(folded[mention.start : mention.end]):
            continue
        if mention.facet in signs and mention.start >= done:
            parts += [folded[done : mention.start], signs[mention.facet]]
            done = mention.end
    return "".join([*parts, folded[done:]])


@lru_cache(maxsize=1)
def _openers() -> re.Pattern[str]:
    words = yaml.safe_load((LEXICON_FOLDER / "openers.yml").read_text(encoding="utf-8"))
    listed = "|".join(re.escape(fold(word)) for word in sorted([*words["en"], *words["zh"]], key=len, reverse=True))
    return re.compile(rf"(?:(?:{listed})(?:[,.:;!…]+\s*|\s+[-–]+\s+))*")


@lru_cache(maxsize=1)
def _telling() -> re.Pattern[str]:
    parts = yaml.safe_load((LEXICON_FOLDER / "telling.yml").read_text(encoding="utf-8"))
    return re.compile("|".join(re.escape(part) for part in (*parts["en"], *parts["zh"])))


def _marks(mention: Mention) -> tuple[str, str]:
    value = "market" if mention.facet == "market" else f"{mention.facet}_{mention.value}"
    return value, f"has_{mention.facet}"


def _parts(language: str) -> list[_Part]:
    if language == "zh":
        on_text = [_Part(tokens.characters(1, 3))]
    else:
        on_text = [_Part(tokens.words(_WORD, 2)), _Part(tokens.pieces(2, 5), least=2)]
    return [*on_text, _Part(tokens.words(r"\S+"), FACET_WEIGHT, on_facets=True, rarity=False)]
