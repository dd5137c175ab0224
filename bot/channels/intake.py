"""What every channel does with a message: make it safe to understand, and see to it that the person gets a reply."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.lock_store import LockError
from sanic import Sanic

from bot.channels.notices import notice
from bot.conversations import delete_conversation
from bot.nlu.text import language_of
from bot.settings import PROJECT_FOLDER, Settings
from bot.stores import ConversationsUnavailable
from bot.telemetry import metrics
from bot.telemetry.turns import observed_turn
from serving.logs import pseudonym

logger = logging.getLogger(__name__)

OnNewMessage = Callable[[UserMessage], Awaitable[Any]]

UNCLEAR = "/nlu_fallback"
"""What a message without any words is taken for: the adviser then says what it can do, in the conversation's language."""

_SIGNED = ("web-", "slack-")
"""How the names of conversations begin that their channels alone open: nobody enters one by a channel without a signature."""
LONGEST_NAME = 200
"""Characters of a conversation's name that are kept; the database's column holds 255."""

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
    text = clean(raw if isinstance(raw, str) else "" if raw is None else str(raw))
    shortened = len(text) > limit
    text = text[:limit]
    while text.startswith("/") and not _is_payload(text):
        text = "" if "{" in text else text[1:].strip()
    return Intake(text or UNCLEAR, shortened)


def clean(text: str) -> str:
    """A text without control and direction marks and halves of characters."""
    return _CONTROL.sub("", text.encode("utf-8", "ignore").decode("utf-8")).strip()


def named_conversation(name: object) -> str | None:
    """A client's own name for its conversation, as every database can keep it; ``None`` if it gives none, or one that only a
    signed channel may give."""
    cleaned = clean(name)[:LONGEST_NAME] if isinstance(name, str) else ""
    return None if cleaned.startswith(_SIGNED) else cleaned or None


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


async def converse(
    on_new_message: OnNewMessage,
    raw: object,
    output: OutputChannel,
    sender: str,
    channel: str,
    metadata: dict[str, Any] | None = None,
    *,
    message_id: str | None = None,
    language: str | None = None,
    is_sent_again: bool = False,
) -> None:
    """Pass a message on and make sure that something comes back, whatever fails behind this point.

    ``message_id`` is kept with the message in the tracker. Notices are in the language of the message, else in ``language``.
    Rasa itself says nothing when the action server is away (https://github.com/RasaHQ/rasa/issues/7630).

    Raises:
        ConversationsUnavailable, LockError: nothing of the turn was kept, and the message can be sent again; only with
            ``is_sent_again``, which says that somebody does that. Otherwise the person is asked to.
    """
    settings = Settings.from_environment()
    intake = take_in(raw, settings.max_message_characters)
    spoken = None if intake.text.startswith("/") else language_of(intake.text)
    told_in = spoken or language or "en"
    counted = _Counted(output, channel)
    with observed_turn(channel, told_in, sender, intake.text):
        if intake.shortened:
            await counted.notify(sender, notice("shortened", limit=settings.max_message_characters)[told_in])
        message = UserMessage(intake.text, counted, sender, input_channel=channel, message_id=message_id, metadata=metadata)
        try:
            await on_new_message(message)
        except (ConversationsUnavailable, LockError) as error:
            metrics.count_failed(channel)
            logger.error("a message of conversation %s on %s was not kept: %s", pseudonym(sender), channel, error)
            if is_sent_again:
                raise
            await counted.notify(sender, notice("not_kept")[told_in])
            return
        except Exception:
            metrics.count_failed(channel)
            logger.exception("a message of conversation %s on %s failed", pseudonym(sender), channel)
        if counted.wants_deletion:
            await _forget(sender)
        if not counted.replies:
            metrics.count_unanswered(channel)
            logger.error("conversation %s on %s got no answer; is the action server up?", pseudonym(sender), channel)
            await counted.notify(sender, notice("unavailable")[told_in])


async def _forget(conversation: str) -> None:
    """Delete the messages of a conversation, now that Rasa has saved the turn in which a person confirmed the wish."""
    try:
        agent = Sanic.get_app().ctx.agent
        async with agent.lock_store.lock(conversation):  # a message that is being answered would bring back what it has read
            count = await asyncio.to_thread(delete_conversation, agent.tracker_store, conversation)
        logger.info("a conversation of %d events was deleted on request", count)
    except Exception:
        logger.exception("conversation %s could not be deleted on request; see docs/operations.md", pseudonym(conversation))


def announces_deletion(message: dict[str, Any]) -> bool:
    """Whether a bot message tells a person that what is stored of them is deleted."""
    custom = message.get("custom") or {}
    return custom.get("type") == "privacy" and custom.get("state") == "deleted"


class _Counted(OutputChannel):
    """Passes replies on, counts them, and notices that a person's data are to go.

    A channel that fails to deliver must not lose the turn, which is saved afterwards.
    """

    def __init__(self, inner: OutputChannel, channel: str) -> None:
        self._inner = inner
        self._channel = channel
        self.replies = 0
        self.wants_deletion = False

    def name(self) -> str:  # type: ignore[override]
        """The inner channel's name, which Rasa matches against channel-specific responses."""
        return self._inner.name()

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Deliver one bot message."""
        self.replies += 1
        self.wants_deletion |= announces_deletion(message)
        kind = (message.get("custom") or {}).get("type")
        if kind:
            metrics.count_answer(str(kind))
        await self._deliver(recipient_id, message)

    async def notify(self, recipient_id: str, text: str) -> None:
        """Deliver a channel's own remark, which is no reply and is marked as a notice."""
        await self._deliver(recipient_id, {"text": text, "notice": True})

    async def _deliver(self, recipient_id: str, message: dict[str, Any]) -> None:
        try:
            with metrics.timed_stage("delivery"):
                await self._inner.send_response(recipient_id, message)
        except Exception:
            metrics.count_undelivered(self._channel)
            logger.exception("a message to conversation %s could not be delivered", pseudonym(recipient_id))

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        """Deliver plain text."""
        await self.send_response(recipient_id, {"text": text})
