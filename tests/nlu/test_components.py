"""Rasa's view of our components: language, intent, entities and ellipses of a message."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.ellipsis import EllipsisDetector, is_only_glue
from bot.nlu.facet_extractor import FacetExtractor
from bot.nlu.gazetteer import Gazetteer
from bot.nlu.intent_classifier import BilingualIntentClassifier
from bot.nlu.language import LanguageDetector
from tests.nlu.test_intent_model import EXAMPLES, LABELS, TEXTS


def parse(text: str) -> Message:
    """The message after language, facets and ellipsis."""
    messages = [Message.build(text)]
    for component in (LanguageDetector(), FacetExtractor(Gazetteer.default()), EllipsisDetector()):
        messages = component.process(messages)
    return messages[0]


def entities(text: str) -> list[tuple[str, str]]:
    return [(entity["entity"], entity["value"]) for entity in parse(text).get("entities", [])]


@pytest.mark.parametrize("text, language", [("hello", "en"), ("你好", "zh"), ("👍", None), ("/greet", None)])
def test_language_is_part_of_the_parse_result(text: str, language: str | None) -> None:
    assert parse(text).as_dict(only_output_properties=True).get("language") == language


def test_one_entity_for_each_mention_with_its_canonical_value() -> None:
    assert entities("我们是国企，在德国做电池，Germany 的监管机构") == [
        ("ownership", "state_owned"),
        ("market", "DE"),
        ("sector", "batteries"),
        ("market", "DE"),
        ("audience", "regulators"),
    ]


def test_entity_carries_its_place_and_is_part_of_the_parse_result() -> None:
    entity = parse("off to Poland").as_dict(only_output_properties=True)["entities"][0]
    assert (entity["start"], entity["end"], entity["value"], entity["entity"]) == (7, 13, "PL", "market")


def test_payload_of_a_button_keeps_its_own_entities() -> None:
    assert entities('/inform_profile{"market": "Germany"}') == []


@pytest.mark.parametrize(
    "text", ["and in Vietnam?", "Vietnam", "那越南呢？", "what about Poland and Hungary", "德国、波兰", "the same for batteries"]
)
def test_message_of_nothing_but_facets_informs_the_profile(text: str) -> None:
    message = parse(text)
    assert message.get("intent")["name"] == "inform_profile"
    assert message.get("intent_ranking")[0]["name"] == "inform_profile"


@pytest.mark.parametrize(
    "text", ["How do we hire staff in Vietnam?", "越南的工会怎么打交道", "and then?", "hello", "", '/more{"market": "VN"}']
)
def test_other_messages_keep_their_intent(text: str) -> None:
    assert (parse(text).get("intent") or {}).get("name") != "inform_profile"


def test_request_for_something_wrong_stays_one_though_it_is_all_facets() -> None:
    message = FacetExtractor(Gazetteer.default()).process([Message.build("fake reviews how")])[0]
    message.set("intent", {"name": "unethical_request", "confidence": 0.8})
    assert EllipsisDetector().process([message])[0].get("intent")["name"] == "unethical_request"


def test_ellipsis_is_decided_quickly_however_long_the_text() -> None:
    started = time.perf_counter()
    for filling in ("和", "and ", "对于", "那么", " ,"):
        assert not is_only_glue(filling * 2000 + "x", [(0, 1)])
    assert time.perf_counter() - started < 1


def storage(folder: Path) -> LocalModelStorage:
    folder.mkdir()
    return LocalModelStorage.create(folder)


def test_classifier_learns_stores_and_loads(tmp_path: Path) -> None:
    config = BilingualIntentClassifier.get_default_config()
    kept, resource = storage(tmp_path / "model"), Resource("intents")
    examples = [Message.build(text, intent=label) for text, label in zip(TEXTS, LABELS)]
    BilingualIntentClassifier.create(config, kept, resource, None).train(TrainingData(examples))
    classifier = BilingualIntentClassifier.load(config, kept, resource, None)
    messages = classifier.process([Message.build(text) for text in ("how to refuse a bribe", "你好", "👍", "")])
    assert [message.get("intent")["name"] for message in messages] == ["anti_corruption", "greet", None, None]
    assert [message.get("intent")["confidence"] for message in messages[2:]] == [0.0, 0.0]
    assert {entry["name"] for entry in messages[0].get("intent_ranking")} == set(EXAMPLES)
    assert messages[0].get("intent_ranking")[0] == messages[0].get("intent")


def test_classifier_without_its_trained_model_does_not_start(tmp_path: Path) -> None:
    config = BilingualIntentClassifier.get_default_config()
    with pytest.raises(ValueError):
        BilingualIntentClassifier.load(config, storage(tmp_path / "empty"), Resource("intents"), None)
