"""Domain, rules, taxonomy and action classes agree."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from actions.conversation import CHOICE
from actions.rules.taxonomy import FACETS, Taxonomy
from tests.actions.simulator import ACTIONS, CLASSES, read_rules
from tests.support import PROJECT


@pytest.fixture(scope="module")
def domain() -> dict[str, Any]:
    return yaml.safe_load((PROJECT / "domain.yml").read_text(encoding="utf-8"))


def test_intents_are_the_topics_the_turns_and_the_fallback(domain: dict[str, Any], taxonomy: Taxonomy) -> None:
    assert sorted(domain["intents"]) == sorted([*taxonomy.topics, *taxonomy.turns, "nlu_fallback"])


def test_entities_are_the_facets_and_each_has_a_slot(domain: dict[str, Any]) -> None:
    assert domain["entities"] == [*FACETS, CHOICE]
    assert set(FACETS) <= set(domain["slots"])


def test_no_slot_steers_the_policy_or_fills_itself(domain: dict[str, Any]) -> None:
    for name, slot in domain["slots"].items():
        assert slot["influence_conversation"] is False and slot["mappings"] == [{"type": "custom"}], name


def test_every_intent_but_restart_has_exactly_one_rule_with_one_action(domain: dict[str, Any]) -> None:
    rules = read_rules()
    assert sorted(rules) == sorted(set(domain["intents"]) - {"restart"})
    assert {intent: actions for intent, actions in rules.items() if len(actions) != 1} == {}


def test_every_action_of_domain_and_rules_exists_as_a_class(domain: dict[str, Any]) -> None:
    ruled = {action for actions in read_rules().values() for action in actions}
    assert sorted(domain["actions"]) == sorted(ACTIONS) == sorted(ruled | {"action_restart"})
    assert len(CLASSES) == len(ACTIONS)


def test_every_topic_is_answered_with_advice(taxonomy: Taxonomy) -> None:
    rules = read_rules()
    assert {topic for topic in taxonomy.topics if rules[topic] != ["action_advise"]} == set()
