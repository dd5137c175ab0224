"""What operators do by hand: look after tickets, and delete what is old."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

from rich.console import Console
from rich.table import Table

from actions.advisory import records
from actions.records.notify import ticket_as_dict
from bot.endpoints import write_endpoints
from bot.settings import Settings


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
