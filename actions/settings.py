"""The action server's settings; the only place in ``actions`` that reads the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PROJECT_FOLDER = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Settings:
    """Where the rules store is, how long an action may take, and whom a person can be handed to."""

    action_host: str
    action_port: int
    rules_url: str
    content_folder: Path
    action_deadline_seconds: float
    contact: str | None

    @classmethod
    def from_environment(cls) -> Settings:
        """Read the ``QIAO_…`` variables that README lists; all have defaults."""
        default_url = f"sqlite:///{PROJECT_FOLDER / 'var' / 'rules.db'}"
        return cls(
            action_host=os.environ.get("QIAO_ACTION_HOST") or "127.0.0.1",
            action_port=int(os.environ.get("QIAO_ACTION_PORT") or 5055),
            rules_url=os.environ.get("QIAO_RULES_URL") or default_url,
            content_folder=Path(os.environ.get("QIAO_CONTENT") or PROJECT_FOLDER / "content"),
            action_deadline_seconds=float(os.environ.get("QIAO_ACTION_DEADLINE") or 5),
            contact=os.environ.get("QIAO_CONTACT") or None,
        )
