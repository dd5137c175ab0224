"""The endpoints file: where Rasa finds the action server, conversations and locks."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import yaml

from bot.endpoints import write_endpoints
from bot.settings import Settings


def _settings(folder: Path, **changes: object) -> Settings:
    return replace(Settings.from_environment(), var_folder=folder, **changes)


def test_without_redis_locks_stay_in_the_process(tmp_path: Path) -> None:
    written = write_endpoints(_settings(tmp_path, conversations_url=f"sqlite:///{tmp_path}/deep/c.db", redis_url=None))
    endpoints = yaml.safe_load(written.read_text(encoding="utf-8"))
    assert endpoints["tracker_store"] == {"type": "SQL", "url": f"sqlite:///{tmp_path}/deep/c.db"}
    assert "lock_store" not in endpoints
    assert (tmp_path / "deep").is_dir()


def test_redis_url_becomes_the_lock_store_and_the_file_is_private(tmp_path: Path) -> None:
    settings = _settings(tmp_path, redis_url="rediss://qiao:secret@redis.internal:6380/2")
    written = write_endpoints(settings)
    endpoints = yaml.safe_load(written.read_text(encoding="utf-8"))
    assert endpoints["lock_store"] == {
        "type": "redis",
        "url": "redis.internal",
        "port": 6380,
        "db": "2",
        "username": "qiao",
        "password": "secret",
        "use_ssl": True,
    }
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
