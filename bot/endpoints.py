"""Overlays ``endpoints.yml`` with this machine's settings: the action server, the conversations' database, the locks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.engine import make_url

from bot.settings import PROJECT_FOLDER, Settings


def write_endpoints(settings: Settings) -> Path:
    """Write the endpoints file that Rasa is started with (readable by the owner only), and return its path.

    Rasa's own ``${VARIABLE}`` has no default: an unset one would keep ``rasa run`` and ``rasa shell`` from starting.
    """
    endpoints = yaml.safe_load((PROJECT_FOLDER / "endpoints.yml").read_text(encoding="utf-8"))
    endpoints["action_endpoint"]["url"] = f"{settings.action_url}/webhook"
    endpoints["tracker_store"]["url"] = settings.conversations_url
    url = make_url(settings.conversations_url)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    if settings.redis_url:
        endpoints["lock_store"] = _lock_store(settings.redis_url)
    settings.var_folder.mkdir(parents=True, exist_ok=True)
    path = settings.var_folder / "endpoints.yml"
    path.touch(mode=0o600)
    path.write_text(yaml.safe_dump(endpoints, allow_unicode=True), encoding="utf-8")
    return path


def _lock_store(redis_url: str) -> dict[str, Any]:
    """Rasa's lock store wants the parts of the address."""
    url = make_url(redis_url)
    parts = {
        "url": url.host,
        "port": url.port or 6379,
        "db": url.database or 0,
        "username": url.username,
        "password": url.password,
    }
    return {"type": "redis", "use_ssl": url.drivername == "rediss", **{name: value for name, value in parts.items() if value}}
