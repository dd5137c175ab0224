"""What of all that Slack sends is for the adviser, and the key by which a repeat is recognised."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from slack_bolt.request.internals import extract_team_id, extract_user_id

from bot.channels.slack.inbox import Arrival
from bot.channels.slack.places import Person, Place, Threads, lane
from bot.channels.slack.secrecy import Ids

OPEN_HANDOFF = "open:handoff"
HANDOFF_VIEW = "handoff"
SPOKEN_ACTIONS = ("say:", "choose:")
_SPOKEN_SUBTYPES = frozenset({None, "file_share", "thread_broadcast", "me_message"})
_PROMPT_EVENTS = frozenset({"app_home_opened", "assistant_thread_started", "tokens_revoked", "app_uninstalled"})
_TELLING = ("trigger_id", "type", "user", "user_id", "command", "text", "container", "actions", "action_ts", "view", "event")
"""The parts of a body that are the same in every delivery, and differ between what a person does twice."""

Body = Mapping[str, Any]


def arrival(body: Body, ids: Ids, threads: Threads) -> Arrival | None:
    """What is to be taken in; ``None`` for what concerns us not: what bots say (ourselves among them), edits, joins …"""
    key, place = _key(body), place_of(body)
    if _is_prompt(body):
        return Arrival(key, key, True, body)
    if place is None:
        return None
    return Arrival(key, lane(ids, person_of(body), place, threads), False, body)


def person_of(body: Body) -> Person:
    """Who has caused it, as a person of the workspace that installed the app."""
    return Person(str(extract_team_id(dict(body))), str(extract_user_id(dict(body))))


def place_of(body: Body) -> Place | None:
    """Where an answer belongs; ``None`` if the adviser is not spoken to."""
    kind = body.get("type")
    if kind == "event_callback":
        return _place_of_event(body.get("event") or {})
    if "command" in body:
        return Place(str(body.get("user_id")), response_url=body.get("response_url"))
    user = str(extract_user_id(dict(body)))
    if kind == "message_action":
        return Place(user)
    if kind == "block_actions":
        return _place_of_action(body, user)
    if kind == "view_submission" and (body.get("view") or {}).get("callback_id") == HANDOFF_VIEW:
        return place_in(body["view"].get("private_metadata")) or Place(user)
    return None


def place_in(private_metadata: str | None) -> Place | None:
    """The place that a form was opened from; ``None`` if it says none."""
    try:
        return Place.of(json.loads(private_metadata or ""))
    except (ValueError, KeyError, TypeError):
        return None


def said_by(action: Mapping[str, Any]) -> str:
    """What a button or a menu says for the person."""
    return str((action.get("selected_option") or {}).get("value") or action.get("value") or "")


def _is_prompt(body: Body) -> bool:
    if body.get("type") == "event_callback":
        event = body.get("event") or {}
        return event.get("type") in _PROMPT_EVENTS and (event.get("type") != "app_home_opened" or event.get("tab") == "home")
    return body.get("type") == "block_actions" and _action(body).get("action_id", "").startswith(OPEN_HANDOFF)


def _place_of_event(event: Mapping[str, Any]) -> Place | None:
    if event.get("bot_id") or event.get("hidden") or "edited" in event or not event.get("user"):
        return None
    if event.get("subtype") not in _SPOKEN_SUBTYPES:
        return None
    channel = str(event.get("channel") or "")
    is_direct = event.get("channel_type") == "im" or channel.startswith("D")
    if event.get("type") == "message" and is_direct:
        return Place(channel, event.get("thread_ts"))
    if event.get("type") == "app_mention" and channel and not is_direct:
        return Place(channel, event.get("thread_ts") or event.get("ts"))
    return None


def _place_of_action(body: Body, user: str) -> Place | None:
    """Where the answer to a pressed button belongs: beside the message that it stands in."""
    if not _action(body).get("action_id", "").startswith(SPOKEN_ACTIONS):
        return None
    return place_of_button(body, user)


def place_of_button(body: Body, user: str) -> Place:
    """The thread, the direct messages, or the eyes of the person alone; the App Home answers in the direct messages."""
    container, message = body.get("container") or {}, body.get("message") or {}
    channel = str((body.get("channel") or {}).get("id") or container.get("channel_id") or "")
    if container.get("is_ephemeral"):
        return Place(user, response_url=body.get("response_url"))
    if container.get("type") != "message" or not channel:
        return Place(user)
    thread = container.get("thread_ts") or message.get("thread_ts")
    return Place(channel, thread or (None if channel.startswith("D") else container.get("message_ts")))


def _action(body: Body) -> Mapping[str, Any]:
    actions = body.get("actions") or [{}]
    first: Mapping[str, Any] = actions[0] if isinstance(actions[0], Mapping) else {}
    return first


def _key(body: Body) -> str:
    """The same for every delivery of one event: the id that Slack gives to events, what tells interactions apart."""
    team, app, event = extract_team_id(dict(body)), body.get("api_app_id"), body.get("event_id")
    if event:
        named: list[Any] = ["event", app, team, event]
    else:
        named = ["interaction", app, team, *(body.get(name) for name in _TELLING)]
    return hashlib.sha256(json.dumps(named, sort_keys=True).encode()).hexdigest()
