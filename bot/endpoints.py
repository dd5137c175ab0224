"""Overlays ``endpoints.yml`` with the addresses of this machine's settings."""

from __future__ import annotations

from pathlib import Path

import yaml

from bot.settings import PROJECT_FOLDER, Settings


def write_endpoints(settings: Settings) -> Path:
    """Write the endpoints file that Rasa is started with, and return its path.

    Rasa's own ``${VARIABLE}`` has no default: an unset one would keep ``rasa run`` and ``rasa shell`` from starting.
    """
    endpoints = yaml.safe_load((PROJECT_FOLDER / "endpoints.yml").read_text(encoding="utf-8"))
    endpoints["action_endpoint"]["url"] = f"{settings.action_url}/webhook"
    if endpoints["tracker_store"].get("dialect") == "sqlite":
        settings.conversations_db.parent.mkdir(parents=True, exist_ok=True)
        endpoints["tracker_store"]["db"] = str(settings.conversations_db)
    settings.var_folder.mkdir(parents=True, exist_ok=True)
    path = settings.var_folder / "endpoints.yml"
    path.write_text(yaml.safe_dump(endpoints, allow_unicode=True), encoding="utf-8")
    return path
