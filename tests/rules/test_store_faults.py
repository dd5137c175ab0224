"""Loads beside each other, readers during a load, loads that are killed, and databases that refuse."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import Engine

from actions.rules import content as content_module
from actions.rules import database
from actions.rules.content import Library, read_library
from actions.rules.database import open_engine, writing
from actions.rules.errors import StoreUnavailable
from actions.rules.profile import Profile
from actions.rules.releases import list_releases, load_release
from actions.rules.store import RuleStore
from tests.support import PROJECT, TAXONOMY, entry

Make = Callable[[dict[str, Any]], Path]
RULES = 60


def worded(content: Make, word: str, count: int = RULES) -> Library:
    """A library in which every rule says the same word."""
    rules = [entry(f"rule-{number}", text={"en": word, "zh": f"{word}。"}) for number in range(count)]
    return read_library(content({"topics/a.yml": {"rules": rules}}))


def words_of(store: RuleStore) -> set[str]:
    """What the rules of the current release say, all read anew."""
    return {match.rule.text["en"] for match in store.current().select("entry_mode", Profile()).matches}


def test_readers_see_the_old_release_or_the_new_one_never_a_mixture(engine: Engine, content: Make) -> None:
    libraries = [worded(content, word) for word in ("red", "blue", "green", "grey")]
    load_release(engine, libraries[0])
    stop = threading.Event()
    seen: list[set[str]] = []
    faults: list[BaseException] = []

    def read() -> None:
        try:
            while not stop.is_set():
                seen.append(words_of(RuleStore(engine, TAXONOMY, recheck_seconds=0, capacity=3)))
        except BaseException as error:
            faults.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for library in libraries[1:]:
        load_release(engine, library)
        time.sleep(0.1)
    stop.set()
    for reader in readers:
        reader.join()
    assert faults == []
    assert all(len(words) == 1 for words in seen)
    assert {word for words in seen for word in words} >= {"red", "grey"}


def test_a_second_load_waits_for_the_first(engine: Engine, database_url: str, content: Make) -> None:
    load_release(engine, worded(content, "first"))
    second = worded(content, "second")
    done = threading.Event()

    def load() -> None:
        other = open_engine(database_url)
        load_release(other, second)
        other.dispose()
        done.set()

    thread = threading.Thread(target=load)
    with writing(engine) as connection:
        connection.execute(text("UPDATE releases SET note = 'still at work'"))
        thread.start()
        assert not done.wait(0.7)
    assert done.wait(20)
    thread.join()
    assert [info.note for info in list_releases(engine)] == [None, "still at work"]


def test_a_load_that_waits_too_long_is_refused_clearly(
    engine: Engine, database_url: str, content: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_release(engine, worded(content, "first"))
    monkeypatch.setattr(database, "WRITE_WAIT_SECONDS", 1)
    other = open_engine(database_url)
    with writing(engine), pytest.raises(StoreUnavailable, match="another load has been at work"):
        load_release(other, worded(content, "second"))
    other.dispose()
    assert len(list_releases(engine)) == 1


def test_many_loads_at_once_all_become_releases(engine: Engine, database_url: str, content: Make) -> None:
    libraries = [worded(content, word, count=5) for word in ("one", "two", "three", "four")]

    def load(library: Library) -> None:
        own = open_engine(database_url)
        load_release(own, library)
        own.dispose()

    threads = [threading.Thread(target=load, args=(library,)) for library in libraries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({info.version for info in list_releases(engine)}) == 4
    assert len(words_of(RuleStore(engine, TAXONOMY))) == 1


KILLED = """
import os, signal, sys
from pathlib import Path
from actions.rules import releases
from actions.rules.content import read_library
from actions.rules.database import open_engine

url, folder, point = sys.argv[1:]

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

if point == "migrating":
    releases.upgrade_schema = lambda connection: die()
elif point == "before the commit":
    releases._point_at = lambda *_: die()
progress = lambda done, total: die() if point == "writing" and 0 < done < total else None
releases._BATCH = 10
releases.load_release(open_engine(url), read_library(Path(folder)), progress=progress)
"""


@pytest.mark.parametrize("point", ["migrating", "writing", "before the commit"])
def test_a_killed_load_leaves_the_old_release(engine: Engine, database_url: str, content: Make, point: str) -> None:
    before = load_release(engine, worded(content, "old"))
    rules = [entry(f"rule-{number}", text={"en": "new", "zh": "新。"}) for number in range(RULES)]
    folder = str(content({"topics/a.yml": {"rules": rules}}))
    command = [sys.executable, "-c", KILLED, database_url, folder, point]
    done = subprocess.run(command, cwd=PROJECT, env=os.environ, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert [(info.version, info.is_current) for info in list_releases(engine)] == [(before.version, True)]
    assert words_of(RuleStore(engine, TAXONOMY)) == {"old"}
    assert load_release(engine, read_library(Path(folder))).is_new
    assert words_of(RuleStore(engine, TAXONOMY)) == {"new"}


def test_a_running_assistant_notices_a_release_by_itself(engine: Engine, content: Make) -> None:
    load_release(engine, worded(content, "old"))
    store = RuleStore(engine, TAXONOMY, in_background=True)
    assert words_of(store) == {"old"}
    load_release(engine, worded(content, "new"))
    deadline = time.monotonic() + 5  # it asks every second
    while words_of(store) != {"new"} and time.monotonic() < deadline:
        time.sleep(0.05)
    assert words_of(store) == {"new"}
    store.close()


def test_the_watch_outlives_a_database_that_goes_and_comes_back(engine: Engine, content: Make) -> None:
    load_release(engine, worded(content, "old"))
    store = RuleStore(engine, TAXONOMY, recheck_seconds=0.05, in_background=True)
    store.current()
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE current_release RENAME TO gone"))
    time.sleep(0.3)
    assert words_of(store) == {"old"}
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO current_release"))
    load_release(engine, worded(content, "new"))
    deadline = time.monotonic() + 5
    while words_of(store) != {"new"} and time.monotonic() < deadline:
        time.sleep(0.05)
    assert words_of(store) == {"new"}
    store.close()


def test_texts_beyond_the_capacity_are_read_when_asked_for(engine: Engine, content: Make) -> None:
    load_release(engine, worded(content, "here"))
    book = RuleStore(engine, TAXONOMY, capacity=10).current()
    assert len(book) == RULES
    assert len(book.select("entry_mode", Profile()).matches) == RULES
    engine.dispose()
    assert book.rule("rule-59") is not None


def test_texts_that_are_not_in_memory_cannot_be_had_without_the_database(engine: Engine, content: Make) -> None:
    load_release(engine, worded(content, "here"))
    book = RuleStore(engine, TAXONOMY, capacity=10).current()
    page, _ = book.select("entry_mode", Profile()).page()
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE rule_versions RENAME TO gone"))
    assert book.select("entry_mode", Profile()).page()[0] == page
    with pytest.raises(StoreUnavailable):
        assert book.select("entry_mode", Profile()).matches


def test_a_read_only_sqlite_file_is_read_but_not_loaded(tmp_path: Path, content: Make) -> None:
    path = tmp_path / "rules.db"
    writable = open_engine(f"sqlite:///{path}")
    version = load_release(writable, worded(content, "old")).version
    read_only = open_engine(f"sqlite:///file:{path}?mode=ro&uri=true")
    with pytest.raises(StoreUnavailable, match="read-only: use an account and a disk that may write"):
        load_release(read_only, worded(content, "new"))
    assert RuleStore(read_only, TAXONOMY).current().release == version
    writable.dispose()
    read_only.dispose()


def test_a_full_disk_is_reported_and_changes_nothing(tmp_path: Path, content: Make) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'rules.db'}")
    version = load_release(engine, worded(content, "old")).version
    engine.dispose()

    def no_room(connection: Any, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    event.listen(engine, "connect", no_room)
    with pytest.raises(StoreUnavailable, match="the disk is full: make room on it"):
        load_release(engine, worded(content, "new", count=500))
    assert RuleStore(engine, TAXONOMY).current().release == version


def test_a_locked_database_is_still_read(tmp_path: Path, content: Make) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'rules.db'}")
    version = load_release(engine, worded(content, "old")).version
    with writing(engine):
        assert RuleStore(engine, TAXONOMY).current().release == version
        assert len(list_releases(engine)) == 1


def test_large_libraries_are_read_by_several_processes_alike(content: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {f"topics/{name}.yml": {"rules": [entry(f"{name}-{n}") for n in range(3)]} for name in ("a", "b", "c")}
    folder = content(files)
    alone = read_library(folder)
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(content_module, "_WORTH_SHARING_BYTES", 0)
    together = read_library(folder, lambda done, total: told.append((done, total)))
    assert together == alone
    assert told == [(1, 3), (2, 3), (3, 3)]
