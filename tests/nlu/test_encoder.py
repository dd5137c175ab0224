"""The adapted encoder: it knows exactly our intents, and says of held-out examples what it has learnt elsewhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml

from bot.nlu.encoder import Encoder, key_of
from bot.nlu.intent_model import IntentModel
from tests.support import PROJECT


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.default()


def test_labels_are_the_intents_of_the_domain(encoder: Encoder) -> None:
    intents = yaml.safe_load((PROJECT / "domain.yml").read_text(encoding="utf-8"))["intents"]
    assert sorted(encoder.labels) == sorted(set(intents) - {"nlu_fallback"})


def test_rows_are_log_probabilities(encoder: Encoder) -> None:
    rows = encoder.log_probabilities(["How do we deal with the works council in Kassel?", "thanks a lot"])
    assert rows.shape == (2, len(encoder.labels))
    assert np.exp(rows).sum(axis=1) == pytest.approx([1, 1], abs=1e-4)
    assert [encoder.labels[column] for column in rows.argmax(axis=1)] == ["local_workforce", "thanks"]


def test_held_out_examples_are_known_and_mostly_told_right(encoder: Encoder) -> None:
    examples = [
        (line.removeprefix("- ").strip(), block["intent"])
        for path in sorted((PROJECT / "data" / "nlu").glob("*.en.yml"))
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
        for line in block["examples"].splitlines()
    ]
    held = [(text, intent) for text, intent in examples if encoder.is_held(text)]
    assert len(held) > len(examples) / 8
    rows = encoder.held_log_probabilities([text for text, _ in held])
    right = [encoder.labels[column] == intent for column, (_, intent) in zip(rows.argmax(axis=1), held)]
    assert np.mean(right) > 0.6  # of 59 intents, without the words that the other classifiers see
    assert not encoder.is_held("a sentence that nobody wrote")


def test_example_has_the_same_key_on_every_machine() -> None:
    assert key_of("Hello 你好") == 944285363684239618


def test_model_is_stored_without_the_encoder_and_heard_with_it(encoder: Encoder, tmp_path: Path) -> None:
    texts = ["how do we hire local staff", "unions and staff", "who are you", "hello there", "good morning", "hire engineers"] * 3
    labels = ["local_workforce", "local_workforce", "bot_challenge", "greet", "greet", "local_workforce"] * 3
    model = IntentModel.fit(texts, labels, encoders={"en": encoder})
    model.save(tmp_path / "model")
    assert (tmp_path / "model").stat().st_size < 1_000_000
    loaded = IntentModel.load(tmp_path / "model", {"en": encoder})
    question = "the shop stewards want a word about overtime"
    assert loaded.rank(question) == model.rank(question)
    assert loaded.rank(question)[0][0] == "local_workforce"
