"""Loading releases into both kinds of database, and going back to an earlier one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, inspect, select, text
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from actions.rules.content import read_library
from actions.rules.database import open_engine
from actions.rules.errors import ContentError, StoreUnavailable, UnknownRelease
from actions.rules.models import Base, ReleaseRow, ReleaseRuleRow, RuleVersionRow, SourceVersionRow
from actions.rules.releases import ReleaseInfo, list_releases, load_release, roll_back
from actions.rules.store import RuleStore
from tests.support import PROJECT, TAXONOMY, case_entry, entry, migrate, source_entry

Make = Callable[[dict[str, Any]], Path]


def load(engine: Engine, folder: Path) -> ReleaseInfo:
    return load_release(engine, read_library(folder))


def library_of(*ids: str) -> dict[str, Any]:
    rules = [entry(id_, sources=["study", "other"]) for id_ in ids]
    return {"topics/a.yml": {"sources": [source_entry("study"), source_entry("other")], "rules": rules}}


def count(engine: Engine, table: Any) -> int:
    with Session(engine, future=True) as session:
        return int(session.execute(select(func.count()).select_from(table)).scalar_one())


def test_first_load_makes_the_first_release_current(engine: Engine, content: Make) -> None:
    release = load(engine, content(library_of("one", "two")))
    assert re.fullmatch(r"20\d\d\.([1-9]|1[0-2])\.1", release.version)
    assert (release.rule_count, release.is_new, release.is_current) == (2, True, True)
    assert [info.version for info in list_releases(engine)] == [release.version]


def test_loaded_rules_come_back_whole(engine: Engine, content: Make) -> None:
    rich = case_entry(
        "case-a",
        text={"en": "Ça “va” — 100%.", "zh": "𠮷野家：真的“好”！"},
        companies=["甲"],
        related_topics=["brand_image"],
        when={"market": ["DE", "EU"]},
        unless={"stage": ["crisis"]},
        weight=7,
        legal=True,
        confidence="high",
        sources=["study", "other"],
        overrides=["one"],
    )
    files = {**library_of("one"), "cases/c.yml": {"rules": [rich]}}
    load(engine, content(files))
    rule = RuleStore(engine, TAXONOMY).current().rule("case-a")
    assert rule is not None
    assert rule.text == rich["text"] and rule.title == rich["title"] and rule.lesson == rich["lesson"]
    assert rule.when == {"market": {"DE", "EU"}} and rule.unless == {"stage": {"crisis"}}
    assert (rule.weight, rule.legal, rule.confidence, rule.outcome) == (7, True, "high", "success")
    assert (rule.companies, rule.related_topics, rule.overrides) == (("甲",), ("brand_image",), ("one",))
    assert (rule.as_of, rule.checked_on, rule.review_by) == ("2026-11", "2026-11-22", "2027-11")
    assert [source.as_dict() for source in rule.sources] == [
        {key: value for key, value in source_entry(id_).items() if key != "id"} for id_ in ("study", "other")
    ]


def test_unchanged_load_makes_no_release(engine: Engine, content: Make) -> None:
    first = load(engine, content(library_of("one")))
    second = load(engine, content(library_of("one")))
    assert (second.version, second.is_new, second.is_current) == (first.version, False, True)
    assert len(list_releases(engine)) == 1


def test_changed_load_makes_the_next_release_and_keeps_the_earlier_ones(engine: Engine, content: Make) -> None:
    versions = [load(engine, content(library_of(*ids))).version for ids in (["one"], ["one", "two"], ["two"])]
    assert [version.rsplit(".", 1)[1] for version in versions] == ["1", "2", "3"]
    assert [(info.version, info.rule_count, info.is_current) for info in list_releases(engine)] == [
        (versions[2], 1, True),
        (versions[1], 2, False),
        (versions[0], 1, False),
    ]


def test_more_than_nine_releases_in_a_month_are_numbered_on(engine: Engine, content: Make) -> None:
    versions = [load(engine, content(library_of(f"rule-{number}"))).version for number in range(11)]
    assert [int(version.rsplit(".", 1)[1]) for version in versions] == list(range(1, 12))


def test_rollback_makes_an_earlier_release_current(engine: Engine, content: Make) -> None:
    first = load(engine, content(library_of("one")))
    second = load(engine, content(library_of("two")))
    assert roll_back(engine, first.version).version == first.version
    assert [(info.version, info.is_current) for info in list_releases(engine)] == [(second.version, False), (first.version, True)]
    assert RuleStore(engine, TAXONOMY).current().rule("one") is not None


def test_content_can_be_loaded_anew_after_a_rollback(engine: Engine, content: Make) -> None:
    first, second = (load(engine, content(library_of(id_))) for id_ in ("one", "two"))
    roll_back(engine, first.version)
    assert load(engine, content(library_of("one"))).is_new is False
    again = load(engine, content(library_of("two")))
    assert again.is_current and again.version not in {first.version, second.version}


def test_unknown_release_is_refused_with_the_known_ones(engine: Engine, content: Make) -> None:
    release = load(engine, content(library_of("one")))
    with pytest.raises(UnknownRelease, match=re.escape(release.version)):
        roll_back(engine, "1999.1.1")
    assert list_releases(engine)[0].is_current


def test_broken_content_leaves_the_store_untouched(engine: Engine, content: Make) -> None:
    release = load(engine, content(library_of("one")))
    with pytest.raises(ContentError):
        load(engine, content({"topics/a.yml": {"rules": [entry("two"), entry("broken", topic="nonsense")]}}))
    assert [info.version for info in list_releases(engine)] == [release.version]
    assert count(engine, RuleVersionRow) == 1


def test_load_that_fails_halfway_leaves_nothing_behind(engine: Engine, content: Make) -> None:
    release = load(engine, content(library_of("one")))
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(
                text("CREATE TRIGGER full BEFORE INSERT ON release_rules BEGIN SELECT RAISE(ABORT, 'disk full'); END")
            )
        else:
            connection.execute(text("ALTER TABLE release_rules ADD CONSTRAINT disk_full CHECK (release_id < 0) NOT VALID"))
    with pytest.raises(StoreUnavailable, match="nothing was changed"):
        load(engine, content(library_of("one", "two")))
    assert [(info.version, info.is_current) for info in list_releases(engine)] == [(release.version, True)]
    assert [count(engine, table) for table in (ReleaseRow, RuleVersionRow, SourceVersionRow, ReleaseRuleRow)] == [1, 1, 2, 1]


UNREACHABLE = ["postgresql://nobody:secret@127.0.0.1:1/none", "sqlite:///{folder}/garbage.db", "sqlite:///{folder}/folder.db"]


@pytest.fixture(params=UNREACHABLE, ids=["no server", "garbage", "folder"])
def unreachable(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    """A database that cannot be used."""
    (tmp_path / "garbage.db").write_text("this is no database " * 100)
    (tmp_path / "folder.db").mkdir()
    return open_engine(request.param.format(folder=tmp_path))


def test_database_that_cannot_be_used_is_reported_without_its_password(unreachable: Engine, content: Make) -> None:
    library = read_library(content(library_of("one")))
    for attempt in (lambda: load_release(unreachable, library), lambda: list_releases(unreachable)):
        with pytest.raises(StoreUnavailable) as caught:
            attempt()
        assert "secret" not in str(caught.value)


def test_rollback_in_a_database_that_cannot_be_used_is_reported(unreachable: Engine) -> None:
    with pytest.raises(StoreUnavailable):
        roll_back(unreachable, "2026.1.1")


def test_read_only_database_cannot_be_loaded_but_read(postgres_schema: str, content: Make) -> None:
    writable = open_engine(postgres_schema)
    release = load(writable, content(library_of("one")))
    read_only = open_engine(postgres_schema.replace("options=", "options=-cdefault_transaction_read_only%3Don%20"))
    with pytest.raises(StoreUnavailable, match="read-only"):
        load(read_only, content(library_of("two")))
    assert RuleStore(read_only, TAXONOMY).current().release == release.version
    for opened in (writable, read_only):
        opened.dispose()


def test_migrations_from_empty_make_the_tables_of_the_models(engine: Engine) -> None:
    migrate(engine)
    made = inspect(engine)
    assert set(made.get_table_names()) == {*Base.metadata.tables, "alembic_version"}
    with engine.connect() as connection:
        from alembic.autogenerate import compare_metadata
        from alembic.migration import MigrationContext

        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []
    for name, table in Base.metadata.tables.items():
        assert made.get_pk_constraint(name)["constrained_columns"] == [column.name for column in table.primary_key], name
        nullable = {column["name"]: column["nullable"] for column in made.get_columns(name)}
        assert nullable == {column.name: column.nullable for column in table.columns}, name


def test_migrating_twice_changes_nothing(engine: Engine, content: Make) -> None:
    release = load(engine, content(library_of("one")))
    migrate(engine)
    assert list_releases(engine)[0].version == release.version


def test_folder_of_an_sqlite_file_is_made(tmp_path: Path, content: Make) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'new' / 'deeper' / 'rules.db'}")
    assert load(engine, content(library_of("one"))).is_new


def test_our_code_uses_no_deprecated_sqlalchemy(tmp_path: Path, content: Make) -> None:
    folder = content(library_of("one"))
    script = (
        "from pathlib import Path\n"
        "from actions.rules.content import read_library\n"
        "from actions.rules.database import open_engine\n"
        "from actions.rules.releases import *\n"
        "from actions.rules.store import RuleStore\n"
        "from actions.rules.taxonomy import Taxonomy\n"
        f"engine = open_engine('sqlite:///{tmp_path / 'warn.db'}')\n"
        f"release = load_release(engine, read_library(Path({str(folder)!r})))\n"
        "assert list_releases(engine) and roll_back(engine, release.version) and RuleStore(engine, Taxonomy.load()).current()\n"
    )
    command = [sys.executable, "-W", "error:::actions", "-W", "always::DeprecationWarning", "-c", script]
    environment = {**os.environ, "SQLALCHEMY_WARN_20": "1", "SQLALCHEMY_SILENCE_UBER_WARNING": "0"}
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    ours = [line for line in done.stderr.splitlines() if "RemovedIn20Warning" in line and "/alembic/" not in line]
    assert ours == []
