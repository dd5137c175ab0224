"""What differs between releases and files, and the history of a rule, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from actions.rules.content import Library, read_library
from actions.rules.diff import compare_releases, compare_with_release, history
from actions.rules.errors import UnknownRelease, UnknownRule
from actions.rules.releases import load_release, roll_back
from actions.rules.snapshots import ReleaseSnapshot
from tests.support import case_entry, entry, source_entry

Make = Callable[[dict[str, Any]], Path]


@pytest.fixture()
def library(content: Make) -> Callable[..., Library]:
    """Makes a library of rules and sources."""

    def make(*rules: dict[str, Any], sources: list[dict[str, Any]] | None = None) -> Library:
        return read_library(content({"topics/a.yml": {"sources": sources or [], "rules": list(rules)}}))

    return make


def test_difference_names_what_was_added_removed_and_changed(engine: Engine, library: Callable[..., Library]) -> None:
    before = library(entry("kept"), entry("gone"), entry("reworded", weight=10), sources=[source_entry("study")])
    after = library(
        entry("kept"), entry("new"), entry("reworded", weight=20), sources=[source_entry("study", title="Another title")]
    )
    old, new = load_release(engine, before).version, load_release(engine, after).version
    difference = compare_releases(engine, old, new)
    assert (difference.old, difference.new) == (old, new)
    assert (difference.rules.added, difference.rules.removed) == (("new",), ("gone",))
    assert difference.rules.changed == {"reworded": {"weight": (10, 20)}}
    assert difference.sources.changed == {"study": {"title": ("Study study", "Another title")}}


def test_difference_the_other_way_round_is_its_mirror(engine: Engine, library: Callable[..., Library]) -> None:
    old = load_release(engine, library(entry("a", weight=1))).version
    new = load_release(engine, library(entry("a", weight=2), entry("b"))).version
    mirror = compare_releases(engine, new, old).rules
    assert (mirror.added, mirror.removed, mirror.changed) == ((), ("b",), {"a": {"weight": (2, 1)}})


def test_files_are_compared_with_the_current_release_not_the_newest(engine: Engine, library: Callable[..., Library]) -> None:
    one, two = library(entry("one")), library(entry("two"))
    first = load_release(engine, one).version
    load_release(engine, two)
    assert not compare_with_release(engine, two)
    roll_back(engine, first)
    assert compare_with_release(engine, two).rules.added == ("two",)
    assert not compare_with_release(engine, one)


def test_everything_is_new_where_nothing_was_loaded(engine: Engine, library: Callable[..., Library]) -> None:
    difference = compare_with_release(engine, library(entry("a"), sources=[source_entry("study")]))
    assert (difference.old, difference.rules.added, difference.sources.added) == ("nothing", ("a",), ("study",))


def test_unknown_release_is_refused(engine: Engine, library: Callable[..., Library]) -> None:
    load_release(engine, library(entry("a")))
    with pytest.raises(UnknownRelease, match="1999.1.1"):
        compare_releases(engine, "1999.1.1", None)


def test_a_release_reads_back_as_it_was_written(engine: Engine, library: Callable[..., Library]) -> None:
    written = library(
        entry("a", sources=["study"], when={"market": ["DE", "EU"]}, unless={"stage": ["crisis"]}, overrides=["c"]),
        case_entry("c", companies=["甲公司"], related_topics=["brand_image"], legal=True),
        sources=[source_entry("study", url=None, published=None)],
    )
    load_release(engine, written)
    read = ReleaseSnapshot(engine).library()
    assert sorted(rule.digest() for rule in read.rules) == sorted(rule.digest() for rule in written.rules)
    assert [source.digest() for source in read.sources] == [source.digest() for source in written.sources]


def test_history_tells_each_step_of_a_rule(engine: Engine, library: Callable[..., Library]) -> None:
    steps = [
        library(entry("other")),
        library(entry("other"), entry("a", weight=10)),
        library(entry("other", weight=1), entry("a", weight=10)),
        library(entry("other"), entry("a", weight=20)),
        library(entry("other", weight=2)),
        library(entry("other"), entry("a", weight=10), entry("b")),
    ]
    versions = [load_release(engine, step).version for step in steps]
    told = [(step.release, step.event, dict(step.fields)) for step in history(engine, "a")]
    assert told == [
        (versions[1], "added", {}),
        (versions[3], "changed", {"weight": (10, 20)}),
        (versions[4], "removed", {}),
        (versions[5], "added", {}),
    ]


def test_history_of_an_unknown_rule_is_refused(engine: Engine, library: Callable[..., Library]) -> None:
    load_release(engine, library(entry("a")))
    with pytest.raises(UnknownRule, match="'b'"):
        history(engine, "b")
