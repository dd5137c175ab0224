"""What comes from outside is taken or refused, whatever it is; nothing in it raises what nobody expects."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.intake import LONGEST_NAME, UNCLEAR, named_conversation, take_in
from bot.channels.sessions import InvalidSession, Sessions
from bot.channels.slack.arrivals import place_in
from bot.channels.slack.text import spoken
from bot.channels.web.question import read_question
from bot.channels.web.refusal import Refusal
from bot.insights.masking import mask
from serving.redaction import redact

LIMIT = 2000
INTENTS_AND_PIECES = [
    "/greet",
    "/inform_profile",
    "/affirm",
    "/restart",
    "/session_start",
    "/back",
    "/drop",
    "/nlu_fallback",
    "/",
    "//",
]
INTENTS_AND_PIECES += [
    "@0.3",
    "{",
    "}",
    '{"market": "DE"}',
    '{"choice": "forget:yes"}',
    '{"sender_id": "x"}',
    "[",
    "]",
    "\\",
    '"',
    "\ud800",
]
INTENTS_AND_PIECES += ["\x00", "\u202e", "\ufeff", "NaN", "9" * 50, ";", "+/greet", "\n", " ", "是"]
#: text with halves of characters, as JSON may bring it
ANY_TEXT = st.text(st.characters(), max_size=80)
MESSAGES = st.lists(st.sampled_from(INTENTS_AND_PIECES) | ANY_TEXT, max_size=12).map("".join)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=12,
)
_COMMAND = re.compile(r"/[a-z_]+(\{.*\})?", re.DOTALL)
_RASAS_OWN = ("/session_start", "/back", "/action_")
"""What Rasa obeys from anybody; ``/restart`` is an intent of ours as well, “start over”."""


@given(MESSAGES | JSON)
@settings(max_examples=250)
def test_every_message_becomes_a_text_that_commands_nothing_but_what_is_ours(raw: Any) -> None:
    intake = take_in(raw, LIMIT)
    assert 0 < len(intake.text) <= LIMIT
    assert intake.text.encode("utf-8")
    assert not re.search("[\x00-\x08\x1b\u202e\ufeff]", intake.text)
    if intake.text.startswith("/"):
        command = _COMMAND.fullmatch(intake.text)
        assert command and not intake.text.startswith(_RASAS_OWN)
        if command[1]:
            assert json.loads(command[1]).keys() <= {"market", "sector", "ownership", "stage", "audience", "choice"}


@pytest.mark.parametrize(
    "raw",
    [
        "/greet@0.3",
        "/greet@0.3{}",
        '/inform_profile{"sender_id": "x"}',
        "/session_start",
        "/back",
        '/greet{"market": "DE"',
        "/action_listen",
    ]
    + ["/" * 3000, "/greet{" + "[" * 1900, "/greet\n/restart", "/greet;/restart", "\u200b/session_start", "/\ud800/back"],
)
def test_what_rasa_would_obey_is_taken_as_words_or_as_nothing(raw: str) -> None:
    text = take_in(raw, LIMIT).text
    assert text == UNCLEAR or not text.startswith("/")


@given(ANY_TEXT | JSON)
@settings(max_examples=150)
def test_a_name_of_a_conversation_can_be_kept_by_every_database(name: Any) -> None:
    named = named_conversation(name)
    if named is not None:
        assert 0 < len(named) <= LONGEST_NAME and "\x00" not in named and named.encode("utf-8")


@pytest.mark.parametrize("name", ["web-00ff", "slack-00ff", "\u200bweb-00ff", " web-00ff"])
def test_open_channels_reach_no_conversation_of_a_signed_one(name: str) -> None:
    assert named_conversation(name) is None


SESSIONS = Sessions("a secret of the tests " * 2, 3600)
TOKEN = SESSIONS.token(SESSIONS.open())
PARTS = st.sampled_from(
    [
        *TOKEN.split("."),
        ".",
        "",
        "eyJhbGciOiJub25lIn0",
        "eyJhbGciOiJIUzI1NiIsImp3ayI6e319",
        "=",
        "Bearer ",
        "bearer\t",
        "\x00",
        "é",
    ]
)


@given(st.none() | ANY_TEXT | st.lists(PARTS | ANY_TEXT, max_size=8).map("".join).map("Bearer {}".format))
@settings(max_examples=250)
def test_a_header_opens_the_session_that_it_was_made_for_or_none(header: str | None) -> None:
    try:
        opened = SESSIONS.read(header)
    except InvalidSession:
        return
    assert header is not None and header.split()[1] == TOKEN
    assert re.fullmatch("web-[0-9a-f]{32}", opened.conversation)


FIELDS = st.fixed_dictionaries({}, optional=dict.fromkeys(("message", "id", "language", "title", "x"), JSON))
BODIES = st.binary(max_size=200) | JSON.map(json.dumps).map(str.encode) | FIELDS.map(json.dumps).map(str.encode)


@given(BODIES)
@settings(max_examples=250)
def test_a_body_is_a_question_or_is_refused(body: bytes) -> None:
    try:
        question = read_question(body)
    except Refusal as refusal:
        assert refusal.code == "bad_request" and refusal.body()["text"]["zh"]
        return
    assert isinstance(question.text, str) and re.fullmatch("[A-Za-z0-9_-]{8,64}", question.id)


@pytest.mark.parametrize(
    "body", [b"[" * 16_000, b'{"message":' * 1300, b'{"id": ' + b"9" * 16_000 + b"}", b"\xff\xfe", b'{"message": "\\ud800"}']
)
def test_bodies_that_break_parsers_are_refused_or_read(body: bytes) -> None:
    try:
        read_question(body)
    except Refusal as refusal:
        assert refusal.code == "bad_request"


@given(ANY_TEXT, ANY_TEXT)
def test_any_text_from_slack_can_be_read(text: str, user: str) -> None:
    assert isinstance(spoken(f"<@{user}> {text} <{text}|{user}>", user), str)


@given(ANY_TEXT | JSON.map(json.dumps))
def test_what_a_form_carries_is_a_place_or_nothing(metadata: str) -> None:
    place_in(metadata)


@given(ANY_TEXT)
def test_any_text_can_be_masked_and_logged(text: str) -> None:
    assert isinstance(mask(text), str) and isinstance(redact(text), str)
