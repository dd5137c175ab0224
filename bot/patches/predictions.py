"""Predictions of `RulePolicy` that do not look again for what was found before.

* Before it goes by the intent, the policy looks for rules on the message's very text, over states that it makes for that alone.
  Where no rule can match one (each rule that begins at a user's message names an intent), that is left out.
* Which rules fit is found by going through all of them for each state: remembered for the states that were met last.
* For each message the domain is compared with an empty one that is made for the purpose: made once.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from functools import lru_cache
from typing import Any

from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.trackers import DialogueStateTracker

_HELD = 4096
"""So many lists of states are remembered."""

_original_find = RulePolicy._find_action_from_rules
_original_keys = RulePolicy._get_possible_keys
_original_is_empty = Domain.is_empty

Found = tuple[str | None, str | None, bool]


def apply() -> None:
    """Leave out what cannot match, and remember what did."""
    RulePolicy._find_action_from_rules = _find
    RulePolicy._get_possible_keys = _keys
    Domain.is_empty = _is_empty


def undo() -> None:
    """Put Rasa's own behaviour back."""
    RulePolicy._find_action_from_rules = _original_find
    RulePolicy._get_possible_keys = _original_keys
    Domain.is_empty = _original_is_empty


def _find(self: RulePolicy, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool) -> Found:
    if use_text_for_last_user_input and tracker.active_loop_name is None and _goes_by_intents(self):
        return None, None, False
    found: Found = _original_find(self, tracker, domain, use_text_for_last_user_input)
    return found


def _goes_by_intents(policy: RulePolicy) -> bool:
    """Whether no rule fits a message that is told by its text: all that apply after listening name an intent."""
    told: bool | None = policy.__dict__.get("_goes_by_intents")
    if told is None:
        newest = [json.loads(key)[-1] for key in policy.lookup[RULES]]
        told = all("intent" in state.get("user", {}) for state in newest if _follows_listening(state))
        policy.__dict__["_goes_by_intents"] = told
    return told


def _follows_listening(state: State) -> bool:
    """Whether a state of a rule may be one in which a person has just spoken."""
    previous = state.get("prev_action")
    return not previous or previous.get("action_name") == ACTION_LISTEN_NAME


def _keys(self: RulePolicy, lookup: dict[str, str], states: list[State]) -> set[str]:
    held: OrderedDict[tuple[int, int, str], set[str]] = self.__dict__.setdefault("_possible_keys", OrderedDict())
    asked = (id(lookup), len(lookup), json.dumps(states, sort_keys=True, default=list))
    found = held.get(asked)
    if found is None:
        found = held[asked] = _original_keys(self, lookup, states)
        if len(held) > _HELD:
            held.popitem(last=False)
    else:
        held.move_to_end(asked)
    return set(found)


def _is_empty(self: Domain) -> bool:
    return bool(self.as_dict() == _empty())


@lru_cache(maxsize=1)
def _empty() -> dict[str, Any]:
    told: dict[str, Any] = Domain.empty().as_dict()
    return told
