"""The adapted encoder: it knows exactly our intents, and says of held-out examples what it has learnt elsewhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml

from bot.nlu.encoder import BASES, LANGUAGES, Encoder, encoders, key_of
from bot.nlu.intent_model import SURE, IntentModel
from bot.nlu.text import language_of
from tests.support import PROJECT

HEARD = [(language, place) for language, names in LANGUAGES.items() for place in range(len(names))]


@pytest.fixture(params=HEARD, ids=lambda heard: f"{heard[0]}-{LANGUAGES[heard[0]][heard[1]]}")
def heard(request: pytest.FixtureRequest) -> tuple[str, Encoder]:
    language, place = request.param
    return language, encoders()[language][place]


def test_every_base_is_heard_somewhere() -> None:
    assert {name for names in LANGUAGES.values() for name in names} == set(BASES)


def test_labels_are_the_intents_of_the_domain(heard: tuple[str, Encoder]) -> None:
    intents = yaml.safe_load((PROJECT / "domain.yml").read_text(encoding="utf-8"))["intents"]
    assert sorted(heard[1].labels) == sorted(set(intents) - {"nlu_fallback"})


QUESTIONS = {
    "en": ["How do we deal with the works council in Kassel?", "thanks a lot"],
    "zh": ["卡塞尔工厂的职工委员会要求谈加班，怎么相处？", "多谢了"],
}


def test_rows_are_log_probabilities(heard: tuple[str, Encoder]) -> None:
    language, encoder = heard
    rows = encoder.log_probabilities(QUESTIONS[language])
    assert rows.shape == (2, len(encoder.labels))
    assert np.exp(rows).sum(axis=1) == pytest.approx([1, 1], abs=1e-4)
    assert [encoder.labels[column] for column in rows.argmax(axis=1)] == ["local_workforce", "thanks"]


def test_held_out_examples_are_known_and_mostly_told_right(heard: tuple[str, Encoder]) -> None:
    language, encoder = heard
    examples = [
        (text, block["intent"])
        for path in sorted((PROJECT / "data" / "nlu").glob(f"*.{language}.yml"))
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
        for text in (line.removeprefix("- ").strip() for line in block["examples"].splitlines())
        if language_of(text) == language
    ]
    held = [(text, intent) for text, intent in examples if encoder.is_held(text)]
    assert len(held) > len(examples) / 8
    rows = encoder.held_log_probabilities([text for text, _ in held])
    right = [encoder.labels[column] == intent for column, (_, intent) in zip(rows.argmax(axis=1), held)]
    assert np.mean(right) > 0.6  # of 59 intents, without the words that the other classifiers see
    assert not encoder.is_held("a sentence that nobody wrote")


def test_encoders_of_a_language_were_kept_from_the_same_examples() -> None:
    first, second = encoders()["en"]
    text = next(
        text
        for line in (PROJECT / "data" / "nlu" / "trust.en.yml").read_text(encoding="utf-8").splitlines()
        if first.is_held(text := line.strip().removeprefix("- "))
    )
    assert second.is_held(text)


def test_example_has_the_same_key_on_every_machine() -> None:
    assert key_of("Hello 你好") == 944285363684239618


def small_model(heard: dict[str, list[Encoder]]) -> IntentModel:
    texts = ["how do we hire local staff", "unions and staff", "who are you", "hello there", "good morning", "hire engineers"] * 3
    labels = ["local_workforce", "local_workforce", "bot_challenge", "greet", "greet", "local_workforce"] * 3
    return IntentModel.fit(texts, labels, encoders=heard)


def test_model_is_stored_without_the_encoders_and_heard_with_them(tmp_path: Path) -> None:
    model = small_model(encoders())
    model.save(tmp_path / "model")
    assert sum(path.stat().st_size for path in (tmp_path / "model").rglob("*")) < 1_000_000
    loaded = IntentModel.load(tmp_path / "model", encoders())
    question = "the shop stewards want a word about overtime"
    assert loaded.rank(question) == model.rank(question)
    assert loaded.rank(question)[0][0] == "local_workforce"


class Counted:
    """An encoder that counts how often it is asked, and says always the same."""

    labels = ("local_workforce", "bot_challenge", "greet")

    def __init__(self, shares: tuple[float, ...]) -> None:
        self.asked, self._shares = 0, shares

    def log_probabilities(self, texts: list[str]) -> np.ndarray:
        self.asked += 1
        return np.log(np.array([self._shares] * len(texts), dtype=np.float32))

    def is_held(self, text: str) -> bool:
        return False


def test_next_encoder_is_heard_only_where_the_others_are_not_sure() -> None:
    doubtful, sure, last = Counted((0.34, 0.33, 0.33)), Counted((0.0001, 0.0001, 0.9998)), Counted((0.9, 0.05, 0.05))
    model = small_model({"en": [doubtful, sure, last]})
    (first, confidence), *_ = model.rank("a question about nothing in particular")
    assert first == "greet" and confidence >= SURE
    assert (doubtful.asked, sure.asked, last.asked) == (1, 1, 0)
