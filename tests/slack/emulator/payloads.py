"""What Slack sends when people do something, in its own form."""

from __future__ import annotations

import itertools
import json
import time
from typing import Any

APP, TEAM, USER, BOT_USER = "A0QIAO", "T0ONE", "U0ANNA", "U0BOT"
_numbers = itertools.count(1)


def _next() -> int:
    return next(_numbers)


def stamp() -> str:
    """A message's time stamp, which is its id in a channel."""
    return f"{int(time.time())}.{_next():06d}"


def event(inner: dict[str, Any], *, team: str = TEAM, event_id: str | None = None, **outer: Any) -> dict[str, Any]:
    """The envelope of an event."""
    return {
        "token": "verification",
        "team_id": team,
        "api_app_id": APP,
        "event": inner,
        "type": "event_callback",
        "event_id": event_id or f"Ev{_next():08d}",
        "event_time": int(time.time()),
        "authorizations": [
            {"enterprise_id": None, "team_id": team, "user_id": BOT_USER, "is_bot": True, "is_enterprise_install": False}
        ],
        "is_ext_shared_channel": False,
        **outer,
    }


def direct(text: str, *, user: str = USER, team: str = TEAM, channel: str | None = None, **inner: Any) -> dict[str, Any]:
    """A direct message."""
    message = {"type": "message", "channel": channel or f"D{user[1:]}", "user": user, "text": text, "ts": stamp()}
    return event({**message, "channel_type": "im", "event_ts": message["ts"], **inner}, team=team)


def mention(text: str, *, user: str = USER, team: str = TEAM, channel: str = "C0TEAM", **inner: Any) -> dict[str, Any]:
    """A message in a channel that names the bot."""
    message = {"type": "app_mention", "channel": channel, "user": user, "text": f"<@{BOT_USER}> {text}", "ts": stamp()}
    return event({**message, "event_ts": message["ts"], **inner}, team=team)


def home_opened(*, user: str = USER, team: str = TEAM, tab: str = "home") -> dict[str, Any]:
    """A look at the App Home."""
    return event({"type": "app_home_opened", "user": user, "channel": f"D{user[1:]}", "tab": tab, "event_ts": stamp()}, team=team)


def thread_started(thread: str, *, user: str = USER, team: str = TEAM) -> dict[str, Any]:
    """Slack's assistant is opened."""
    opened = {"user_id": user, "context": {}, "channel_id": f"D{user[1:]}", "thread_ts": thread}
    return event({"type": "assistant_thread_started", "assistant_thread": opened, "event_ts": stamp()}, team=team)


def command(text: str, response_url: str, *, user: str = USER, team: str = TEAM, channel: str = "C0TEAM") -> dict[str, Any]:
    """A slash command; sent as a form."""
    return {
        "token": "verification",
        "team_id": team,
        "team_domain": "one",
        "channel_id": channel,
        "channel_name": "team",
        "user_id": user,
        "user_name": "anna",
        "command": "/qiao",
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": f"{_next()}.trigger",
    }


def _interaction(kind: str, user: str, team: str, **more: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "user": {"id": user, "username": "anna", "team_id": team},
        "api_app_id": APP,
        "token": "verification",
        "team": {"id": team, "domain": "one"},
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": f"{_next()}.trigger",
        **more,
    }


def press(
    value: str,
    *,
    action_id: str = "say:0",
    channel: str | None = None,
    thread: str | None = None,
    message: str | None = None,
    response_url: str | None = None,
    is_ephemeral: bool = False,
    user: str = USER,
    team: str = TEAM,
) -> dict[str, Any]:
    """A button in a message."""
    where, ts = channel or f"D{user[1:]}", message or stamp()
    container = {"type": "message", "message_ts": ts, "channel_id": where, "is_ephemeral": is_ephemeral}
    shown = {"ts": ts, **({"thread_ts": thread} if thread else {})}
    return _interaction(
        "block_actions",
        user,
        team,
        container=container,
        channel={"id": where, "name": "team"},
        message=shown,
        response_url=response_url,
        actions=[{"type": "button", "action_id": action_id, "block_id": "b", "value": value, "action_ts": stamp()}],
    )


def choose(value: str, *, user: str = USER, team: str = TEAM) -> dict[str, Any]:
    """A choice from a menu in the App Home."""
    action = {"type": "static_select", "action_id": "choose:0", "block_id": "b", "selected_option": {"value": value}}
    return _interaction(
        "block_actions",
        user,
        team,
        container={"type": "view", "view_id": "V0"},
        view={"id": "V0", "type": "home", "team_id": team},
        actions=[{**action, "action_ts": stamp()}],
    )


def shortcut(text: str, response_url: str, *, user: str = USER, team: str = TEAM) -> dict[str, Any]:
    """The message shortcut on a colleague's message."""
    return _interaction(
        "message_action",
        user,
        team,
        callback_id="ask_qiao",
        action_ts=stamp(),
        channel={"id": "C0TEAM", "name": "team"},
        message={"type": "message", "user": "U0BEN", "ts": stamp(), "text": text},
        message_ts=stamp(),
        response_url=response_url,
    )


def submit(view: dict[str, Any], answers: dict[str, str], *, user: str = USER, team: str = TEAM) -> dict[str, Any]:
    """A form that is sent."""
    values = {name: {"value": {"type": "plain_text_input", "value": value}} for name, value in answers.items()}
    sent = {**view, "id": "V1", "team_id": team, "app_installed_team_id": team, "state": {"values": values}, "hash": "h"}
    return _interaction("view_submission", user, team, view=sent, response_urls=[])


def tokens_revoked(*, team: str = TEAM) -> dict[str, Any]:
    """A workspace revokes the bot's token."""
    return event({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT_USER]}}, team=team)


def as_request(body: dict[str, Any]) -> tuple[bytes, str]:
    """A payload as Slack puts it into a request: the body and its content type."""
    if body.get("type") == "event_callback" or body.get("type") == "url_verification":
        return json.dumps(body, ensure_ascii=False).encode(), "application/json"
    from urllib.parse import urlencode

    form = body if "command" in body else {"payload": json.dumps(body, ensure_ascii=False)}
    return urlencode(form).encode(), "application/x-www-form-urlencoded"
