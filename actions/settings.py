"""The action server's settings; the only place in ``actions`` that reads the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from serving.settings import ServingSettings

PROJECT_FOLDER = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class TicketSettings:
    """How somebody is told of a new ticket: by webhook, by e-mail, by both, or not at all."""

    webhook: str | None = None
    mail_to: str | None = None
    mail_from: str = "qiao@localhost"
    smtp_host: str = "127.0.0.1"
    smtp_port: int = 25
    smtp_user: str | None = None
    smtp_password: str | None = None
    smtp_starttls: bool = False

    @classmethod
    def from_environment(cls) -> TicketSettings:
        """Read the variables for tickets and mail that README lists."""
        return cls(
            webhook=os.environ.get("QIAO_TICKET_WEBHOOK") or None,
            mail_to=os.environ.get("QIAO_TICKET_MAIL") or None,
            mail_from=os.environ.get("QIAO_SMTP_FROM") or cls.mail_from,
            smtp_host=os.environ.get("QIAO_SMTP_HOST") or cls.smtp_host,
            smtp_port=int(os.environ.get("QIAO_SMTP_PORT") or cls.smtp_port),
            smtp_user=os.environ.get("QIAO_SMTP_USER") or None,
            smtp_password=os.environ.get("QIAO_SMTP_PASSWORD") or None,
            smtp_starttls=(os.environ.get("QIAO_SMTP_STARTTLS") or "0") not in ("0", "false", "no"),
        )


@dataclass(frozen=True)
class Settings:
    """Where the databases are, how long things may take and are kept, and who is told of a ticket."""

    action_host: str
    action_port: int
    rules_url: str
    records_url: str
    content_folder: Path
    action_deadline_seconds: float
    contact: str | None
    public_url: str
    """The address under which people reach the assistant, for links to documents."""
    document_days: float
    retention_days: float
    tickets: TicketSettings
    serving: ServingSettings
    """How the server logs, is measured, is traced and stops."""

    @classmethod
    def from_environment(cls) -> Settings:
        """Read the ``QIAO_…`` variables that README lists; all have defaults."""
        var = Path(os.environ.get("QIAO_VAR") or PROJECT_FOLDER / "var")
        host, port = os.environ.get("QIAO_HOST") or "127.0.0.1", os.environ.get("QIAO_PORT") or "5005"
        return cls(
            action_host=os.environ.get("QIAO_ACTION_HOST") or "127.0.0.1",
            action_port=int(os.environ.get("QIAO_ACTION_PORT") or 5055),
            rules_url=os.environ.get("QIAO_RULES_URL") or f"sqlite:///{PROJECT_FOLDER / 'var' / 'rules.db'}",
            records_url=os.environ.get("QIAO_RECORDS_URL") or f"sqlite:///{var / 'records.db'}",
            content_folder=Path(os.environ.get("QIAO_CONTENT") or PROJECT_FOLDER / "content"),
            action_deadline_seconds=float(os.environ.get("QIAO_ACTION_DEADLINE") or 5),
            contact=os.environ.get("QIAO_CONTACT") or None,
            public_url=(os.environ.get("QIAO_PUBLIC_URL") or f"http://{host}:{port}").rstrip("/"),
            document_days=float(os.environ.get("QIAO_DOCUMENT_DAYS") or 14),
            retention_days=float(os.environ.get("QIAO_RETENTION_DAYS") or 180),
            tickets=TicketSettings.from_environment(),
            serving=ServingSettings.from_environment(),
        )
