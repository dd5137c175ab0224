"""What was said, read from the conversations' database: the reply to one message, and the history in pages."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from rasa.shared.core.events import BotUttered, UserUttered
from sqlalchemy import select

from bot.channels.intake import UNCLEAR
from bot.channels.web.refusal import Refusal
from bot.conversations import unwrapped

PAGE_MESSAGES = 200
RETRIED_MESSAGES = 50
"""So many messages of one person may come between a message and the last time that it is sent again."""
_REPLY_MESSAGES = 50
_CURSOR = re.compile(r"(\d{1,18})_(\d{1,12}\.\d{1,9})")
_SAID = (UserUttered.type_name, BotUttered.type_name)

Message = dict[str, Any]
"""A message as the client gets it: ``from``, ``id``, ``at`` and, as far as there are any, ``text``, ``buttons``, ``custom``."""


@dataclass(frozen=True)
class _Event:
    id: int
    type_name: str
    timestamp: float
    data: dict[str, Any]

    @property
    def is_question(self) -> bool:
        return self.type_name == UserUttered.type_name

    @property
    def cursor(self) -> str:
        return f"{self.id}_{self.timestamp!r}"


def bot_message(turn: str, number: int | str, at: float, sent: dict[str, Any]) -> Message:
    """The ``number``-th message of the reply to the message ``turn``."""
    content = {key: sent[key] for key in ("text", "buttons", "custom") if sent.get(key)}
    return {"from": "bot", "id": f"{turn}.{number}", "at": at, **content}


def kept_reply(tracker_store: Any, conversation: str, message_id: str) -> list[dict[str, Any]] | None:
    """The reply to a message as Rasa sends it, with the times (``at``); ``None`` if no such message was answered.

    Looked for among the person's latest messages only, so that it costs the same however long the conversation is.
    """
    store = unwrapped(tracker_store)
    events = store.SQLEvent
    asked = select(events.id, events.data).where(events.sender_id == conversation, events.type_name == UserUttered.type_name)
    latest = asked.order_by(events.id.desc()).limit(RETRIED_MESSAGES).subquery()
    matching = select(latest.c.id, latest.c.data).where(latest.c.data.contains(f'"{message_id}"', autoescape=True))
    with store.session_scope() as session:
        found = session.execute(matching.order_by(latest.c.id)).all()
        position = next((row.id for row in found if json.loads(row.data).get("message_id") == message_id), None)
        if position is None:
            return None
        later = _read(session, events, conversation, events.id > position, limit=_REPLY_MESSAGES)
    reply = takewhile(lambda event: not event.is_question, later)
    return [{"text": event.data.get("text"), **(event.data.get("data") or {}), "at": event.timestamp} for event in reply]


def history(tracker_store: Any, conversation: str, after: str | None) -> tuple[list[Message], str]:
    """What was said after a cursor, oldest first and in whole turns, and the cursor to go on from.

    Without a cursor, or if what it points at was deleted, the latest messages.

    Raises:
        Refusal: the cursor is none of ours.
    """
    match = _CURSOR.fullmatch(after) if after else None
    if after and not match:
        raise Refusal("bad_request", "after must be the cursor of an earlier answer")
    store = unwrapped(tracker_store)
    events = store.SQLEvent
    with store.session_scope() as session:
        if match and _read(session, events, conversation, events.id == int(match[1]), events.timestamp == float(match[2])):
            found = _read(session, events, conversation, events.id > int(match[1]), limit=PAGE_MESSAGES + 1)
            page = _without_begun_turn(found)
        else:
            after = ""
            latest = _read(session, events, conversation, limit=PAGE_MESSAGES + 1, from_end=True)
            page = _without_rest_of_turn(latest)
    return _messages(page), page[-1].cursor if page else after or ""


def _read(session: Any, events: Any, conversation: str, *where: Any, limit: int = 1, from_end: bool = False) -> list[_Event]:
    query = select(events.id, events.type_name, events.timestamp, events.data)
    query = query.where(events.sender_id == conversation, events.type_name.in_(_SAID), *where)
    rows = session.execute(query.order_by(events.id.desc() if from_end else events.id).limit(limit)).all()
    found = [_Event(row.id, row.type_name, row.timestamp, json.loads(row.data)) for row in rows]
    return found[::-1] if from_end else found


def _without_begun_turn(found: list[_Event]) -> list[_Event]:
    """A page that ends where the next one can begin: before a question."""
    if len(found) <= PAGE_MESSAGES:
        return found
    ends = [index for index, event in enumerate(found) if event.is_question and index]
    return found[: ends[-1]] if ends else found[:PAGE_MESSAGES]


def _without_rest_of_turn(found: list[_Event]) -> list[_Event]:
    """A page that begins with a question."""
    if len(found) <= PAGE_MESSAGES:
        return found
    starts = [index for index, event in enumerate(found) if event.is_question and index]
    return found[starts[0] :] if starts else found[1:]


def _messages(page: Sequence[_Event]) -> list[Message]:
    """Events as messages; of a pressed button people see the title again, of its payload nothing."""
    messages: list[Message] = []
    titles: dict[str, str] = {}
    turn, number = "", 0
    for event in page:
        if event.is_question:
            turn, number = event.data.get("message_id") or f"event-{event.id}", 0
            text = _words(event.data, titles)
            if text:
                messages.append({"from": "user", "id": turn, "at": event.timestamp, "text": text})
            continue
        sent = {"text": event.data.get("text"), **(event.data.get("data") or {})}
        titles |= {button.get("payload"): button.get("title") for button in sent.get("buttons") or []}
        messages.append(bot_message(turn or f"event-{event.id}", number, event.timestamp, sent))
        number += 1
    return messages


def _words(asked: dict[str, Any], titles: dict[str, str]) -> str | None:
    text = asked.get("text") or ""
    if not text.startswith("/"):
        return text
    title = (asked.get("metadata") or {}).get("title")
    return title or (titles.get(text) if text != UNCLEAR else None)
