"""Overlays ``endpoints.yml`` with this machine's settings: the action server, the conversations' database, the locks."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import yaml

from bot.settings import PROJECT_FOLDER, Settings


def write_endpoints(settings: Settings) -> Path:
    """Write the endpoints file that Rasa is started with (readable by the owner only), and return its path.

    Rasa's own ``${VARIABLE}`` has no default: an unset one would keep ``rasa run`` and ``rasa shell`` from starting.
    """
    endpoints = yaml.safe_load((PROJECT_FOLDER / "endpoints.yml").read_text(encoding="utf-8"))
    endpoints["action_endpoint"]["url"] = f"{settings.action_url}/webhook"
    endpoints["tracker_store"]["url"] = settings.conversations_url
    if settings.redis_url:
        endpoints["lock_store"]["url"] = settings.redis_url
    settings.var_folder.mkdir(parents=True, exist_ok=True)
    path = settings.var_folder / "endpoints.yml"
    _replace(path, yaml.safe_dump(endpoints, allow_unicode=True))
    return path


def _replace(path: Path, text: str) -> None:
    """Write a private file at a stroke: another replica that starts now reads the old one or the new one, never half of it."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).replace(path)
