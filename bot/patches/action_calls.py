"""Calls of the action server that cost what they carry.

* A remote action is sent the whole conversation, so that a turn costs the more the longer one talks. Our actions read slots and
  the latest message only: they are sent the events of the present turn.
* A connection is opened and closed for each call: calls of one event loop share a pool. Idle connections are given up before
  the action server does (after 5 s), so that none is used that it is just closing.
* The reply is checked against a fixed JSON schema, and the schema against the meta-schema, each time: three quarters of the
  server's work per message. What our actions reply (slots and messages) is recognised at a glance; anything else is checked
  against the schema, compiled once.
"""

from __future__ import annotations

import asyncio
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

import aiohttp
import rasa
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.core.constants import DEFAULT_REQUEST_TIMEOUT
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.utils.endpoints import EndpointConfig

_CONNECTIONS = 64
"""So many calls of a server run at once; more wait."""
_IDLE_SECONDS = 3.0
_SLOT_KEYS = {"event", "name", "value", "timestamp", "metadata"}

_original_format = RemoteAction._action_call_format
_original_validate = RemoteAction._validate_action_result
_original_session = EndpointConfig.session

_pools: WeakKeyDictionary[asyncio.AbstractEventLoop, aiohttp.TCPConnector] = WeakKeyDictionary()


def apply() -> None:
    """Send the present turn, share connections, and check replies cheaply."""
    RemoteAction._action_call_format = _format_of_turn
    RemoteAction._validate_action_result = _validate
    EndpointConfig.session = _pooled_session


def undo() -> None:
    """Put Rasa's own behaviour back."""
    RemoteAction._action_call_format = _original_format
    RemoteAction._validate_action_result = _original_validate
    EndpointConfig.session = _original_session


async def close() -> None:
    """Close the connections of the running event loop."""
    pool = _pools.pop(asyncio.get_running_loop(), None)
    if pool is not None:
        await pool.close()


def _pooled_session(self: EndpointConfig) -> aiohttp.ClientSession:
    """A session like Rasa's own whose connections outlive it."""
    loop = asyncio.get_running_loop()
    if loop not in _pools:
        _pools[loop] = aiohttp.TCPConnector(limit=_CONNECTIONS, keepalive_timeout=_IDLE_SECONDS)
    auth = aiohttp.BasicAuth(self.basic_auth["username"], self.basic_auth["password"]) if self.basic_auth else None
    timeout = aiohttp.ClientTimeout(total=DEFAULT_REQUEST_TIMEOUT)
    return aiohttp.ClientSession(headers=self.headers, auth=auth, timeout=timeout, connector=_pools[loop], connector_owner=False)


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


def _validate(self: RemoteAction, result: Any) -> bool:
    """Check the reply as Rasa does, without the schema where it is plain that it would pass."""
    if _is_slots_and_messages(result) or _checker().is_valid(result):
        return True
    return _original_validate(self, result)  # tells what is wrong


def _is_slots_and_messages(result: Any) -> bool:
    if not isinstance(result, dict):
        return False
    events, responses = result.get("events", []), result.get("responses", [])
    return (
        isinstance(events, list)
        and isinstance(responses, list)
        and all(isinstance(response, dict) for response in responses)
        and all(isinstance(event, dict) and _is_slot(event) for event in events)
    )


def _is_slot(event: dict[str, Any]) -> bool:
    return (
        event.keys() <= _SLOT_KEYS
        and event.get("event") == "slot"
        and isinstance(event.get("name"), str)
        and "value" in event
        and _is_number_or_none(event.get("timestamp"))
        and isinstance(event.get("metadata"), (dict, type(None)))
    )


def _is_number_or_none(value: Any) -> bool:
    return value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))


@lru_cache(maxsize=1)
def _checker() -> Any:
    schema = RemoteAction.action_response_format_spec()
    return validator_for(schema)(schema)
