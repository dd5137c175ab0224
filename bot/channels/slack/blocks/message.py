"""What the channel posts: one message of Block Kit, with its plain text and perhaps a picture to upload."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Block = dict[str, Any]


@dataclass(frozen=True)
class Upload:
    """A picture that the channel fetches from ``address`` (a path on our own server) and uploads into the thread."""

    address: str
    filename: str
    title: str


@dataclass(frozen=True)
class SlackMessage:
    """One message within Slack's limits; ``text`` is what notifications and screen readers say."""

    text: str
    blocks: list[Block] = field(default_factory=list)
    upload: Upload | None = None


def wording(blocks: list[Block]) -> str:
    """All that blocks say, a paragraph each, without what their buttons and menus say: for when Slack refuses the blocks."""
    paragraphs = (" ".join(_texts(block)) for block in blocks if block.get("type") != "actions")
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for one in part:
            yield from _texts(one)
    elif isinstance(part, dict):
        if isinstance(part.get("text"), str):
            yield part["text"]
        for name, value in part.items():
            if name != "accessory" and isinstance(value, (dict, list)):
                yield from _texts(value)
