"""What is done with what came in: Bolt's listeners, one for each way in which people turn to the adviser."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.slack.arrivals import HANDOFF_VIEW, OPEN_HANDOFF, SPOKEN_ACTIONS, person_of, place_of, place_of_button, said_by
from bot.channels.slack.blocks import SlackMessage, handoff_view, notice
from bot.channels.slack.blocks.texts import text as text_of
from bot.channels.slack.gate import ENTRY
from bot.channels.slack.home import Home
from bot.channels.slack.inbox import Entry
from bot.channels.slack.outcomes import UNREACHABLE
from bot.channels.slack.places import Person, Place
from bot.channels.slack.posting import Poster
from bot.channels.slack.talk import Talk
from bot.channels.slack.text import spoken

logger = logging.getLogger(__name__)

SHORTCUT = "ask_qiao"
_HAND_OVER = "/human_handoff"
_QUOTED = 200
_PROMPTS = ("first", "second", "third", "fourth")

Body = Mapping[str, Any]


class Listeners:
    """The listeners of one Bolt application."""

    def __init__(self, talk: Talk, home: Home, poster: Poster) -> None:
        self._talk = talk
        self._home = home
        self._poster = poster

    def register(self, app: AsyncApp) -> None:
        """Let ``app`` call them."""
        app.event("message")(self.message)
        app.event("app_mention")(self.message)
        app.event("app_home_opened")(self.home_opened)
        app.event("assistant_thread_started")(self.thread_started)
        app.command(re.compile("^/"))(self.command)
        app.message_shortcut(re.compile(""))(self.shortcut)
        app.action(re.compile("|".join(f"^{start}" for start in SPOKEN_ACTIONS)))(self.pressed)
        app.action(re.compile(f"^{OPEN_HANDOFF}"))(self.handoff_opened)
        app.view(HANDOFF_VIEW)(self.handoff_sent)

    async def message(self, body: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient) -> None:
        """A direct message, or a mention in a channel."""
        event, person, place = body["event"], person_of(body), _place(body)
        text = spoken(str(event.get("text") or ""), context.bot_user_id)
        await self._answer(context[ENTRY], client, person, place, text, has_files=bool(event.get("files")))

    async def command(self, body: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient) -> None:
        """``/qiao …``; only the person sees the answer."""
        text = spoken(str(body.get("text") or ""), context.bot_user_id)
        await self._answer(context[ENTRY], client, person_of(body), _place(body), text)

    async def shortcut(self, body: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient) -> None:
        """ "Ask Qiao" on somebody's message: answered in the direct messages, so that nobody else is concerned."""
        message, person = body.get("message") or {}, person_of(body)
        text = spoken(str(message.get("text") or ""), context.bot_user_id)
        quoted = text[:_QUOTED] + ("…" if len(text) > _QUOTED else "")
        about = [notice("asked_about", await self._talk.language(person), text=quoted)] if text else []
        await self._answer(context[ENTRY], client, person, _place(body), text, has_files=bool(message.get("files")), about=about)
        if body.get("response_url"):
            told = notice("answered_in_messages", await self._talk.language(person))
            await self._poster.whisper(client, str(body["response_url"]), told)

    async def pressed(self, body: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient) -> None:
        """A button or a menu that says something for the person."""
        person, place = person_of(body), _place(body)
        text = said_by(body["actions"][0])
        await self._talk.answer(context[ENTRY], client, person, place, text, is_pressed=True)
        if (body.get("container") or {}).get("type") == "view":
            await self._home.publish(client, person)

    async def home_opened(self, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Somebody looks at the App Home."""
        await self._home.publish(client, person_of(body))

    async def thread_started(self, body: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient) -> None:
        """Somebody opens Slack's assistant: a greeting, and what could be asked."""
        thread = body["event"]["assistant_thread"]
        person = Person(person_of(body).team, str(thread["user_id"]))
        place = Place(str(thread["channel_id"]), str(thread["thread_ts"]))
        language = await self._talk.language(person)
        await self._talk.open_thread(person, place)
        await self._talk.post(context[ENTRY], client, person, place, [notice("welcome", language)], language)
        prompts = [text_of(f"prompts.{name}", language) for name in _PROMPTS]
        try:
            await client.assistant_threads_setSuggestedPrompts(
                channel_id=place.channel,
                thread_ts=place.thread,
                title=text_of("prompts.title", language),
                prompts=[{"title": prompt, "message": prompt} for prompt in prompts],
            )
        except UNREACHABLE as error:
            logger.info("prompts could not be suggested: %s", type(error).__name__)

    async def handoff_opened(self, body: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient) -> None:
        """The form of the hand-over; where Slack opens it no more, the adviser asks step by step."""
        person = person_of(body)
        place = place_of_button(body, person.user)
        language = await self._talk.language(person)
        try:
            view = handoff_view(language, json.dumps(place.as_dict()))
            await client.views_open(trigger_id=str(body.get("trigger_id")), view=view)
        except UNREACHABLE as error:
            logger.warning("a form could not be opened: %s", type(error).__name__)
            await self._talk.answer(context[ENTRY], client, person, place, _HAND_OVER, is_pressed=True)

    async def handoff_sent(self, body: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient) -> None:
        """The form of the hand-over is sent."""
        person, values = person_of(body), body["view"]["state"]["values"]
        question, contact = (spoken(str(values[name]["value"]["value"] or "")) for name in ("question", "contact"))
        await self._talk.hand_over(context[ENTRY], client, person, _place(body), question, contact)

    async def _answer(
        self,
        entry: Entry,
        client: AsyncWebClient,
        person: Person,
        place: Place,
        text: str,
        *,
        has_files: bool = False,
        about: Sequence[SlackMessage] = (),
    ) -> None:
        """Answer words; files are declined, with or without words."""
        remarks = [*about]
        if has_files or not text:
            language = await self._talk.language(person)
            remarks.append(notice("files" if has_files else "empty", language))
        if text:
            await self._talk.answer(entry, client, person, place, text, before=remarks)
        else:
            await self._talk.post(entry, client, person, place, remarks, language)


def _place(body: Body) -> Place:
    place = place_of(body)
    assert place is not None  # nothing else is taken in
    return place
