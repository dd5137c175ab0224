"""Reads conversations past Rasa, and deletes them: one person's on request, and all that have been silent for long."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from rasa.core.tracker_store import InMemoryTrackerStore, SQLTrackerStore
from sqlalchemy import delete, func, select

from bot.recent import RecentConversationStore
from bot.stores import ConversationStore

logger = logging.getLogger(__name__)

_Result = TypeVar("_Result")


class CannotDelete(Exception):
    """The tracker store is of a kind that we cannot delete from."""


def delete_conversation(store: Any, conversation: str) -> int:
    """Delete a conversation from Rasa's tracker store, in whatever it is wrapped; gives the number of events.

    Raises:
        CannotDelete: the store is neither in memory nor in an SQL database.
    """
    inner = unwrapped(store)
    if isinstance(inner, InMemoryTrackerStore):
        return 1 if inner.store.pop(conversation, None) is not None else 0
    events = inner.SQLEvent
    with inner.session_scope() as session:
        deleted = session.execute(delete(events).where(events.sender_id == conversation)).rowcount
        session.commit()
    if isinstance(inner, RecentConversationStore):
        inner.forget(conversation)
    return int(deleted)


def delete_silent(store: Any, before: datetime) -> int:
    """Delete all conversations whose last event is older than ``before``; gives their number.

    Raises:
        CannotDelete: the store is not in an SQL database.
    """
    inner = unwrapped(store)
    if not isinstance(inner, SQLTrackerStore):
        raise CannotDelete(f"conversations in a {type(inner).__name__} end with the process")
    events = inner.SQLEvent
    silent = select(events.sender_id).group_by(events.sender_id).having(func.max(events.timestamp) < before.timestamp())
    with inner.session_scope() as session:
        names = [row[0] for row in session.execute(silent)]
        for name in names:
            session.execute(delete(events).where(events.sender_id == name))
        session.commit()
    return len(names)


async def read_patiently(store: Any, statement: Callable[[], _Result]) -> _Result:
    """Run a blocking reading of the conversations in a thread, and again while their database comes back.

    Raises:
        ConversationsUnavailable: the database does not come back in time.
    """
    inner = unwrapped(store)
    return await inner.patiently(statement) if isinstance(inner, ConversationStore) else await asyncio.to_thread(statement)


def unwrapped(store: Any) -> Any:
    """The store itself, which Rasa wraps to survive failures and to make it awaitable.

    Raises:
        CannotDelete: it is neither in memory nor in an SQL database.
    """
    while not isinstance(store, (InMemoryTrackerStore, SQLTrackerStore)):
        inner = getattr(store, "_tracker_store", None)
        if inner is None:
            raise CannotDelete(f"cannot delete from a {type(store).__name__}")
        store = inner
    return store
