"""The assistant's settings; the only place in ``bot`` that reads the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from serving.settings import ServingSettings

PROJECT_FOLDER = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class WebLimits:
    """How much the web chat takes in; 0 switches a limit off."""

    session_messages: int
    """Messages in a minute of one session, and as many readings of its history."""
    address_messages: int
    """Messages in a minute from one address, behind which a whole company may be."""
    address_sessions: int
    """New sessions in a minute for one address."""
    session_running: int
    """Messages of one session that are answered at the same time."""
    running: int
    """Messages that this process answers at the same time."""
    body_bytes: int
    """The largest request that is read; not to be switched off."""

    @classmethod
    def from_environment(cls) -> WebLimits:
        """Read the variables, which README lists; all have defaults."""
        get = os.environ.get
        return cls(
            session_messages=int(get("QIAO_RATE_SESSION_MESSAGES") or 60),
            address_messages=int(get("QIAO_RATE_ADDRESS_MESSAGES") or 600),
            address_sessions=int(get("QIAO_RATE_ADDRESS_SESSIONS") or 120),
            session_running=int(get("QIAO_RATE_SESSION_RUNNING") or 4),
            running=int(get("QIAO_RATE_RUNNING") or 500),
            body_bytes=int(get("QIAO_MAX_BODY") or 16_384),
        )


@dataclass(frozen=True)
class Settings:
    """Addresses, folders, secrets and limits of the assistant process."""

    host: str
    port: int
    action_url: str
    model_folder: Path
    content_folder: Path
    """Where the adviser's words and the names of things stand (``phrases.yml``, ``taxonomy.yml``)."""
    var_folder: Path
    conversations_url: str
    """SQLAlchemy URL of the conversations (SQLite or PostgreSQL)."""
    redis_url: str | None
    """Where replicas share locks and counts; without it one process keeps them to itself."""
    channels: tuple[str, ...]
    """The ways in that are open, by their names."""
    allowed_origins: tuple[str, ...]
    session_secret: str | None
    session_days: int
    trusted_proxies: int
    """Proxies in front of the server whose ``X-Forwarded-For`` is believed."""
    web_limits: WebLimits
    api_token: str | None
    max_message_characters: int
    retention_days: float
    """After so many days of silence a conversation is deleted."""
    serving: ServingSettings
    """How the server logs, is measured, is traced and stops."""

    @classmethod
    def from_environment(cls) -> Settings:
        """Read the ``QIAO_…`` variables that README lists; all have defaults."""
        get = os.environ.get
        var = Path(get("QIAO_VAR") or PROJECT_FOLDER / "var")
        action_host, action_port = get("QIAO_ACTION_HOST") or "127.0.0.1", get("QIAO_ACTION_PORT") or "5055"
        return cls(
            host=get("QIAO_HOST") or "127.0.0.1",
            port=int(get("QIAO_PORT") or 5005),
            action_url=get("QIAO_ACTION_URL") or f"http://{action_host}:{action_port}",
            model_folder=Path(get("QIAO_MODELS") or PROJECT_FOLDER / "models"),
            content_folder=Path(get("QIAO_CONTENT") or PROJECT_FOLDER / "content"),
            var_folder=var,
            conversations_url=get("QIAO_CONVERSATIONS_URL") or f"sqlite:///{var / 'conversations.db'}",
            redis_url=get("QIAO_REDIS_URL") or None,
            channels=tuple((get("QIAO_CHANNELS") or "web,rest,socketio").replace(" ", "").split(",")),
            allowed_origins=tuple((get("QIAO_ALLOWED_ORIGINS") or "").replace(",", " ").split()),
            session_secret=get("QIAO_SESSION_SECRET") or None,
            session_days=int(get("QIAO_SESSION_DAYS") or 30),
            trusted_proxies=int(get("QIAO_TRUSTED_PROXIES") or 0),
            web_limits=WebLimits.from_environment(),
            api_token=get("QIAO_API_TOKEN") or None,
            max_message_characters=int(get("QIAO_MAX_MESSAGE") or 2000),
            retention_days=float(get("QIAO_RETENTION_DAYS") or 180),
            serving=ServingSettings.from_environment(),
        )
