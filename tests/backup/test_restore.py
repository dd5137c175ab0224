"""What is refused, and backups of another time, kind or place."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine
from typer.testing import CliRunner

from actions.records.records import Records
from actions.rules.database import open_engine
from actions.rules.releases import list_releases
from bot.backup.archive import back_up, restore
from bot.backup.errors import BackupFailed
from bot.backup.stores import all_stores
from bot.cli import app
from bot.stores import create_tables, open_conversations
from tests.backup.stores import back_up_tables, everything, say, wreck


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
