"""Each message is understood once, however often it is sent: after a lost reply, from two tabs, to two replicas, after a restart.

A message is told by its client's id, which Rasa keeps with it in the conversation. While it is being answered in this process,
further requests for it follow the same :class:`Turn`. Otherwise the id is looked up in the conversation, under the lock that
Rasa itself holds while it answers a message: what another replica is answering is waited for, what was answered is read back.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.lock_store import LockError
from sanic import Sanic

from bot.channels.intake import announces_deletion, converse
from bot.channels.notices import notice
from bot.channels.web.question import Question
from bot.channels.web.refusal import Refusal
from bot.channels.web.transcript import Message, bot_message, kept_reply
from bot.conversations import read_patiently
from bot.stores import ConversationsUnavailable
from bot.telemetry.metrics import count_rate_limited
from serving.logs import pseudonym

logger = logging.getLogger(__name__)

CHANNEL = "web"
_BUSY_SECONDS = 2
"""When to come back if too much is being answered at once."""
_FORGOTTEN_TURNS = 1000


class Turn:
    """A person's message while it is answered, and as much of the reply as has been uttered."""

    def __init__(self, message_id: str) -> None:
        self.id = message_id
        self.messages: list[Message] = []
        self.is_done = False
        self.is_lost = False
        """Whether nothing of it was kept, so that the message has to be sent again."""
        self.deletes = False
        """Whether the reply says that what was stored of the person is deleted."""
        self._news = asyncio.Event()

    def say(self, message: Message) -> None:
        """Add a message to the reply."""
        self.messages.append(message)
        self._announce()

    def end(self) -> None:
        """Say that nothing follows."""
        self.is_done = True
        self._announce()

    async def follow(self, idle_seconds: float | None = None) -> AsyncIterator[Message | None]:
        """The reply's messages as they come, from the first one on; ``None`` whenever none has come for ``idle_seconds``."""
        given = 0
        while True:
            news = self._news
            for message in self.messages[given:]:
                given += 1
                yield message
            if given < len(self.messages):
                continue
            if self.is_done:
                return
            try:
                await asyncio.wait_for(news.wait(), idle_seconds)
            except asyncio.TimeoutError:
                yield None

    def _announce(self) -> None:
        self._news.set()
        self._news = asyncio.Event()


class Turns:
    """The turns of this process. They end by themselves, whether or not somebody still waits for the reply."""

    def __init__(self, per_conversation: int, at_once: int) -> None:
        """Limits on turns that run at the same time, in one conversation and in all; 0 means any number."""
        self._per_conversation = per_conversation
        self._at_once = at_once
        self._running: dict[tuple[str, str], tuple[Turn, asyncio.Task[None]]] = {}
        self._busy: Counter[str] = Counter()
        self._forgotten: OrderedDict[tuple[str, str], Turn] = OrderedDict()

    def answer(self, app: Sanic, conversation: str, question: Question) -> Turn:
        """The turn of a message: the one that runs already, else a new one.

        Raises:
            Refusal: too much is being answered at once.
        """
        key = (conversation, question.id)
        if key in self._running:
            return self._running[key][0]
        if key in self._forgotten:
            return self._forgotten[key]
        if self._per_conversation and self._busy[conversation] >= self._per_conversation:
            count_rate_limited("session-running")
            raise Refusal("too_many", "this session's earlier messages are still being answered", retry_after=_BUSY_SECONDS)
        if self._at_once and len(self._running) >= self._at_once:
            count_rate_limited("running")
            raise Refusal("unavailable", "too many messages are being answered", retry_after=_BUSY_SECONDS)
        turn = Turn(question.id)
        self._busy[conversation] += 1
        self._running[key] = (turn, asyncio.create_task(self._run(app, turn, conversation, question)))
        return turn

    async def _run(self, app: Sanic, turn: Turn, conversation: str, question: Question) -> None:
        output = _TurnOutput(turn)
        is_button = question.text.startswith("/")
        metadata = {"title": question.title} if question.title and is_button else None
        try:
            await converse(
                partial(_understand_once, app),
                question.text,
                output,
                conversation,
                CHANNEL,
                metadata,
                message_id=question.id,
                language=question.language,
                is_sent_again=True,
            )
        except (ConversationsUnavailable, LockError):
            turn.is_lost = True
        except Exception:
            logger.exception("a message of conversation %s on %s failed", pseudonym(conversation), CHANNEL)
            turn.say(output.notice(notice("unavailable")[question.language or "en"]))
        finally:
            self._close(turn, conversation)

    def _close(self, turn: Turn, conversation: str) -> None:
        key = (conversation, turn.id)
        del self._running[key]
        self._busy[conversation] -= 1
        if not self._busy[conversation]:
            del self._busy[conversation]
        if turn.deletes:
            # no database can tell any more that this message was answered
            self._forgotten[key] = turn
            if len(self._forgotten) > _FORGOTTEN_TURNS:
                self._forgotten.popitem(last=False)
        turn.end()


async def _understand_once(app: Sanic, message: UserMessage) -> None:
    """What Rasa's agent does with a message, unless the conversation shows that it was done before: then that reply again."""
    agent = getattr(app.ctx, "agent", None)
    if agent is None or not agent.is_ready():
        return
    async with agent.lock_store.lock(message.sender_id):
        kept = partial(kept_reply, agent.tracker_store, message.sender_id, message.message_id)
        reply = await read_patiently(agent.tracker_store, kept)
        if reply is None:
            await agent.processor.handle_message(message)
            return
        for sent in reply:
            await message.output_channel.send_response(message.sender_id, sent)


class _TurnOutput(OutputChannel):
    """Puts what Rasa sends into a turn."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._replies = 0
        self._notices = 0

    @classmethod
    def name(cls) -> str:
        """The channel's name, which Rasa matches against channel-specific responses."""
        return CHANNEL

    def notice(self, text: str) -> Message:
        """A remark of the channel's own, which the history does not keep."""
        self._notices += 1
        return bot_message(self._turn.id, f"notice-{self._notices}", time.time(), {"text": text})

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Take one message."""
        if message.get("notice"):
            self._turn.say(self.notice(message["text"]))
            return
        self._turn.deletes |= announces_deletion(message)
        self._turn.say(bot_message(self._turn.id, self._replies, message.get("at") or time.time(), message))
        self._replies += 1

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        """Take plain text."""
        await self.send_response(recipient_id, {"text": text})
