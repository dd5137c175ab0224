"""Backups are whole while the stores are written, hold nothing that others could read, and put back what was wrecked."""

from __future__ import annotations

import json
import shutil
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine

from actions.records.records import Records
from actions.rules.profile import Profile
from actions.rules.releases import list_releases, roll_back
from bot.backup.archive import back_up, restore
from bot.backup.errors import BackupFailed
from bot.backup.stores import all_stores
from bot.stores import create_tables, open_conversations
from tests.backup.stores import NAMES, everything, say, stop, wreck


def test_wrecked_stores_are_put_back_and_go_on(filled: dict[str, Engine], tmp_path: Path) -> None:
    before = everything(filled)
    assert all(
        before[f"{name}"] for name in ("conversations.events", "rules.rule_versions", "records.tickets", "slack.slack_inbox")
    )
    folder, manifest = back_up(all_stores(), tmp_path / "backups")
    assert set(manifest.stores) == set(NAMES)
    wreck(all_stores(), filled)
    restore(all_stores(), folder, force=True)
    assert everything(filled) == before
    say(filled["conversations"], "zoe")
    Records(filled["records"]).open_ticket("zoe", "z", "again", "en", Profile(), None)
    releases = list_releases(filled["rules"])
    roll_back(filled["rules"], releases[0].version)
    with filled["slack"].begin() as connection:
        columns = "client_id, app_id, is_enterprise_install, installed_at"
        connection.execute(text(f"INSERT INTO slack_bots ({columns}) VALUES ('c', 'a', '0', '2026-11-29')"))
    assert len(everything(filled)["conversations.events"]) == 21


def test_backup_under_writes_holds_a_prefix_of_what_was_written(filled: dict[str, Engine], tmp_path: Path) -> None:
    """Each writer adds its rows in order: a copy of one moment holds the first so many of them, without a gap."""
    is_over = threading.Event()
    written = [0]

    def write() -> None:
        while not is_over.is_set():
            say(filled["conversations"], f"writer-{written[0]:06d}")
            written[0] += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while written[0] < 50:
            is_over.wait(0.01)
        before = written[0]
        folder, manifest = back_up(all_stores(), tmp_path / "backups")
        after = written[0]
    finally:
        is_over.set()
        writer.join()
    assert after > before, "the writer stood still meanwhile"
    wreck(all_stores(), filled)
    restore(all_stores(), folder, force=True)
    with filled["conversations"].connect() as connection:
        names = [
            name
            for (name,) in connection.execute(text("SELECT sender_id FROM events WHERE sender_id LIKE 'writer%' ORDER BY id"))
        ]
    assert names == [f"writer-{number:06d}" for number in range(len(names))]
    assert before <= len(names) <= after + 1 and manifest.stores["conversations"].rows["events"] == 20 + len(names)


def test_backup_is_private(filled: dict[str, Engine], tmp_path: Path) -> None:
    folder, manifest = back_up(all_stores(), tmp_path / "backups")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert {path.name for path in folder.iterdir()} == {*manifest.files, "manifest.json"}
    restored = [store.path for store in all_stores() if store.is_sqlite]
    wreck(all_stores(), filled)
    restore(all_stores(), folder, force=True)
    assert {stat.S_IMODE(path.stat().st_mode) for path in restored} <= {0o600}


def test_stores_that_hold_something_are_replaced_only_by_force(filled: dict[str, Engine], tmp_path: Path) -> None:
    folder, _ = back_up(all_stores(), tmp_path / "backups")
    say(filled["conversations"], "later")
    before = everything(filled)
    with pytest.raises(BackupFailed, match="not empty.*--force"):
        restore(all_stores(), folder)
    assert everything(filled) == before
    stop(filled)
    restore(all_stores(), folder, only=["conversations"], force=True)
    assert len(everything(filled)["conversations.events"]) == 20


def test_one_store_is_restored_and_the_others_are_left_alone(filled: dict[str, Engine], tmp_path: Path) -> None:
    folder, _ = back_up(all_stores(), tmp_path / "backups")
    for store in ("conversations", "records"):
        with filled[store].begin() as connection:
            connection.execute(text(f"DELETE FROM {'events' if store == 'conversations' else 'tickets'}"))
    stop(filled)
    restore(all_stores(), folder, only=["conversations"])
    found = everything(filled)
    assert len(found["conversations.events"]) == 20 and found["records.tickets"] == []
    with pytest.raises(BackupFailed, match="has no 'nothing'; it has: conversations"):
        restore(all_stores(), folder, only=["nothing"])


def test_damaged_backup_changes_nothing(filled: dict[str, Engine], tmp_path: Path) -> None:
    whole, manifest = back_up(all_stores(), tmp_path / "backups")
    before = everything(filled)
    name = next(name for name in manifest.files if name.startswith("slack"))
    told = (whole / "manifest.json").read_text(encoding="utf-8")
    faults: dict[str, Callable[[Path], object]] = {
        "checksum": lambda folder: (folder / name).write_bytes((whole / name).read_bytes()[:-1] + b"x"),
        "is missing": lambda folder: (folder / name).unlink(),
        "cannot be read": lambda folder: (folder / "manifest.json").write_text(told[:-20], encoding="utf-8"),
        "another version": lambda folder: (folder / "manifest.json").write_text(told.replace('"format": 1', '"format": 99')),
        "is damaged": lambda folder: (folder / "manifest.json").write_text(told.replace('"kind"', '"sort"')),
        "no backup": lambda folder: (folder / "manifest.json").unlink(),
    }
    for number, (words, damage) in enumerate(faults.items()):
        folder = Path(shutil.copytree(whole, tmp_path / f"damaged-{number}"))
        damage(folder)
        with pytest.raises(BackupFailed, match=words):
            restore(all_stores(), folder, force=True)
    assert everything(filled) == before


def test_manifest_cannot_name_a_file_elsewhere(tmp_path: Path) -> None:
    engine = open_conversations(f"sqlite:///{tmp_path / 'conversations.db'}")
    create_tables(engine)
    engine.dispose()
    folder, _ = back_up(all_stores(), tmp_path / "backups")
    told = folder / "manifest.json"
    raw = json.loads(told.read_text(encoding="utf-8"))
    raw["files"]["../outside"] = "0" * 64
    (folder.parent / "outside").write_text("x", encoding="utf-8")
    told.write_text(json.dumps(raw), encoding="utf-8")
    with pytest.raises(BackupFailed, match="missing"):
        restore(all_stores(), folder, force=True)


def test_nothing_to_back_up_leaves_no_folder(urls: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(BackupFailed, match="nothing to back up"):
        back_up(all_stores(), tmp_path / "backups")
    assert list((tmp_path / "backups").iterdir()) == []


def test_stores_that_were_never_used_are_left_out(urls: dict[str, str], tmp_path: Path) -> None:
    engine = open_conversations(urls["conversations"])
    create_tables(engine)
    _, manifest = back_up(all_stores(), tmp_path / "backups")
    engine.dispose()
    assert list(manifest.stores) == ["conversations"]


def test_failure_half_way_leaves_the_database_as_it_was(filled: dict[str, Engine], tmp_path: Path) -> None:
    """A backup whose rows do not fit its tables, though its checksums are right."""
    folder, manifest = back_up(all_stores(), tmp_path / "backups")
    name = next(name for name in manifest.files if name.startswith("conversations"))
    (folder / name).write_bytes(b"neither rows nor a database")
    told = folder / "manifest.json"
    raw = json.loads(told.read_text(encoding="utf-8"))
    from bot.backup.manifest import checksum

    raw["files"][name] = checksum(folder / name)
    told.write_text(json.dumps(raw), encoding="utf-8")
    before = everything(filled)
    with pytest.raises(BackupFailed):
        restore(all_stores(), folder, only=["conversations"], force=True)
    assert everything(filled) == before


# --- what only one kind of database can do --------------------------------------------------------------------------------
