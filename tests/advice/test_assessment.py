"""The assessment: how answers are read and scored, and the chart of the result."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from actions.advice.adviser import Adviser
from actions.advice.assessment import Questionnaire, best_actions
from actions.advice.radar import radar_svg
from actions.rules.taxonomy import Taxonomy
from tests.support import CONTENT, known

QUIZ = Questionnaire.load(CONTENT)


def test_questions_cover_the_six_dimensions_and_point_at_topics(taxonomy: Taxonomy) -> None:
    assert 12 <= len(QUIZ.questions) <= 16 and len(QUIZ.dimensions) == 6
    assert {question.dimension for question in QUIZ.questions} == set(QUIZ.dimensions)
    assert all(question.topic in taxonomy.topics for question in QUIZ.questions)
    assert all(set(question.text) == set(question.because) == {"en", "zh"} for question in QUIZ.questions)


@pytest.mark.parametrize(
    "text, answer",
    [
        ("Yes", "yes"),
        ("yes, since last year", "yes"),
        ("Yes and no", "partly"),
        ("partly!", "partly"),
        ("No", "no"),
        ("not yet", "no"),
        ("Not applicable", "not_applicable"),
        ("I don't know", "unknown"),
        ("有", "yes"),
        ("有，但不全", "partly"),
        ("没有", "no"),
        ("还没有。", "no"),
        ("部分做到了", "partly"),
        ("不清楚", "unknown"),
        ("不涉及", "not_applicable"),
        ("Norway is our market", None),
        ("How do we do that?", None),
        ("有没有模板？", None),
        ("yes " + "really " * 30, None),
    ],
)
def test_answers_are_read_in_words(text: str, answer: str | None) -> None:
    assert QUIZ.read_answer(text) == answer


@pytest.mark.parametrize(
    "text, control",
    [("go back", "back"), ("上一题", "back"), ("Stop.", "stop"), ("不测了", "stop"), ("继续", "show"), ("stop the plant", None)],
)
def test_controls_are_whole_messages(text: str, control: str | None) -> None:
    assert QUIZ.read_control(text) == control


def test_score_is_the_mean_of_dimensions_and_leaves_out_what_does_not_apply() -> None:
    answers = {question.id: "not_applicable" for question in QUIZ.questions}
    assert QUIZ.score(answers).scores == {} and QUIZ.score({}).total == 0
    trust = [question.id for question in QUIZ.questions if question.dimension == "trust"]
    result = QUIZ.score({**answers, trust[0]: "yes", trust[1]: "no", "owners_disclosed": "partly"})
    assert result.scores == {"trust": 50, "transparency": 50} and result.total == 50
    assert [question.id for question in result.weak] == [trust[1], "owners_disclosed"]


def test_actions_are_one_for_each_weak_topic(adviser: Adviser) -> None:
    weak = QUIZ.score({question.id: "no" for question in QUIZ.questions}).weak
    actions = best_actions(adviser, weak, known(market="ID"))
    assert len({match.rule.topic for match in actions}) == len(actions) >= 1


def test_chart_is_well_formed_and_says_its_values() -> None:
    axes = [("Trust & <proof>", 40), ("合规", 75), ("Adaptation", 0)]
    root = ElementTree.fromstring(radar_svg("Readiness: 38", axes, [10, None, 90], ("now", "before")))  # noqa: S314
    words = "".join(root.itertext())
    assert root.attrib["role"] == "img" and "合规: 75" in root.attrib["aria-label"]
    assert all(word in words for word in ("Trust & <proof>", "合规", "now", "before"))
