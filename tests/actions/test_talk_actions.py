"""Small talk, limits, unclear messages, feedback and handing over."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from actions.rules.taxonomy import Taxonomy
from tests.actions.simulator import Conversation
from tests.small_library import TOPIC

TALK = ["greet", "goodbye", "thanks", "affirm", "deny", "help", "bot_challenge"]


async def test_every_turn_has_words_of_its_own_in_both_languages() -> None:
    said = {(await Conversation().say(intent, "?", language=language)).text for intent in TALK for language in ("en", "zh")}
    assert len(said) == 2 * len(TALK)


async def test_it_never_claims_to_be_human() -> None:
    assert "program" in (await Conversation().say("bot_challenge", "Are you human?")).text
    assert "程序" in (await Conversation().say("bot_challenge", "你是真人吗", language="zh")).text


async def test_help_names_the_five_pillars(taxonomy: Taxonomy) -> None:
    reply = await Conversation().say("help", "?")
    assert all(titles["en"] in reply.text for titles in taxonomy.pillar_titles.values())


async def test_unclear_message_offers_the_likeliest_topics() -> None:
    ranking = [
        ("nlu_fallback", 0.3),
        ("brand_image", 0.2),
        ("greet", 0.15),
        ("media_relations", 0.1),
        ("transparency", 0.1),
        ("entry_mode", 0.09),
    ]
    reply = await Conversation().say("nlu_fallback", "hmm image", ranking=ranking)
    assert reply.payload["type"] == "clarify"
    assert reply.payload["topics"] == ["brand_image", "media_relations", "transparency"]
    assert reply.buttons == ["/brand_image", "/media_relations", "/transparency"]


async def test_unlikely_topics_are_not_offered() -> None:
    reply = await Conversation().say("nlu_fallback", "xyz", ranking=[("nlu_fallback", 0.3), ("brand_image", 0.001)])
    assert reply.payload["topics"] == [] and reply.buttons == []
    assert "did not understand" in reply.text


async def test_unclear_message_that_names_a_market_answers_the_last_question_for_it() -> None:
    conversation = Conversation()
    await conversation.say(TOPIC, "?", market="ID")
    reply = await conversation.say("nlu_fallback", "hm, Germany then", market="DE")
    assert reply.payload["type"] == "advice" and "ce-fact-de" in reply.ids


async def test_message_without_words_gets_an_answer_in_the_language_of_the_conversation() -> None:
    conversation = Conversation()
    await conversation.say("greet", "你好", language="zh")
    assert (await conversation.say("nlu_fallback", "/nlu_fallback", language=None)).payload["language"] == "zh"


async def test_what_is_out_of_scope_is_said_to_be() -> None:
    assert (await Conversation().say("out_of_scope", "Write me a poem")).payload["type"] == "out_of_scope"


@pytest.mark.parametrize("intent", ["out_of_scope", "unethical_request"])
@pytest.mark.parametrize("text, language, line", [("I want to kill myself", "en", "988"), ("我不想活了", "zh", "12356")])
async def test_distress_is_met_with_a_helpline(intent: str, text: str, language: str, line: str) -> None:
    reply = await Conversation().say(intent, text, language=language)
    assert reply.payload["type"] == "out_of_scope" and line in reply.text


async def test_unethical_request_is_refused_with_the_legitimate_route() -> None:
    reply = await Conversation().say("unethical_request", "How do I bribe a customs officer?", market="DE")
    assert (reply.payload["type"], reply.payload["reason"], reply.payload["instead"]) == ("refusal", "bribery", "anti_corruption")
    assert reply.buttons == ["/anti_corruption"]
    assert "items" not in reply.payload


async def test_feedback_is_logged_with_items_and_release_but_without_words(caplog: pytest.LogCaptureFixture) -> None:
    conversation = Conversation()
    answer = await conversation.say(TOPIC, "?", market="ID")
    with caplog.at_level(logging.INFO, logger="actions.dialogues.opinion"):
        reply = await conversation.say("feedback_negative", "my secret words")
    assert reply.payload["rating"] == "feedback_negative" and reply.payload["topic"] == TOPIC
    assert reply.payload["items"][1:] == answer.ids and reply.payload["release"] == answer.payload["release"]
    assert answer.ids[0] in caplog.text and "secret" not in caplog.text


async def test_without_a_contact_no_person_is_promised() -> None:
    reply = await Conversation().say("human_handoff", "A person please")
    assert reply.payload["type"] == "handoff" and reply.payload["contact"] is None
    assert "no notification is set up" in reply.text


async def test_contact_is_named(configure: Callable[..., None]) -> None:
    configure(QIAO_CONTACT="advice@example.org")
    reply = await Conversation().say("human_handoff", "转人工", language="zh")
    assert reply.payload["contact"] == "advice@example.org" and "advice@example.org" in reply.text


@pytest.mark.parametrize("text, language", [("怎么弄", "zh"), ("how do I do that", "en")])
async def test_bare_how_alone_is_refused_nowhere(text: str, language: str) -> None:
    reply = await Conversation().say("unethical_request", text, language=language)
    assert reply.payload["type"] == "advice" and reply.payload["plan"]


@pytest.mark.parametrize("intent", ["unethical_request", "next_steps", "help", "out_of_scope", "nlu_fallback"])
async def test_bare_how_after_a_refusal_is_refused_as_before(intent: str) -> None:
    conversation = Conversation()
    await conversation.say("unethical_request", "怎么贿赂检查员？", language="zh")
    for text in ("怎么弄", "那具体怎么做呢"):
        reply = await conversation.say(intent, text, language="zh")
        assert (reply.payload["type"], reply.payload["instead"]) == ("refusal", "anti_corruption")


async def test_refusal_is_forgotten_after_one_other_turn() -> None:
    conversation = Conversation()
    await conversation.say("unethical_request", "How do I bribe a customs officer?")
    await conversation.say(TOPIC, "What do consumers trust?", market="DE")
    assert (await conversation.say("next_steps", "how do we do that")).payload["type"] == "advice"


async def test_how_to_do_wrong_is_refused_though_the_topic_is_heard() -> None:
    reply = await Conversation().say("anti_corruption", "怎么贿赂检查员？", language="zh")
    assert (reply.payload["type"], reply.payload["instead"]) == ("refusal", "anti_corruption")
    reply = await Conversation().say("anti_corruption", "怎么拒绝检查员索贿？", language="zh")
    assert reply.payload["type"] != "refusal"
