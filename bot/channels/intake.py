"""What every channel does with a message: make it safe to understand, and see to it that the person gets a reply."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from rasa.core.channels.channel import OutputChannel, UserMessage
from sanic import Sanic

from bot.conversations import delete_conversation
from bot.nlu.text import language_of
from bot.settings import PROJECT_FOLDER, Settings

logger = logging.getLogger(__name__)

OnNewMessage = Callable[[UserMessage], Awaitable[Any]]

UNCLEAR = "/nlu_fallback"
"""What a message without any words is taken for: the adviser then says what it can do, in the conversation's language."""

_PAYLOAD = re.compile(r"/(?P<intent>[a-z_]+)(?P<entities>\{.*\})?", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_ENTITIES = frozenset({"market", "sector", "ownership", "stage", "audience", "choice"})


@dataclass(frozen=True)
class Intake:
    """A message as the assistant reads it; ``shortened`` if only its beginning is read."""

    text: str
    shortened: bool = False


def take_in(raw: object, limit: int) -> Intake:
    """Make any input a text that the assistant can read.

    Control and direction marks and halves of characters go; a button's payload passes only if it is well-formed and names an
    intent of ours; of a very long text the first ``limit`` characters are read, since understanding runs on the server's only
    event loop.
    """
    text = raw if isinstance(raw, str) else "" if raw is None else str(raw)
    text = _CONTROL.sub("", text.encode("utf-8", "ignore").decode("utf-8")).strip()
    shortened = len(text) > limit
    text = text[:limit]
    while text.startswith("/") and not _is_payload(text):
        text = "" if "{" in text else text[1:].strip()
    return Intake(text or UNCLEAR, shortened)


def _is_payload(text: str) -> bool:
    match = _PAYLOAD.fullmatch(text)
    if match is None or match["intent"] not in _intents():
        return False
    if match["entities"] is None:
        return True
    try:
        entities = json.loads(match["entities"])
    except (ValueError, RecursionError):
        return False
    return isinstance(entities, dict) and entities.keys() <= _ENTITIES


@lru_cache(maxsize=1)
def _intents() -> frozenset[str]:
    domain = yaml.safe_load((PROJECT_FOLDER / "domain.yml").read_text(encoding="utf-8"))
    return frozenset(domain["intents"])


@lru_cache(maxsize=1)
def _messages() -> dict[str, dict[str, str]]:
    return yaml.safe_load(Path(__file__).with_name("messages.yml").read_text(encoding="utf-8"))


async def converse(
    on_new_message: OnNewMessage,
    raw: object,
    output: OutputChannel,
    sender: str,
    channel: str,
    metadata: dict[str, Any] | None = None,
) -> None:
    """Pass a message on and make sure that something comes back, whatever fails behind this point.

    Rasa itself says nothing when the action server is away (https://github.com/RasaHQ/rasa/issues/7630).
    """
    settings = Settings.from_environment()
    intake = take_in(raw, settings.max_message_characters)
    language = language_of(intake.text) or "en"
    counted = _Counted(output)
    if intake.shortened:
        notice = _messages()["shortened"][language].format(limit=settings.max_message_characters)
        await counted.notify(sender, notice)
    try:
        await on_new_message(UserMessage(intake.text, counted, sender, input_channel=channel, metadata=metadata))
    except Exception:
        logger.exception("a message of conversation %s on %s failed", sender, channel)
    if counted.wants_deletion:
        await _forget(sender)
    if not counted.replies:
        logger.error("conversation %s on %s got no answer; is the action server up?", sender, channel)
        await counted.notify(sender, _messages()["unavailable"][language])


async def _forget(conversation: str) -> None:
    """Delete the messages of a conversation, now that Rasa has saved the turn in which a person confirmed the wish."""
    try:
        agent = Sanic.get_app().ctx.agent
        count = await asyncio.to_thread(delete_conversation, agent.tracker_store, conversation)
        logger.info("a conversation of %d events was deleted on request", count)
    except Exception:
        logger.exception("conversation %s could not be deleted on request; delete it by hand", conversation)


class _Counted(OutputChannel):
    """Passes replies on, counts them, and notices that a person's data are to go.

    A channel that fails to deliver must not lose the turn, which is saved afterwards.
    """

    def __init__(self, inner: OutputChannel) -> None:
        self._inner = inner
        self.replies = 0
        self.wants_deletion = False

    def name(self) -> str:  # type: ignore[override]
        """The inner channel's name, which Rasa matches against channel-specific responses."""
        return self._inner.name()

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Deliver one bot message."""
        self.replies += 1
        custom = message.get("custom") or {}
        self.wants_deletion |= custom.get("type") == "privacy" and custom.get("state") == "deleted"
        await self._deliver(recipient_id, message)

    async def notify(self, recipient_id: str, text: str) -> None:
        """Deliver a channel's own remark, which is no reply."""
        await self._deliver(recipient_id, {"text": text})

    async def _deliver(self, recipient_id: str, message: dict[str, Any]) -> None:
        try:
            await self._inner.send_response(recipient_id, message)
        except Exception:
            logger.exception("a message to conversation %s could not be delivered", recipient_id)

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        """Deliver plain text."""
        await self.send_response(recipient_id, {"text": text})
