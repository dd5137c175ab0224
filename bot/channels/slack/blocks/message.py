"""What the channel posts: one message of Block Kit, with its plain text and perhaps a picture to upload."""

from __future__ import annotations

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
