"""Every way in which people turn to the adviser in Slack, over HTTP with real signatures."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rasa.core.channels.channel import UserMessage

from tests.slack.emulator import FakeSlack, Fault
from tests.slack.emulator import payloads as said
from tests.slack.replica import Echo, Replica, eventually

pytestmark = pytest.mark.usefixtures("slack_settings")

QUESTION = "How do we enter Poland?"


async def test_a_direct_message_is_acknowledged_and_answered_there(slack: FakeSlack) -> None:
    async with Replica(Echo()) as replica:
        status, body, _ = await slack.send(replica.url, said.direct(QUESTION))
        assert (status, body) == (200, "")
        await eventually(lambda: slack.posted)
    assert [(m.channel, m.thread) for m in slack.posted] == [("D0ANNA", None)]
    assert QUESTION in slack.posted[0].shown


async def test_a_mention_is_answered_in_its_thread_without_the_mention(slack: FakeSlack) -> None:
    echo = Echo()
    first = said.mention(QUESTION)
    async with Replica(echo) as replica:
        await slack.send(replica.url, first)
        await eventually(lambda: slack.posted)
        await slack.send(replica.url, said.mention("and Hungary?", thread_ts=first["event"]["ts"]))
        await eventually(lambda: len(slack.posted) == 2)
    assert {(m.channel, m.thread) for m in slack.posted} == {("C0TEAM", first["event"]["ts"])}
    assert echo.texts == [QUESTION, "and Hungary?"]
    assert len({conversation for conversation, _ in echo.said}) == 1


@pytest.mark.parametrize("threads, conversations", [("person", 2), ("thread", 1)])
async def test_a_thread_is_a_conversation_of_each_person_or_of_all(
    slack: FakeSlack, slack_settings: pytest.MonkeyPatch, threads: str, conversations: int
) -> None:
    slack_settings.setenv("QIAO_SLACK_THREADS", threads)
    echo = Echo()
    first = said.mention(QUESTION)
    async with Replica(echo) as replica:
        await slack.send(replica.url, first)
        await slack.send(replica.url, said.mention("And why?", user="U0BEN", thread_ts=first["event"]["ts"]))
        await eventually(lambda: len(slack.posted) == 2)
    assert len({conversation for conversation, _ in echo.said}) == conversations


async def test_conversations_are_told_apart_and_their_ids_name_nobody(slack: FakeSlack) -> None:
    echo = Echo()
    asked = [
        said.direct("direct"),
        said.direct("somebody else", user="U0BEN"),
        said.mention("in a channel"),
        said.mention("in another channel", channel="C0OTHER"),
    ]
    async with Replica(echo) as replica:
        for body in asked:
            await slack.send(replica.url, body)
        await eventually(lambda: len(slack.posted) == 4)
    ids = {conversation for conversation, _ in echo.said}
    assert len(ids) == 4
    assert not [part for part in (said.TEAM, said.USER, "U0BEN", "C0TEAM") for id_ in ids if part in id_]


async def test_the_command_is_answered_to_the_person_alone_in_their_own_conversation(slack: FakeSlack) -> None:
    echo, url = Echo(), slack.response_url()
    async with Replica(echo) as replica:
        status, body, _ = await slack.send(replica.url, said.command("&lt;tax&gt; in <https://x.example|Poland>?", url))
        assert (status, body) == (200, "")
        await eventually(lambda: slack.responses[url])
        await slack.send(replica.url, said.direct("and here?"))
        await eventually(lambda: slack.posted)
    answer = slack.responses[url][0]
    assert answer["response_type"] == "ephemeral" and answer["replace_original"] is False
    assert echo.texts == ["<tax> in Poland?", "and here?"]
    assert len({conversation for conversation, _ in echo.said}) == 1


async def test_a_button_under_an_ephemeral_answer_is_answered_there(slack: FakeSlack) -> None:
    url = slack.response_url()
    async with Replica(Echo()) as replica:
        await slack.send(replica.url, said.press("/why", channel="C0TEAM", response_url=url, is_ephemeral=True))
        await eventually(lambda: slack.responses[url])
    assert slack.posted == []


async def test_an_answer_whose_address_has_expired_goes_to_the_direct_messages(slack: FakeSlack) -> None:
    url = slack.response_url()
    slack.faults["response_url"].append(Fault(error="expired_url", status=404))
    async with Replica(Echo()) as replica:
        await slack.send(replica.url, said.command(QUESTION, url))
        await eventually(lambda: slack.posted)
    assert slack.posted[0].channel == "D0ANNA"


async def test_an_answer_to_a_foreign_address_is_not_sent_there(slack: FakeSlack) -> None:
    async with Replica(Echo()) as replica:
        await slack.send(replica.url, said.command(QUESTION, "http://localhost:1/steal"))
        await eventually(lambda: slack.posted)
    assert slack.posted[0].channel == "D0ANNA"


@pytest.mark.parametrize("body", [said.command("", "none"), said.mention(" "), said.direct("<@U0BOT>")], ids=["/", "@", "dm"])
async def test_without_a_question_the_person_is_told_how_to_ask(slack: FakeSlack, body: dict[str, Any]) -> None:
    echo = Echo()
    async with Replica(echo) as replica:
        await slack.send(replica.url, body)
        await eventually(lambda: slack.posted)
    assert "What would you like to know?" in slack.posted[0].text and echo.said == []


async def test_the_shortcut_is_answered_in_the_direct_messages_with_the_message_it_is_about(slack: FakeSlack) -> None:
    url = slack.response_url()
    async with Replica(Echo()) as replica:
        await slack.send(replica.url, said.shortcut("Strike at the plant in <!here|@here> Mexico", url))
        await eventually(lambda: slack.responses[url])
    assert {(m.channel, m.thread) for m in slack.posted} == {("D0ANNA", None)}
    assert "About the message" in slack.posted[0].text and "Strike at the plant" in slack.posted[0].text
    assert "You said: Strike at the plant" in slack.posted[1].shown
    assert "Messages tab" in slack.responses[url][0]["text"]


async def test_a_button_in_a_thread_is_said_in_the_threads_conversation(slack: FakeSlack) -> None:
    echo = Echo()
    first = said.mention(QUESTION)
    async with Replica(echo) as replica:
        await slack.send(replica.url, first)
        await eventually(lambda: slack.posted)
        thread = first["event"]["ts"]
        await slack.send(replica.url, said.press('/more{"choice": "entry_mode"}', channel="C0TEAM", thread=thread))
        await eventually(lambda: len(slack.posted) == 2)
    assert slack.posted[1].thread == thread
    assert echo.texts == [QUESTION, '/more{"choice": "entry_mode"}']
    assert len({conversation for conversation, _ in echo.said}) == 1


async def test_the_app_home_shows_itself_and_speaks_in_the_direct_messages(slack: FakeSlack) -> None:
    echo = Echo()
    async with Replica(echo) as replica:
        await slack.send(replica.url, said.home_opened())
        await eventually(lambda: slack.homes)
        first = slack.homes.pop(said.USER)
        await slack.send(replica.url, said.choose("Test how ready we are"))
        await eventually(lambda: slack.homes)
        await slack.send(replica.url, said.home_opened(tab="messages"))
    assert "Your company" in json.dumps(first)
    assert [(m.channel, m.thread) for m in slack.posted] == [("D0ANNA", None)]
    assert echo.texts == ["Test how ready we are"]
    assert len(slack.called("views.publish")) == 2


async def test_a_thread_of_the_assistant_is_greeted_and_is_a_conversation_of_its_own(slack: FakeSlack) -> None:
    echo, thread = Echo(), said.stamp()
    async with Replica(echo) as replica:
        await slack.send(replica.url, said.thread_started(thread))
        await eventually(lambda: slack.called("assistant.threads.setSuggestedPrompts"))
        await slack.send(replica.url, said.direct(QUESTION, thread_ts=thread))
        await slack.send(replica.url, said.direct("outside"))
        await eventually(lambda: len(slack.posted) == 3)
    assert "I am Qiao" in slack.posted[0].text and slack.posted[0].thread == thread
    assert len(slack.called("assistant.threads.setSuggestedPrompts")[0].arguments["prompts"]) == 4
    status = slack.called("assistant.threads.setStatus")
    assert [call.arguments["thread_ts"] for call in status] == [thread]
    assert len({conversation for conversation, _ in echo.said}) == 2


async def test_a_reply_in_an_ordinary_thread_of_direct_messages_goes_on_with_the_conversation(slack: FakeSlack) -> None:
    echo = Echo()
    first = said.direct(QUESTION)
    async with Replica(echo) as replica:
        await slack.send(replica.url, first)
        await slack.send(replica.url, said.direct("and why?", thread_ts=first["event"]["ts"]))
        await eventually(lambda: len(slack.posted) == 2)
    assert slack.posted[1].thread == first["event"]["ts"]
    assert len({conversation for conversation, _ in echo.said}) == 1


NOT_FOR_US = {
    "ourselves": said.direct("an answer", bot_id="B0BOT", app_id=said.APP),
    "another bot": said.direct("hello", bot_id="B9", subtype="bot_message"),
    "an edit": said.event(
        {"type": "message", "subtype": "message_changed", "channel": "D0ANNA", "channel_type": "im", "hidden": True}
    ),
    "a deletion": said.event({"type": "message", "subtype": "message_deleted", "channel": "D0ANNA", "channel_type": "im"}),
    "an edited mention": said.mention("How?", edited={"user": said.USER, "ts": "1.1"}),
    "a bot's mention": said.mention("How?", bot_id="B9"),
    "a channel's message": said.event(
        {"type": "message", "channel": "C0TEAM", "channel_type": "channel", "user": said.USER, "text": "hi"}
    ),
    "somebody joins": said.direct("<@U1> has joined", subtype="channel_join"),
    "a reaction": said.event({"type": "reaction_added", "user": said.USER}),
    "a link button": said.press("", action_id="link:3"),
    "a foreign form": said.submit({"type": "modal", "callback_id": "other"}, {}),
}


async def test_what_is_not_for_the_adviser_is_acknowledged_and_left_alone(slack: FakeSlack) -> None:
    echo = Echo()
    async with Replica(echo) as replica:
        for name, body in NOT_FOR_US.items():
            assert (await slack.send(replica.url, body))[0] == 200, name
        await slack.send(replica.url, said.direct("for you"))
        await eventually(lambda: slack.posted)
    assert echo.texts == ["for you"] and len(slack.posted) == 1


async def test_files_are_declined_and_words_beside_them_answered(slack: FakeSlack) -> None:
    echo, files = Echo(), [{"id": "F1", "url_private": "https://files.slack.com/x"}]
    async with Replica(echo) as replica:
        await slack.send(replica.url, said.direct("", subtype="file_share", files=files))
        await eventually(lambda: len(slack.posted) == 1)
        await slack.send(replica.url, said.mention("what does this mean?", files=files))
        await eventually(lambda: len(slack.posted) == 3)
    assert "I cannot read files" in slack.posted[0].text and "I cannot read files" in slack.posted[1].text
    assert "what does this mean?" in slack.posted[2].shown
    assert echo.texts == ["what does this mean?"]


class HandOver(Echo):
    """The adviser's hand-over, as far as its states go."""

    STATES = {"/human_handoff": "consent", '/affirm{"choice": "handoff:yes"}': "contact", "anna@one.example": "question"}

    def utterances(self, text: str) -> list[dict[str, Any]]:
        state = self.STATES.get(text, "contact" if "@" not in text and len(self.said) == 3 else "done")
        card = {"type": "handoff", "language": "en", "profile": {}, "state": state, "contact": None}
        return [{"text": f"step {state}"}, {"custom": card}]


async def test_the_form_of_the_hand_over_is_opened_and_said_to_the_adviser(slack: FakeSlack) -> None:
    adviser = HandOver()
    async with Replica(adviser) as replica:
        await slack.send(replica.url, said.press("home", action_id="open:handoff3", channel="C0TEAM", thread="17.1"))
        await eventually(lambda: slack.opened)
        sent = said.submit(slack.opened[0], {"question": "Who helps us with a strike?", "contact": "anna@one.example"})
        status, body, _ = await slack.send(replica.url, sent)
        assert (status, body) == (200, "")
        await eventually(lambda: slack.posted)
    assert adviser.texts == [*HandOver.STATES, "Who helps us with a strike?"]
    assert len({conversation for conversation, _ in adviser.said}) == 1
    assert [(m.channel, m.thread) for m in slack.posted] == [("C0TEAM", "17.1")]
    assert "step done" in slack.posted[0].shown


async def test_a_contact_that_the_adviser_does_not_take_is_asked_for_again(slack: FakeSlack) -> None:
    adviser = HandOver()
    async with Replica(adviser) as replica:
        await slack.send(replica.url, said.press("home", action_id="open:handoff"))
        await eventually(lambda: slack.opened)
        await slack.send(replica.url, said.submit(slack.opened[0], {"question": "Who helps?", "contact": "next door"}))
        await eventually(lambda: slack.posted)
    assert "step contact" in slack.posted[0].shown and "Who helps?" not in adviser.texts


async def test_where_the_form_opens_no_more_the_adviser_asks_step_by_step(slack: FakeSlack) -> None:
    slack.faults["views.open"].append(Fault(error="expired_trigger_id"))
    adviser = HandOver()
    async with Replica(adviser) as replica:
        await slack.send(replica.url, said.press("home", action_id="open:handoff"))
        await eventually(lambda: slack.posted)
    assert adviser.texts == ["/human_handoff"]


class Charts(Echo):
    """An assessment's result with a chart."""

    def __init__(self, card: dict[str, Any]) -> None:
        super().__init__()
        self.card = card

    def utterances(self, text: str) -> list[dict[str, Any]]:
        return [{"text": "Your result."}, {"custom": self.card}]


async def test_a_chart_is_uploaded_into_the_thread(slack: FakeSlack, result_card: dict[str, Any]) -> None:
    question = said.mention("test how ready we are")
    async with Replica(Charts(result_card)) as replica:
        await slack.send(replica.url, question)
        await eventually(lambda: slack.uploads)
    upload = slack.uploads[0]
    assert (upload["channel_id"], upload["thread_ts"]) == ("C0TEAM", question["event"]["ts"])
    assert slack.posted and slack.posted[0].thread == question["event"]["ts"]


async def test_a_chart_that_cannot_be_uploaded_is_said_to_be_missing(slack: FakeSlack, result_card: dict[str, Any]) -> None:
    slack.faults["files.getUploadURLExternal"].append(Fault(error="missing_scope"))
    async with Replica(Charts(result_card)) as replica:
        await slack.send(replica.url, said.direct("test how ready we are"))
        await eventually(lambda: any("chart could not be uploaded" in m.text for m in slack.posted))
    assert "Your result" in slack.posted[0].shown or slack.posted[0].blocks


async def test_somebody_who_floods_is_asked_to_wait(slack: FakeSlack, slack_settings: pytest.MonkeyPatch) -> None:
    slack_settings.setenv("QIAO_SLACK_RATE", "3")
    echo = Echo()
    async with Replica(echo) as replica:
        for number in range(5):
            await slack.send(replica.url, said.direct(f"question {number}"))
        await eventually(lambda: len(slack.posted) == 5)
        await slack.send(replica.url, said.direct("me too", user="U0BEN"))
        await eventually(lambda: len(slack.posted) == 6)
    assert echo.texts == ["question 0", "question 1", "question 2", "me too"]
    assert ["a lot at once" in message.text for message in slack.posted] == [False, False, False, True, True, False]


async def test_a_message_carries_the_channels_name_and_notices_have_the_persons_language(slack: FakeSlack) -> None:
    taken: list[UserMessage] = []

    async def silent(message: UserMessage) -> None:
        taken.append(message)

    async with Replica(silent) as replica:
        await slack.send(replica.url, said.direct("在波兰怎么选合作伙伴？"))
        await eventually(lambda: slack.posted)
    assert taken[0].input_channel == "slack" and taken[0].output_channel.name() == "slack"
    assert "暂时无法提供建议" in slack.posted[0].text


class Forgetting(Echo):
    """The adviser's question whether to delete, and its confirmation."""

    def utterances(self, text: str) -> list[dict[str, Any]]:
        state = {"/forget_me": "asked", '/affirm{"choice": "forget:yes"}': "deleted"}.get(text)
        return [{"text": text}, {"custom": {"type": "privacy", "language": "en", "profile": {}, "state": state}}]


async def test_who_wants_to_be_forgotten_is_forgotten_in_all_conversations(slack: FakeSlack) -> None:
    adviser, confirmed = Forgetting(), '/affirm{"choice": "forget:yes"}'
    async with Replica(adviser) as replica:
        for body in (said.direct("one"), said.mention("two"), said.mention("three"), said.mention("another's", user="U0BEN")):
            await slack.send(replica.url, body)
        await eventually(lambda: len(slack.posted) == 4)
        conversations = {text: conversation for conversation, text in adviser.said}
        await slack.send(replica.url, said.press("/forget_me"))
        await slack.send(replica.url, said.press(confirmed))
        await eventually(lambda: len(slack.posted) == 6)
    forgotten = {conversation for conversation, text in adviser.said if text == confirmed}
    assert forgotten == {conversations["one"], conversations["two"], conversations["three"]}
