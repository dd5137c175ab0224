"""Advice and its follow-ups over several turns of a conversation."""

from __future__ import annotations

from tests.actions.simulator import Conversation
from tests.small_library import TOPIC


async def test_situation_is_remembered_for_later_questions() -> None:
    conversation = Conversation()
    await conversation.say(TOPIC, "We mine nickel in Indonesia.", market="ID", sector="mining_metals")
    reply = await conversation.say("entry_readiness", "Are we ready?")
    assert reply.payload["profile"]["market"] == ["ID"] and reply.payload["profile"]["sector"] == "mining_metals"
    assert "er-fact-id" in reply.ids


async def test_answer_offers_its_follow_ups_as_buttons() -> None:
    reply = await Conversation().say(TOPIC, "?", market="ID")
    turns = ("why", "sources", "more", "next_steps", "example")
    assert reply.buttons[:5] == [f'/{turn}{{"choice": "{TOPIC}"}}' for turn in turns]


async def test_old_button_still_means_its_own_topic() -> None:
    conversation = Conversation()
    first = await conversation.say(TOPIC, "?", market="ID")
    await conversation.say("entry_readiness", "?")
    more = await conversation.say("more", "/more", choice=TOPIC)
    assert more.payload["topic"] == TOPIC and not set(more.ids) & set(first.ids)
    await conversation.say("entry_readiness", "?")
    why = await conversation.say("why", "/why", choice=TOPIC)
    assert why.payload["topic"] == TOPIC


async def test_more_goes_on_without_repeats_until_nothing_is_left() -> None:
    conversation = Conversation()
    reply = await conversation.say(TOPIC, "?", market="ID")
    given = reply.ids
    for _ in range(5):
        reply = await conversation.say("more")
        given += reply.ids
        if not reply.ids:
            break
    assert len(given) == len(set(given)) > 7
    assert "That was everything" in reply.text


async def test_same_question_again_is_answered_in_full_again() -> None:
    conversation = Conversation()
    first = await conversation.say(TOPIC, "?", market="ID")
    await conversation.say("more")
    assert (await conversation.say(TOPIC, "?")).ids == first.ids


async def test_more_on_another_topic_starts_afresh() -> None:
    conversation = Conversation()
    await conversation.say("entry_readiness", "?")
    await conversation.say(TOPIC, "?")
    assert (await conversation.say("more")).payload["topic"] == TOPIC


async def test_why_and_sources_refer_to_the_last_answer() -> None:
    conversation = Conversation()
    answer = await conversation.say(TOPIC, "?", market="ID")
    why = await conversation.say("why")
    assert [item["id"] for item in why.payload["items"]] == [answer.payload["headline_id"], *answer.ids]
    sources = await conversation.say("sources")
    assert [source["title"] for source in sources.payload["sources"]] == ["Study study"]


async def test_why_still_refers_to_the_answer_after_thanks_and_sources() -> None:
    conversation = Conversation()
    answer = await conversation.say(TOPIC, "?", market="ID")
    for intent in ("thanks", "sources", "feedback_positive", "why"):
        await conversation.say(intent)
    assert [item["id"] for item in (await conversation.say("why")).payload["items"]][1:] == answer.ids


async def test_follow_ups_without_an_answer_say_so() -> None:
    for intent in ("why", "sources", "more"):
        reply = await Conversation().say(intent)
        assert "no answer yet" in reply.text


async def test_follow_ups_come_in_the_language_in_which_they_are_asked() -> None:
    conversation = Conversation()
    await conversation.say(TOPIC, "?", market="ID")
    for intent in ("why", "sources", "more", "next_steps", "example"):
        reply = await conversation.say(intent, "嗯", language="zh")
        assert reply.payload["language"] == "zh" and any("\u4e00" <= char <= "\u9fff" for char in reply.text)


async def test_tap_on_a_button_keeps_the_language_of_the_conversation() -> None:
    conversation = Conversation()
    await conversation.say(TOPIC, "怎么做？", language="zh")
    assert (await conversation.say("why", "/why", language=None)).payload["language"] == "zh"


async def test_next_steps_plan_the_last_topic_else_readiness() -> None:
    conversation = Conversation()
    assert (await conversation.say("next_steps")).payload["topic"] == "entry_readiness"
    await conversation.say(TOPIC, "?")
    assert (await conversation.say("next_steps")).payload["topic"] == TOPIC


async def test_examples_fit_the_conversation_and_do_not_repeat() -> None:
    conversation = Conversation()
    await conversation.say(TOPIC, "?", market=["ID", "DE"])
    first = await conversation.say("example")
    assert first.ids[0] == "case-alpha"
    assert (await conversation.say("example", "What about Gamma?")).ids == ["case-gamma"]


async def test_comparison_takes_the_markets_named() -> None:
    reply = await Conversation().say("compare_markets", "Compare Indonesia and Germany", market=["ID", "DE"])
    assert reply.payload["markets"] == ["ID", "DE"] and reply.payload["rows"]


async def test_single_market_is_set_beside_the_one_spoken_of_before() -> None:
    conversation = Conversation()
    await conversation.say(TOPIC, "?", market="ID")
    reply = await conversation.say("compare_markets", "How does Germany compare?", market="DE")
    assert reply.payload["markets"] == ["ID", "DE"]
    assert reply.payload["rows"][0]["topic"] == TOPIC


async def test_comparison_without_markets_takes_those_remembered_or_asks() -> None:
    conversation = Conversation()
    assert (await conversation.say("compare_markets", "Compare")).payload["rows"] == []
    await conversation.say(TOPIC, "?", market=["ID", "DE"])
    assert (await conversation.say("compare_markets", "Compare them")).payload["markets"] == ["ID", "DE"]


async def test_same_market_twice_is_no_comparison() -> None:
    conversation = Conversation()
    await conversation.say(TOPIC, "?", market="ID")
    assert (await conversation.say("compare_markets", "Compare with Indonesia", market="ID")).payload["markets"] == ["ID"]


async def test_brief_is_on_the_market_named_last() -> None:
    conversation = Conversation()
    await conversation.say(TOPIC, "?", market="DE")
    assert (await conversation.say("brief", "A brief on Indonesia", market="ID")).payload["market"] == "ID"
    assert (await conversation.say("brief", "Another brief")).payload["market"] == "ID"
