"""Qiao in Slack: a channel of its own on Slack's framework. ``bot.channels.slack.SlackInput`` is what Rasa is told to open."""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    # Rasa takes seconds to import; what is rendered for Slack does not need it
    if name == "SlackInput":
        from bot.channels.slack.channel import SlackInput

        return SlackInput
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
