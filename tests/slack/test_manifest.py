"""The app's manifest: within Slack's schema (slackapi/manifest-schema, version 2), and in step with the channel."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
import typer
import yaml

from bot.channels.slack.application import SCOPES
from bot.channels.slack.arrivals import arrival
from bot.channels.slack.commands import MANIFEST, http_manifest
from bot.channels.slack.listeners import SHORTCUT
from bot.channels.slack.secrecy import Ids
from tests.slack.emulator import payloads as said
from tests.support import PROJECT

SOCKET: dict[str, Any] = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
HTTP = http_manifest("https://qiao.example.com/")

KEYS = {
    "": {"_metadata", "display_information", "features", "oauth_config", "settings"},
    "display_information": {"name", "description", "long_description", "background_color"},
    "features": {"app_home", "bot_user", "assistant_view", "slash_commands", "shortcuts"},
    "oauth_config": {"scopes", "redirect_urls"},
    "settings": {
        "event_subscriptions",
        "interactivity",
        "org_deploy_enabled",
        "socket_mode_enabled",
        "token_rotation_enabled",
    },
}
HANDLED = {
    "app_home_opened": said.home_opened(),
    "app_mention": said.mention("a question"),
    "app_uninstalled": said.event({"type": "app_uninstalled"}),
    "assistant_thread_started": said.thread_started("1.1"),
    "message.im": said.direct("a question"),
    "tokens_revoked": said.tokens_revoked(),
}
ONLY_DEMANDED = {"assistant_thread_context_changed"}
"""Slack wants every app with the assistant's view to listen to it; the channel a person looks at is none of our business."""


@pytest.mark.parametrize("manifest", [SOCKET, HTTP], ids=["socket", "http"])
def test_manifest_keeps_to_the_schema(manifest: dict[str, Any]) -> None:
    for path, known in KEYS.items():
        assert (manifest[path] if path else manifest).keys() <= known
    about = manifest["display_information"]
    assert len(about["name"]) <= 35 and len(about["description"]) <= 140 and 175 <= len(about["long_description"]) <= 4000
    assert len(about["background_color"]) == 7
    (command,) = manifest["features"]["slash_commands"]
    assert command["command"] == "/qiao" and len(command["description"]) <= 2000 and len(command["usage_hint"]) <= 1000
    (shortcut,) = manifest["features"]["shortcuts"]
    assert (shortcut["type"], shortcut["callback_id"]) == ("message", SHORTCUT)
    assert len(shortcut["name"]) <= 24 and len(shortcut["description"]) <= 150
    view = manifest["features"]["assistant_view"]
    assert view["assistant_description"] and len(view["suggested_prompts"]) <= 4
    events = manifest["settings"]["event_subscriptions"]["bot_events"]
    assert len(events) == len(set(events))


def test_the_channel_asks_for_the_manifests_scopes_and_hears_its_events() -> None:
    assert tuple(SOCKET["oauth_config"]["scopes"]["bot"]) == SCOPES
    assert set(SOCKET["settings"]["event_subscriptions"]["bot_events"]) == HANDLED.keys() | ONLY_DEMANDED
    assert all(arrival(body, Ids("secret"), "person") for body in HANDLED.values())


def test_a_server_with_an_address_is_told_it_everywhere() -> None:
    webhook = "https://qiao.example.com/webhooks/slack/webhook"
    assert HTTP["settings"]["socket_mode_enabled"] is False and SOCKET["settings"]["socket_mode_enabled"] is True
    assert HTTP["settings"]["event_subscriptions"]["request_url"] == webhook
    assert HTTP["settings"]["interactivity"]["request_url"] == webhook
    assert HTTP["features"]["slash_commands"][0]["url"] == webhook
    assert HTTP["oauth_config"]["redirect_urls"] == ["https://qiao.example.com/webhooks/slack/oauth_redirect"]
    with pytest.raises(typer.BadParameter):
        http_manifest("http://localhost:5005")


def test_the_commands_print_a_key_and_a_manifest() -> None:
    def run(*arguments: str) -> str:
        command = [sys.executable, "-W", "ignore", "-m", "bot", "slack", *arguments]
        return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout

    assert yaml.safe_load(run("manifest", "--url", "https://qiao.example.com")) == HTTP
    assert len(run("key").strip()) == 44
