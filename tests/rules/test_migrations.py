"""Schema migrations from every earlier revision, with what was stored under it, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import JSON, Column, MetaData, Table, select, text
from sqlalchemy.engine import Connection, Engine

from actions.rules.content import Library, read_library
from actions.rules.database import RULES, open_engine, writing
from actions.rules.diff import compare, history
from actions.rules.errors import StoreUnavailable
from actions.rules.releases import list_releases, load_release, roll_back
from actions.rules.snapshots import LibrarySnapshot, ReleaseSnapshot
from actions.rules.store import RuleStore
from tests.support import TAXONOMY, case_entry, entry, source_entry

Make = Callable[[dict[str, Any]], Path]
JSON_COLUMNS = (
    "when_json",
    "unless_json",
    "overrides_json",
    "title_json",
    "companies_json",
    "related_topics_json",
    "lesson_json",
)


def library(content: Make, wording: str) -> Library:
    """Two rules, of which one is worded as told, and a case."""
    rules = [
        entry("kept", sources=["study", "other"], when={"market": ["DE"]}, unless={"stage": ["crisis"]}),
        entry("reworded", text={"en": f"It is {wording}.", "zh": f"是{wording}。"}),
        case_entry("told", companies=["Alpha"]),
    ]
    return read_library(content({"topics/a.yml": {"sources": [source_entry("study"), source_entry("other")], "rules": rules}}))


def migrate_to(engine: Engine, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(RULES.migrations))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def store_as_0001(connection: Connection, number: int, library: Library) -> None:
    """Write a release as the first schema kept it: every rule and source anew."""

    def table(name: str, *json_columns: str) -> Table:
        return Table(name, MetaData(), *(Column(column, JSON) for column in json_columns), autoload_with=connection)

    made = {"version": f"2025.1.{number}", "digest": f"files-{number}", "created_at": datetime(2025, 1, number), "rule_count": 3}
    connection.execute(table("releases").insert(), made)
    sources = [{"release_id": number, "source_id": s.id, **s.dict(exclude={"id"})} for s in library.sources]
    connection.execute(table("sources").insert(), sources)
    rules = []
    for rule in library.rules:
        values = rule.dict(exclude={"id", "text", "sources", *(name.removesuffix("_json") for name in JSON_COLUMNS)})
        nested = {name: rule.dict()[name.removesuffix("_json")] for name in JSON_COLUMNS}
        texts = {"text_en": rule.text.en, "text_zh": rule.text.zh}
        rules.append({"release_id": number, "rule_id": rule.id, **values, **nested, **texts})
    connection.execute(table("rules", *JSON_COLUMNS).insert(), rules)
    cited = [
        {"release_id": number, "rule_id": rule.id, "position": position, "source_id": source}
        for rule in library.rules
        for position, source in enumerate(rule.sources)
    ]
    connection.execute(table("rule_sources").insert(), cited)
    if number == 1:
        connection.execute(text("INSERT INTO current_release (id, release_id) VALUES (1, 1)"))


def test_releases_of_the_first_schema_survive(engine: Engine, content: Make) -> None:
    first, second = library(content, "old"), library(content, "new")
    migrate_to(engine, "0001")
    with engine.begin() as connection:
        store_as_0001(connection, 1, first)
        store_as_0001(connection, 2, second)
        connection.execute(text("UPDATE current_release SET release_id = 2"))
    migrate_to(engine, "head")
    assert [(info.version, info.is_current) for info in list_releases(engine)] == [("2025.1.2", True), ("2025.1.1", False)]
    for version, entries in (("2025.1.1", first), ("2025.1.2", second)):
        assert not compare(ReleaseSnapshot(engine, version), LibrarySnapshot(entries))
    assert [(step.release, step.event) for step in history(engine, "reworded")] == [
        ("2025.1.1", "added"),
        ("2025.1.2", "changed"),
    ]
    assert [step.event for step in history(engine, "kept")] == ["added"]
    kept = RuleStore(engine, TAXONOMY).current().rule("kept")
    assert kept is not None and [source.id for source in kept.sources] == ["study", "other"]


def test_a_migrated_store_can_be_loaded_and_rolled_back(engine: Engine, content: Make) -> None:
    migrate_to(engine, "0001")
    with engine.begin() as connection:
        store_as_0001(connection, 1, library(content, "old"))
    assert load_release(engine, library(content, "old")).is_new is False
    assert load_release(engine, library(content, "new")).is_new is True
    roll_back(engine, "2025.1.1")
    reworded = RuleStore(engine, TAXONOMY).current().rule("reworded")
    assert reworded is not None and reworded.text["en"] == "It is old."


def test_an_interrupted_migration_leaves_the_old_schema(engine: Engine, content: Make) -> None:
    migrate_to(engine, "0001")
    with engine.begin() as connection:
        store_as_0001(connection, 1, library(content, "old"))
        connection.execute(text("CREATE TABLE release_sources (id INTEGER)"))  # in the way of the migration
    with pytest.raises(StoreUnavailable):
        migrate_to(engine, "head")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "0001"
        assert connection.execute(text("SELECT count(*) FROM rules")).scalar_one() == 3


@pytest.fixture()
def newer(engine: Engine, content: Make) -> Engine:
    """A store that a later version of the program has migrated."""
    load_release(engine, library(content, "old"))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    return engine


def test_a_newer_schema_is_refused_with_the_remedy(newer: Engine, content: Make) -> None:
    with pytest.raises(StoreUnavailable, match="'9999', which is newer than this version of Qiao.*update Qiao"):
        load_release(newer, library(content, "new"))
    with pytest.raises(StoreUnavailable, match="update Qiao"):
        RuleStore(newer, TAXONOMY).current()
    with newer.connect() as connection:
        assert connection.execute(select(text("count(*)")).select_from(text("releases"))).scalar_one() == 1


def test_a_running_store_goes_on_when_the_schema_becomes_newer(database_url: str, content: Make) -> None:
    engine = open_engine(database_url)
    version = load_release(engine, library(content, "old")).version
    store = RuleStore(engine, TAXONOMY, recheck_seconds=0)
    assert store.current().release == version
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(text("ALTER TABLE releases RENAME TO editions"))
    assert store.current().release == version
    assert store.current().rule("kept") is not None
    engine.dispose()
