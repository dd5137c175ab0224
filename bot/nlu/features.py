"""Turns texts into the numbers that the intent model learns from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer

from bot.nlu.gazetteer import Gazetteer, Mention
from bot.nlu.minilm import MiniLM
from bot.nlu.text import fold, language_of

DEFAULT_LANGUAGE = "en"
FACET_WEIGHT = 0.3
"""Chosen on the training data with blocks of examples held out: topics +0.6, turns +5, out of scope +12 points in Chinese."""

MEANING_WEIGHT = 0.9
"""Length of the sentence embedding beside the tf-idf vector of length 1.4; between 0.8 and 1 nothing changes."""

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
    """What the features see of a text: its folded, masked characters, its facets and shape as tokens, and the text itself."""

    text: str
    facets: str
    raw: str


def describe(text: str) -> Described:
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
    return Described(_masked(text, mentions), " ".join(tokens), text)


class Features:
    """The features of one language, learnt from its examples.

    Words, word pairs and word pieces for English; single characters to triples for Chinese, which needs no word boundaries;
    facets and shape for both. English texts also have a meaning: a sentence embedding.
    """

    def __init__(self, language: str) -> None:
        self._union = _union(language)
        self.has_meaning = language == "en"

    def fit(self, texts: Sequence[Described]) -> csr_matrix:
        """Learn the vocabulary; gives the sparse features of the texts, one row each."""
        return self._union.fit_transform(texts).tocsr()

    def sparse(self, texts: Sequence[Described]) -> csr_matrix:
        """The sparse features of the texts, one row each."""
        return self._union.transform(texts).tocsr()

    def meaning(self, texts: Sequence[Described]) -> Floats:
        """The embeddings of the texts, one row each; without columns in a language that has none."""
        if not self.has_meaning:
            return np.zeros((len(texts), 0), dtype=np.float32)
        return MEANING_WEIGHT * MiniLM.default().embed([text.raw for text in texts])


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


def _texts(examples: Sequence[Described]) -> list[str]:
    return [example.text for example in examples]


def _facets(examples: Sequence[Described]) -> list[str]:
    return [example.facets for example in examples]


def _on_text(**options: Any) -> Pipeline:
    return make_pipeline(FunctionTransformer(_texts), TfidfVectorizer(sublinear_tf=True, dtype=np.float32, **options))


def _union(language: str) -> FeatureUnion:
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
