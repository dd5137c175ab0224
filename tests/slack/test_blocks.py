"""Recorded answers of every type in both languages as messages of Block Kit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from bot.channels.slack.blocks import SlackMessage, Upload, handoff_view, home_view, notice, render, wording
from bot.channels.slack.blocks.texts import _texts
from tests.slack.limits import message_faults, view_faults
from tests.slack.reading import addresses, elements, mentioned_in, visible
from tests.slack.record import FOLDER, PUBLIC_URL

LANGUAGES = ("en", "zh")
RECORDED: dict[str, dict[str, list[dict[str, Any]]]] = {
    language: json.loads((FOLDER / "payloads" / f"{language}.json").read_text(encoding="utf-8")) for language in LANGUAGES
}
CASES = [(language, name) for language in LANGUAGES for name in RECORDED[language]]
TYPES = frozenset(
    "advice comparison explanation sources cases assessment brief profile clarify refusal out_of_scope handoff feedback privacy "
    "smalltalk".split()
)
PROFILE = {"market": ["DE", "EU"], "sector": "batteries", "ownership": "state_owned", "stage": None, "audience": "regulators"}


def answer(language: str, name: str) -> list[SlackMessage]:
    return render(RECORDED[language][name], language)


def card(language: str, name: str) -> dict[str, Any]:
    return next(message["custom"] for message in RECORDED[language][name] if "custom" in message)


def objects(payload: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [entry for entry in payload.get(name) or [] if isinstance(entry, dict)]


def buttons(messages: list[SlackMessage]) -> Iterator[dict[str, Any]]:
    for message in messages:
        yield from (element for element in elements(message.blocks) if element["type"] == "button")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_type_was_recorded(language: str) -> None:
    assert {card(language, name)["type"] for name in RECORDED[language]} == TYPES


@pytest.mark.parametrize(("language", "name"), CASES)
def test_is_within_limits(language: str, name: str) -> None:
    messages = answer(language, name)
    assert messages
    for message in messages:
        assert message_faults({"text": message.text, "blocks": message.blocks}) == []


@pytest.mark.parametrize(("language", "name"), CASES)
def test_wording_says_what_the_blocks_say(language: str, name: str) -> None:
    for message in answer(language, name):
        told = wording(message.blocks)
        for block in message.blocks:
            if block["type"] in ("section", "header"):
                assert not isinstance(block.get("text"), dict) or block["text"]["text"] in told
            for button in block.get("elements", ()) if block["type"] == "actions" else ():
                assert button.get("action_id", "-") not in told


@pytest.mark.parametrize(("language", "name"), CASES)
def test_shows_all_that_was_said(language: str, name: str) -> None:
    shown, payload = visible(answer(language, name)), card(language, name)
    told = [item["text"] for item in objects(payload, "items")]
    told += [cell["text"] for row in payload.get("rows") or [] for cell in row["cells"]]
    told += [cell["meaning"]["text"] for row in payload.get("rows") or [] for cell in row["cells"] if cell["meaning"]]
    told += [payload[name] for name in ("headline", "note", "remark") if payload.get(name)]
    told += [source["title"] for source in payload.get("sources") or []]
    told = told or [message["text"] for message in RECORDED[language][name] if "text" in message and payload["type"] != "brief"]
    for text in told:
        assert mentioned_in(text.rstrip(":："), shown), text


@pytest.mark.parametrize(("language", "name"), CASES)
def test_offers_every_button(language: str, name: str) -> None:
    values = {button.get("value") for button in buttons(answer(language, name))}
    offered = {button["payload"] for message in RECORDED[language][name] for button in message.get("buttons") or []}
    assert offered <= values


@pytest.mark.parametrize(("language", "name"), CASES)
def test_links_every_source(language: str, name: str) -> None:
    payload = card(language, name)
    cited = [source for item in objects(payload, "items") for source in item.get("sources") or []]
    cited += objects(payload, "sources")
    linked = addresses(answer(language, name))
    assert {source["url"] for source in cited if source["url"]} <= linked


@pytest.mark.parametrize(("language", "name"), CASES)
def test_notification_is_short_and_true(language: str, name: str) -> None:
    messages, payload = answer(language, name), card(language, name)
    assert all(len(message.text) <= 320 for message in messages)
    text = next(message["text"] for message in RECORDED[language][name] if "text" in message)
    said = messages[0].text.split(" (1/")[0].rstrip("…").replace("&amp;", "&")
    assert mentioned_in(said, text) or mentioned_in(said, payload.get("headline") or ""), said


@pytest.mark.parametrize("language", LANGUAGES)
def test_items_keep_the_numbers_by_which_people_point_at_them(language: str) -> None:
    lists = [
        part
        for message in answer(language, "advice")
        for block in message.blocks
        if block["type"] == "rich_text"
        for part in block["elements"]
        if part["type"] == "rich_text_list"
    ]
    assert [part["offset"] for part in lists] == list(range(len(card(language, "advice")["items"])))


@pytest.mark.parametrize(("language", "says"), [("en", "Germany"), ("zh", "德国")])
def test_reasons_are_named_in_the_persons_language(language: str, says: str) -> None:
    contexts = [block for message in answer(language, "advice") for block in message.blocks if block["type"] == "context"]
    assert any(block["elements"][0]["text"].startswith(f"{says} · ") for block in contexts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_after_the_answer_has_its_own_buttons(language: str) -> None:
    (message,) = answer(language, "assessment_interrupted")
    rows = [[element["value"] for element in block["elements"]] for block in message.blocks if block["type"] == "actions"]
    assert all(value.startswith(("/why", "/sources", "/more", "/next_steps", "/example")) for value in rows[0])
    assert all(value.startswith("/readiness_assessment") for row in rows[1:] for value in row)
    assert [value.split(":")[-1].rstrip('"}') for value in rows[-1]] == ["back", "stop"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_open_hand_over_is_not_forgotten_below_a_card(language: str) -> None:
    assert mentioned_in(card(language, "handoff_interrupted")["remark"], visible(answer(language, "handoff_interrupted")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_few_markets_stand_in_a_table_and_many_below_each_other(language: str) -> None:
    (two,) = answer(language, "comparison")
    (table,) = [block for block in two.blocks if block["type"] == "table"]
    assert len(table["rows"]) == 1 + len(card(language, "comparison")["rows"]) and len(table["rows"][0]) == 3
    assert not any(block["type"] == "table" for message in answer(language, "comparison_of_four") for block in message.blocks)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_result_comes_with_its_chart(language: str) -> None:
    address = card(language, "assessment_result")["chart"].removeprefix(PUBLIC_URL).replace(".svg", ".png")
    uploads = [message.upload for message in answer(language, "assessment_result") if message.upload]
    assert (
        uploads == [Upload(address, "readiness.png", uploads[0].title)]
        and str(card(language, "assessment_result")["total"]) in uploads[0].title
    )
    assert all(message.upload is None for message in answer(language, "assessment_question"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_brief_opens_by_buttons(language: str) -> None:
    links = card(language, "brief")["links"]
    opened = {button["url"] for button in buttons(answer(language, "brief")) if "url" in button}
    assert opened == {links["page"], links["word"]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_consent_to_the_hand_over_opens_the_form(language: str) -> None:
    first, *others = buttons(answer(language, "handoff"))
    assert first["action_id"] == "open:handoff" and first["style"] == "primary"
    assert all(button["action_id"].startswith("say:") for button in others)


@pytest.mark.parametrize("language", LANGUAGES)
def test_deletion_is_a_button_of_danger(language: str) -> None:
    assert [button.get("style") for button in buttons(answer(language, "privacy"))] == ["danger", None]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["advice", "comparison", "cases", "brief", "assessment_result"])
def test_answers_can_be_rated(language: str, name: str) -> None:
    *_, last = elements(answer(language, name)[-1].blocks)
    assert last["type"] == "feedback_buttons" and last["positive_button"]["value"] == "/feedback_positive"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_offers_the_legitimate_way(language: str) -> None:
    assert [button["value"] for button in buttons(answer(language, "refusal"))] == [f"/{card(language, 'refusal')['instead']}"]


def test_an_unknown_type_is_shown_as_its_text() -> None:
    (message,) = render([{"text": "See https://a.example/b_c_d."}, {"custom": {"type": "novelty", "language": "en"}}], "en")
    assert visible([message]) == "See https://a.example/b_c_d." and addresses([message]) == {"https://a.example/b_c_d"}


def test_a_card_that_cannot_be_made_is_shown_as_its_text(caplog: pytest.LogCaptureFixture) -> None:
    broken = {"type": "comparison", "language": "en", "markets": ["DE"], "rows": [{"title": "Rules", "cells": 7}]}
    (message,) = render([{"text": "Side by side:\nAll of it."}, {"custom": broken}], "en")
    assert "All of it." in visible([message]) and "cannot be shown as a card" in caplog.text


def test_the_channels_language_holds_where_a_message_names_none() -> None:
    assert render([{"text": ""}], "zh") == []
    (message,) = render([{"custom": {"type": "advice", "items": [{"kind": "risk", "text": "x"}]}}], "zh")
    assert "避免什么" in visible([message])


@pytest.mark.parametrize("language", LANGUAGES)
def test_home_within_limits(language: str) -> None:
    full = home_view(
        language=language,
        profile=PROFILE,
        recent=["*How* <!channel> & so on?", "x" * 2500, *map(str, range(20))],
        assessment=card(language, "assessment_again"),
        team_url="https://team.example.com/?a=1&b=2",
    )
    empty = home_view(language=language, profile={}, recent=[], assessment=None, team_url=None)
    assert view_faults(full) == view_faults(empty) == []


@pytest.mark.parametrize(("language", "says"), [("en", "Please answer in English"), ("zh", "请用中文回答")])
def test_home_shows_the_present_language_and_says_the_other(language: str, says: str) -> None:
    view = home_view(language=language, profile={}, recent=[], assessment=None, team_url=None)
    (menu,) = [element for element in elements(view["blocks"]) if element["type"] == "static_select"]
    assert menu["action_id"].startswith("choose:") and menu["initial_option"]["value"] == says and len(menu["options"]) == 2


def test_home_asks_a_recent_question_again() -> None:
    question = "How do we choose a partner in Vietnam?"
    view = home_view(language="en", profile=PROFILE, recent=[question], assessment=None, team_url=None)
    assert question in [element.get("value") for element in elements(view["blocks"])]


def test_home_links_only_to_the_web() -> None:
    view = home_view(language="en", profile={}, recent=[], assessment=None, team_url="javascript:alert(1)")
    assert not any("url" in element for element in elements(view["blocks"]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_form_of_the_hand_over(language: str) -> None:
    view = handoff_view(language, '{"channel": "C1"}')
    assert view_faults(view) == [] and view["private_metadata"] == '{"channel": "C1"}'
    assert [block["block_id"] for block in view["blocks"] if block["type"] == "input"] == ["question", "contact"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", _texts()["notices"])
def test_notices(key: str, language: str) -> None:
    message = notice(key, language, text="<!channel> *x* & y")
    assert message_faults({"text": message.text, "blocks": message.blocks}) == []


def test_an_unknown_notice_is_an_error() -> None:
    with pytest.raises(KeyError):
        notice("nonsense", "en")
