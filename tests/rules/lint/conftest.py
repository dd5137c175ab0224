"""What the tests of lint share."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from actions.rules.content import read_library
from actions.rules.lint import Finding, WordLists, lint_library
from tests.support import CONTENT, TAXONOMY

TODAY = date(2026, 11, 22)
WORDS = WordLists.load(CONTENT)

Lint = Callable[..., list[Finding]]


@pytest.fixture()
def lint(content: Callable[[dict[str, Any]], Path]) -> Lint:
    """The findings of one check on these rules and sources."""

    def run(check: str, *rules: dict[str, Any], sources: tuple[dict[str, Any], ...] = ()) -> list[Finding]:
        # As JSON, in which nothing is shared: YAML would write an alias for what stands in two rules.
        folder = content({"topics/a.yml": json.dumps({"sources": sources, "rules": rules})})
        found = lint_library(read_library(folder), TAXONOMY, WORDS, today=TODAY, only=[check])
        assert all(finding.check == check and finding.file == "topics/a.yml" for finding in found)
        return found

    return run


def ids(findings: list[Finding]) -> list[str]:
    """The ids of the entries in which something was found."""
    return [finding.id for finding in findings]


def said(en: str = "Do it.", zh: str = "去做。") -> dict[str, str]:
    """A text as an author writes it."""
    return {"en": en, "zh": zh}
