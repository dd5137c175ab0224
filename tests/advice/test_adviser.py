"""Advice on a topic: the payload's contract, its order, its reasons, and "more" until the end."""

from __future__ import annotations

import re
from typing import Any

import pytest

from actions.advice.adviser import Adviser
from actions.advice.answer import Answer
from actions.rules.matcher import PAGE_SIZE
from actions.rules.profile import Profile
from actions.rules.schema import KINDS
from tests.advice.test_phrases import ASCII_MARK_IN_CHINESE, HAN
from tests.small_library import TOPIC
from tests.support import LANGUAGES, known

CONTRACT = {"type", "language", "profile", "topic", "headline", "items", "missing", "more", "release"}
EXTRAS = {"headline_id", "note"}
ITEM = {"id", "kind", "text", "because", "as_of", "sources"}
CASE_ITEM = ITEM | {"title", "outcome", "companies"}
INDONESIA = known(market="ID", sector="mining_metals")


def check_item(item: dict[str, Any]) -> None:
    assert set(item) == (CASE_ITEM if item["kind"] == "case" else ITEM)
    assert item["kind"] in KINDS
    assert isinstance(item["text"], str) and item["text"]
    assert re.fullmatch(r"\d{4}(-\d\d){0,2}", item["as_of"])
    assert set(item["because"]) <= {"market", "sector", "ownership", "stage", "audience"}
    assert all(isinstance(value, str) or (isinstance(value, list) and len(value) > 1) for value in item["because"].values())
    for source in item["sources"]:
        assert set(source) == {"title", "publisher", "url", "published"}


def check_payload(payload: dict[str, Any]) -> None:
    assert CONTRACT <= set(payload) <= CONTRACT | EXTRAS
    assert payload["type"] == "advice" and payload["language"] in LANGUAGES
    assert set(payload["profile"]) == {"market", "sector", "ownership", "stage", "audience"}
    assert isinstance(payload["profile"]["market"], list)
    assert isinstance(payload["headline"], str) and isinstance(payload["release"], str)
    assert isinstance(payload["more"], int) and isinstance(payload["missing"], list)
    for item in payload["items"]:
        check_item(item)


def read_on(adviser: Adviser, topic: str, profile: Profile, language: str = "en") -> list[Answer]:
    """The first look and every "more" until nothing is left."""
    answers, seen = [], []
    for _ in range(60):
        answers.append(adviser.advise(topic, profile, language, seen=frozenset(seen)))
        seen += answers[-1].shown or ()
        if not answers[-1].payload["items"]:
            return answers
    raise AssertionError("'more' never ends")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("profile", [known(), INDONESIA, known(market=("DE", "ID"), ownership="state_owned"), known(market="BT")])
def test_payload_has_the_fields_and_types_of_the_contract(adviser: Adviser, profile: Profile, language: str) -> None:
    payload = adviser.advise(TOPIC, profile, language).payload
    check_payload(payload)
    assert payload["language"] == language and payload["topic"] == TOPIC
    assert payload["profile"] == profile.as_dict()


def test_payload_keeps_the_contract_on_every_topic_of_the_project(project_adviser: Adviser) -> None:
    profile = known(market="DE", sector="batteries", ownership="state_owned", stage="entering", audience="regulators")
    for topic in project_adviser.taxonomy.topics:
        for language in LANGUAGES:
            answer = project_adviser.advise(topic, profile, language)
            check_payload(answer.payload)
            assert answer.payload["items"] and answer.text


def test_headline_is_the_best_principle_and_no_item(adviser: Adviser) -> None:
    general = adviser.advise(TOPIC, known(), "en").payload
    assert general["headline"] == "Text of ce-principle-strong."
    local = adviser.advise(TOPIC, known(market="ID"), "en").payload
    assert local["headline"] == "Text of ce-principle-id."
    assert "ce-principle-id" not in [item["id"] for item in local["items"]]


def test_text_opens_with_profile_and_headline_and_says_all_items(adviser: Adviser) -> None:
    answer = adviser.advise(TOPIC, INDONESIA, "en")
    lines = answer.text.splitlines()
    assert lines[:2] == ["For: Indonesia, mining and metals", answer.payload["headline"]]
    assert all(item["text"] in answer.text for item in answer.payload["items"])


def test_because_names_the_market(adviser: Adviser) -> None:
    because = {item["id"]: item["because"] for answer in read_on(adviser, TOPIC, INDONESIA) for item in answer.payload["items"]}
    assert because["ce-fact-id"] == {"market": "ID"}
    assert because["ce-fact-id-metals"] == {"market": "ID", "sector": "mining_metals"}
    assert because["ce-fact-asean"] == {"market": "ASEAN"}
    assert because["ce-action-2"] == {}


def test_text_says_in_words_why_an_item_applies_and_where_it_comes_from(adviser: Adviser) -> None:
    lines = {language: adviser.advise(TOPIC, INDONESIA, language).text for language in LANGUAGES}
    assert "[Indonesia, mining and metals; Institute study (2024-05), Institute notice]" in lines["en"]
    assert "［印度尼西亚、矿业与金属；Institute study（2024-05）、Institute notice］" in lines["zh"]
    assert "[professional practice]" in lines["en"] and "［专业实践］" in lines["zh"]


def test_legal_item_carries_its_date_and_the_duty_to_check(adviser: Adviser) -> None:
    texts = {}
    for language in LANGUAGES:
        items = adviser.advise(TOPIC, known(market="ID"), language).payload["items"]
        texts[language] = next(item["text"] for item in items if item["id"] == "ce-fact-id")
        assert sum("2024-05" in item["text"] for item in items) == 1
    assert texts["en"] == "Text of ce-fact-id. (As of 2024-05; check with local counsel before acting.)"
    assert texts["zh"] == "ce-fact-id的内容。（截至2024-05；行动前请向当地律师核实。）"


def test_local_items_come_before_general_ones_of_their_kind(adviser: Adviser) -> None:
    items = adviser.advise(TOPIC, known(market="ID"), "en").payload["items"]
    assert [item["id"] for item in items if item["kind"] == "action"] == ["ce-action-id", "ce-action-2", "ce-action-3"]
    assert [item["id"] for item in items if item["kind"] == "fact"] == ["ce-fact-id", "ce-fact-asean"]


def test_other_markets_drafts_and_overridden_items_are_never_given(adviser: Adviser) -> None:
    given = {item["id"] for answer in read_on(adviser, TOPIC, known(market="ID")) for item in answer.payload["items"]}
    assert not given & {"ce-fact-de", "ce-draft", "ce-retired", "ce-action-1", "ce-action-state", "ce-fact-id-metals"}


def test_missing_names_the_facets_that_would_bring_more(adviser: Adviser) -> None:
    assert adviser.advise(TOPIC, known(), "en").payload["missing"] == ["market", "sector", "ownership"]
    assert adviser.advise(TOPIC, known(market="DE"), "en").payload["missing"] == ["ownership"]
    assert adviser.advise(TOPIC, known(market="DE", ownership="private"), "en").payload["missing"] == []


@pytest.mark.parametrize("profile", [known(), INDONESIA])
def test_more_never_repeats_counts_down_and_ends(adviser: Adviser, profile: Profile) -> None:
    answers = read_on(adviser, TOPIC, profile)
    given = [item["id"] for answer in answers for item in answer.payload["items"]]
    assert len(given) == len(set(given)) > PAGE_SIZE
    counts = [len(answer.payload["items"]) for answer in answers]
    assert [answer.payload["more"] for answer in answers] == [sum(counts[at + 1 :]) for at in range(len(counts))]
    assert "That was everything" in answers[-1].text
    assert not any("That was everything" in answer.text for answer in answers[:-1])
    assert [any(button.payload.startswith("/more") for button in answer.buttons) for answer in answers] == [True] * (
        len(answers) - 2
    ) + [False] * 2


def test_more_reaches_everything_that_applies_on_every_topic(project_adviser: Adviser) -> None:
    profile = known(market="DE", sector="batteries", ownership="state_owned")
    for topic in project_adviser.taxonomy.topics:
        answers = read_on(project_adviser, topic, profile)
        given = [id_ for answer in answers for id_ in answer.shown or ()]
        applying = [match.rule.id for match in project_adviser.book().select(topic, profile).matches]
        cases = [id_ for id_ in given if id_ not in applying]
        assert sorted(given) == sorted(applying + cases)
        assert all(topic.startswith("case_") and id_.startswith("case-") for id_ in cases)


def test_headline_stands_on_the_first_look_only(adviser: Adviser) -> None:
    first, second, *_ = read_on(adviser, TOPIC, known())
    assert first.payload["headline"] == "Text of ce-principle-strong."
    assert second.payload["headline"] == adviser.phrases.topic(TOPIC, "en")


def test_shown_refers_to_headline_and_items_in_their_order(adviser: Adviser) -> None:
    answer = adviser.advise(TOPIC, known(), "en")
    assert answer.shown == ("ce-principle-strong", *(item["id"] for item in answer.payload["items"]))
    assert answer.topic == TOPIC


def test_first_look_is_a_balanced_set(adviser: Adviser) -> None:
    kinds = [item["kind"] for item in adviser.advise(TOPIC, INDONESIA, "en").payload["items"]]
    assert kinds == ["action"] * 3 + ["risk"] + ["fact"] * 2 + ["metric"]


def test_answers_are_the_same_every_time(adviser: Adviser) -> None:
    assert adviser.advise(TOPIC, INDONESIA, "zh") == adviser.advise(TOPIC, INDONESIA, "zh")


def test_the_two_languages_say_the_same_items_in_their_own_words(adviser: Adviser) -> None:
    english, chinese = (adviser.advise(TOPIC, INDONESIA, language) for language in LANGUAGES)
    assert [item["id"] for item in english.payload["items"]] == [item["id"] for item in chinese.payload["items"]]
    assert not HAN.search(english.text)
    assert all(HAN.search(line) for line in chinese.text.splitlines())


def test_chinese_answers_hold_no_ascii_marks_between_characters(adviser: Adviser) -> None:
    for answer in read_on(adviser, TOPIC, INDONESIA, "zh"):
        assert not any(ASCII_MARK_IN_CHINESE.search(line) for line in answer.text.splitlines())


@pytest.mark.parametrize("language, name", [("en", "Bhutan"), ("zh", "不丹")])
def test_country_without_detail_is_admitted(adviser: Adviser, language: str, name: str) -> None:
    answer = adviser.advise(TOPIC, known(market=("ID", "BT")), language)
    assert name in answer.payload["note"] and answer.payload["note"] in answer.text
    assert adviser.phrases.value("ID", language) not in answer.payload["note"]
    assert "note" not in adviser.advise(TOPIC, known(market="ID"), language).payload


def test_topic_without_guidance_says_so_and_gives_nothing(adviser: Adviser) -> None:
    answer = adviser.advise("transparency", known(), "en")
    check_payload(answer.payload)
    assert answer.payload["items"] == [] and answer.payload["more"] == 0
    assert answer.text.strip()


def test_cases_lead_on_a_topic_about_cases(adviser: Adviser) -> None:
    items = adviser.advise("case_company", known(market="DE", sector="automotive"), "en").payload["items"]
    assert items[0]["id"] == "case-beta" and items[0]["kind"] == "case"
    assert items[0]["text"] == "Title of case-beta (failed). Text of case-beta. Lesson: Lesson of case-beta."


def test_company_named_in_the_question_leads(adviser: Adviser) -> None:
    for text in ("How did Alpha do it?", "阿尔法是怎么做的"):
        assert adviser.advise("case_company", known(market="DE"), "en", text=text).payload["items"][0]["id"] == "case-alpha"


def test_cases_of_the_topic_lead_when_no_company_is_named(adviser: Adviser) -> None:
    profile = known(market="DE", sector="automotive")
    answer = adviser.advise("case_infrastructure", profile, "en", text="Show me what was built abroad.")
    assert answer.payload["items"][0]["id"] == "case-delta"
