"""Tells somebody of a new ticket, by webhook or e-mail."""

from __future__ import annotations

import json
import logging
import smtplib
import threading
import time
from collections.abc import Sequence
from email.message import EmailMessage
from typing import Any

import httpx

from actions.records.records import Records, Ticket
from actions.settings import TicketSettings

logger = logging.getLogger(__name__)

_TIMEOUT_SECONDS = 10
_PAUSES_SECONDS: Sequence[float] = (0, 2, 10)
"""Before each try."""


class Notifier:
    """Sends a ticket to all configured places, in the background: nobody waits for a mail server."""

    def __init__(self, settings: TicketSettings, records: Records, pauses: Sequence[float] = _PAUSES_SECONDS) -> None:
        self._settings = settings
        self._records = records
        self._pauses = pauses

    @property
    def is_configured(self) -> bool:
        """Whether anybody is told of tickets."""
        return bool(self._settings.webhook or self._settings.mail_to)

    def announce(self, ticket: Ticket) -> threading.Thread | None:
        """Send the ticket in a thread of its own; ``None`` if nothing is configured."""
        if not self.is_configured:
            return None
        thread = threading.Thread(target=self.send, args=(ticket,), name=f"ticket-{ticket.reference}", daemon=True)
        thread.start()
        return thread

    def send(self, ticket: Ticket) -> bool:
        """Send the ticket now, with a few tries; what cannot be delivered is logged and stays in the list of tickets."""
        for pause in self._pauses:
            time.sleep(pause)
            try:
                self._deliver(ticket)
            except (OSError, smtplib.SMTPException, httpx.HTTPError) as error:
                logger.warning("ticket %s could not be delivered: %s", ticket.reference, error)
            else:
                self._records.mark_notified(ticket.reference)
                logger.info("somebody was told of ticket %s", ticket.reference)
                return True
        logger.error("ticket %s was not delivered to anybody; see: python -m bot tickets", ticket.reference)
        return False

    def _deliver(self, ticket: Ticket) -> None:
        if self._settings.webhook:
            httpx.post(self._settings.webhook, json=ticket_as_dict(ticket), timeout=_TIMEOUT_SECONDS).raise_for_status()
        if self._settings.mail_to:
            self._mail(ticket)

    def _mail(self, ticket: Ticket) -> None:
        message = EmailMessage()
        message["Subject"] = f"Qiao ticket {ticket.reference}"
        message["From"], message["To"] = self._settings.mail_from, self._settings.mail_to
        message.set_content(json.dumps(ticket_as_dict(ticket), ensure_ascii=False, indent=2))
        with smtplib.SMTP(self._settings.smtp_host, self._settings.smtp_port, timeout=_TIMEOUT_SECONDS) as server:
            if self._settings.smtp_starttls:
                server.starttls()
            if self._settings.smtp_user:
                server.login(self._settings.smtp_user, self._settings.smtp_password or "")
            server.send_message(message)


def ticket_as_dict(ticket: Ticket) -> dict[str, Any]:
    """A ticket as plain data, for JSON."""
    return {
        "reference": ticket.reference,
        "created_at": f"{ticket.created_at.isoformat()}Z",
        "contact": ticket.contact,
        "question": ticket.question,
        "language": ticket.language,
        "topic": ticket.topic,
        "profile": dict(ticket.profile),
        "notified": ticket.notified_at is not None,
        "closed": ticket.closed_at is not None,
        "closing_note": ticket.closing_note,
    }
