"""Which rules must be looked at again on a day."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from actions.authoring.cli import app
from actions.rules.content import read_library
from actions.rules.stale import last_day, stale_rules
from tests.support import entry

Make = Callable[[dict[str, Any]], Path]

REVIEWS = {"day": "2026-11-22", "month": "2026-11", "year": "2026", "long-past": "2025-02", "far": "2030"}


@pytest.fixture()
def folder(content: Make) -> Path:
    rules = [entry(id_, review_by=review_by) for id_, review_by in REVIEWS.items()]
    other = entry("draft", review_by="2026-10", status="draft", topic="brand_image")
    return content(
        {
            "topics/a.yml": {"rules": rules},
            "topics/b.yml": {"rules": [other, entry("retired", review_by="2020", status="retired")]},
        }
    )


def stale(folder: Path, *arguments: object) -> Result:
    return CliRunner().invoke(app, ["stale", "--content", str(folder), *map(str, arguments)])


def test_a_rough_date_means_its_last_day() -> None:
    assert last_day("2026-11-22") == date(2026, 11, 22)
    assert last_day("2026-11") == date(2026, 11, 30)
    assert last_day("2028-02") == date(2028, 2, 29)
    assert last_day("2026") == date(2026, 12, 31)


@pytest.mark.parametrize(
    "on, within_days, overdue",
    [
        ("2026-11-22", 0, {"long-past": 632, "draft": 22, "day": 0}),
        ("2026-11-23", 0, {"long-past": 633, "draft": 23, "day": 1}),
        ("2026-11-22", 8, {"long-past": 632, "draft": 22, "day": 0, "month": -8}),
        ("2026-11-22", 7, {"long-past": 632, "draft": 22, "day": 0}),
        ("2025-02-28", 0, {"long-past": 0}),
        ("2025-02-27", 0, {}),
    ],
)
def test_overdue_rules_come_by_date_with_the_days(folder: Path, on: str, within_days: int, overdue: dict[str, int]) -> None:
    reviews = stale_rules(read_library(folder), date.fromisoformat(on), within_days)
    assert [(review.rule_id, review.days_overdue) for review in reviews] == list(overdue.items())


def test_a_review_says_where_the_rule_stands(folder: Path) -> None:
    told = json.loads(stale(folder, "--on", "2026-11-22", "--json").stdout)
    assert (told["on"], told["past"]) == ("2026-11-22", 2)
    assert told["rules"][1] == {
        "rule": "draft",
        "topic": "brand_image",
        "file": "topics/b.yml",
        "review_by": "2026-10",
        "days_overdue": 22,
        "past": True,
    }


def test_command_lists_and_fails_if_a_review_is_past(folder: Path) -> None:
    result = stale(folder, "--on", "2026-11-22")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0].startswith("2025-02") and "632 days overdue" in lines[0] and lines[0].endswith("long-past")
    assert "topics/b.yml" in lines[1] and "brand_image" in lines[1]
    assert lines[-1] == "On 2026-11-22: 2 rules past their review date."


def test_what_is_only_near_is_no_failure(folder: Path) -> None:
    result = stale(folder, "--on", "2025-02-20", "--within-days", 30)
    assert result.exit_code == 0 and "due in 8 days" in result.stdout


def test_a_rough_day_is_its_last_one(folder: Path) -> None:
    assert json.loads(stale(folder, "--on", "2026", "--json").stdout)["on"] == "2026-12-31"


def test_today_is_the_default(folder: Path) -> None:
    before, told, after = _today(), json.loads(stale(folder, "--json").stdout)["on"], _today()
    assert before <= told <= after


def _today() -> str:
    return datetime.now(timezone.utc).date().isoformat()


@pytest.mark.parametrize("on", ["tomorrow", "2026-13", "2026-02-30", "22.11.2026", ""])
def test_a_day_that_is_none_is_refused(folder: Path, on: str) -> None:
    result = stale(folder, "--on", on)
    assert result.exit_code == 2 and "YYYY-MM-DD" in result.stderr
