"""A message is understood once, however often and wherever it is sent; messages that differ hardly wait for each other."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rasa.utils.endpoints import EndpointConfig

from bot.channels.web.transcript import RETRIED_MESSAGES
from bot.locks import ConversationLocks
from tests.channels.conftest import RedisServer
from tests.channels.web.serving import NO_LIMITS, Client, Server, serving

DELETED = [{"text": "Everything is deleted."}, {"custom": {"type": "privacy", "state": "deleted"}}]


def texts(reply: dict[str, Any]) -> list[tuple[str, Any]]:
    """What matters of a reply's messages: their ids and contents."""
    return [(message["id"], message.get("text") or message.get("custom")) for message in reply["messages"]]


async def user_messages(visitor: Client) -> list[str]:
    return [message["text"] for message in (await visitor.history())["messages"] if message["from"] == "user"]


async def test_fifty_copies_at_once_are_one_turn(server: Server, visitor: Client) -> None:
    replies = await asyncio.gather(*(visitor.say("hello", id="fifty-copies") for _ in range(50)))
    assert len({str(texts(reply.json())) for reply in replies}) == 1
    assert len(server.adviser.understood) == 1
    assert await user_messages(visitor) == ["hello"]


async def test_copy_that_comes_late_follows_the_running_turn_from_its_beginning(server: Server, visitor: Client) -> None:
    server.adviser.hold = asyncio.Event()
    async with visitor.stream("hello", id="running-turn") as first, visitor.stream("hello", id="running-turn") as second:
        for stream in (first, second):
            assert [(await anext(stream))[0] for _ in range(2)] == ["typing", "message"]
        server.adviser.hold.set()
        rest_of_first = [event async for event in first]
        rest_of_second = [event async for event in second]
    assert rest_of_first == rest_of_second and [name for name, _ in rest_of_first] == ["message", "done"]
    assert len(server.adviser.understood) == 1


async def test_retry_after_the_answer_gives_the_kept_reply_as_json_and_as_a_stream(server: Server, visitor: Client) -> None:
    server.adviser.reply = [{"text": "which?", "buttons": [{"title": "One", "payload": "/one"}]}, {"custom": {"type": "clarify"}}]
    first = (await visitor.say("hello", id="kept-reply")).json()
    await visitor.say("something else", id="another-one")
    again = (await visitor.say("hello", id="kept-reply")).json()
    assert texts(again) == texts(first) and again["messages"][0]["buttons"] == [{"title": "One", "payload": "/one"}]
    async with visitor.stream("hello", id="kept-reply") as stream:
        streamed = [data async for name, data in stream if name == "message"]
    assert texts({"messages": streamed}) == texts(first)
    assert await user_messages(visitor) == ["hello", "something else"]


async def test_same_id_in_another_conversation_is_another_message(server: Server, visitor: Client) -> None:
    other = await server.visitor()
    await visitor.say("mine", id="same-name")
    reply = await other.say("theirs", id="same-name")
    assert reply.json()["messages"]
    assert [message.text for message in server.adviser.understood] == ["mine", "theirs"]


async def test_ids_are_told_apart_exactly(server: Server, visitor: Client) -> None:
    for name in ("abcd_efgh", "abcdXefgh", "ABCD_EFGH", "abcd_efg"):
        await visitor.say(name, id=name)
    await visitor.say("a message that says abcd-efgh", id="speaks-of-it")
    await visitor.say("abcd-efgh", id="abcd-efgh")
    assert len(server.adviser.understood) == 6


async def test_retry_after_a_restart_gives_the_kept_reply(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        visitor = await server.visitor()
        first = (await visitor.say("hello", id="before-restart")).json()
    async with serving(tmp_path) as restarted:
        returning = Client(restarted.http)
        returning.headers = visitor.headers
        assert texts((await returning.say("hello", id="before-restart")).json()) == texts(first)
        assert restarted.adviser.understood == []


async def test_retry_is_known_also_after_many_other_messages(server: Server, visitor: Client) -> None:
    first = (await visitor.say("hello", id="long-ago-1")).json()
    for number in range(RETRIED_MESSAGES - 1):
        await visitor.say(f"message {number}")
    assert texts((await visitor.say("hello", id="long-ago-1")).json()) == texts(first)
    assert len(server.adviser.understood) == RETRIED_MESSAGES


async def test_two_replicas_that_get_the_same_message_at_once_answer_it_once(tmp_path: Path, redis_server: RedisServer) -> None:
    async with AsyncExitStack() as stack:
        locks = [ConversationLocks(EndpointConfig(redis_server.url)) for _ in range(2)]
        one, two = [await stack.enter_async_context(serving(tmp_path, locks=lock)) for lock in locks]
        here = await one.visitor()
        there = Client(two.http)
        there.headers = here.headers
        replies = await asyncio.gather(
            *(client.say("hello", id=f"to-both-{number}") for number in range(5) for client in (here, there, here, there))
        )
        understood = [message.message_id for server in (one, two) for message in server.adviser.understood]
        assert sorted(understood) == [f"to-both-{number}" for number in range(5)]
        for reply in replies:
            assert [text for _, text in texts(reply.json())] == ["an answer", {"type": "advice"}]


async def test_failed_turn_is_tried_again_if_it_was_not_kept(server: Server, visitor: Client) -> None:
    adviser, works = server.adviser, server.adviser.handle_message

    async def fails(_: Any) -> None:
        raise RuntimeError("the database is away")

    server.app.ctx.agent.processor = SimpleNamespace(handle_message=fails)
    assert "unavailable" in (await visitor.say("hello", id="fails-once")).json()["messages"][0]["text"]
    server.app.ctx.agent.processor = SimpleNamespace(handle_message=works)
    assert texts((await visitor.say("hello", id="fails-once")).json())[0][1] == "an answer"
    assert len(adviser.understood) == 1


async def test_different_messages_are_answered_in_order_without_a_second_of_polling(server: Server, visitor: Client) -> None:
    server.adviser.hold = asyncio.Event()
    first = asyncio.create_task(visitor.say("first"))
    await server.adviser.asked.wait()
    second = asyncio.create_task(visitor.say("second"))
    await asyncio.sleep(0.1)
    assert len(server.adviser.understood) == 1
    server.adviser.hold.set()
    await first
    await asyncio.wait_for(second, 0.8)
    assert [message.text for message in server.adviser.understood] == ["first", "second"]


async def test_only_so_many_messages_of_a_session_run_at_once_and_copies_do_not_count(tmp_path: Path) -> None:
    async with serving(tmp_path, limits=replace(NO_LIMITS, session_running=2)) as server:
        visitor, other = await server.visitor(), await server.visitor()
        server.adviser.hold = asyncio.Event()
        running = [asyncio.create_task(visitor.say("hello", id=f"running-{number}")) for number in (1, 2, 2)]
        await server.adviser.asked.wait()
        refused = await visitor.say("hello", id="running-3")
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many")
        assert refused.headers["retry-after"] == str(refused.json()["retry_after"])
        elsewhere = asyncio.create_task(other.say("hello"))
        server.adviser.hold.set()
        assert {reply.status_code for reply in await asyncio.gather(*running, elsewhere)} == {200}
        assert (await visitor.say("hello", id="running-3")).status_code == 200


async def test_process_that_is_full_says_so(tmp_path: Path) -> None:
    async with serving(tmp_path, limits=replace(NO_LIMITS, running=1)) as server:
        visitor, other = await server.visitor(), await server.visitor()
        server.adviser.hold = asyncio.Event()
        running = asyncio.create_task(visitor.say("hello"))
        await server.adviser.asked.wait()
        refused = await other.say("你好")
        assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
        assert "尚未读取" in refused.json()["text"]["zh"]
        server.adviser.hold.set()
        assert (await running).status_code == 200


async def test_who_asks_to_be_forgotten_gets_the_reply_and_a_retry_gets_it_again(server: Server, visitor: Client) -> None:
    await visitor.say("our secret")
    server.adviser.reply = DELETED
    first = (await visitor.say("yes", id="forget-me")).json()
    again = (await visitor.say("yes", id="forget-me")).json()
    assert texts(first) == texts(again) and first["messages"][0]["text"] == "Everything is deleted."
    assert len(server.adviser.understood) == 2
    assert (await visitor.history())["messages"] == []


async def test_forgetting_takes_along_what_is_being_answered(server: Server, visitor: Client) -> None:
    await visitor.say("our secret")
    server.adviser.hold = asyncio.Event()
    server.adviser.replies["forget me"] = DELETED
    forget, other = asyncio.create_task(visitor.say("forget me")), asyncio.create_task(visitor.say("and one more thing"))
    while len(server.adviser.understood) < 3:
        server.adviser.asked.clear()
        await server.adviser.asked.wait()
    await asyncio.sleep(0.2)  # time to delete too early, what the other message would then write again
    server.adviser.hold.set()
    assert [reply.status_code for reply in await asyncio.gather(forget, other)] == [200, 200]
    assert (await visitor.history())["messages"] == []


@pytest.mark.parametrize("is_ready", [False, None])
async def test_assistant_that_has_no_model_yet_says_that_advice_is_unavailable(
    server: Server, visitor: Client, is_ready: bool | None
) -> None:
    server.app.ctx.agent = None if is_ready is None else SimpleNamespace(is_ready=lambda: False)
    assert "unavailable" in (await visitor.say("hello")).json()["messages"][0]["text"]
