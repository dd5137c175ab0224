"""Whatever is sent gets a polite reply in the right language, and the conversation goes on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.live.assistant import Assistant

BAD_INPUT = {
    "empty": "",
    "nothing": None,
    "blank": " \n\t ",
    "number": 12345,
    "list": ["a", {"b": 1}],
    "very long": "How do we find a partner in Vietnam? " * 280,
    "very long Chinese": "在越南怎么找合作伙伴？" * 1000,
    "only emoji": "🙂🎉🚀",
    "HTML": "<script>alert('x')</script><img src=x onerror=alert(1)>",
    "SQL": "'; DROP TABLE rules; -- 1=1",
    "unknown country": "How do we enter the Republic of Wakanda as a battery maker?",
    "malformed payload": '/inform_profile{"market": ["DE"',
    "unknown intent payload": '/drop_tables{"market": "DE"}',
    "payload with a foreign entity": '/greet{"sender_id": "somebody"}',
    "payload with a bad value": '/inform_profile{"market": "Atlantis", "sector": 7}',
    "session start": "/session_start",
    "control characters": "how\x00 do we\u202e enter\x1b[31m Poland",
    "lone surrogate": "\ud83d how do we enter Poland",
    "only punctuation": "？！。。。…",
    "format string": "{0} %s ${HOME} {{7*7}}",
}


@pytest.mark.parametrize("name", BAD_INPUT)
def test_bad_input_is_answered_and_leaves_the_conversation_usable(assistant: Assistant, name: str) -> None:
    sender = f"bad-{name}"
    reply = assistant.say(sender, BAD_INPUT[name])
    assert reply.text
    assert "Traceback" not in reply.text and "Exception" not in reply.text
    assert reply.payload, reply.messages
    after = assistant.say(sender, "How do we choose a local partner in Vietnam?")
    assert after.kind == "advice"
    assert after.payload["profile"]["market"] == ["VN"]


def test_a_chinese_conversation_stays_chinese_after_input_without_words(assistant: Assistant) -> None:
    assistant.say("bad-zh", "在德国怎么跟工会打交道？")
    reply = assistant.say("bad-zh", "🙂")
    assert reply.payload["language"] == "zh"


def test_of_a_very_long_message_the_beginning_is_read_and_the_person_told(assistant: Assistant) -> None:
    reply = assistant.say("bad-long", "在越南怎么找合作伙伴？" * 1000)
    assert "2000" in reply.text
    assert reply.payload["profile"]["market"] == ["VN"]


def test_markup_comes_back_nowhere(assistant: Assistant) -> None:
    reply = assistant.say("bad-markup", "<b>How do we enter Poland</b><script>alert(1)</script>")
    assert "<script" not in str(reply.messages)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"', b"\xff\xfe"])
def test_a_body_that_is_no_object_is_refused_with_the_remedy(assistant: Assistant, body: bytes) -> None:
    response = assistant.post("/webhooks/rest/webhook", content=body)
    assert response.status_code == 400
    assert "sender" in response.json()["error"]


def test_two_requests_without_a_sender_do_not_share_a_conversation(assistant: Assistant) -> None:
    def ask(message: str) -> Any:
        return assistant.post("/webhooks/rest/webhook", json={"message": message}).json()

    first = ask("We are a battery maker in Hungary. How do we deal with neighbours?")
    second = ask("what do you know about us?")
    assert first[0]["recipient_id"] != second[0]["recipient_id"]
    assert second[-1]["custom"]["profile"]["market"] == []
