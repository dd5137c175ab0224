"""Backups are whole while the stores are written, hold nothing that others could read, and put back what was wrecked."""

from __future__ import annotations

import json
import shutil
import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine
from typer.testing import CliRunner

from actions.records.records import Records
from actions.rules.content import read_library
from actions.rules.database import open_engine
from actions.rules.profile import Profile
from actions.rules.releases import list_releases, load_release, roll_back
from bot.backup.archive import back_up, restore
from bot.backup.errors import BackupFailed
from bot.backup.stores import Store, all_stores
from bot.channels.slack.database import open_database, upgrade
from bot.cli import app
from bot.starting import free_port
from bot.stores import create_tables, open_conversations
from tests.support import entry

NAMES = ("conversations", "rules", "records", "slack")
VARIABLES = {
    "conversations": "QIAO_CONVERSATIONS_URL",
    "rules": "QIAO_RULES_URL",
    "records": "QIAO_RECORDS_URL",
    "slack": "QIAO_SLACK_DB_URL",
}


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No server of ours answers where the settings say."""
    monkeypatch.setenv("QIAO_PORT", str(free_port()))
    monkeypatch.setenv("QIAO_ACTION_PORT", str(free_port()))
    monkeypatch.setenv("QIAO_VAR", str(tmp_path))


@pytest.fixture(params=["sqlite", "postgresql"])
def urls(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A file for each store, or one database for all."""
    if request.param == "sqlite":
        found = {name: f"sqlite:///{tmp_path / f'{name}.db'}" for name in NAMES}
    else:
        found = dict.fromkeys(NAMES, str(request.getfixturevalue("postgres_schema")))
    for name, url in found.items():
        monkeypatch.setenv(VARIABLES[name], url)
    return found


@pytest.fixture()
def filled(urls: dict[str, str], content: Callable[[dict[str, Any]], Path]) -> Iterator[dict[str, Engine]]:
    """All stores, with something in each."""
    engines = {
        "conversations": open_conversations(urls["conversations"]),
        "rules": open_engine(urls["rules"]),
        "records": open_engine(urls["records"]),
        "slack": open_database(urls["slack"]),
    }
    create_tables(engines["conversations"])
    say(engines["conversations"], "zoe", 20)
    for wording in ("first", "second"):
        rules = [entry("a", text={"en": f"It is {wording} with a \\t and \\N.", "zh": f"是{wording}。"})]
        load_release(engines["rules"], read_library(content({"topics/a.yml": {"rules": rules}})))
    Records(engines["records"]).open_ticket("zoe", "zoe@example.org", "为什么？\n\\N", "zh", Profile(market=("DE",)), None)
    upgrade(engines["slack"])
    with engines["slack"].begin() as connection:
        connection.execute(text("INSERT INTO slack_people VALUES ('p', 'zh', 1.5)"))
        inbox = (
            "INSERT INTO slack_inbox (key, lane, is_prompt, received_at, ready_at, attempts, payload, posted) VALUES (:k, 'l', "
        )
        connection.execute(text(inbox + ":no, 1, 1, 0, :payload, 0)"), {"k": "k", "no": False, "payload": b"\x00\xff\n\\sealed"})
    yield engines
    for engine in engines.values():
        engine.dispose()


def say(engine: Engine, sender: str, times: int = 1) -> None:
    with engine.begin() as connection:
        for number in range(times):
            row = {"s": sender, "t": float(number), "d": json.dumps({"text": f"问题 {number} \\ \t"}, ensure_ascii=False)}
            connection.execute(
                text("INSERT INTO events (sender_id, type_name, timestamp, data) VALUES (:s, 'user', :t, :d)"), row
            )


def everything(engines: dict[str, Engine]) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables."""
    found = {}
    for store in all_stores():
        with engines[store.name].connect() as connection:
            for table in store.tables:
                rows = connection.execute(text(f"SELECT * FROM {table}")).all()
                found[f"{store.name}.{table}"] = sorted((tuple(map(_plain, row)) for row in rows), key=repr)
    return found


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def stop(engines: dict[str, Engine]) -> None:
    """What stopping the servers does: nobody holds an old file open."""
    for engine in engines.values():
        engine.dispose()


def wreck(stores: list[Store], engines: dict[str, Engine]) -> None:
    """What an accident leaves: SQLite files full of nonsense, PostgreSQL tables gone."""
    stop(engines)
    for store in stores:
        if store.is_sqlite:
            store.path.write_bytes(b"nonsense" * 1000)
            store.path.with_name(store.path.name + "-wal").write_bytes(b"old")
        else:
            engine = create_engine(store.url, future=True)
            with engine.begin() as connection:
                for table in reversed(store.tables):
                    connection.execute(text(f"DROP TABLE IF EXISTS {table} CASCADE"))
            engine.dispose()


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


def test_backup_of_one_kind_is_not_put_into_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres_schema: str
) -> None:
    path = tmp_path / "conversations.db"
    engine = open_conversations(f"sqlite:///{path}")
    create_tables(engine)
    engine.dispose()
    folder, _ = back_up(all_stores(), tmp_path / "backups")
    monkeypatch.setenv("QIAO_CONVERSATIONS_URL", postgres_schema)
    with pytest.raises(BackupFailed, match="is of sqlite, but QIAO_CONVERSATIONS_URL names postgresql"):
        restore(all_stores(), folder)


def test_rights_on_tables_outlive_a_restore(postgres_schema: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("QIAO_CONVERSATIONS_URL", postgres_schema)
    engine = open_conversations(postgres_schema)
    create_tables(engine)
    say(engine, "zoe", 3)
    with engine.begin() as connection:
        connection.execute(text("GRANT SELECT ON events TO PUBLIC"))
    folder, _ = back_up(all_stores(), tmp_path / "backups")
    restore(all_stores(), folder, force=True)
    with engine.connect() as connection:
        granted = "SELECT count(*) FROM information_schema.role_table_grants WHERE grantee = 'PUBLIC' AND table_name = 'events'"
        schema = f"{granted} AND table_schema = current_schema()"
        assert connection.execute(text(schema)).scalar() == 1
        assert connection.execute(text("SELECT count(*) FROM events")).scalar() == 3
    engine.dispose()


def test_older_schema_is_restored_and_brought_up_to_date(
    postgres_schema: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A backup that was made when the first schema was the newest."""
    from alembic import command

    from bot.backup import stores as stores_module

    monkeypatch.setenv("QIAO_RULES_URL", postgres_schema)
    rules = next(store for store in all_stores() if store.name == "rules")
    engine = create_engine(postgres_schema, future=True)
    with engine.begin() as connection:
        config = stores_module.alembic_config(rules.migrations, rules.version_table)  # type: ignore[arg-type]
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            text("INSERT INTO releases (version, created_at, digest, rule_count) VALUES ('2026.1.1', '2026-01-01', 'c', 0)")
        )
        columns = [row[0] for row in connection.execute(text("SELECT * FROM releases")).cursor.description]
    old = back_up_tables(engine, tmp_path / "old", {"releases": columns})
    for _ in range(2):  # over the same schema, then over the newest
        restore([rules], old, force=True)
        assert [release.version for release in list_releases(engine)] == ["2026.1.1"]
    engine.dispose()


def back_up_tables(engine: Engine, folder: Path, columns: dict[str, list[str]]) -> Path:
    """A backup of the rules store of an older schema, as the version of that time would have made it."""
    import gzip

    from bot.backup.manifest import Manifest, StoreEntry, checksum

    folder.mkdir()
    connection = engine.raw_connection()
    for table, names in columns.items():
        with gzip.open(folder / f"rules.{table}.copy.gz", "wb") as file:
            connection.cursor().copy_expert(f"COPY {table} ({', '.join(names)}) TO STDOUT", file)
    connection.close()
    files = {path.name: checksum(path) for path in folder.iterdir()}
    entry_of_rules = StoreEntry("postgresql", dict.fromkeys(columns, 1), "0001", columns)
    Manifest("2026-01-01T00:00:00+00:00", "0.1.0", {"rules": entry_of_rules}, files).write(folder)
    return folder


def test_newer_schema_is_refused(postgres_schema: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("QIAO_RECORDS_URL", postgres_schema)
    Records(open_engine(postgres_schema)).tickets()
    folder, _ = back_up(all_stores(), tmp_path / "backups")
    told = folder / "manifest.json"
    told.write_text(told.read_text(encoding="utf-8").replace('"r0001"', '"r9999"'), encoding="utf-8")
    with pytest.raises(BackupFailed, match="r9999.*does not know"):
        restore(all_stores(), folder, force=True)


def test_damaged_sqlite_file_is_not_backed_up(tmp_path: Path) -> None:
    engine = open_conversations(f"sqlite:///{tmp_path / 'conversations.db'}")
    create_tables(engine)
    say(engine, "zoe", 500)
    engine.dispose()
    path = tmp_path / "conversations.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    damaged = bytearray(path.read_bytes())
    damaged[8192:12288] = b"\xff" * 4096
    path.write_bytes(damaged)
    with pytest.raises(BackupFailed, match="conversations.db"):
        back_up(all_stores(), tmp_path / "backups")
    assert list((tmp_path / "backups").iterdir()) == []


def test_database_out_of_reach_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("QIAO_RECORDS_URL", "postgresql://qiao:s3cret@127.0.0.1:1/none")
    with pytest.raises(BackupFailed) as caught:
        back_up(all_stores(), tmp_path / "backups")
    assert "127.0.0.1:1" in str(caught.value) and "records" in str(caught.value) and "s3cret" not in str(caught.value)


# --- the commands ---------------------------------------------------------------------------------------------------------


def test_commands_back_up_and_restore(filled: dict[str, Engine], tmp_path: Path) -> None:
    before = everything(filled)
    made = CliRunner().invoke(app, ["backup", "--to", str(tmp_path / "backups")])
    assert made.exit_code == 0, made.output
    folder = made.stdout.strip().splitlines()[-1]
    refused = CliRunner().invoke(app, ["restore", folder])
    assert refused.exit_code == 1 and "--force" in refused.output
    wreck(all_stores(), filled)
    restored = CliRunner().invoke(app, ["restore", folder, "--force"])
    assert restored.exit_code == 0, restored.output
    assert everything(filled) == before


def test_files_are_not_restored_while_a_server_has_them_open(
    filled: dict[str, Engine], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from http.server import BaseHTTPRequestHandler, HTTPServer

    folder, _ = back_up(all_stores(), tmp_path / "backups")
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("QIAO_PORT", str(server.server_port))
    refused = CliRunner().invoke(app, ["restore", str(folder)])
    server.shutdown()
    server.server_close()
    said = "".join(refused.output.split())  # lines are broken anywhere
    is_sqlite = all_stores()[0].is_sqlite
    # servers go on with open files, but see what a transaction has put back
    assert refused.exit_code == 1 and (f":{server.server_port};stopit" if is_sqlite else "notempty") in said
