"""The English base: its files are the original ones, and what it says of meaning is right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.nlu import minilm
from bot.nlu.bert import Bert
from bot.nlu.minilm import MiniLM
from bot.nlu.packages import WrongWeights


@pytest.fixture(scope="module")
def model() -> Bert:
    return Bert(MiniLM(minilm.installed_folder()), minilm.LAYERS)


def test_texts_of_the_same_meaning_lie_near_each_other(model: Bert) -> None:
    first, second, other = model.embed(
        ["How do I open a bank account?", "What is the way to open an account at the bank?", "The cat sat on the mat."]
    )
    assert first @ second > 0.9 and abs(float(first @ other)) < 0.2


def test_similarities_are_those_of_the_original_model(model: Bert) -> None:
    """Computed with sentence-transformers' published example of this model: 0.67, 0.10 and 0.14 (two decimals)."""
    weather, sunny, stadium = model.embed(["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."])
    assert [round(float(a @ b), 2) for a, b in ((weather, sunny), (weather, stadium), (sunny, stadium))] == pytest.approx(
        [0.67, 0.10, 0.14], abs=0.015
    )


def test_accents_and_capitals_do_not_matter(model: Bert) -> None:
    plain, fancy = model.embed(["cafe in sao paulo", "Café in São Paulo"])
    assert float(plain @ fancy) > 0.9999


def test_what_is_added_to_a_weight_counts(model: Bert) -> None:
    base, text = MiniLM(minilm.installed_folder()), ["the port authority wants a word"]
    nothing = np.zeros((384, 384), dtype=np.float32)
    assert np.allclose(Bert(base, minilm.LAYERS, {"0.query": nothing}).embed(text), model.embed(text), atol=1e-6)
    assert float((Bert(base, minilm.LAYERS, {"0.value": nothing + 0.05}).embed(text) @ model.embed(text).T)[0, 0]) < 0.999


def test_missing_or_changed_files_are_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(WrongWeights, match="make setup"):
        MiniLM(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"something else")
    with pytest.raises(WrongWeights, match="not the original file"):
        MiniLM(tmp_path)


def test_missing_package_is_refused_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minilm, "PACKAGE", "no_such_package_at_all")
    with pytest.raises(WrongWeights, match="make setup"):
        minilm.installed_folder()
