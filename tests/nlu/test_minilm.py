"""The English sentence embedding: its files are the original ones, and what it says of meaning is right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.nlu import minilm
from bot.nlu.minilm import DIMENSIONS, MiniLM, WrongWeights


@pytest.fixture(scope="module")
def model() -> MiniLM:
    return MiniLM.default()


def test_texts_of_the_same_meaning_lie_near_each_other(model: MiniLM) -> None:
    first, second, other = model.embed(
        ["How do I open a bank account?", "What is the way to open an account at the bank?", "The cat sat on the mat."]
    )
    assert first @ second > 0.9 and abs(float(first @ other)) < 0.2


def test_similarities_are_those_of_the_original_model(model: MiniLM) -> None:
    """Computed with sentence-transformers' published example of this model: 0.67, 0.10 and 0.14 (two decimals)."""
    weather, sunny, stadium = model.embed(["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."])
    assert [round(float(a @ b), 2) for a, b in ((weather, sunny), (weather, stadium), (sunny, stadium))] == pytest.approx(
        [0.67, 0.10, 0.14], abs=0.015
    )


def test_rows_are_unit_vectors_in_the_order_of_the_texts(model: MiniLM) -> None:
    texts = ["a much longer sentence about ports and railways in three countries", "short", "of middling length here"]
    together = model.embed(texts)
    assert together.shape == (3, DIMENSIONS)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    for row, text in zip(together, texts):
        assert np.allclose(row, model.embed([text])[0], atol=1e-4)


@pytest.mark.parametrize("text", ["", "🙏🙏", "x" * 500, "word " * 3000, "Ångström naïve café", "你好"])
def test_any_text_has_an_embedding(model: MiniLM, text: str) -> None:
    assert np.isfinite(model.embed([text])).all()


def test_accents_and_capitals_do_not_matter(model: MiniLM) -> None:
    plain, fancy = model.embed(["cafe in sao paulo", "Café in São Paulo"])
    assert float(plain @ fancy) > 0.9999


def test_missing_or_changed_files_are_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(WrongWeights, match="make setup"):
        MiniLM(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"something else")
    with pytest.raises(WrongWeights, match="not the original file"):
        MiniLM(tmp_path)


def test_missing_package_is_refused_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minilm, "PACKAGE", "no_such_package_at_all")
    MiniLM.default.cache_clear()
    with pytest.raises(WrongWeights, match="make setup"):
        MiniLM.default()
    MiniLM.default.cache_clear()
