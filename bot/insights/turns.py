"""Reads conversations turn by turn out of the tracker's events, in a stream: memory does not grow with their number."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from sqlalchemy import column, create_engine, inspect, select, table
from sqlalchemy.engine import Row, make_url
from sqlalchemy.exc import SQLAlchemyError

_BATCH = 500
_FALLBACK = "nlu_fallback"

_events = table("events", *(column(name) for name in ("id", "sender_id", "type_name", "timestamp", "data")))


class CannotRead(Exception):
    """The database cannot be read; the message says which and why."""


@dataclass
class Turn:
    """A person's message, and what the adviser answered."""

    conversation: str
    at: datetime
    """UTC."""
    text: str
    channel: str
    language: str | None
    intent: str
    confidence: float
    guess: str | None
    """What the message was most like, also where that was too unsure to act on."""
    answers: list[Mapping[str, Any]] = field(default_factory=list)
    """The payloads of the answers."""
    is_answered: bool = False
    """Whether there was any reply at all."""

    @property
    def is_button(self) -> bool:
        """Whether the person pressed a button rather than typed."""
        return self.text.startswith("/")


def read_turns(url: str, since: datetime, until: datetime) -> Iterator[Turn]:
    """The turns that began from ``since`` to before ``until`` (UTC), conversation after conversation, each in order.

    Raises:
        CannotRead: the database cannot be read.
    """
    if not _may_exist(url):
        return
    engine = create_engine(url, future=True)
    query = (
        select(_events.c.sender_id, _events.c.type_name, _events.c.timestamp, _events.c.data)
        .where(
            _events.c.type_name.in_(["user", "bot"]),
            _events.c.timestamp >= since.timestamp(),
            _events.c.timestamp < until.timestamp(),
        )
        .order_by(_events.c.sender_id, _events.c.id)
    )
    try:
        if not inspect(engine).has_table("events"):
            return
        with engine.connect() as connection:
            rows = connection.execution_options(stream_results=True, max_row_buffer=_BATCH).execute(query)
            yield from _turns(rows.yield_per(_BATCH))
    except SQLAlchemyError as error:
        said = str(getattr(error, "orig", None) or error).strip()
        raise CannotRead(f"cannot read {engine.url.render_as_string(hide_password=True)}: {said}") from error
    finally:
        engine.dispose()


def _may_exist(url: str) -> bool:
    """``False`` for an SQLite file that is not there, which connecting would make."""
    parsed = make_url(url)
    return parsed.get_backend_name() != "sqlite" or Path(str(parsed.database)).exists()


def _turns(rows: Iterator[Row]) -> Iterator[Turn]:
    turn: Turn | None = None
    for conversation, kind, timestamp, data in rows:
        if kind == "user":
            if turn is not None:
                yield turn
            turn = _begun(conversation, timestamp, json.loads(data))
        elif turn is not None and turn.conversation == conversation:
            turn.is_answered = True
            if '"custom": null' not in data:  # most of the texts are long, and stand in a payload too
                payload = (json.loads(data).get("data") or {}).get("custom")
                if isinstance(payload, dict):
                    turn.answers.append(payload)
    if turn is not None:
        yield turn


def _begun(conversation: str, timestamp: float, event: Mapping[str, Any]) -> Turn:
    understood = event.get("parse_data") or {}
    intent = understood.get("intent") or {}
    names = [guess.get("name") for guess in understood.get("intent_ranking") or []]
    sure = [guess for guess in understood.get("intent_ranking") or [] if guess.get("name") != _FALLBACK]
    fell_back = intent.get("name") == _FALLBACK or (names and names[0] == _FALLBACK)
    return Turn(
        conversation=conversation,
        at=datetime.fromtimestamp(timestamp, timezone.utc),
        text=str(event.get("text") or ""),
        channel=str(event.get("input_channel") or "other"),
        language=understood.get("language"),
        intent=str(intent.get("name")),
        confidence=float((sure[0] if fell_back and sure else intent).get("confidence") or 0),
        guess=(sure[0].get("name") if sure else None) if fell_back else intent.get("name"),
    )
