"""Whatever comes in is made readable, and whatever fails behind the channel, the person gets a reply."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from rasa.core.channels.channel import CollectingOutputChannel, OutputChannel, UserMessage

from bot.channels.intake import UNCLEAR, converse, take_in
from tests.support import PROJECT

LIMIT = 2000
DEEP = '/greet{"market":' + "[" * 1900 + "}"
INTENTS = set(yaml.safe_load((PROJECT / "domain.yml").read_text(encoding="utf-8"))["intents"])


@pytest.mark.parametrize("raw", [None, "", "   ", "\n\t", "\x00\x01", "\u200b\ufeff", "/", "///", "/ "])
def test_message_without_words_is_taken_as_unclear(raw: object) -> None:
    assert take_in(raw, LIMIT).text == UNCLEAR


@pytest.mark.parametrize(
    "raw, text",
    [
        ("How do we enter Germany?", "How do we enter Germany?"),
        ("  你好  ", "你好"),
        (42, "42"),
        (3.5, "3.5"),
        (True, "True"),
        (["a"], "['a']"),
        ("a\x00b\x07c", "abc"),
        ("zero\u200bwidth \u202eturned\u202c", "zerowidth turned"),
        ("two\nlines", "two\nlines"),
        ("👍", "👍"),
    ],
)
def test_anything_becomes_a_readable_text(raw: object, text: str) -> None:
    assert take_in(raw, LIMIT).text == text


def test_long_text_is_shortened_and_said_to_be() -> None:
    intake = take_in("字" * 10_000, LIMIT)
    assert (intake.text, intake.shortened) == ("字" * LIMIT, True)
    assert take_in("字" * LIMIT, LIMIT).shortened is False


@pytest.mark.parametrize(
    "payload",
    [
        "/more",
        "/entry_mode",
        "/restart",
        "/nlu_fallback",
        '/inform_profile{"market": "DE"}',
        '/change_profile{"market": ["DE", "FR"], "stage": null}',
        "/why{}",
    ],
)
def test_valid_payload_passes_unchanged(payload: str) -> None:
    assert take_in(payload, LIMIT).text == payload


@pytest.mark.parametrize(
    "payload",
    [
        "/no_such_intent",
        "/greet@0.3",
        '/no_such_intent{"market": "DE"}',
        '/greet{"market": ',
        '/greet{"market": }',
        '/greet["market"]',
        '/greet{"secret_slot": "x"}',
        '/greet{"market": "DE"} and more',
        "/greet{'market': 'DE'}",
        "//greet@1",
        "/session_start",
        "/back",
        "/ /no_such_intent",
        "/ /session_start",
        pytest.param(DEEP, id="deeply nested"),
    ],
)
def test_malformed_payload_never_reaches_rasa_as_a_payload(payload: str) -> None:
    text = take_in(payload, LIMIT).text
    assert text == UNCLEAR or not text.startswith("/")


@given(st.text() | st.from_regex(r"[/ \u200b\u00a0]{0,5}[a-e]{0,3}[{@\"]?", fullmatch=True) | st.integers() | st.none())
def test_only_our_own_intents_pass_as_payloads(raw: object) -> None:
    text = take_in(raw, LIMIT).text
    assert text and len(text) <= LIMIT
    assert not text.startswith("/") or text.partition("{")[0][1:] in INTENTS


# --- converse ------------------------------------------------------------------------------------------------------------


class BrokenOutput(OutputChannel):
    """A channel whose deliveries fail."""

    @classmethod
    def name(cls) -> str:
        return "broken"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        raise ConnectionError("nobody listens")

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        raise ConnectionError("nobody listens")


async def answering(message: UserMessage) -> None:
    await message.output_channel.send_response(message.sender_id, {"text": "an answer"})


async def failing(_: UserMessage) -> None:
    raise RuntimeError("the agent broke down")


async def silent(_: UserMessage) -> None:
    return None


async def failing_after_an_answer(message: UserMessage) -> None:
    await answering(message)
    raise RuntimeError("the tracker store is full")


async def replies(on_new_message: Any, raw: object) -> list[str]:
    output = CollectingOutputChannel()
    await converse(on_new_message, raw, output, "somebody", "rest")
    return [message["text"] for message in output.messages]


async def test_answer_is_passed_on_as_it_is() -> None:
    assert await replies(answering, "hello") == ["an answer"]


@pytest.mark.parametrize("on_new_message", [failing, silent])
@pytest.mark.parametrize(
    "raw, said",
    [("hello", "Advice is unavailable"), ("你好", "暂时无法提供建议"), (None, "Advice is unavailable"), (7, "Advice")],
)
async def test_failure_and_silence_are_answered_in_the_language_of_the_message(
    on_new_message: Any, raw: object, said: str
) -> None:
    sent = await replies(on_new_message, raw)
    assert len(sent) == 1 and said in sent[0]


async def test_failure_after_an_answer_adds_nothing() -> None:
    assert await replies(failing_after_an_answer, "hello") == ["an answer"]


@pytest.mark.parametrize(
    "raw, said", [("a" * 10_000, "first 2000 characters"), ("长" * 10_000, "前 2000 个字符")], ids=["en", "zh"]
)
async def test_shortening_is_said_before_the_answer(raw: str, said: str) -> None:
    sent = await replies(answering, raw)
    assert said in sent[0] and sent[1:] == ["an answer"]


@pytest.mark.parametrize(
    "raw", [DEEP, "/" * 5000, "\ud800", {"text": "hello"}, b"hello"], ids=["nested", "slashes", "surrogate", "object", "bytes"]
)
async def test_hostile_input_gets_an_answer_too(raw: object) -> None:
    assert (await replies(answering, raw))[-1] == "an answer"


async def test_message_carries_sender_channel_and_metadata() -> None:
    taken: list[UserMessage] = []

    async def take(message: UserMessage) -> None:
        taken.append(message)

    await converse(take, "hello", CollectingOutputChannel(), "somebody", "web", {"page": "start"})
    assert (taken[0].text, taken[0].sender_id, taken[0].input_channel) == ("hello", "somebody", "web")
    assert taken[0].metadata == {"page": "start"}
    assert taken[0].output_channel.name() == "collector"


@pytest.mark.parametrize("on_new_message", [answering, silent, failing])
async def test_channel_that_cannot_deliver_does_not_lose_the_turn(on_new_message: Any) -> None:
    await converse(on_new_message, "hello", BrokenOutput(), "somebody", "broken")


async def test_long_message_on_a_channel_that_cannot_deliver_is_still_understood() -> None:
    understood: list[str] = []

    async def understand(message: UserMessage) -> None:
        understood.append(message.text)
        await answering(message)

    await converse(understand, "a" * 10_000, BrokenOutput(), "somebody", "broken")
    assert understood == ["a" * 2000]
