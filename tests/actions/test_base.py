"""What every action does: one text, one payload; when it fails, one apology and no events."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from actions.advice.answer import Answer
from actions.conversation import Turn
from actions.rules.profile import Profile
from actions.talk_actions import ActionTalk
from tests.actions.simulator import ACTIONS, ANSWERED_BY, Conversation
from tests.small_library import TOPIC
from tests.support import LANGUAGES

APOLOGY = {"en": "Advice is unavailable for the moment", "zh": "暂时无法提供建议"}


@pytest.mark.parametrize("intent", sorted(ANSWERED_BY))
async def test_every_intent_is_answered_in_an_empty_conversation(intent: str) -> None:
    reply = await Conversation().say(intent, "Well?")
    assert len(reply.texts) == len(reply.payloads) == 1
    assert APOLOGY["en"] not in reply.text


async def test_terminal_gets_text_without_json() -> None:
    reply = await Conversation(channel="cmdline").say(TOPIC, "How?", market="ID")
    assert len(reply.texts) == 1 and reply.payloads == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("intent", [TOPIC, "more", "why", "brief", "feedback_positive"])
async def test_store_without_guidance_gives_an_apology_and_no_events(
    configure: Callable[..., None], tmp_path: Path, intent: str, language: str
) -> None:
    configure(QIAO_RULES_URL=f"sqlite:///{tmp_path / 'empty.db'}")
    conversation = Conversation(last_topic=TOPIC, last_items=["ce-risk-1"], market=["DE"])
    before = dict(conversation.slots)
    reply = await conversation.say(intent, "?", language=language)
    assert APOLOGY[language] in reply.text
    assert (reply.payloads, reply.events, conversation.slots) == ([], [], before)


async def test_database_out_of_reach_gives_an_apology_and_no_events(configure: Callable[..., None]) -> None:
    configure(QIAO_RULES_URL="postgresql://nobody@127.0.0.1:1/none")
    reply = await Conversation().say(TOPIC, "?")
    assert APOLOGY["en"] in reply.text and reply.events == []


async def test_broken_content_folder_gives_an_apology_in_both_languages(configure: Callable[..., None], tmp_path: Path) -> None:
    configure(QIAO_CONTENT=tmp_path)
    reply = await Conversation().say(TOPIC, "?")
    assert "unavailable" in reply.text and "暂时无法" in reply.text and reply.events == []


class Slow(ActionTalk):
    """Takes longer than it may."""

    def answer(self, turn: Turn) -> Answer:
        time.sleep(2)
        return super().answer(turn)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_deadline_gives_an_apology_in_time_and_no_events(configure: Callable[..., None], language: str) -> None:
    configure(QIAO_ACTION_DEADLINE=0.05)
    started = time.perf_counter()
    reply = await Conversation().say("greet", "?", language=language, action=Slow())
    assert time.perf_counter() - started < 1.5
    assert APOLOGY[language] in reply.text
    assert (reply.payloads, reply.events) == ([], [])


class Broken(ActionTalk):
    """Fails."""

    def answer(self, turn: Turn) -> Answer:
        raise ZeroDivisionError


@pytest.mark.parametrize(
    "spoken, slots, expected",
    [
        ("zh", {}, "zh"),
        ("en", {"language": "zh"}, "en"),
        (None, {"language": "zh"}, "zh"),
        (None, {}, "en"),
        ("en", {"chosen_language": "zh"}, "zh"),
        ("zh", {"chosen_language": "en"}, "en"),
    ],
)
async def test_apology_is_in_the_language_chosen_else_of_the_message_else_of_the_conversation(
    spoken: str | None, slots: dict, expected: str
) -> None:
    reply = await Conversation(**slots).say("greet", "?", language=spoken, action=Broken())
    assert APOLOGY[expected] in reply.text


async def test_actions_of_several_people_run_side_by_side() -> None:
    started = time.perf_counter()
    await asyncio.gather(*(Conversation().say("greet", "?", action=Slow()) for _ in range(4)))
    assert time.perf_counter() - started < 6  # one after the other they would take 8


def test_answer_carries_no_payload_field_twice() -> None:
    answer = Answer("advice", "en", "text", Profile(), {"topic": TOPIC})
    assert answer.payload == {
        "type": "advice",
        "language": "en",
        "profile": {"market": [], "sector": None, "ownership": None, "stage": None, "audience": None},
        "topic": TOPIC,
    }


def test_every_action_has_a_name_of_rasas_form() -> None:
    assert all(name.startswith("action_") and name == name.lower() for name in ACTIONS)
