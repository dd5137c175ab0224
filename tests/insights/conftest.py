"""Conversations written by the tracker store that the assistant uses, in SQLite and in PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.stores import ConversationStore, create_tables
from tests.support import PROJECT

NOON = datetime(2026, 11, 2, 12, tzinfo=timezone.utc).timestamp()
DAY = 86400.0


@pytest.fixture(scope="session")
def domain() -> Domain:
    return Domain.load(str(PROJECT / "domain.yml"))


class Writer:
    """Writes conversations."""

    def __init__(self, url: str, domain: Domain) -> None:
        self.url = url
        self._domain = domain
        self._store = ConversationStore(url, domain)
        create_tables(self._store.engine)

    def write(self, conversation: str, turns: list[tuple[float, dict[str, Any], list[dict[str, Any]] | None]]) -> None:
        """Each turn: days after the second of November 2026, the message, and the answers (``None``: only a text)."""
        events: list[Event] = []
        for day, message, answers in turns:
            at = NOON + day * DAY
            events += [ActionExecuted("action_listen", timestamp=at), user(message, at), SlotSet("language", "en", timestamp=at)]
            events.append(ActionExecuted("action_advise", timestamp=at))
            events.append(BotUttered("words", timestamp=at))
            events += [BotUttered(None, {"custom": answer}, timestamp=at) for answer in answers or []]
        tracker = DialogueStateTracker.from_events(conversation, events, slots=self._domain.slots)
        asyncio.run(self._store.save(tracker))

    def close(self) -> None:
        """Let the database go."""
        self._store.engine.dispose()


def user(message: dict[str, Any], at: float) -> UserUttered:
    """A message as it is understood: text, intent, confidence, and what else is given."""
    intent = {"name": message["intent"], "confidence": message.get("confidence", 0.9)}
    ranking = [intent, *message.get("ranking", [])]
    understood = {"language": message.get("language", "en"), "intent_ranking": ranking, "intent": intent, "entities": []}
    return UserUttered(
        message["text"], intent, [], understood, timestamp=at, input_channel=message.get("channel", "web"), message_id="m"
    )


@pytest.fixture()
def writer(database_url: str, domain: Domain) -> Iterator[Writer]:
    opened = Writer(database_url, domain)
    yield opened
    opened.close()
