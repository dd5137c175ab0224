"""What we change of Rasa 3.6.21 while it runs: all in this module, each with its reason; QIAO_PATCHES=0 leaves Rasa as it is.

* A remote action is sent the whole conversation with every call, so that a turn costs the more the longer one talks. Our
  actions read slots and the latest message only: they are sent the events of the present turn.
* Every action's reply is checked against a fixed JSON schema, and the schema itself against the meta-schema, each time: three
  quarters of the server's work per message. The checker is made once.
"""

from __future__ import annotations

import logging
import os
from functools import lru_cache
from typing import Any

import rasa
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity

logger = logging.getLogger(__name__)

MADE_FOR = "3.6.21"

_original_format = RemoteAction._action_call_format
_original_validate = RemoteAction._validate_action_result


def apply() -> bool:
    """Apply the patches; does nothing, and says so, with another version of Rasa or if they are switched off."""
    if os.environ.get("QIAO_PATCHES") == "0":
        return False
    if rasa.__version__ != MADE_FOR:
        logger.warning("the patches are for Rasa %s, not for %s; running without them", MADE_FOR, rasa.__version__)
        return False
    RemoteAction._action_call_format = _format_of_turn
    RemoteAction._validate_action_result = _validate
    return True


def undo() -> None:
    """Put Rasa's own behaviour back."""
    RemoteAction._action_call_format = _original_format
    RemoteAction._validate_action_result = _original_validate


def _format_of_turn(self: RemoteAction, tracker: DialogueStateTracker, domain: Domain) -> dict[str, Any]:
    """Like Rasa's own, with the events from the latest message on."""
    state = tracker.current_state(EventVerbosity.NONE)
    recent: list[dict[str, Any]] = []
    for event in reversed(tracker.events):
        recent.append(event.as_dict())
        if event.type_name == "user":
            break
    state["events"] = recent[::-1]
    call: dict[str, Any] = {
        "next_action": self._name,
        "sender_id": tracker.sender_id,
        "tracker": state,
        "version": rasa.__version__,
    }
    if not self._is_selective_domain_enabled() or domain.does_custom_action_explicitly_need_domain(self.name()):
        call["domain"] = domain.as_dict()
    return call


def _validate(self: RemoteAction, result: dict[str, Any]) -> bool:
    """Check the reply as Rasa does, with a checker that is made once."""
    if _checker().is_valid(result):
        return True
    return _original_validate(self, result)  # tells what is wrong


@lru_cache(maxsize=1)
def _checker() -> Any:
    schema = RemoteAction.action_response_format_spec()
    return validator_for(schema)(schema)
