"""What the adviser asks back, over several turns: which messages answer it, what interrupts it, what is remembered."""

from __future__ import annotations

import re

import pytest

from actions import advisory, documents
from actions.advisory import questionnaire, records
from actions.dialogues.references import number_in
from tests.actions.simulator import Conversation, Reply
from tests.small_library import TOPIC

QUESTIONS = 14


async def started() -> Conversation:
    conversation = Conversation()
    await conversation.say("readiness_assessment", "test us", market="ID")
    return conversation


async def answered(conversation: Conversation, words: str, times: int = QUESTIONS) -> Reply:
    for _ in range(times):
        reply = await conversation.say("out_of_scope", words)
    return reply


@pytest.mark.parametrize("words, points", [("yes, we have that", 100), ("partly", 50), ("not yet", 0), ("no idea", 0)])
async def test_assessment_in_words_is_scored_in_every_dimension(words: str, points: int) -> None:
    result = await answered(await started(), words)
    assert result.payload["state"] == "result" and result.payload["total"] == points
    assert {score["dimension"]: score["points"] for score in result.payload["scores"]} == dict.fromkeys(
        questionnaire().dimensions, points
    )
    assert bool(result.payload["scores"][0]["reasons"]) is (points < 100)
    assert re.fullmatch(r"http://127\.0\.0\.1:5005/documents/[\w-]{32}\.svg", result.payload["chart"])
    name = result.payload["chart"].rpartition("/")[2]
    picture, drawing = (documents.rendered(name.replace("svg", ending)) for ending in ("png", "svg"))
    assert picture is not None and picture[0][:8] == b"\x89PNG\r\n\x1a\n" and picture[1] == "image/png"
    assert drawing is not None and drawing[0].startswith(b"<svg") and documents.rendered(name.replace("svg", "docx")) is None


async def test_assessment_by_buttons_ends_with_actions_out_of_the_store() -> None:
    conversation = await started()
    for question in questionnaire().questions:
        reply = await conversation.say("readiness_assessment", choice=f"assessment:{question.id}:no")
    assert reply.payload["state"] == "result" and 1 <= len(reply.payload["items"]) <= 3
    assert conversation.slots["pending"] is None
    assert [item["id"] for item in (await conversation.say("why", "why?")).payload["items"]] == reply.ids


async def test_second_assessment_shows_the_first() -> None:
    conversation = await started()
    first = await answered(conversation, "partly")
    await conversation.say("readiness_assessment", "again")
    second = await answered(conversation, "yes")
    assert second.payload["previous"]["total"] == first.payload["total"] == 50
    assert "+50" in second.text


async def test_question_interrupts_the_assessment_and_is_answered() -> None:
    conversation = await started()
    await conversation.say("affirm", "yes")
    reply = await conversation.say(TOPIC, "How do we meet the village?", ranking=[(TOPIC, 0.9)])
    assert reply.payload["type"] == "advice" and reply.payload["pending"]["number"] == 2
    assert "question 2 of 14" in reply.payload["remark"] and reply.text.endswith(reply.payload["remark"])
    assert "Which industry" not in reply.text
    assert (await conversation.say("deny", "no")).payload["number"] == 3


async def test_nonsense_repeats_the_question() -> None:
    conversation = await started()
    reply = await conversation.say("nlu_fallback", "wibble wobble")
    assert reply.payload["number"] == 1 and "could not read" in reply.text


async def test_back_corrects_the_answer_before() -> None:
    conversation = await started()
    await conversation.say("affirm", "yes")
    assert (await conversation.say("change_profile", "go back")).payload["number"] == 1
    await conversation.say("deny", "no")
    assert conversation.slots["pending"]["given"][questionnaire().questions[0].id] == "no"


async def test_old_button_corrects_its_own_question_and_a_second_tap_changes_nothing() -> None:
    conversation = await started()
    first = questionnaire().questions[0].id
    await conversation.say("readiness_assessment", choice=f"assessment:{first}:yes")
    again = await conversation.say("readiness_assessment", choice=f"assessment:{first}:yes")
    assert again.payload["number"] == 2 and "Corrected" not in again.text
    corrected = await conversation.say("readiness_assessment", choice=f"assessment:{first}:no")
    assert corrected.payload["number"] == 2 and "Corrected: question 1" in corrected.text
    assert conversation.slots["pending"]["given"] == {first: "no"}


async def test_stop_ends_the_assessment_and_keeps_nothing() -> None:
    conversation = await started()
    await conversation.say("affirm", "yes")
    assert (await conversation.say("deny", "stop")).payload["state"] == "stopped"
    assert conversation.slots["pending"] is None
    assert (await conversation.say("affirm", "yes")).payload["type"] == "smalltalk"


async def test_reason_for_a_question_is_given_on_request() -> None:
    conversation = await started()
    reply = await conversation.say("why", "why do you ask?")
    assert questionnaire().questions[0].because["en"] in reply.text and reply.payload["number"] == 1


async def test_unethical_request_is_refused_in_the_middle_of_the_assessment() -> None:
    conversation = await started()
    reply = await conversation.say("unethical_request", "help me bribe the auditor", ranking=[("unethical_request", 0.9)])
    assert reply.payload["type"] == "refusal" and reply.payload["pending"]["number"] == 1


async def test_restart_ends_whatever_was_asked() -> None:
    conversation = await started()
    assert (await conversation.say("restart", "/restart")).payload["type"] == "smalltalk"
    assert conversation.slots["pending"] is None


@pytest.mark.parametrize(
    "broken", [{"kind": "assessment"}, {"kind": "assessment", "given": 5, "at": "x"}, {"kind": "nonsense"}, {}]
)
async def test_broken_state_gets_an_ordinary_answer(broken: dict[str, object]) -> None:
    reply = await Conversation(pending=broken).say("greet", "hello")
    assert len(reply.payloads) == 1


async def test_handover_takes_consent_contact_and_question_down() -> None:
    conversation = Conversation()
    await conversation.say(TOPIC, "?", market="ID")
    offered = await conversation.say("human_handoff", "a person please")
    assert offered.payload["state"] == "consent" and records().held("conversation-1")["tickets"] == 0
    assert (await conversation.say("affirm", "yes")).payload["state"] == "contact"
    assert (await conversation.say("inform_profile", "li.wei@example.org")).payload["state"] == "question"
    done = await conversation.say(TOPIC, "Who signs for the smelter's land?", ranking=[(TOPIC, 0.9)])
    (ticket,) = [t for t in records().tickets() if t.reference == done.payload["reference"]]
    assert (ticket.contact, ticket.question) == ("li.wei@example.org", "Who signs for the smelter's land?")
    assert ticket.topic == TOPIC and ticket.profile["market"] == ["ID"]


async def test_handover_is_interrupted_resumed_and_cancelled() -> None:
    conversation = Conversation()
    before = len(records().tickets())
    await conversation.say("human_handoff", "a person please")
    await conversation.say("affirm", "yes")
    reply = await conversation.say(TOPIC, "How do we meet the village?", ranking=[(TOPIC, 0.9)])
    assert reply.payload["type"] == "advice" and "still open" in reply.text
    assert (await conversation.say("inform_profile", "x")).payload["state"] == "contact"
    assert "nothing was stored" in (await conversation.say("deny", "cancel")).text
    assert len(records().tickets()) == before


async def test_handover_without_consent_stores_nothing() -> None:
    conversation = Conversation()
    await conversation.say("human_handoff", "a person please")
    assert "nothing was stored" in (await conversation.say("deny", "no")).text


async def test_deletion_needs_a_confirmation_and_takes_everything() -> None:
    conversation = Conversation()
    await conversation.say(TOPIC, "?", market="ID")
    await conversation.say("feedback_positive", "great")
    asked = await conversation.say("forget_me", "delete my data")
    assert asked.payload["state"] == "confirm" and asked.payload["stored"]["feedback"] >= 1
    done = await conversation.say("affirm", "yes")
    assert done.payload["state"] == "deleted"
    assert set(records().held("conversation-1").values()) == {0}
    assert conversation.slots["market"] is None and conversation.slots["last_topic"] is None


async def test_late_or_declined_confirmation_deletes_nothing() -> None:
    conversation = Conversation()
    await conversation.say("feedback_positive", "great")
    await conversation.say("forget_me", "delete my data")
    assert (await conversation.say("deny", "no")).payload["state"] == "kept"
    await conversation.say("forget_me", "delete my data")
    await conversation.say(TOPIC, "How do we meet the village?")
    late = await conversation.say("affirm", choice="forget:yes")
    assert "no longer open" in late.text
    assert records().held("conversation-1")["feedback"] >= 1


async def test_blame_asks_for_words_and_keeps_them_with_the_items() -> None:
    conversation = Conversation()
    answer = await conversation.say(TOPIC, "?", market="ID")
    await conversation.say("feedback_negative", "that is wrong")
    await conversation.say("out_of_scope", "the figure is from 2019", ranking=[("out_of_scope", 0.4)])
    rated = {item.item: item for item in records().rated()}
    assert "the figure is from 2019" in rated[answer.ids[0]].words
    assert conversation.slots["pending"] is None


async def test_clear_question_after_blame_is_answered() -> None:
    conversation = Conversation()
    await conversation.say(TOPIC, "?", market="ID")
    await conversation.say("feedback_negative", "that is wrong")
    reply = await conversation.say("entry_readiness", "Are we ready?", ranking=[("entry_readiness", 0.8)])
    assert reply.payload["type"] == "advice"


async def test_one_missing_facet_is_asked_for_once() -> None:
    conversation = Conversation()
    first = await conversation.say(TOPIC, "?")
    assert first.payload["question"]["facet"] == "market" and first.text.endswith(first.payload["question"]["text"])
    second = await conversation.say(TOPIC, "?", market="ID")
    assert second.payload["question"]["facet"] == "sector"
    assert '/inform_profile{"sector": "mining_metals"}' in second.buttons
    declined = await conversation.say("deny", choice="facet:skip")
    assert declined.payload["type"] == "smalltalk"
    third = await conversation.say(TOPIC, "?")
    assert third.payload.get("question", {}).get("facet") not in ("market", "sector")


async def test_pressed_value_answers_again_for_it() -> None:
    conversation = Conversation()
    await conversation.say(TOPIC, "?", market="ID")
    reply = await conversation.say("inform_profile", sector="mining_metals")
    assert reply.payload["type"] == "advice" and "ce-fact-id-metals" in reply.ids


async def test_contradiction_is_answered_and_asked_about() -> None:
    conversation = Conversation()
    await conversation.say("inform_profile", "we are private", ownership="private")
    reply = await conversation.say(TOPIC, "as a state-owned company, what now?", ownership="state_owned", market="ID")
    assert reply.payload["question"]["between"] == ["private", "state_owned"] and "Which holds?" in reply.text
    await conversation.say("inform_profile", ownership="private")
    assert conversation.slots["ownership"] == "private"


async def test_announced_change_is_no_contradiction() -> None:
    conversation = Conversation()
    await conversation.say(TOPIC, "?", market="ID", ownership="private")
    reply = await conversation.say("change_profile", "we are listed now", ownership="listed")
    assert "between" not in reply.payload.get("question", {})


@pytest.mark.parametrize(
    "text, number",
    [
        ("tell me more about the second one", 2),
        ("explain number 3", 3),
        ("#4", 4),
        ("2", 2),
        ("the last point please", -1),
        ("第二条展开讲讲", 2),
        ("说说第3点", 3),
        ("最后一条呢", -1),
        ("what should we do first?", None),
        ("we opened 2 plants in 2019", None),
        ("第一步做什么", None),
    ],
)
def test_items_are_pointed_at_by_number(text: str, number: int | None) -> None:
    assert number_in(text) == number


async def test_pointed_at_item_is_given_in_full() -> None:
    conversation = Conversation()
    answer = await conversation.say(TOPIC, "?", market="ID")
    reply = await conversation.say("more", "tell me more about the second one")
    assert reply.payload["type"] == "explanation" and [item["id"] for item in reply.payload["items"]] == [answer.ids[1]]
    beyond = await conversation.say("more", "what about number 40")
    assert "1 to" in beyond.text
    assert [item["id"] for item in (await conversation.say("why", "why?")).payload["items"]][1:] == answer.ids


def test_all_that_actions_share_is_made_once() -> None:
    assert advisory.records() is advisory.records() and advisory.questionnaire() is advisory.questionnaire()


async def test_words_of_distress_in_a_clear_question_of_business_are_no_distress() -> None:
    reply = await Conversation().say(TOPIC, "A suicide in our dormitory, what do we tell the village?", ranking=[(TOPIC, 0.9)])
    assert reply.payload["type"] == "advice"
    reply = await Conversation().say("deny", "I can't go on, there is no way out for me", ranking=[("deny", 0.9)])
    assert "988" in reply.text
