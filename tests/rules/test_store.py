"""The rule store in use: new releases, lost databases, empty ones, and what is served."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from actions.rules.content import read_library
from actions.rules.database import open_engine
from actions.rules.errors import NoRelease, StoreUnavailable
from actions.rules.models import Base
from actions.rules.releases import load_release, roll_back
from actions.rules.store import RuleStore
from tests.support import TAXONOMY, case_entry, entry, migrate

Make = Callable[[dict[str, Any]], Path]


def load(engine: Engine, folder: Path) -> str:
    return load_release(engine, read_library(folder)).version


def one_file(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"topics/a.yml": {"rules": list(entries)}}


def test_new_release_is_used_without_restart(engine: Engine, content: Make) -> None:
    load(engine, content(one_file(entry("old"))))
    store = RuleStore(engine, TAXONOMY, recheck_seconds=0)
    assert store.current().rule("old") is not None
    second = load(engine, content(one_file(entry("new"))))
    assert store.current().release == second
    assert store.current().rule("new") is not None and store.current().rule("old") is None


def test_release_loaded_by_another_process_is_used(engine: Engine, database_url: str, content: Make) -> None:
    load(engine, content(one_file(entry("old"))))
    store = RuleStore(engine, TAXONOMY, recheck_seconds=0)
    store.current()
    other = open_engine(database_url)
    second = load(other, content(one_file(entry("new"))))
    other.dispose()
    assert store.current().release == second


def test_rollback_is_noticed_without_restart(engine: Engine, content: Make) -> None:
    first = load(engine, content(one_file(entry("old"))))
    load(engine, content(one_file(entry("new"))))
    store = RuleStore(engine, TAXONOMY, recheck_seconds=0)
    store.current()
    roll_back(engine, first)
    assert store.current().release == first


def test_database_is_not_asked_again_before_the_time(engine: Engine, content: Make) -> None:
    first = load(engine, content(one_file(entry("old"))))
    store = RuleStore(engine, TAXONOMY, recheck_seconds=3600)
    book = store.current()
    load(engine, content(one_file(entry("new"))))
    assert store.current() is book and book.release == first


def test_same_release_is_not_read_again(engine: Engine, content: Make) -> None:
    load(engine, content(one_file(entry("old"))))
    store = RuleStore(engine, TAXONOMY, recheck_seconds=0)
    assert store.current() is store.current()


def test_last_book_answers_while_the_database_is_away(engine: Engine, content: Make) -> None:
    version = load(engine, content(one_file(entry("kept"))))
    store = RuleStore(engine, TAXONOMY, recheck_seconds=0)
    store.current()
    Base.metadata.drop_all(engine)
    assert store.current().release == version
    assert store.current().rule("kept") is not None


def test_store_notices_a_database_made_anew(engine: Engine, content: Make) -> None:
    load(engine, content(one_file(entry("old"))))
    store = RuleStore(engine, TAXONOMY, recheck_seconds=0)
    store.current()
    with engine.begin() as connection:
        Base.metadata.drop_all(connection)
        connection.exec_driver_sql("DROP TABLE alembic_version")
    load(engine, content(one_file(entry("new"))))
    assert store.current().rule("new") is not None


def test_empty_database_says_how_to_load(engine: Engine) -> None:
    with pytest.raises(NoRelease, match="python -m actions.rules load"):
        RuleStore(engine, TAXONOMY).current()


def test_migrated_database_without_release_says_how_to_load(engine: Engine) -> None:
    migrate(engine)
    with pytest.raises(NoRelease):
        RuleStore(engine, TAXONOMY).current()


def test_store_works_as_soon_as_the_first_release_is_loaded(engine: Engine, content: Make) -> None:
    store = RuleStore(engine, TAXONOMY)
    with pytest.raises(NoRelease):
        store.current()
    load(engine, content(one_file(entry("first"))))
    assert store.current().rule("first") is not None


def test_database_out_of_reach_is_unavailable_rather_than_empty() -> None:
    with pytest.raises(StoreUnavailable) as caught:
        RuleStore(open_engine("postgresql://nobody:secret@127.0.0.1:1/none"), TAXONOMY).current()
    assert not isinstance(caught.value, NoRelease)
    assert "secret" not in str(caught.value)


def test_drafts_and_retired_rules_are_not_served(engine: Engine, content: Make) -> None:
    entries = [entry(status, status=status) for status in ("draft", "published", "retired")]
    load(engine, content(one_file(*entries)))
    book = RuleStore(engine, TAXONOMY).current()
    assert len(book) == 1 and book.rule("published") is not None
    assert book.rule("draft") is None and book.rule("retired") is None


def test_book_knows_its_topics_cases_and_the_markets_of_its_guidance(engine: Engine, content: Make) -> None:
    rules = [
        entry("b", when={"market": ["DE", "EU"]}),
        entry("a", when={"sector": ["batteries"]}),
        entry("c", topic="brand_image"),
        case_entry("d", when={"market": ["GR"]}),
    ]
    load(engine, content(one_file(*rules)))
    book = RuleStore(engine, TAXONOMY).current()
    assert [rule.id for rule in book.topic("entry_mode")] == ["a", "b"]
    assert book.topic("transparency") == []
    assert [rule.id for rule in book.cases] == ["d"]
    assert book.markets == {"DE", "EU"}


def test_many_threads_get_the_same_book(engine: Engine, content: Make) -> None:
    load(engine, content(one_file(entry("shared"))))
    store = RuleStore(engine, TAXONOMY)
    books: list[object] = []
    threads = [threading.Thread(target=lambda: books.append(store.current())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(books) == 8 and len(set(map(id, books))) == 1
