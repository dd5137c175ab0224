"""Somebody is told of a ticket: by a real mail server, by a real web server; what fails stays on the list."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from actions.records.notify import Notifier
from actions.records.records import Records, Ticket
from actions.rules.database import open_engine
from actions.settings import TicketSettings
from bot.starting import free_port
from tests.support import known


class Mailbox:
    """Takes mail in."""

    def __init__(self) -> None:
        self.mails: list[Envelope] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's name)
        self.mails.append(envelope)
        return "250 OK"


@pytest.fixture()
def mail() -> Iterator[tuple[Mailbox, int]]:
    mailbox, port = Mailbox(), free_port()
    server = Controller(mailbox, hostname="127.0.0.1", port=port)
    server.start()
    yield mailbox, port
    server.stop()


@pytest.fixture()
def hook() -> Iterator[tuple[list[dict[str, Any]], str]]:
    got: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # noqa: N802 (http.server's name)
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(500 if len(got) == 1 else 200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield got, f"http://127.0.0.1:{server.server_port}/tickets"
    server.shutdown()


@pytest.fixture()
def records(tmp_path: Path) -> Records:
    return Records(open_engine(f"sqlite:///{tmp_path / 'records.db'}"))


@pytest.fixture()
def ticket(records: Records) -> Ticket:
    return records.open_ticket("c", "li@example.org", "谁来签土地文件？", "zh", known(market="ID"), "entry_mode")


def test_ticket_arrives_by_mail(records: Records, ticket: Ticket, mail: tuple[Mailbox, int]) -> None:
    mailbox, port = mail
    settings = TicketSettings(mail_to="advice@example.org", smtp_port=port)
    thread = Notifier(settings, records, pauses=(0,)).announce(ticket)
    assert thread is not None
    thread.join(20)
    (envelope,) = mailbox.mails
    assert envelope.rcpt_tos == ["advice@example.org"] and ticket.reference.encode() in (envelope.content or b"")
    assert records.tickets()[0].notified_at is not None


def test_webhook_that_fails_once_is_tried_again(records: Records, ticket: Ticket, hook: tuple[list[dict[str, Any]], str]) -> None:
    got, url = hook
    assert Notifier(TicketSettings(webhook=url), records, pauses=(0, 0)).send(ticket)
    assert len(got) == 2 and got[1]["question"] == "谁来签土地文件？" and got[1]["profile"]["market"] == ["ID"]


def test_undelivered_ticket_stays_on_the_list(records: Records, ticket: Ticket, caplog: pytest.LogCaptureFixture) -> None:
    settings = TicketSettings(mail_to="advice@example.org", smtp_port=free_port())
    assert not Notifier(settings, records, pauses=(0, 0)).send(ticket)
    assert records.tickets()[0].notified_at is None
    assert ticket.reference in caplog.text and "li@example.org" not in caplog.text


def test_nothing_is_sent_where_nothing_is_configured(records: Records, ticket: Ticket) -> None:
    notifier = Notifier(TicketSettings(), records)
    assert notifier.announce(ticket) is None and not notifier.is_configured
