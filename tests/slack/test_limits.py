"""The checker of Slack's limits rejects what Slack would reject."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from slack_sdk.models import blocks as sdk
from slack_sdk.models.views import View

from tests.slack import limits
from tests.slack.limits import message_faults, view_faults


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def button(action_id: str = "say:0", **other: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": action_id, "text": plain("Why?"), "value": "/why", **other}


def rich(*spans: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(spans)}]}


def cells(count: int, text: str = "x") -> list[dict[str, Any]]:
    return [{"type": "raw_text", "text": text}] * count


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def menu(*options: dict[str, Any], **other: Any) -> dict[str, Any]:
    return {"type": "static_select", "action_id": "choose:0", "options": list(options), **other}


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": mrkdwn(text)}


WORDS = {"type": "text", "text": "words"}
GOOD: list[dict[str, Any]] = [
    {"type": "header", "text": plain("h" * 150)},
    section("a &amp; b <https://a.example/?x=1&amp;y=2|A>" + "x" * 2900),
    {"type": "section", "fields": [mrkdwn("*a*\nb")] * 10},
    {"type": "context", "elements": [mrkdwn("small")] * 10},
    rich(WORDS, {"type": "link", "url": "https://a.example/", "text": "A"}),
    {"type": "table", "rows": [cells(3), cells(3)], "column_settings": [{"is_wrapped": True}]},
    actions(*(button(f"say:{n}", text=plain("t" * 75)) for n in range(25))),
    actions(menu({"text": plain("One"), "value": "1" * 150}, {"text": plain("Two"), "value": "2"})),
    {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "say:99",
                "positive_button": {"text": plain("Useful"), "value": "/feedback_positive"},
                "negative_button": {"text": plain("Not useful"), "value": "/feedback_negative"},
            }
        ],
    },
]
TABLE = GOOD[5]
BAD: dict[str, list[dict[str, Any]]] = {
    "no block": [],
    "51 blocks": [{"type": "divider"}] * 51,
    "unknown type": [{"type": "marquee"}],
    "unknown key": [{"type": "divider", "colour": "red"}],
    "header of 151": [{"type": "header", "text": plain("h" * 151)}],
    "header with mrkdwn": [{"type": "header", "text": mrkdwn("h")}],
    "section of 3001": [section("x" * 3001)],
    "section beyond the first plane": [section("😀" * 1501)],
    "empty section": [{"type": "section"}],
    "blank text": [section("  ")],
    "11 fields": [{"type": "section", "fields": [mrkdwn("x")] * 11}],
    "field of 2001": [{"type": "section", "fields": [mrkdwn("x" * 2001)]}],
    "11 elements in a context": [{"type": "context", "elements": [mrkdwn("x")] * 11}],
    "26 elements": [actions(*(button(f"say:{n}") for n in range(26)))],
    "button of 76": [actions(button(text=plain("t" * 76)))],
    "button value of 2001": [actions(button(value="v" * 2001))],
    "action_id of 256": [actions(button("a" * 256))],
    "button without action_id": [actions({"type": "button", "text": plain("x")})],
    "action_id twice": [actions(button()), actions(button())],
    "block_id twice": [{"type": "divider", "block_id": "a"}, {"type": "divider", "block_id": "a"}],
    "block_id of 256": [{"type": "divider", "block_id": "b" * 256}],
    "style": [actions(button(style="green"))],
    "button to a script": [actions(button(url="javascript:alert(1)"))],
    "no option": [actions(menu())],
    "101 options": [actions(menu(*({"text": plain("x"), "value": str(n)} for n in range(101))))],
    "option value of 151": [actions(menu({"text": plain("x"), "value": "v" * 151}))],
    "option of 76": [actions(menu({"text": plain("x" * 76), "value": "v"}))],
    "initial option of no menu": [
        actions(menu({"text": plain("x"), "value": "v"}, initial_option={"text": plain("y"), "value": "w"}))
    ],
    "input in actions": [actions({"type": "plain_text_input", "action_id": "say:0"})],
    "two tables": [TABLE, TABLE],
    "101 rows": [{"type": "table", "rows": [cells(1)] * 101}],
    "21 cells": [{"type": "table", "rows": [cells(21)]}],
    "ragged rows": [{"type": "table", "rows": [cells(2), cells(3)]}],
    "table of 10,001 characters": [{"type": "table", "rows": [cells(4, "x" * 2501)]}],
    "rich text of 3001": [rich({"type": "text", "text": "x" * 3001})],
    "empty rich text": [rich()],
    "empty span": [rich({"type": "text", "text": ""})],
    "mention in rich text": [rich({"type": "broadcast", "range": "channel"})],
    "link to a script": [rich({"type": "link", "url": "javascript:alert(1)", "text": "x"})],
    "half a character": [rich({"type": "text", "text": "\ud83d"})],
    "message of 14,000": [rich({"type": "text", "text": "x" * 2800})] * 5,
    "channel mention": [section("<!channel>")],
    "user mention": [section("hello <@U123>")],
    "mail link": [section("<mailto:a@b.example|a>")],
    "bare ampersand": [section("a & b")],
    "bare angle": [section("a < b")],
    "other entity": [section("&quot;")],
    "no verbatim": [{"type": "section", "text": {"type": "mrkdwn", "text": "x"}}],
    "image without alternative": [{"type": "image", "image_url": "https://a.example/a.png"}],
    "image from a file": [{"type": "image", "image_url": "file:///a.png", "alt_text": "a"}],
}


def test_accepts_what_is_at_the_limits() -> None:
    assert message_faults({"text": "t", "blocks": GOOD}) == []


@pytest.mark.parametrize("blocks", BAD.values(), ids=BAD.keys())
def test_rejects_blocks(blocks: list[dict[str, Any]]) -> None:
    assert message_faults({"text": "t", "blocks": blocks})


@pytest.mark.parametrize("text", ["", " ", None, "x" * 4001, "<!here>", "a & b"])
def test_rejects_fallback_text(text: str | None) -> None:
    assert message_faults({"text": text, "blocks": [{"type": "divider"}]})


MODAL: dict[str, Any] = {
    "type": "modal",
    "callback_id": "c" * 255,
    "private_metadata": "m" * 3000,
    "title": plain("t" * 24),
    "submit": plain("s" * 24),
    "close": plain("c" * 24),
    "blocks": [
        {"type": "input", "block_id": "q", "label": plain("Q"), "element": {"type": "plain_text_input", "action_id": "q"}},
    ],
}
BAD_VIEWS: dict[str, dict[str, Any]] = {
    "type": {"type": "window"},
    "title of 25": {"title": plain("t" * 25)},
    "no title": {"title": None},
    "submit of 25": {"submit": plain("t" * 25)},
    "metadata of 3001": {"private_metadata": "m" * 3001},
    "callback of 256": {"callback_id": "c" * 256},
    "101 blocks": {"blocks": [{"type": "divider"}] * 101},
    "table in a modal": {"blocks": [TABLE]},
    "thumbs in a modal": {"blocks": [GOOD[-1]]},
    "too long an input": {"blocks": [{**MODAL["blocks"][0], "element": {**MODAL["blocks"][0]["element"], "max_length": 3001}}]},
}


@pytest.mark.parametrize("change", BAD_VIEWS.values(), ids=BAD_VIEWS.keys())
def test_rejects_views(change: dict[str, Any]) -> None:
    assert view_faults(MODAL) == []
    assert view_faults({**MODAL, **change})


def test_rejects_an_input_without_submit() -> None:
    view = deepcopy(MODAL)
    del view["submit"]
    assert view_faults(view)


def test_limits_are_those_of_slacks_own_library() -> None:
    ours = (
        limits.IDENTIFIER,
        limits.TEXT,
        limits.FIELDS,
        limits.HEADER,
        limits.ACTIONS,
        limits.CONTEXT,
        limits.CONTEXT_ACTIONS,
        limits.LABEL,
        limits.VALUE,
        limits.OPTION_VALUE,
        limits.OPTIONS,
        limits.BLOCKS["modal"],
        limits.TITLE,
        limits.METADATA,
        limits.ALT_TEXT,
        limits.URL,
        limits.PLACEHOLDER,
    )
    slacks = (
        sdk.Block.block_id_max_length,
        sdk.SectionBlock.text_max_length,
        sdk.SectionBlock.fields_max_length,
        sdk.HeaderBlock.text_max_length,
        sdk.ActionsBlock.elements_max_length,
        sdk.ContextBlock.elements_max_length,
        sdk.ContextActionsBlock.elements_max_length,
        sdk.ButtonElement.text_max_length,
        sdk.ButtonElement.value_max_length,
        sdk.Option.value_max_length,
        sdk.StaticSelectElement.options_max_length,
        View.blocks_max_length,
        View.title_max_length,
        View.private_metadata_max_length,
        sdk.ImageBlock.alt_text_max_length,
        sdk.ImageBlock.image_url_max_length,
        sdk.StaticSelectElement.placeholder_max_length,
    )
    assert ours == slacks
