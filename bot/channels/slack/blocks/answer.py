"""One answer of the adviser as a channel gets it: the text, the payload that says the same as data, and the buttons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.channels.slack.blocks.text import clean

LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class Answer:
    """``card`` is the payload of the REST contract; empty for a plain text."""

    language: str
    text: str = ""
    card: dict[str, Any] = field(default_factory=dict)
    buttons: list[dict[str, str]] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The payload's type; empty for a plain text."""
        return str(self.card.get("type") or "")

    @property
    def lines(self) -> list[str]:
        """The lines of the text that say something."""
        return [line for line in clean(self.text).split("\n") if line.strip()]

    def listed(self, name: str) -> list[dict[str, Any]]:
        """A list of objects in the payload; empty if it is missing."""
        value = self.card.get(name)
        return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def answers(messages: list[dict[str, Any]], language: str) -> Iterator[Answer]:
    """Joins each payload with the text before it, which says the same in words."""
    waiting: Answer | None = None
    for message in messages:
        card = message.get("custom")
        if not isinstance(card, dict):
            if waiting:
                yield waiting
            waiting = _answer(message, {}, language)
        elif waiting and not message.get("text"):
            yield Answer(_language(card, language), waiting.text, card, [*waiting.buttons, *_buttons(message)])
            waiting = None
        else:
            if waiting:
                yield waiting
            waiting = None
            yield _answer(message, card, language)
    if waiting:
        yield waiting


def _answer(message: dict[str, Any], card: dict[str, Any], language: str) -> Answer:
    return Answer(_language(card, language), str(message.get("text") or ""), card, _buttons(message))


def _language(card: dict[str, Any], otherwise: str) -> str:
    return next((language for language in (card.get("language"), otherwise) if language in LANGUAGES), LANGUAGES[0])


def _buttons(message: dict[str, Any]) -> list[dict[str, str]]:
    """The replies that can be seen; a payload is sent as it is, but for halves of characters, which cannot be sent."""
    replies = []
    for button in message.get("buttons") or []:
        payload = str(button.get("payload") or "").encode("utf-8", "ignore").decode().strip()
        title = clean(button.get("title")) or clean(payload)
        if title:
            replies.append({"title": title, "payload": payload or title})
    return replies
