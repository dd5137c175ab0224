"""What was said comes back in whole turns, in people's words, with a cursor to go on from."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.core.events import BotUttered, Restarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.channels.intake import UNCLEAR
from bot.channels.web import transcript
from bot.conversations import delete_conversation
from tests.channels.web.serving import Client, Server


def said(history: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(message["from"], message.get("text")) for message in history["messages"]]


async def keep(server: Server, conversation: str, *events: Any) -> None:
    """Write events as Rasa would have."""
    store = server.adviser.store
    tracker = await store.retrieve(conversation) or DialogueStateTracker(conversation, [])
    for event in events:
        tracker.update(event)
    await store.save(tracker)


async def test_history_has_the_ids_and_contents_of_the_replies(server: Server, visitor: Client) -> None:
    buttons = [{"title": "More", "payload": "/more"}]
    server.adviser.reply = [{"text": "an answer", "buttons": buttons}, {"custom": {"type": "advice", "items": []}}]
    reply = (await visitor.say("How do we enter Poland?", id="with-ids-1")).json()
    asked, *answered = (await visitor.history())["messages"]
    assert asked | {"at": 0} == {"from": "user", "id": "with-ids-1", "at": 0, "text": "How do we enter Poland?"}
    for shown, sent in zip(answered, reply["messages"]):
        assert shown | {"at": 0} == sent | {"at": 0}
        assert shown["at"] == pytest.approx(sent["at"], abs=5)


async def test_of_a_pressed_button_the_title_is_shown_and_never_the_payload(server: Server, visitor: Client) -> None:
    server.adviser.reply = [{"text": "which?", "buttons": [{"title": "更多", "payload": "/more"}]}]
    await visitor.say("/why", title="Why?")
    await visitor.say("/more")  # a client that sends no title: it is that of the button which was offered
    await visitor.say("/sources")  # nobody offered this one
    await visitor.say("hello", title="a title beside words means nothing")
    history = await visitor.history()
    assert [text for who, text in said(history) if who == "user"] == ["Why?", "更多", "hello"]
    assert [message.metadata for message in server.adviser.understood] == [{"title": "Why?"}, None, None, None]


async def test_message_without_words_is_not_shown(server: Server, visitor: Client) -> None:
    await visitor.say("  ")
    assert server.adviser.understood[0].text == UNCLEAR
    assert [who for who, _ in said(await visitor.history())] == ["bot", "bot"]


async def test_nothing_internal_is_shown(server: Server, visitor: Client) -> None:
    await visitor.say("hello", title="x")
    shown = (await visitor.history())["messages"]
    assert {key for message in shown for key in message} <= {"from", "id", "at", "text", "buttons", "custom"}


async def test_cursor_gives_what_came_after_it(visitor: Client) -> None:
    assert await visitor.history() == {"messages": [], "cursor": ""}
    await visitor.say("first")
    before = await visitor.history(after="")
    assert len(before["messages"]) == 3
    nothing = await visitor.history(after=before["cursor"])
    assert nothing == {"messages": [], "cursor": before["cursor"]}
    await visitor.say("second", id="second-message")
    after = await visitor.history(after=before["cursor"])
    assert said(after) == [("user", "second"), ("bot", "an answer"), ("bot", None)]
    assert [message["id"] for message in after["messages"]] == ["second-message", "second-message.0", "second-message.1"]
    assert after["cursor"] != before["cursor"]


@pytest.mark.parametrize("cursor", ["nonsense", "1", "-1_1.0", "1_nan", "1_1.0;DROP TABLE events", "9" * 40 + "_1.0"])
async def test_cursor_that_is_none_is_refused(visitor: Client, cursor: str) -> None:
    reply = await visitor.http.get("/webhooks/web/history", params={"after": cursor}, headers=visitor.headers)
    assert (reply.status_code, reply.json()["code"]) == (400, "bad_request")


async def test_cursor_of_another_conversation_opens_nothing(server: Server, visitor: Client) -> None:
    other = await server.visitor()
    await other.say("their secret")
    await visitor.say("mine")
    history = await visitor.history(after=(await other.history())["cursor"])
    assert said(history)[0] == ("user", "mine") and "their secret" not in str(history)


async def test_cursor_that_was_deleted_gives_the_latest_messages(server: Server, visitor: Client) -> None:
    await visitor.say("old")
    cursor = (await visitor.history())["cursor"]
    delete_conversation(server.adviser.store, visitor.conversation)
    await visitor.say("new")  # SQLite gives the rows the numbers of those that were deleted
    assert said(await visitor.history(after=cursor))[0] == ("user", "new")


async def test_latest_messages_and_pages_are_whole_turns(
    server: Server, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transcript, "PAGE_MESSAGES", 7)
    for number in range(4):
        await visitor.say(f"question {number}")
    latest = await visitor.history()
    assert [text for who, text in said(latest) if who == "user"] == ["question 2", "question 3"]
    assert len(latest["messages"]) == 6 and latest["messages"][0]["from"] == "user"
    first = transcript.history(server.adviser.store, visitor.conversation, None)[0][0]
    assert first["text"] == "question 2"
    await keep(server, visitor.conversation, *(UserUttered(f"later {number}") for number in range(9)))
    page = await visitor.history(after=latest["cursor"])
    rest = await visitor.history(after=page["cursor"])
    assert [text for _, text in said(page) + said(rest)] == [f"later {number}" for number in range(9)]


async def test_two_hundred_messages_are_given_at_most(server: Server, visitor: Client) -> None:
    turns = [event for number in range(150) for event in (UserUttered(f"question {number}"), BotUttered(f"answer {number}"))]
    await keep(server, visitor.conversation, *turns)
    history = await visitor.history()
    assert len(history["messages"]) == 200
    assert said(history)[-2:] == [("user", "question 149"), ("bot", "answer 149")]


async def test_messages_of_earlier_sessions_and_before_starting_over_are_shown(server: Server, visitor: Client) -> None:
    await keep(server, visitor.conversation, UserUttered("before"), BotUttered("ok"), Restarted(), UserUttered("after"))
    assert said(await visitor.history()) == [("user", "before"), ("bot", "ok"), ("user", "after")]
    assert all(message["id"] for message in (await visitor.history())["messages"])
