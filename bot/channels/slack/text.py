"""From Slack's way of writing a message to what the person meant to say."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"<([^<>]+)>")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def spoken(text: str, bot_user: str | None = None) -> str:
    """The words of a message: without the mention of the bot, links and names as people see them, entities resolved.

    https://docs.slack.dev/messaging/formatting-message-text
    """
    words = _SPECIAL.sub(lambda match: _as_seen(match[1], bot_user), text)
    for entity, character in _ENTITIES:
        words = words.replace(entity, character)
    return re.sub(r"[ \t\u00a0]+", " ", words).strip()


def _as_seen(inner: str, bot_user: str | None) -> str:
    """What stands for ``<…>`` on the screen."""
    address, _, label = inner.partition("|")
    if address.startswith("@"):
        return " " if address[1:] == bot_user else f"@{label}" if label else " "
    if address.startswith("#"):
        return f"#{label}" if label else " "
    if address.startswith("!"):
        return label or ""
    return label or address.removeprefix("mailto:").removeprefix("tel:")
