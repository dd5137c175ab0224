"""What every action does the same way: read the turn, answer off the event loop within a deadline, never fail silently."""

from __future__ import annotations

import asyncio
import logging
import time
from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.advice.answer import Answer
from actions.advisory import adviser, settings
from actions.conversation import DEFAULT_LANGUAGE, Turn
from actions.dialogues import flow
from actions.rules.taxonomy import LANGUAGES
from actions.telemetry import metrics
from serving import tracing
from serving.draining import WORK
from serving.logs import pseudonym
from serving.lookups import watch_lookups
from serving.redaction import confidential

logger = logging.getLogger(__name__)

_TEXT_ONLY_CHANNELS = frozenset({"cmdline"})
"""Channels that would print the payload as raw JSON, and cut a text with buttons off at the window's edge (``rasa shell``)."""


class AnswerAction(Action, ABC):
    """An action that utters one :class:`Answer`.

    A failure of any kind is logged and answered with an apology; the turn's slots are kept as they were.
    """

    @abstractmethod
    def answer(self, turn: Turn) -> Answer:
        """The answer to this turn if it is no reply to a question of ours; runs in a worker thread."""

    def respond(self, turn: Turn) -> Answer:
        """The answer to this turn, in view of what the adviser has asked before."""
        return flow.respond(turn, self.answer)

    def events(self, turn: Turn, answer: Answer) -> list[EventType]:
        """What the conversation remembers of the turn."""
        return turn.remember(answer)

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Answer the latest message."""
        with (
            WORK.in_progress(),
            confidential(str((tracker.latest_message or {}).get("text"))),
            metrics.timed_action(self.name()),
            tracing.span(self.name()),
        ):
            return await self._run(dispatcher, tracker)

    async def _run(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        started = time.perf_counter()
        lookups = watch_lookups()
        try:
            turn = Turn.of(tracker, adviser().taxonomy)
            answer = await asyncio.wait_for(asyncio.to_thread(self.respond, turn), settings().action_deadline_seconds)
            events = _news(self.events(turn, answer), tracker)
        except Exception as error:
            metrics.count_failure(self.name(), error)
            logger.exception("%s failed in conversation %s", self.name(), pseudonym(tracker.sender_id))
            _apologise(dispatcher, tracker)
            return []
        if turn.channel in _TEXT_ONLY_CHANNELS:
            dispatcher.utter_message(text="\n".join([answer.text, *(f"- {button.title}" for button in answer.buttons)]))
        else:
            buttons = [{"title": button.title, "payload": button.payload} for button in answer.buttons]
            dispatcher.utter_message(text=answer.text, buttons=buttons or None)
            dispatcher.utter_message(json_message=answer.payload)
        seconds = time.perf_counter() - started
        metrics.observe_parts(lookups.seconds, seconds)
        tracing.annotate({"answer": answer.kind})
        logger.info("%s answered %s in %.0f ms", self.name(), answer.kind, 1000 * seconds)
        return events


def _news(events: list[EventType], tracker: Tracker) -> list[EventType]:
    """The events without slots that keep their value: each is stored, and read again in every later turn."""
    if any(event["event"] in ("reset_slots", "restart") for event in events):
        return events
    return [event for event in events if event["event"] != "slot" or tracker.get_slot(event["name"]) != event["value"]]


def _apologise(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    wished = (tracker.get_slot("chosen_language"), (tracker.latest_message or {}).get("language"), tracker.get_slot("language"))
    language = next((language for language in wished if language in LANGUAGES), DEFAULT_LANGUAGE)
    try:
        dispatcher.utter_message(text=adviser().phrases.say("unavailable", language))
    except Exception:
        logger.exception("the content folder cannot be read")
        dispatcher.utter_message(text="Advice is unavailable for the moment. / 暂时无法提供建议。")
