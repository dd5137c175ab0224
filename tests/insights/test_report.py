"""The report as JSON, as a page and in the terminal: complete, safe to open, without texts if asked."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from typer.testing import CliRunner

from actions.advice.phrases import Phrases
from actions.records.records import Records
from actions.rules.database import open_engine
from actions.rules.profile import Profile
from bot.cli import app
from bot.insights.findings import find
from bot.insights.report import Insights, as_data, write_html
from bot.insights.turns import Turn
from tests.support import CONTENT, TAXONOMY

SINCE, UNTIL = datetime(2026, 11, 1, tzinfo=timezone.utc), datetime(2026, 12, 1, tzinfo=timezone.utc)
EVER = datetime(2000, 1, 1, tzinfo=timezone.utc)
NASTY = '<script>alert("x")</script> 关税？'


def insights(tmp_path: Path, *, with_text: bool = True) -> Insights:
    """A question that was not understood, one on a market without guidance, ratings, assessments."""
    at = datetime(2026, 11, 2, 12, tzinfo=timezone.utc)
    unclear = Turn(
        "a", at, NASTY, "web", "zh", "nlu_fallback", 0.1, "entry_mode", [{"type": "clarify", "topics": ["entry_mode"]}], True
    )
    answer = {"type": "advice", "topic": "entry_mode", "profile": {"market": ["PY"], "sector": "batteries"}, "items": [{}]}
    asked = Turn("a", at, "/entry_mode", "web", "zh", "entry_mode", 1.0, "entry_mode", [answer], True)
    found = find([unclear, asked], SINCE, UNTIL, TAXONOMY, with_text=with_text)
    records = Records(open_engine(f"sqlite:///{tmp_path / 'records.db'}"))
    number = records.add_feedback("a", "negative", "entry_mode", ["x-1"], "2026.1.1")
    records.add_words("a", number, NASTY + " zoe@example.org")
    for total in (40, 60):
        records.add_assessment("a", Profile(), {}, {"trust": total, "compliance": 100}, total)
    return Insights(
        found,
        records.rated(),
        {"x-1": "What the item says."},
        *records.average_scores(EVER, datetime.now(timezone.utc) + timedelta(days=1)),
        with_text,
    )


def test_data_are_complete_and_plain(tmp_path: Path) -> None:
    data = json.loads(json.dumps(as_data(insights(tmp_path))))
    assert (data["messages"], data["conversations"]) == (2, 1)
    assert data["market_gaps"] == [{"topic": "entry_mode", "market": "PY", "times": 1, "conversations": 1}]
    assert data["sector_gaps"][0]["sector"] == "batteries"
    assert data["clarified"] == {
        "asked": 1,
        "picked": 1,
        "said_again": 0,
        "left": 0,
        "choices": [{"taken_for": "entry_mode", "picked": "entry_mode", "times": 1}],
    }
    assert data["not_understood"]["listed"][0]["text"] == NASTY
    assert data["rated"] == [
        {"item": "x-1", "text": "What the item says.", "negative": 1, "positive": 0, "words": [NASTY + " [e-mail]"]}
    ]
    assert data["assessments"] == {"finished": 2, "averages": {"trust": 50.0, "compliance": 100.0, "total": 50.0}}


def test_page_is_self_contained_escapes_what_people_wrote_and_names_things(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    write_html(page, insights(tmp_path), Phrases.load(CONTENT, TAXONOMY), {"trust": "Trust"})
    written = page.read_text(encoding="utf-8")
    assert "<script" not in written and "&lt;script&gt;" in written and "关税" in written
    assert "http" not in written.replace("data:image/png", "") and written.count("<img") >= 3
    assert "Paraguay" in written and "Trust" in written and TAXONOMY.topics["entry_mode"]["en"] in written


def test_texts_are_left_out_everywhere(tmp_path: Path) -> None:
    found = insights(tmp_path, with_text=False)
    page = tmp_path / "page.html"
    write_html(page, found, Phrases.load(CONTENT, TAXONOMY), {})
    assert "关税" not in page.read_text(encoding="utf-8") + json.dumps(as_data(found), ensure_ascii=False)


@pytest.mark.parametrize("arguments", [["--from", "2026-11-02", "--to", "2026-11-01"], ["--from", "yesterday"]])
def test_impossible_days_are_refused(arguments: list[str]) -> None:
    assert CliRunner().invoke(app, ["insights", *arguments]).exit_code != 0


def test_command_tells_what_it_cannot_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "conversations.db").write_bytes(b"nonsense" * 1000)
    monkeypatch.setenv("QIAO_CONVERSATIONS_URL", f"sqlite:///{tmp_path / 'conversations.db'}")
    result = CliRunner().invoke(app, ["insights"])
    assert result.exit_code == 1 and "conversations.db" in result.output.replace("\n", "")
