"""What operators do by hand: look after tickets, and delete what is old or what somebody wants deleted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone

from rich.console import Console
from rich.table import Table
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import Connection

from actions.advisory import records
from actions.records.notify import ticket_as_dict
from bot.endpoints import write_endpoints
from bot.settings import Settings
from serving.logs import pseudonym


def list_tickets(console: Console, *, with_closed: bool, as_json: bool) -> None:
    """Print the open tickets, or all."""
    found = records().tickets(with_closed=with_closed)
    if as_json:
        print(json.dumps([ticket_as_dict(ticket) for ticket in found], ensure_ascii=False))
        return
    table = Table("reference", "opened (UTC)", "contact", "question", "told", "closed", title=f"{len(found)} tickets")
    for ticket in found:
        told = "yes" if ticket.notified_at else "no"
        closed = f"{ticket.closed_at:%Y-%m-%d} {ticket.closing_note or ''}".strip() if ticket.closed_at else ""
        table.add_row(ticket.reference, f"{ticket.created_at:%Y-%m-%d %H:%M}", ticket.contact, ticket.question, told, closed)
    console.print(table)


def close_ticket(reference: str, note: str | None) -> bool:
    """Close a ticket; ``False`` if no open one has this reference."""
    return records().close_ticket(reference, note)


def find_conversation(settings: Settings, who: str) -> str | None:
    """The conversation that somebody means: by its id, by what stands for it in the log, or by the reference of a ticket.

    Raises:
        SQLAlchemyError: the conversations cannot be read.
    """
    found = records().conversation_of(who)
    if found:
        return found
    with _conversations(settings) as connection:
        if inspect(connection).has_table("events"):
            names = connection.execute(text("SELECT DISTINCT sender_id FROM events")).scalars()
            found = next((name for name in names if who in (name, pseudonym(name))), None)
    return found or (who if any(records().held(who).values()) else None)


def forget(settings: Settings, conversation: str) -> tuple[int, int]:
    """Delete a conversation and all that it has left; gives the numbers of its events and records.

    Raises:
        SQLAlchemyError: the conversations cannot be changed.
    """
    events = 0
    with _conversations(settings) as connection:
        if inspect(connection).has_table("events"):  # not through Rasa's store, which takes ten seconds to import
            deleting = text("DELETE FROM events WHERE sender_id = :name")
            events = int(connection.execute(deleting, {"name": conversation}).rowcount)
    return events, sum(records().forget(conversation).values())


@contextmanager
def _conversations(settings: Settings) -> Iterator[Connection]:
    engine = create_engine(settings.conversations_url, future=True)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def expire(settings: Settings, days: float) -> tuple[int, int]:
    """Delete conversations silent for so many days, and records of that age; gives the numbers of both."""
    # Rasa's stores take ten seconds to import
    from rasa.core.tracker_store import TrackerStore
    from rasa.core.utils import AvailableEndpoints

    from bot.conversations import delete_silent

    before = datetime.now(timezone.utc) - timedelta(days=days)
    endpoints = AvailableEndpoints.read_endpoints(str(write_endpoints(settings)))
    conversations = delete_silent(TrackerStore.create(endpoints.tracker_store), before)
    return conversations, records().purge(before.replace(tzinfo=None))
