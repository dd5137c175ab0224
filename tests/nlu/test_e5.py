"""The base for both languages: its file is the original one, its pieces are the model's, and meaning counts across languages."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.nlu import e5
from bot.nlu.bert import DIMENSIONS, MAX_TOKENS, Bert
from bot.nlu.e5 import E5, Pieces
from bot.nlu.packages import WrongWeights

LAYERS = 12


@pytest.fixture(scope="module")
def base() -> E5:
    return E5(e5.installed_file())


@pytest.fixture(scope="module")
def model(base: E5) -> Bert:
    return Bert(base, LAYERS)


def test_meaning_counts_in_both_languages(model: Bert) -> None:
    """By the original model, which wants "query: " before a text, the first three lie within 0.9 of each other."""
    protein, intake, chinese, cat = model.embed(
        [
            "query: how much protein per day",
            "query: daily protein intake",
            "query: 每天需要多少蛋白质",
            "query: the cat is on the mat",
        ]
    )
    assert min(float(protein @ intake), float(protein @ chinese), float(intake @ chinese)) > 0.9
    assert max(float(cat @ other) for other in (protein, intake, chinese)) < 0.8


def test_pieces_are_those_of_the_model(base: E5) -> None:
    """Numbers of XLM-R's vocabulary: 8999 is "▁world", 124084 is 你好."""
    assert base.tokenize("hello world")[-2:] == [8999, 2]
    assert base.tokenize("你好") == [0, 6, 124084, 2]


def test_ways_of_writing_do_not_matter(base: E5) -> None:
    assert base.tokenize("印尼鎳廠ＶＰＮ  連不上？") == base.tokenize("印尼镍厂vpn 连不上?")
    assert base.tokenize(" Café ") == base.tokenize("cafe ")


def test_likeliest_pieces_win_over_the_longest() -> None:
    pieces = ["<s>", "</s>", "<unk>", "▁", "ab", "abc", "c", "cd", "d"]
    scores = [0, 0, 0, -1.0, -2.0, -9.0, -9.0, -1.0, -9.0]
    numbers = {piece: number for number, piece in enumerate(pieces) if piece != "<unk>"}
    tokenizer = Pieces(numbers, scores, {ord("X"): "cd"}, (0, 1, 2))
    assert tokenizer.tokenize("abcd") == [0, 3, 4, 7, 1]
    assert tokenizer.tokenize("abX") == [0, 3, 4, 7, 1]
    assert tokenizer.tokenize("ab?cd") == [0, 3, 4, 2, 7, 1]


def test_rows_are_unit_vectors_in_the_order_of_the_texts(model: Bert) -> None:
    texts = ["a much longer sentence about ports and railways in three countries", "short", "不长不短的一句中文"]
    together = model.embed(texts)
    assert together.shape == (3, DIMENSIONS)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    for row, text in zip(together, texts):
        assert np.allclose(row, model.embed([text])[0], atol=1e-4)


@pytest.mark.parametrize("text", ["", "🙏🙏", "x" * 500, "word " * 3000, "字" * 3000, "Ångström naïve café", "\u0000\ud7ff"])
def test_any_text_has_an_embedding(model: Bert, base: E5, text: str) -> None:
    assert len(base.tokenize(text)) <= MAX_TOKENS
    assert np.isfinite(model.embed([text])).all()


def test_missing_or_changed_file_is_refused_with_the_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(e5, "PACKAGE", "no_such_package_at_all")
    with pytest.raises(WrongWeights, match="make setup"):
        e5.installed_file()
    (tmp_path / "other" / "__init__.py").parent.mkdir()
    (tmp_path / "other" / "__init__.py").touch()
    (tmp_path / "other" / e5.FILE).write_bytes(b"E5S1 and something else")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(e5, "PACKAGE", "other")
    with pytest.raises(WrongWeights, match="not the original file"):
        e5.installed_file()
