"""What is in the stores, and how they are wrecked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine

from bot.backup.stores import Store, all_stores

NAMES = ("conversations", "rules", "records", "slack")


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
