"""The assistant's settings; the only place in ``bot`` that reads the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PROJECT_FOLDER = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Settings:
    """Addresses, folders, secrets and limits of the assistant process."""

    host: str
    port: int
    action_url: str
    model_folder: Path
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
    api_token: str | None
    max_message_characters: int
    retention_days: float
    """After so many days of silence a conversation is deleted."""

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
            var_folder=var,
            conversations_url=get("QIAO_CONVERSATIONS_URL") or f"sqlite:///{var / 'conversations.db'}",
            redis_url=get("QIAO_REDIS_URL") or None,
            channels=tuple((get("QIAO_CHANNELS") or "web,rest,socketio").replace(" ", "").split(",")),
            allowed_origins=tuple(origin for origin in (get("QIAO_ALLOWED_ORIGINS") or "").split(",") if origin),
            session_secret=get("QIAO_SESSION_SECRET") or None,
            session_days=int(get("QIAO_SESSION_DAYS") or 30),
            api_token=get("QIAO_API_TOKEN") or None,
            max_message_characters=int(get("QIAO_MAX_MESSAGE") or 2000),
            retention_days=float(get("QIAO_RETENTION_DAYS") or 180),
        )
