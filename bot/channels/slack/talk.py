"""What a person's message sets off: the adviser is asked in the right conversation and language, the answer becomes an outbox."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.intake import announces_deletion
from bot.channels.limits import Allowance, RateLimits
from bot.channels.slack.adviser import BY_BUTTON, Adviser, Message, language_of
from bot.channels.slack.blocks import SlackMessage, notice, render
from bot.channels.slack.blocks.texts import text as text_of
from bot.channels.slack.inbox import Entry, Inbox
from bot.channels.slack.memory import Memory
from bot.channels.slack.outcomes import UNREACHABLE, Lost
from bot.channels.slack.places import Person, Place, conversation, thread_id
from bot.channels.slack.posting import Poster, outbox
from bot.channels.slack.secrecy import Ids
from bot.channels.slack.settings import SlackSettings
from bot.nlu.text import language_of as written_language

logger = logging.getLogger(__name__)

_HANDOFF_STEPS = (("/human_handoff", "consent"), ('/affirm{"choice": "handoff:yes"}', "contact"))
"""How the hand-over is begun, and the state that it is then in; see docs/conversation.md."""


class Talk:
    """Answers people. Methods raise an outcome of :mod:`outcomes` when an answer is not posted."""

    def __init__(
        self,
        settings: SlackSettings,
        adviser: Adviser,
        inbox: Inbox,
        poster: Poster,
        memory: Memory,
        ids: Ids,
        limits: RateLimits,
    ) -> None:
        self._settings = settings
        self._adviser = adviser
        self._inbox = inbox
        self._poster = poster
        self._memory = memory
        self._ids = ids
        self._limits = limits
        self._allowance = Allowance("slack-person", settings.messages_per_minute)

    async def language(self, person: Person, otherwise: str | None = None) -> str:
        """The language of remarks to this person: the chosen one, else ``otherwise``, else that of the settings."""
        return await self._memory.language(person.id(self._ids)) or otherwise or self._settings.language

    def personal_conversation(self, person: Person) -> str:
        """The conversation of the person's direct messages."""
        return conversation(self._ids, person, Place(person.user), self._settings.threads)

    async def open_thread(self, person: Person, place: Place) -> None:
        """Remember that this place is a thread of Slack's assistant."""
        await self._memory.open_thread(thread_id(self._ids, person, place))

    async def answer(
        self,
        entry: Entry,
        client: AsyncWebClient,
        person: Person,
        place: Place,
        text: str,
        *,
        is_pressed: bool = False,
        before: Sequence[SlackMessage] = (),
    ) -> None:
        """Answer what a person says; ``before`` is posted first."""
        chosen = await self._memory.language(person.id(self._ids))
        told_in = chosen or (None if text.startswith("/") else written_language(text)) or self._settings.language
        if await self._limits.take((self._allowance, person.id(self._ids))):
            await self.post(entry, client, person, place, [notice("too_many", told_in)], told_in)
            return
        is_assistant = await self._is_assistant_thread(person, place)
        if is_assistant:
            await self._show_thinking(client, place, told_in)
        spoken_in = conversation(self._ids, person, place, self._settings.threads, is_assistant_thread=is_assistant)
        if chosen and not self._is_shared(place):
            await self._adviser.use_language(spoken_in, chosen)
        messages = await self._adviser.say(spoken_in, text, told_in, BY_BUTTON if is_pressed else None)
        await self._learn(person, place, spoken_in, messages)
        answered_in = language_of(messages, told_in)
        await self.post(entry, client, person, place, [*before, *render(messages, answered_in)], answered_in)

    async def hand_over(
        self, entry: Entry, client: AsyncWebClient, person: Person, place: Place, question: str, contact: str
    ) -> None:
        """Say to the adviser what the form of the hand-over says; stops where the adviser wants something else."""
        is_assistant = await self._is_assistant_thread(person, place)
        spoken_in = conversation(self._ids, person, place, self._settings.threads, is_assistant_thread=is_assistant)
        language = await self._adviser.chosen_language(spoken_in) or written_language(question) or await self.language(person)
        messages: list[Message] = []
        for text, expected in (*_HANDOFF_STEPS, (contact, "question"), (question, "done")):
            messages = await self._adviser.say(spoken_in, text, language, BY_BUTTON)
            states = [(message.get("custom") or {}).get("state") for message in messages]
            if expected not in states:
                logger.info("the hand-over by form stopped before %s", expected)
                break
        await self._learn(person, place, spoken_in, messages)
        await self.post(entry, client, person, place, render(messages, language_of(messages, language)), language)

    async def post(
        self, entry: Entry, client: AsyncWebClient, person: Person, place: Place, messages: Sequence[SlackMessage], language: str
    ) -> None:
        """Keep an answer, and post it."""
        box = outbox(place, messages, language)
        if not await self._inbox.keep_outbox(entry, box):
            raise Lost
        await self._poster.post(entry, client, person.team, box)

    async def _is_assistant_thread(self, person: Person, place: Place) -> bool:
        if not place.thread or not place.is_direct:
            return False
        return await self._memory.is_assistant_thread(thread_id(self._ids, person, place))

    async def _show_thinking(self, client: AsyncWebClient, place: Place, language: str) -> None:
        """Say that the answer is on its way; Slack takes it back when the answer is posted."""
        status = text_of("thinking", language)
        try:
            await client.assistant_threads_setStatus(channel_id=place.channel, thread_ts=str(place.thread), status=status)
        except UNREACHABLE as error:
            logger.info("the status of a thread could not be set: %s", type(error).__name__)

    async def _learn(self, person: Person, place: Place, spoken_in: str, messages: Sequence[Mapping[str, Any]]) -> None:
        """Keep a language that was chosen just now; who wants to be forgotten in one conversation is forgotten in all."""
        if self._is_shared(place):
            return
        id_ = person.id(self._ids)
        if any(announces_deletion(dict(message)) for message in messages):
            for other in await self._memory.conversations(id_):
                if other != spoken_in:
                    await self._adviser.forget(other)
            await self._memory.forget(id_)
            return
        await self._memory.note_conversation(id_, spoken_in)
        if any((message.get("custom") or {}).get("type") == "profile" for message in messages):
            chosen = await self._adviser.chosen_language(spoken_in)
            if chosen:
                await self._memory.choose_language(id_, chosen)

    def _is_shared(self, place: Place) -> bool:
        return self._settings.threads == "thread" and not place.is_direct
