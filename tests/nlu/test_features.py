"""What the features see of a text, and that single rows are those of scikit-learn."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.nlu import tokens
from bot.nlu.features import Features, describe, without_opener
from tests.support import PROJECT

TEXTS = [f"how do we hire engineers in town number {n} without the agency" for n in range(12)]


@pytest.mark.parametrize(
    "text, rest",
    [
        ("Before that, how do we get the CE mark?", "how do we get the CE mark?"),
        ("Wait, OK, what about unions?", "what about unions?"),
        ("等一下，那边的工会怎么打交道", "那边的工会怎么打交道"),
        ("好的，继续", "继续"),
        ("OK", "OK"),
        ("wait", "wait"),
        ("well-known brands", "well-known brands"),
        ("好，", "好，"),
        ("", ""),
    ],
)
def test_what_is_said_before_the_point_is_left_out(text: str, rest: str) -> None:
    assert without_opener(text) == rest
    assert describe(text).raw == text


def test_markets_are_masked_and_named_as_facets() -> None:
    poland, germany = describe("How do we enter Poland?"), describe("How do we enter Germany?")
    assert poland.text == germany.text and "has_market" in poland.facets


@pytest.mark.parametrize(
    "text, kept", [("fake reviews for our shop", "fake reviews"), ("在越南刷好评", "刷好评"), ("we make toothbrushes", "")]
)
def test_what_tells_a_wrong_is_not_masked_with_its_sector(text: str, kept: str) -> None:
    described = describe(text)
    assert kept in described.text and "has_sector" in described.facets
    assert bool(kept) != ("xsector" in described.text or "ⓢ" in described.text)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_single_rows_are_those_learnt(language: str) -> None:
    features = Features(language)
    described = [describe(text) for text in TEXTS]
    learnt = features.fit(described)
    assert np.abs(learnt - features.sparse(described)).max() < 1e-6


def test_weights_are_those_of_scikit_learn() -> None:
    described = [describe(text) for text in TEXTS]
    ours = Features("zh")
    ours.fit(described)
    theirs = TfidfVectorizer(sublinear_tf=True, analyzer="char", ngram_range=(1, 3), dtype=np.float32)
    expected = theirs.fit_transform([text.text for text in described])
    order = np.argsort(tokens.hashes(theirs.get_feature_names_out()))
    assert np.abs(ours.sparse(described)[:, : expected.shape[1]] - expected[:, order]).max() < 1e-5


def test_text_without_known_features_is_an_empty_row() -> None:
    features = Features("en")
    features.fit([describe(text) for text in TEXTS])
    row = features.sparse([describe("ßßß")])
    assert row.shape[0] == 1 and np.isfinite(row.data).all()


@pytest.mark.parametrize(
    "ours, options",
    [
        (tokens.words(r"(?u)\b\w+\b", 2), {"ngram_range": (1, 2), "token_pattern": r"(?u)\b\w+\b"}),
        (tokens.characters(1, 3), {"analyzer": "char", "ngram_range": (1, 3)}),
        (tokens.pieces(2, 5), {"analyzer": "char_wb", "ngram_range": (2, 5)}),
        (tokens.words(r"\S+"), {"token_pattern": r"\S+"}),
    ],
    ids=["words", "characters", "pieces", "facets"],
)
@given(text=st.text(alphabet="abc  \t\n'-é桥印尼。", max_size=40))
def test_tokens_are_those_of_scikit_learn(ours: tokens.Tokenizer, options: dict[str, Any], text: str) -> None:
    assert ours(text) == TfidfVectorizer(lowercase=False, **options).build_analyzer()(text)


def test_hashes_are_the_same_in_every_process() -> None:
    code = "from bot.nlu.tokens import hashes; print(hashes(['trust', '桥']).tolist())"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == tokens.hashes(["trust", "桥"]).tolist()


def test_asking_does_not_import_scikit_learn() -> None:
    code = (
        "import sys; from bot.nlu.intent_model import IntentModel; IntentModel({}).rank('hello'); print('sklearn' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
