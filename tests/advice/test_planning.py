"""Deadlines and owners are read out of actions; nothing is added to them."""

from __future__ import annotations

import pytest

from actions.advice.planning import Planner, due_days, is_contingent
from tests.support import CONTENT, rule

PLANNER = Planner.load(CONTENT)


@pytest.mark.parametrize(
    "text, days",
    [
        ("Within 60 days the country manager opens a desk.", 60),
        ("Name a spokesperson. Within two weeks he meets the editor.", 14),
        ("In the first month the plant manager walks the fence.", 30),
        ("In ten working days two colleagues list names.", 10),
        ("Legal registers the lobbyist within 30 days.", 30),
        ("After an accident the director speaks within hours.", None),
        ("If a permit is late, write within five days.", None),
        ("Answer every complaint within 14 days.", None),
        ("Keep a 72-hour roster and a breach template.", None),
        ("Publish the figures.", None),
        ("Put the minutes on the board in three days.", None),
    ],
)
def test_deadline_is_that_of_the_action_itself(text: str, days: float | None) -> None:
    assert due_days(text) == days


def test_what_waits_for_an_event_is_told_from_what_can_be_done_now() -> None:
    assert is_contingent("When a reporter calls, ask for the deadline.") and not is_contingent("Call the reporter.")


def test_first_role_of_the_text_owns_the_step() -> None:
    step = PLANNER.step(rule("a", text={"en": "The country manager and HR agree a list.", "zh": "…"}))
    assert step.owner == {"en": "country manager", "zh": "国家经理"}
    for text in ("Agree a list.", "Put minutes on the board in three days.", "A plant needing an assessment gives a say."):
        assert PLANNER.step(rule("b", text={"en": text, "zh": "…"})).owner is None
    assert PLANNER.step(rule("c", text={"en": "Legal files the list.", "zh": "…"})).owner == {"en": "legal", "zh": "法务部"}


def test_steps_come_by_date_then_undated_then_recurring_then_contingent() -> None:
    texts = {
        "contingent": "If it burns, call.",
        "recurring": "Every quarter the board reads the list.",
        "late": "Within 90 days open.",
        "undated": "Write a list.",
        "soon": "Within one week call.",
    }
    ordered = PLANNER.in_order([rule(id_, text={"en": text, "zh": "…"}) for id_, text in texts.items()])
    assert [step.rule.id for step in ordered] == ["soon", "late", "undated", "recurring", "contingent"]
    assert [step.weeks for step in ordered] == [1, 13, None, None, None]
