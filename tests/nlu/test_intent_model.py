"""The intent model on a small bilingual set of examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.nlu.intent_model import IntentModel

EXAMPLES = {
    "greet": [
        "hello there",
        "good morning",
        "hi adviser",
        "hello again",
        "good evening",
        "您好",
        "你好啊",
        "早上好",
        "大家好",
        "嗨你好",
    ],
    "anti_corruption": [
        "how do we prevent bribery",
        "gift rules for officials",
        "bribery law training for staff",
        "how to refuse a bribe",
        "gifts and bribery",
        "怎么防止行贿",
        "礼品规定有哪些",
        "员工反腐败培训",
        "遇到索贿怎么办",
        "送礼和行贿的界限",
    ],
    "local_workforce": [
        "how do we hire local staff",
        "dealing with the works council",
        "local hiring of managers",
        "unions and staff",
        "hire local engineers",
        "怎么招聘当地员工",
        "如何跟工会打交道",
        "本地招聘经理",
        "工会要求加薪",
        "聘用当地工程师",
    ],
}
TEXTS = [text for texts in EXAMPLES.values() for text in texts]
LABELS = [label for label, texts in EXAMPLES.items() for _ in texts]


@pytest.fixture(scope="module")
def model() -> IntentModel:
    return IntentModel.fit(TEXTS, LABELS)


@pytest.mark.parametrize(
    "text, intent",
    [
        ("Hello, good morning!", "greet"),
        ("Is this gift a bribe?", "anti_corruption"),
        ("we want to hire local managers", "local_workforce"),
        ("你好", "greet"),
        ("有人向我们索贿", "anti_corruption"),
        ("當地工會怎麼打交道", "local_workforce"),
    ],
)
def test_intent_is_recognised_in_both_languages(model: IntentModel, text: str, intent: str) -> None:
    assert model.rank(text)[0][0] == intent


@pytest.mark.parametrize("text", ["hire staff", "工会", "something else altogether", "CATL 招聘"])
def test_ranking_holds_every_intent_once_falls_and_sums_to_one(model: IntentModel, text: str) -> None:
    ranking = model.rank(text)
    assert sorted(name for name, _ in ranking) == sorted(EXAMPLES)
    confidences = [confidence for _, confidence in ranking]
    assert confidences == sorted(confidences, reverse=True)
    assert sum(confidences) == pytest.approx(1, abs=1e-5)
    assert all(0 <= confidence <= 1 for confidence in confidences)


@pytest.mark.parametrize("text", ["", "   ", "👍👍", "?!…", "。。。"])
def test_text_without_words_gets_an_empty_ranking(model: IntentModel, text: str) -> None:
    assert model.rank(text) == []


def test_confidence_is_higher_for_a_known_sentence_than_for_a_strange_one(model: IntentModel) -> None:
    assert model.rank("how do we prevent bribery")[0][1] > model.rank("purple elephants sing")[0][1]


def test_untrained_model_knows_nothing() -> None:
    assert IntentModel({}).rank("hello") == []


def test_model_of_one_language_still_answers_the_other() -> None:
    english = [(text, label) for text, label in zip(TEXTS, LABELS) if text.isascii()]
    model = IntentModel.fit(*map(list, zip(*english)))
    assert sum(confidence for _, confidence in model.rank("你好")) == pytest.approx(1, abs=1e-5)


def test_saved_model_gives_the_same_ranking(model: IntentModel, tmp_path: Path) -> None:
    model.save(tmp_path / "model")
    loaded = IntentModel.load(tmp_path / "model")
    for text in ("hire local staff", "索贿", "👍"):
        assert loaded.rank(text) == model.rank(text)


def test_training_is_repeatable() -> None:
    one, other = (dict(IntentModel.fit(TEXTS, LABELS).rank("local gifts")) for _ in range(2))
    assert one == pytest.approx(other, abs=1e-3)


def test_caution_raises_one_kind_in_one_language() -> None:
    kinds = {"greet": "turn"}
    plain = IntentModel.fit(TEXTS, LABELS, kinds=kinds)
    cautious = IntentModel.fit(TEXTS, LABELS, kinds=kinds, caution={"en": {"turn": 40.0}})
    assert plain.rank("gift rules for officials")[0][0] == "anti_corruption"
    assert cautious.rank("gift rules for officials")[0][0] == "greet"
    assert cautious.rank("礼品规定有哪些")[0][0] == "anti_corruption"


def test_ranking_is_in_order_of_confidence_and_names_every_intent(model: IntentModel) -> None:
    ranking = model.rank("how do we prevent bribery among local staff")
    confidences = [confidence for _, confidence in ranking]
    assert confidences == sorted(confidences, reverse=True)
    assert sorted(name for name, _ in ranking) == sorted(EXAMPLES)
