"""What a person sees of messages of Block Kit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any

from bot.channels.slack.blocks import SlackMessage

_LINK = re.compile(r"<(https?://[^|<>]+)\|([^<>]*)>")


def visible(messages: Iterable[SlackMessage]) -> str:
    """All words in their order."""
    return "".join(text for message in messages for text in _texts(message.blocks))


def mentioned_in(text: str, shown: str) -> bool:
    """Whether a text is shown, whatever its white space."""
    return "".join(text.split()) in "".join(shown.split())


def elements(part: Any) -> Iterator[dict[str, Any]]:
    """What can be used: buttons, menus, inputs."""
    if isinstance(part, dict):
        if "action_id" in part:
            yield part
        part = list(part.values())
    for inner in part if isinstance(part, list) else []:
        yield from elements(inner)


def addresses(messages: Iterable[SlackMessage]) -> set[str]:
    """Where links and buttons lead to."""
    return {address for message in messages for address in _addresses(message.blocks)}


def _addresses(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("url"), str):
            yield part["url"]
        if part.get("type") == "mrkdwn":
            yield from (unescape(found[1]) for found in _LINK.finditer(part["text"]))
        part = list(part.values())
    for inner in part if isinstance(part, list) else []:
        yield from _addresses(inner)


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("text"), str):
            yield unescape(_LINK.sub(r"\2", part["text"])) if part.get("type") == "mrkdwn" else part["text"]
        part = [value for key, value in part.items() if key != "text" or not isinstance(value, str)]
    for inner in part if isinstance(part, list) else []:
        yield from _texts(inner)
