"""The authors' commands: exit codes, plain and JSON output."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from actions.authoring.cli import app
from tests.support import entry

Make = Callable[[dict[str, Any]], Path]


@pytest.fixture()
def run(tmp_path: Path) -> Callable[..., Result]:
    """Runs a command on a database of its own."""
    database = ["--database", f"sqlite:///{tmp_path / 'rules.db'}"]

    def invoke(command: str, *arguments: str) -> Result:
        needs_database = [] if command == "validate" else database
        return CliRunner().invoke(app, [command, *arguments, *needs_database])

    return invoke


def good(content: Make, *ids: str) -> str:
    return str(content({"topics/a.yml": {"rules": [entry(id_) for id_ in ids]}}))


def broken(content: Make) -> str:
    return str(content({"topics/a.yml": {"rules": [entry("a", topic="nonsense"), entry("b", weight=900)]}}))


def test_validate_counts_what_is_in_order(run: Callable[..., Result], content: Make) -> None:
    result = run("validate", "--content", good(content, "a", "b"))
    assert result.exit_code == 0 and "2 rules" in result.stdout


def test_validate_lists_every_fault_and_fails(run: Callable[..., Result], content: Make) -> None:
    result = run("validate", "--content", broken(content))
    assert result.exit_code == 1
    assert "topics/a.yml:3" in result.stderr and "rules.a.topic" in result.stderr and "rules.b.weight" in result.stderr


def test_validate_prints_faults_as_json(run: Callable[..., Result], content: Make) -> None:
    result = run("validate", "--json", "--content", broken(content))
    problems = json.loads(result.stdout)["problems"]
    assert result.exit_code == 1
    assert [problem["field"] for problem in problems] == ["rules.a.topic", "rules.b.weight"]
    assert all(set(problem) == {"file", "line", "column", "field", "message"} for problem in problems)


@pytest.mark.parametrize("command", ["validate", "load"])
def test_content_folder_that_does_not_exist_is_explained(run: Callable[..., Result], tmp_path: Path, command: str) -> None:
    result = run(command, "--content", str(tmp_path / "nowhere"))
    assert result.exit_code == 1
    assert "nowhere" in result.stderr and "Traceback" not in result.stderr


def test_load_releases_and_rollback_belong_together(run: Callable[..., Result], content: Make) -> None:
    first = json.loads(run("load", "--json", "--content", good(content, "a")).stdout)
    second = json.loads(run("load", "--json", "--content", good(content, "a", "b")).stdout)
    assert (first["rules"], first["new"], second["rules"]) == (1, True, 2)
    back = run("rollback", first["release"], "--json")
    assert json.loads(back.stdout) == {"release": first["release"], "rules": 1}
    listed = json.loads(run("releases", "--json").stdout)
    assert [(row["release"], row["current"]) for row in listed] == [(second["release"], False), (first["release"], True)]


def test_loading_the_same_again_says_that_nothing_changed(run: Callable[..., Result], content: Make) -> None:
    folder = good(content, "a")
    run("load", "--content", folder)
    assert "Nothing changed" in run("load", "--content", folder).stdout


def test_broken_content_is_not_loaded(run: Callable[..., Result], content: Make) -> None:
    run("load", "--content", good(content, "a"))
    assert run("load", "--content", broken(content)).exit_code == 1
    assert len(json.loads(run("releases", "--json").stdout)) == 1


def test_rollback_to_an_unknown_release_fails_with_the_known_ones(run: Callable[..., Result], content: Make) -> None:
    release = json.loads(run("load", "--json", "--content", good(content, "a")).stdout)["release"]
    result = run("rollback", "1.2.3")
    assert result.exit_code == 1 and release in result.stderr


@pytest.mark.parametrize("arguments", [["releases"], ["rollback", "2026.1.1"]])
def test_database_without_tables_is_explained(run: Callable[..., Result], arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 1 and isinstance(result.exception, SystemExit)
    assert result.stderr.strip()


def test_dry_run_shows_the_changes_and_loads_nothing(run: Callable[..., Result], content: Make) -> None:
    assert run("load", "--content", good(content, "a")).exit_code == 0
    result = run("load", "--dry-run", "--json", "--content", good(content, "a", "b"))
    told = json.loads(result.stdout)
    assert (told["release"], told["changes"]["rules"]["added"]) == (None, ["b"])
    assert "+ b" in run("load", "--dry-run", "--content", good(content, "a", "b")).stdout
    assert len(json.loads(run("releases", "--json").stdout)) == 1


def test_note_is_listed_with_the_release(run: Callable[..., Result], content: Make) -> None:
    assert run("load", "--note", "after the review of Hungary", "--content", good(content, "a")).exit_code == 0
    assert json.loads(run("releases", "--json").stdout)[0]["note"] == "after the review of Hungary"


def test_diff_shows_fields_of_changed_rules(run: Callable[..., Result], content: Make) -> None:
    old = str(content({"topics/a.yml": {"rules": [entry("a", text={"en": "Old words.", "zh": "旧话。"})]}}))
    new = str(content({"topics/a.yml": {"rules": [entry("a", text={"en": "New words.", "zh": "旧话。"})]}}))
    first = json.loads(run("load", "--json", "--content", old).stdout)["release"]
    assert "New words." in run("diff", "--content", new).stdout
    assert run("load", "--content", new).exit_code == 0
    told = run("diff", first).stdout
    assert "Old words." in told and "New words." in told and "旧话" not in told
    assert "No difference" in run("diff", "--content", new).stdout


def test_diff_with_an_unknown_release_fails(run: Callable[..., Result], content: Make) -> None:
    assert run("load", "--content", good(content, "a")).exit_code == 0
    result = run("diff", "1999.1.1")
    assert result.exit_code == 1 and "1999.1.1" in result.stderr


def test_history_shows_each_wording(run: Callable[..., Result], content: Make) -> None:
    for words in ("First.", "Second."):
        folder = str(content({"topics/a.yml": {"rules": [entry("a", text={"en": words, "zh": "话。"})]}}))
        assert run("load", "--content", folder).exit_code == 0
    told = run("history", "a").stdout
    assert "added" in told and "changed" in told and "First." in told and "Second." in told
    assert [step["event"] for step in json.loads(run("history", "a", "--json").stdout)] == ["added", "changed"]
    assert run("history", "b").exit_code == 1


def test_schema_is_written_where_told(content: Make, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["schema", "--content", good(content, "a"), "--output", str(tmp_path / "s.json")])
    assert result.exit_code == 0 and "RuleEntry" in json.loads((tmp_path / "s.json").read_text())["definitions"]


@pytest.mark.parametrize("name", sorted(command.name or command.callback.__name__ for command in app.registered_commands))
def test_every_command_explains_itself(name: str) -> None:
    result = CliRunner().invoke(app, [name, "--help"])
    assert result.exit_code == 0
    assert "--json" in result.stdout and len(result.stdout.splitlines()) > 8
