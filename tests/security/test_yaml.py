"""Whatever an author's file holds, reading it ends soon, in plain data or in one problem with a place."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.rules.file_reader import read_file
from actions.rules.taxonomy import Taxonomy
from actions.rules.yaml_reader import MAX_FILE_BYTES, Document, UnreadableFile, read_document
from tests.support import CONTENT

LAUGHS = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))

HOSTILE = {
    "billion laughs": LAUGHS,
    "an alias to itself": "a: &a [*a]",
    "a merge of itself": "a: &a\n  <<: *a\n",
    "lists without end": "[" * 100_000,
    "mappings without end": "{a: " * 100_000,
    "indented without end": "\n".join(" " * depth + "a:" for depth in range(2_000)),
    "dashes without end": "- " * 100_000 + "a",
    "a key of keys": "? {? {a: b} : c} : d",
    "a number of 5,000 figures": "rules: " + "9" * 5_000,
    "a number of a million figures": "rules: -" + "9" * 1_000_000,
    "a number in sixties": "rules: 1" + ":59" * 50_000,
    "octal and hexadecimal": "rules: [0o7" + "7" * 5_000 + ", 0x" + "f" * 5_000 + "]",
    "not a number": "rules: [.nan, .inf, -.inf, 1e999999]",
    "a Python object": "rules: !!python/object/apply:os.system ['true']",
    "a set and binary": "rules: [!!set {a}, !!binary aGk=, !!omap [a: 1]]",
    "another tag": "rules: !<tag:example.com,2000:x> y",
    "directives": "%YAML 9.9\n%TAG ! tag:x,2000:\n---\nrules: !y z",
    "two documents": "a: 1\n---\nb: 2\n",
    "dates": "rules: 2026-11-29T12:00:00Z",
    "no text at all": "\x00\x01\x02",
    "a byte order mark inside": "a: \ufeff b\ufeff",
    "a long line": "rules: " + "a " * 500_000,
    "many keys": "".join(f"k{n}: v\n" for n in range(20_000)),
    "escapes": 'rules: "' + "\\U0001F600" * 10_000 + '"',
    "half an escape": 'rules: "\\uD800 \\x"',
    "anchors": "".join(f"a{n}: &a{n} x\n" for n in range(20_000)),
}
PIECES = [
    "a",
    "id",
    ":",
    ": ",
    "\n",
    "  ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    ",",
    "&a ",
    "*a",
    "!!",
    "!!python/name:os",
    "|",
    ">",
    "'",
    '"',
    "#",
]
PIECES += [
    "? ",
    "<<",
    "---",
    "...",
    "%",
    "@",
    "`",
    "~",
    "null",
    "true",
    "0x1F",
    "1_000",
    "9" * 4400,
    "1e9",
    "\t",
    "\r\n",
    "\x00",
    "\u2028",
]
PIECES += ["是", "rules", "sources", "when", "market", "\ufeff", "\ud7ff", "2026-11-29"]
ORDINARY = max(CONTENT.rglob("*.yml"), key=lambda path: path.stat().st_size)


def _read(path: Path, text: str) -> Document | None:
    path.write_text(text, encoding="utf-8")
    try:
        document = read_document(path, "f.yml")
    except UnreadableFile as error:
        assert error.problem.line >= 1 and error.problem.message
        return None
    _check_plain(document.data)
    return document


def _check_plain(data: object) -> None:
    if isinstance(data, dict):
        assert all(type(key) is str for key in data)
        for value in data.values():
            _check_plain(value)
    elif isinstance(data, list):
        for value in data:
            _check_plain(value)
    else:
        assert data is None or type(data) in (str, int, bool)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_costs_no_more_than_its_size(tmp_path: Path, name: str, cost_of_a_megabyte: float) -> None:
    started = time.process_time()
    _read(tmp_path / "f.yml", HOSTILE[name])
    spent = time.process_time() - started
    assert spent < 100 * cost_of_a_megabyte * max(1.0, len(HOSTILE[name]) / 1_000_000)


@pytest.fixture(scope="module")
def cost_of_a_megabyte() -> float:
    """What the largest file of the guidance costs, for a megabyte."""
    started = time.process_time()
    read_document(ORDINARY, "f.yml")
    return (time.process_time() - started) * 1_000_000 / ORDINARY.stat().st_size


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "f.yml"
    path.write_bytes(b"#" * (MAX_FILE_BYTES + 1))
    with pytest.raises(UnreadableFile, match="split it"):
        read_document(path, "f.yml")


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=5)), max_size=40).map("".join))
@settings(max_examples=150)
def test_any_text_is_plain_data_or_one_problem(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    _read(tmp_path_factory.getbasetemp() / "any.yml", text.encode("utf-8", "ignore").decode())


SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(["DE", "risk", "9" * 30])
)
FIELDS = [
    "id",
    "topic",
    "kind",
    "text",
    "when",
    "unless",
    "sources",
    "as_of",
    "checked_on",
    "weight",
    "overrides",
    "en",
    "zh",
    "market",
]
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=5), inner),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from(["rules", "sources", "defaults", "x"]),
        VALUES | st.lists(st.dictionaries(st.sampled_from(FIELDS), VALUES)),
    )
)
@settings(max_examples=50)
def test_any_data_in_a_file_is_taken_or_named(tmp_path_factory: pytest.TempPathFactory, taxonomy: Taxonomy, data: Any) -> None:
    path = tmp_path_factory.getbasetemp() / "data.yml"
    path.write_text(json.dumps(data), encoding="utf-8")
    found = read_file(path, "data.yml", taxonomy)
    assert all(problem.message for problem in found.problems)
