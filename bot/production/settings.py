"""Settings of the production profile; the only place in ``bot.production`` that reads the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from bot.settings import Settings

OPEN_TO_STRANGERS = frozenset({"rest", "socketio"})
"""Channels without any authentication."""
_SLACK_IS_SET_UP = ("SLACK_BOT_TOKEN", "SLACK_CLIENT_ID")


class BadSetting(Exception):
    """A setting that production does not run with; the message names the variable and the remedy."""


@dataclass(frozen=True)
class ProductionSettings:
    """How many servers run, where they listen, and which databases they are given."""

    assistant: Settings
    replicas: int
    action_replicas: int
    action_port: int
    """Where nginx listens for calls to the action servers (loopback); they themselves use the ports after it."""
    folder: Path
    """Private data: secrets, databases, logs, what nginx is told."""
    channels: tuple[str, ...]
    conversations_url: str | None
    rules_url: str | None
    records_url: str | None
    slack_url: str | None
    owner_url: str | None
    """PostgreSQL URL of the role that owns the tables; the servers' own roles need to read and write only."""
    redis_url: str | None
    address_rate: float
    """Requests that one address may send in a second; 0 means any number."""
    proxy_networks: tuple[str, ...]
    """Addresses or networks whose ``X-Forwarded-For`` is believed."""
    tls_certificate: Path | None
    tls_key: Path | None
    nginx: str | None

    @classmethod
    def from_environment(cls) -> ProductionSettings:
        """Read the ``QIAO_…`` variables that README lists.

        Raises:
            BadSetting: a value that production cannot run with.
        """
        get = os.environ.get
        assistant = Settings.from_environment()
        certificate, key = get("QIAO_TLS_CERTIFICATE") or None, get("QIAO_TLS_KEY") or None
        if bool(certificate) != bool(key):
            raise BadSetting("set both QIAO_TLS_CERTIFICATE and QIAO_TLS_KEY, or neither")
        return cls(
            assistant=assistant,
            replicas=_at_least_one("QIAO_REPLICAS", 2),
            action_replicas=_at_least_one("QIAO_ACTION_REPLICAS", 2),
            action_port=int(get("QIAO_ACTION_PORT") or 5055),
            folder=assistant.var_folder / "production",
            channels=_channels(get("QIAO_CHANNELS")),
            conversations_url=_postgres("QIAO_CONVERSATIONS_URL"),
            rules_url=_postgres("QIAO_RULES_URL"),
            records_url=_postgres("QIAO_RECORDS_URL"),
            slack_url=_postgres("QIAO_SLACK_DB_URL"),
            owner_url=_postgres("QIAO_OWNER_URL"),
            redis_url=get("QIAO_REDIS_URL") or None,
            address_rate=float(get("QIAO_ADDRESS_RATE") or 20),
            proxy_networks=tuple(part for part in (get("QIAO_PROXY_NETWORKS") or "").replace(" ", "").split(",") if part),
            tls_certificate=Path(certificate) if certificate else None,
            tls_key=Path(key) if key else None,
            nginx=get("QIAO_NGINX") or None,
        )


def _at_least_one(variable: str, default: int) -> int:
    number = int(os.environ.get(variable) or default)
    if number < 1:
        raise BadSetting(f"{variable} must be 1 or more, not {number}")
    return number


def _postgres(variable: str) -> str | None:
    url = os.environ.get(variable) or None
    if url and not url.startswith("postgresql"):
        raise BadSetting(f"{variable} must name a PostgreSQL database in production; unset it to get a private one")
    return url


def _channels(named: str | None) -> tuple[str, ...]:
    """The web chat, and Slack if it is set up; others only by name, and never those without authentication."""
    if not named:
        has_slack = any(os.environ.get(name) for name in _SLACK_IS_SET_UP)
        return ("web", "slack") if has_slack else ("web",)
    channels = tuple(named.replace(" ", "").split(","))
    if opened := OPEN_TO_STRANGERS.intersection(channels):
        raise BadSetting(
            f"QIAO_CHANNELS opens {', '.join(sorted(opened))}, which anybody could use without a session; "
            "take it out (web and slack are fit for production)"
        )
    return channels
