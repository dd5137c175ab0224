"""The channel's own remarks."""

from __future__ import annotations

from bot.channels.slack.blocks.elements import paragraphs, prose
from bot.channels.slack.blocks.message import SlackMessage
from bot.channels.slack.blocks.text import label
from bot.channels.slack.blocks.texts import text


def notice(key: str, language: str, **values: object) -> SlackMessage:
    """A remark by its name under ``notices`` in ``texts.yml``, with ``{values}`` filled in.

    Raises:
        KeyError: there is no such remark.
    """
    said = text(f"notices.{key}", language, **values)
    return SlackMessage(label(said, 300), paragraphs(prose(said)))
