"""The endpoints file: where Rasa finds the action server, conversations and locks."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import yaml
from rasa.core.lock_store import LockStore
from rasa.core.tracker_store import TrackerStore
from rasa.core.utils import AvailableEndpoints

from bot.endpoints import write_endpoints
from bot.locks import ConversationLocks
from bot.settings import Settings
from bot.stores import ConversationStore


def _settings(folder: Path, **changes: object) -> Settings:
    return replace(Settings.from_environment(), var_folder=folder, **changes)


def test_without_redis_locks_stay_in_the_process(tmp_path: Path) -> None:
    written = write_endpoints(_settings(tmp_path, conversations_url=f"sqlite:///{tmp_path}/deep/c.db", redis_url=None))
    endpoints = yaml.safe_load(written.read_text(encoding="utf-8"))
    assert endpoints["tracker_store"]["url"] == f"sqlite:///{tmp_path}/deep/c.db"
    assert "url" not in endpoints["lock_store"]


def test_redis_url_becomes_the_lock_store_and_the_file_is_private(tmp_path: Path) -> None:
    url = "rediss://qiao:secret@redis.internal:6380/2"
    written = write_endpoints(_settings(tmp_path, redis_url=url))
    assert yaml.safe_load(written.read_text(encoding="utf-8"))["lock_store"]["url"] == url
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["endpoints.yml"]


def test_rasa_makes_our_stores_out_of_the_file(tmp_path: Path) -> None:
    written = write_endpoints(
        _settings(tmp_path, conversations_url=f"sqlite:///{tmp_path}/deep/c.db", redis_url="redis://127.0.0.1:1")
    )
    endpoints = AvailableEndpoints.read_endpoints(str(written))
    assert isinstance(TrackerStore.create(endpoints.tracker_store), ConversationStore)
    assert isinstance(LockStore.create(endpoints.lock_store), ConversationLocks)
    assert (tmp_path / "deep").is_dir()
