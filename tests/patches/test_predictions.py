"""`RulePolicy` predicts with the patches what it predicts without, for every intent of the domain."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, SlotSet, UserUttered
from rasa.shared.core.generator import TrainingDataGenerator
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.core.training_data.loading import load_data_from_files
from rasa.shared.core.training_data.structures import StoryGraph

from bot import patches
from bot.patches import predictions
from tests.support import PROJECT

CONFIG = {
    **RulePolicy.get_default_config(),
    "core_fallback_threshold": 0.3,
    "core_fallback_action_name": "action_clarify",
    "enable_fallback_prediction": True,
}


def learnt(rules: Path, domain: Domain) -> RulePolicy:
    """The policy that has learnt a file of rules."""
    steps = load_data_from_files([str(rules)], domain)
    trackers = TrainingDataGenerator(StoryGraph(steps), domain, augmentation_factor=0, use_story_concatenation=False).generate()
    schema = GraphSchema({})
    with tempfile.TemporaryDirectory() as folder:
        policy = RulePolicy(dict(CONFIG), LocalModelStorage(Path(folder)), Resource("rules"), ExecutionContext(schema))
        policy.train(trackers, domain)
    return policy


@pytest.fixture(scope="module")
def domain() -> Domain:
    return Domain.load(str(PROJECT / "domain.yml"))


@pytest.fixture(scope="module")
def policy(domain: Domain) -> RulePolicy:
    return learnt(PROJECT / "data" / "rules.yml", domain)


def said(intent: str, text: str = "words") -> UserUttered:
    entities = [{"entity": "market", "value": "DE", "start": 0, "end": 1}]
    return UserUttered(text, intent={"name": intent, "confidence": 0.9}, entities=entities)


def talks(domain: Domain) -> Iterator[DialogueStateTracker]:
    """Conversations at every point at which something is predicted."""
    listen = ActionExecuted("action_listen")
    earlier: list[Any] = [
        said("greet"),
        ActionExecuted("action_talk"),
        BotUttered("hello"),
        SlotSet("sector", "batteries"),
        listen,
    ]
    for intent in domain.intents:
        for past in ([], earlier):
            begun = [listen, *past, said(intent)]
            for events in (begun, [*begun, ActionExecuted("action_advise")], [*begun, ActionExecuted("action_advise"), listen]):
                yield DialogueStateTracker.from_events("someone", events, slots=domain.slots)


def told(policy: RulePolicy, tracker: DialogueStateTracker, domain: Domain) -> dict[str, Any]:
    prediction = policy.predict_action_probabilities(tracker, domain)
    return vars(prediction)


def test_predictions_are_rasas_own(policy: RulePolicy, domain: Domain) -> None:
    conversations = list(talks(domain))
    patches.undo()
    expected = [told(policy, tracker, domain) for tracker in conversations]
    assert patches.apply()
    try:
        for _ in range(2):  # found, and remembered
            assert [told(policy, tracker, domain) for tracker in conversations] == expected
    finally:
        patches.undo()
    assert len({tuple(one["probabilities"]) for one in expected}) > 10


def test_our_rules_go_by_intents(policy: RulePolicy) -> None:
    assert predictions._goes_by_intents(policy)


def test_rules_on_texts_are_still_looked_for(tmp_path: Path, domain: Domain) -> None:
    rules = tmp_path / "rules.yml"
    rules.write_text('version: "3.1"\nrules:\n  - rule: r\n    steps:\n      - user: hello\n      - action: action_talk\n')
    assert not predictions._goes_by_intents(learnt(rules, domain))


@pytest.mark.parametrize("state", ["{}", '{"prev_action": {"action_name": "action_listen"}}', '{"slots": {"sector": [1.0]}}'])
def test_rules_on_any_message_are_still_looked_for(state: str) -> None:
    assert not predictions._goes_by_intents(SimpleNamespace(lookup={RULES: {f"[{state}]": "action_talk"}}))  # type: ignore[arg-type]


def test_texts_are_looked_for_in_a_loop(policy: RulePolicy, domain: Domain, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(predictions, "_original_find", lambda *arguments: asked.append(arguments[-1]) or (None, None, False))
    for events in ([], [ActiveLoop("some_form")]):
        tracker = DialogueStateTracker.from_events("someone", [*events, said("greet")], slots=domain.slots)
        predictions._find(policy, tracker, domain, True)
    assert asked == [True]


def test_rules_that_are_learnt_later_are_found(domain: Domain, policy: RulePolicy, patched: None) -> None:
    states = [{"user": {"intent": "nobody"}, "prev_action": {"action_name": "action_listen"}}]
    lookup = dict(policy.lookup[RULES])
    assert policy._get_possible_keys(lookup, states) == set()
    key = '[{"prev_action": {"action_name": "action_listen"}, "user": {"intent": "nobody"}}]'
    lookup[key] = "action_talk"
    assert policy._get_possible_keys(lookup, states) == {key}


def test_an_empty_domain_is_known_as_such(domain: Domain, patched: None) -> None:
    assert Domain.empty().is_empty() and not domain.is_empty()
