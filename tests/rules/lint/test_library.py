"""The whole: order, the project's own guidance, word lists and the command."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from actions.authoring import lint_command
from actions.authoring.cli import app
from actions.rules.content import Library
from actions.rules.errors import ContentError
from actions.rules.lint import CHECKS, Finding, WordLists, lint_library
from tests.rules.lint.conftest import WORDS, said
from tests.support import TAXONOMY, entry


@pytest.fixture(scope="module")
def project_findings(project_library: Library) -> list[Finding]:
    """What lint says of the project's own guidance."""
    return lint_library(project_library, TAXONOMY, WORDS, today=date.today())


def test_findings_are_sorted_and_do_not_depend_on_the_order_of_the_entries(
    project_library: Library, project_findings: list[Finding]
) -> None:
    turned = Library(project_library.rules[::-1], project_library.sources[::-1], "", 0, project_library.places)
    assert project_findings == sorted(project_findings)
    assert lint_library(turned, TAXONOMY, WORDS, today=date.today()) == project_findings


def test_project_guidance_has_no_errors_and_few_warnings(project_library: Library, project_findings: list[Finding]) -> None:
    assert [finding for finding in project_findings if finding.level == "error"] == []
    assert len(project_findings) < len(project_library.rules) / 20


def test_word_lists_of_another_folder_win(tmp_path: Path) -> None:
    (tmp_path / "lint.yml").write_text("hype: {en: [splendid], zh: []}\ncountry_words: []\nshorteners: []\n", encoding="utf-8")
    assert WordLists.load(tmp_path).hype["en"] == ("splendid",)
    assert WordLists.load(tmp_path / "nowhere") == WORDS


@pytest.mark.parametrize(
    "text", ["hype: [", "hype: {en: []}", "[]", "hype: {en: ['('], zh: []}\ncountry_words: []\nshorteners: []"]
)
def test_faulty_word_lists_are_explained(tmp_path: Path, text: str) -> None:
    (tmp_path / "lint.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=r"lint\.yml"):
        WordLists.load(tmp_path)


@pytest.fixture()
def run(content: Callable[[dict[str, Any]], Path]) -> Callable[..., Result]:
    """Runs the command on these rules."""

    def invoke(rules: list[dict[str, Any]], *arguments: str) -> Result:
        folder = content({"topics/a.yml": {"rules": rules}})
        return CliRunner().invoke(app, [lint_command.lint.__name__, "--content", str(folder), *arguments])

    return invoke


GOOD = [entry("good", text=said())]
WARNED = [entry("warned", text=said("Within 72 hours.", "尽快。"))]
WRONG = [entry("wrong", text=said("Do it!", "去做。"))]


@pytest.mark.parametrize(
    "rules, arguments, code",
    [
        (GOOD, ["--strict"], 0),
        (WARNED, [], 0),
        (WARNED, ["--strict"], 1),
        (WRONG, [], 1),
        (WRONG, ["--only", "hype"], 0),
        (WRONG, ["--only", "hype", "--only", "exclamation"], 1),
    ],
)
def test_exit_code(run: Callable[..., Result], rules: Any, arguments: list[str], code: int) -> None:
    assert run(rules, *arguments).exit_code == code


def test_findings_stand_under_their_file_with_counts(run: Callable[..., Result]) -> None:
    result = run([*WARNED, *WRONG])
    assert result.stdout.index("topics/a.yml") < result.stdout.index("wrong")
    assert "2 rules: 1 errors, 1 warnings." in result.stdout


def test_findings_as_json(run: Callable[..., Result]) -> None:
    told = json.loads(run([*WARNED, *WRONG], "--json").stdout)
    assert (told["rules"], told["errors"], told["warnings"]) == (2, 1, 1)
    assert [(f["id"], f["check"], f["level"], f["file"]) for f in told["findings"]] == [
        ("warned", "figures-differ", "warning", "topics/a.yml"),
        ("wrong", "exclamation", "error", "topics/a.yml"),
    ]


def test_faults_of_validation_are_told_first(run: Callable[..., Result]) -> None:
    result = run([entry("a", topic="nonsense", text=said("Do it!", "去做！"))])
    assert result.exit_code == 1
    assert "nonsense" in result.stderr and "exclamation" not in result.stdout


def test_unknown_check_is_refused_with_the_known_ones(run: Callable[..., Result]) -> None:
    result = run(GOOD, "--only", "hipe")
    assert result.exit_code == 2 and "hipe" in result.stderr
    assert len(CHECKS) == len(set(CHECKS))
