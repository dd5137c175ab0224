"""Follow-ups on the last answer: why, sources, next steps, example."""

from __future__ import annotations

import pytest

from actions.advice import follow_ups
from actions.advice.adviser import Adviser
from actions.advice.answer import Answer
from actions.advice.follow_ups import Shown
from actions.advice.planning import Planner
from tests.advice.test_phrases import ASCII_MARK_IN_CHINESE, HAN
from tests.small_library import TOPIC
from tests.support import CONTENT, LANGUAGES, known

PROFILE = known(market="ID", sector="mining_metals")


PLANNER = Planner.load(CONTENT)


def shown(adviser: Adviser) -> Shown:
    answer = adviser.advise(TOPIC, PROFILE, "en")
    return Shown(answer.topic, answer.shown or (), answer.profile, answer.headline)


def every_follow_up(adviser: Adviser, language: str) -> list[Answer]:
    last = shown(adviser)
    return [
        follow_ups.explain(adviser, last, PROFILE, language),
        follow_ups.cite(adviser, last, PROFILE, language),
        follow_ups.plan(adviser, PLANNER, TOPIC, PROFILE, language),
        follow_ups.examples(adviser, TOPIC, PROFILE, language),
    ]


def test_why_gives_a_reason_for_every_item_shown(adviser: Adviser) -> None:
    last = shown(adviser)
    answer = follow_ups.explain(adviser, last, PROFILE, "en")
    assert answer.kind == "explanation" and answer.payload["topic"] == TOPIC
    assert [item["id"] for item in answer.payload["items"]] == list(last.ids)
    assert all(item["reason"] in answer.text and item["checked_on"] and item["confidence"] for item in answer.payload["items"])


def test_why_numbers_the_items_as_they_were_shown(adviser: Adviser) -> None:
    last = shown(adviser)
    answer = follow_ups.explain(adviser, last, PROFILE, "en")
    numbers = {item["id"]: item["number"] for item in answer.payload["items"]}
    assert {id_: number for id_, number in numbers.items() if number} == {
        id_: number for number, id_ in enumerate(last.numbered, start=1)
    }
    assert all(
        (line[0].isdigit()) == bool(item["number"]) for line, item in zip(answer.text.split("\n")[1:], answer.payload["items"])
    )


def test_why_names_facets_sources_and_dates(adviser: Adviser) -> None:
    items = {item["id"]: item for item in follow_ups.explain(adviser, shown(adviser), PROFILE, "en").payload["items"]}
    fact = items["ce-fact-id"]
    assert fact["because"] == {"market": "ID"}
    assert "Indonesia" in fact["reason"] and "Institute study" in fact["reason"]
    assert "2024-05" in fact["reason"] and "2026-11-22" in fact["reason"]
    assert "any company" in items["ce-risk-1"]["reason"] and "professional practice" in items["ce-risk-1"]["reason"]


def test_why_speaks_of_the_situation_at_the_time_of_the_answer(adviser: Adviser) -> None:
    later = known(market="DE")
    items = {item["id"]: item for item in follow_ups.explain(adviser, shown(adviser), later, "en").payload["items"]}
    assert items["ce-fact-id-metals"]["because"] == {"market": "ID", "sector": "mining_metals"}


def test_sources_lists_each_source_once_with_its_items(adviser: Adviser) -> None:
    answer = follow_ups.cite(adviser, shown(adviser), PROFILE, "en")
    assert answer.kind == "sources"
    assert {source["title"]: source["items"] for source in answer.payload["sources"]} == {
        "Study study": ["ce-fact-id-metals", "ce-fact-id"],
        "Study notice": ["ce-fact-id-metals"],
    }
    assert answer.text.count("https://example.org/study") == 1
    assert "undated" in answer.text and "None" not in answer.text


def test_sources_admits_what_is_practice(adviser: Adviser) -> None:
    last = shown(adviser)
    answer = follow_ups.cite(adviser, last, PROFILE, "en")
    assert len(answer.payload["practice"]) == len(last.ids) - 2
    assert f"{len(last.ids) - 2} of the items are professional practice" in answer.text


@pytest.mark.parametrize("follow_up", [follow_ups.explain, follow_ups.cite])
@pytest.mark.parametrize("last", [Shown(), Shown(TOPIC, ("vanished",)), Shown(TOPIC, ())])
def test_without_a_last_answer_the_follow_up_says_so(adviser: Adviser, follow_up: object, last: Shown) -> None:
    for language in LANGUAGES:
        answer = follow_up(adviser, last, PROFILE, language)  # type: ignore[operator]
        assert answer.text == adviser.phrases.say("nothing_yet", language)
        assert answer.payload["items"] == []


def test_follow_ups_leave_the_reference_in_place(adviser: Adviser) -> None:
    assert follow_ups.explain(adviser, shown(adviser), PROFILE, "en").shown is None
    assert follow_ups.cite(adviser, shown(adviser), PROFILE, "en").shown is None


def test_plan_is_the_ordered_actions_on_the_topic(adviser: Adviser) -> None:
    answer = follow_ups.plan(adviser, PLANNER, TOPIC, PROFILE, "en")
    payload = answer.payload
    assert payload["type"] == "advice" and payload["topic"] == TOPIC
    assert [item["id"] for item in payload["items"]] == ["ce-action-id", *(f"ce-action-{n}" for n in range(2, 6))]
    assert payload["more"] == 0 and payload["release"]
    lines = answer.text.splitlines()
    assert lines[0] == payload["headline"] and [line.split(".")[0] for line in lines[2::2]] == ["1", "2", "3", "4", "5"]
    assert all(item["when"] and item["owner"] for item in payload["items"])


def test_numbers_of_reasons_are_those_of_the_answer(adviser: Adviser) -> None:
    last = shown(adviser)
    lines = follow_ups.explain(adviser, last, PROFILE, "en").text.splitlines()
    assert not lines[1][0].isdigit() and [line.split(".")[0] for line in lines[2:]] == [str(n) for n in range(1, len(last.ids))]


def test_detail_gives_one_item_with_reason_and_every_source(adviser: Adviser) -> None:
    last = shown(adviser)
    answer = follow_ups.detail(adviser, last, "ce-fact-id-metals", 4, PROFILE, "en")
    (item,) = answer.payload["items"]
    assert (item["id"], item["number"]) == ("ce-fact-id-metals", 4)
    assert [source["title"] for source in item["sources"]] == ["Study study", "Study notice"]
    assert "Item 4" in answer.text and "https://example.org/study" in answer.text and item["reason"] in answer.text
    assert answer.shown is None


def test_plan_can_be_asked_about(adviser: Adviser) -> None:
    answer = follow_ups.plan(adviser, PLANNER, TOPIC, PROFILE, "en")
    why = follow_ups.explain(adviser, Shown(answer.topic, answer.shown or (), PROFILE), PROFILE, "en")
    assert [item["id"] for item in why.payload["items"]] == [item["id"] for item in answer.payload["items"]]


def test_examples_are_cases_that_fit(adviser: Adviser) -> None:
    answer = follow_ups.examples(adviser, TOPIC, PROFILE, "en")
    assert answer.kind == "cases"
    assert [item["id"] for item in answer.payload["items"]] == ["case-alpha"]
    assert "Lesson: Lesson of case-alpha." in answer.text and "(worked)" in answer.text


def test_examples_already_seen_give_way_to_others(adviser: Adviser) -> None:
    profile = known(market=("ID", "DE", "VN"))
    first = follow_ups.examples(adviser, TOPIC, profile, "en")
    assert len(first.payload["items"]) == 3
    second = follow_ups.examples(adviser, TOPIC, profile, "en", seen=[item["id"] for item in first.payload["items"][:1]])
    assert [item["id"] for item in second.payload["items"]] == [item["id"] for item in first.payload["items"][1:]]


def test_example_of_a_company_is_its_own_case(adviser: Adviser) -> None:
    answer = follow_ups.examples(adviser, TOPIC, PROFILE, "zh", text="Beta Motors 是怎么做的？")
    assert [item["id"] for item in answer.payload["items"]] == ["case-beta"]
    assert "（失败）" in answer.text


def test_no_case_that_fits_is_admitted(adviser: Adviser) -> None:
    answer = follow_ups.examples(adviser, "transparency", known(market="BT"), "en")
    assert answer.payload["items"] == [] and "no case that fits" in answer.text


def test_languages_differ_and_chinese_is_punctuated_as_chinese(adviser: Adviser) -> None:
    for english, chinese in zip(every_follow_up(adviser, "en"), every_follow_up(adviser, "zh")):
        assert english.text != chinese.text and not HAN.search(english.text)
        assert (english.payload["language"], chinese.payload["language"]) == ("en", "zh")
        assert HAN.search(chinese.text)
        assert not any(ASCII_MARK_IN_CHINESE.search(line) for line in chinese.text.splitlines())
