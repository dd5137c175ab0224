"""What the conversation knows of the company, its language, and how it is cleared."""

from __future__ import annotations

import pytest

from actions.dialogues.references import topic_about
from tests.actions.simulator import Conversation
from tests.small_library import TOPIC
from tests.support import TAXONOMY

KNOWLEDGE = ("market", "sector", "ownership", "stage", "audience", "last_topic", "last_items", "last_profile", "seen_items")


async def test_facts_given_before_any_question_are_noted() -> None:
    conversation = Conversation()
    reply = await conversation.say(
        "inform_profile", "We are a state-owned battery maker.", sector="batteries", ownership="state_owned"
    )
    assert reply.payload["type"] == "profile"
    assert "batteries" in reply.text and "state-owned" in reply.text
    assert (conversation.slots["sector"], conversation.slots["ownership"]) == ("batteries", "state_owned")


async def test_new_facts_answer_the_last_question_again() -> None:
    conversation = Conversation()
    await conversation.say(TOPIC, "How do we win trust?", market="ID")
    reply = await conversation.say("change_profile", "And in Germany?", market="DE")
    assert reply.payload["type"] == "advice" and reply.payload["topic"] == TOPIC
    assert reply.payload["profile"]["market"] == ["DE"]
    assert "ce-fact-de" in reply.ids and "ce-fact-id" not in reply.ids


async def test_question_about_the_profile_shows_all_that_is_known() -> None:
    conversation = Conversation()
    await conversation.say(TOPIC, "?", market=["ID", "DE"], stage="crisis")
    reply = await conversation.say("inform_profile", "你了解我们什么？", language="zh")
    assert reply.payload["type"] == "profile" and "印度尼西亚、德国、危机中" in reply.text


@pytest.mark.parametrize("language, said", [("en", "I know nothing"), ("zh", "还不了解")])
async def test_nothing_known_is_admitted(language: str, said: str) -> None:
    reply = await Conversation().say("inform_profile", "?", language=language)
    assert reply.payload["type"] == "profile" and said in reply.text


@pytest.mark.parametrize(
    "text, language, chosen",
    [
        ("Please answer in Chinese", "en", "zh"),
        ("请用英文", "zh", "en"),
        ("switch", "en", "zh"),
        ("换一种语言", "zh", "en"),
        ("/switch_language", None, "zh"),
    ],
)
async def test_language_is_switched_and_kept(text: str, language: str | None, chosen: str) -> None:
    conversation = Conversation()
    reply = await conversation.say("switch_language", text, language=language)
    assert reply.payload["language"] == chosen
    later = await conversation.say(TOPIC, "How? 怎么做？", language="en" if chosen == "zh" else "zh")
    assert later.payload["language"] == chosen


async def test_language_can_be_switched_back() -> None:
    conversation = Conversation()
    await conversation.say("switch_language", "in Chinese please")
    await conversation.say("switch_language", "back to English")
    assert (await conversation.say(TOPIC, "怎么做", language="zh")).payload["language"] == "en"


@pytest.mark.parametrize("intent", ["affirm", "restart"])
async def test_forgetting_clears_all_but_the_language(intent: str) -> None:
    conversation = Conversation()
    await conversation.say(TOPIC, "怎么做？", language="zh", market="ID", sector="mining_metals")
    await conversation.say("forget_me", "忘掉我们", language="zh")
    reply = await conversation.say(intent, "是的", language="zh")
    assert {name: conversation.slots[name] for name in KNOWLEDGE if conversation.slots[name] is not None} == {}
    assert conversation.slots["language"] == "zh"
    assert reply.payload["profile"] == {"market": [], "sector": None, "ownership": None, "stage": None, "audience": None}


@pytest.mark.parametrize("intent", ["affirm", "restart"])
async def test_chosen_language_outlives_forgetting(intent: str) -> None:
    conversation = Conversation()
    await conversation.say("switch_language", "Chinese please")
    await conversation.say("forget_me", "forget us")
    await conversation.say(intent, "yes")
    assert (await conversation.say("greet", "hello")).payload["language"] == "zh"


async def test_after_forgetting_a_follow_up_has_nothing_to_refer_to() -> None:
    conversation = Conversation()
    await conversation.say(TOPIC, "?", market="ID")
    await conversation.say("forget_me")
    await conversation.say("affirm", "yes")
    assert "no answer yet" in (await conversation.say("why")).text


async def test_market_is_added_when_the_person_says_so() -> None:
    conversation = Conversation()
    await conversation.say(TOPIC, "?", market="ID")
    reply = await conversation.say("change_profile", "also Germany, please", market="DE")
    assert reply.payload["profile"]["market"] == ["ID", "DE"]


@pytest.mark.parametrize(
    "text, language, left",
    [
        ("please clear our industry", "en", ["market"]),
        ("把行业信息删掉", "zh", ["market"]),
        ("clear the whole profile", "en", []),
    ],
)
async def test_what_is_known_can_be_cleared_in_words(text: str, language: str, left: list[str]) -> None:
    conversation = Conversation()
    await conversation.say("inform_profile", "?", market="ID", sector="batteries")
    reply = await conversation.say("change_profile", text, language=language)
    assert [facet for facet, value in reply.payload["profile"].items() if value] == left
    assert (conversation.slots["market"], conversation.slots["sector"]) == (["ID"] if left else None, None)


async def test_what_is_known_can_be_cleared_by_button() -> None:
    conversation = Conversation()
    await conversation.say("inform_profile", "?", market="ID", sector="batteries")
    shown = await conversation.say("inform_profile", "what do you know about us?")
    assert '/change_profile{"choice": "clear:sector"}' in shown.buttons
    await conversation.say("change_profile", "/change_profile", choice="clear:sector")
    assert conversation.slots["sector"] is None and conversation.slots["market"] == ["ID"]
    await conversation.say("change_profile", "/change_profile", choice="clear:all")
    assert conversation.slots["market"] is None


@pytest.mark.parametrize(
    "title, language, meant",
    [("Clear ownership", "en", TOPIC), ("清除所有制", "zh", "forget_me"), ("clear market.", "en", "restart")],
)
async def test_typed_title_of_a_button_means_the_button(title: str, language: str, meant: str) -> None:
    conversation = Conversation()
    await conversation.say("inform_profile", "?", language=language, market="ID", ownership="private")
    await conversation.say("inform_profile", "what do you know about us?", language=language)
    reply = await conversation.say(meant, title, language=language)
    assert reply.payload["type"] == "profile"
    assert conversation.slots["ownership" if "market" not in title else "market"] is None
    again = await conversation.say("change_profile", "Clear all" if language == "en" else "全部清除", language=language)
    assert again.payload["type"] == "profile" and conversation.slots["market"] is None


async def test_short_wish_to_remove_one_facet_deletes_nothing_else() -> None:
    conversation = Conversation()
    await conversation.say("inform_profile", "?", market="ID", ownership="private")
    reply = await conversation.say("forget_me", "清除所有制", language="zh")
    assert reply.payload["type"] == "profile" and conversation.slots["ownership"] is None
    assert (await conversation.say("forget_me", "请把关于我的所有数据都删掉", language="zh")).payload["type"] == "privacy"


async def test_question_beside_the_facts_is_answered_at_once() -> None:
    text = "We are a private battery maker entering Indonesia: what about the neighbours?"
    reply = await Conversation().say("inform_profile", text, market="ID", ranking=[("inform_profile", 0.8), (TOPIC, 0.1)])
    assert reply.payload["type"] == "advice" and reply.payload["topic"] == TOPIC


@pytest.mark.parametrize("text, language", [("what about the neighbours there?", "en"), ("那当地居民呢？", "zh")])
async def test_first_question_that_names_only_an_audience_is_about_it(text: str, language: str) -> None:
    reply = await Conversation().say("inform_profile", text, language=language, market="ID", audience="communities")
    assert reply.payload["type"] == "advice" and reply.payload["topic"] == "community_engagement"


async def test_audience_without_a_question_is_noted() -> None:
    reply = await Conversation().say("inform_profile", "We mostly deal with the villages.", audience="communities")
    assert reply.payload["type"] == "profile"


def test_every_audience_has_a_topic_of_the_taxonomy() -> None:
    for audience in TAXONOMY.values["audience"]:
        assert topic_about(audience) in TAXONOMY.topics
