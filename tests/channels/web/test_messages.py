"""A message is answered, as JSON or as it is uttered; whatever is no message is refused with a reason."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.channels.web import streaming
from serving.draining import WORK
from tests.channels.web.serving import Client, Server, events, serving


async def test_reply_comes_as_json_with_the_id_of_the_message(server: Server, visitor: Client) -> None:
    reply = await visitor.say("How do we enter Poland?", id="first-message", language="zh")
    assert reply.status_code == 200
    body = reply.json()
    assert body["id"] == "first-message"
    assert [message["id"] for message in body["messages"]] == ["first-message.0", "first-message.1"]
    assert body["messages"][0] | {"at": 0} == {"from": "bot", "id": "first-message.0", "at": 0, "text": "an answer"}
    assert body["messages"][1]["custom"] == {"type": "advice"}
    understood = server.adviser.understood[0]
    assert (understood.text, understood.sender_id, understood.input_channel, understood.message_id) == (
        "How do we enter Poland?",
        visitor.conversation,
        "web",
        "first-message",
    )


async def test_message_without_an_id_gets_one(visitor: Client) -> None:
    first, second = (await visitor.say("hello")).json(), (await visitor.say("hello")).json()
    assert first["id"] != second["id"] and re.fullmatch(r"[A-Za-z0-9_-]{8,64}", first["id"])


async def test_stream_says_at_once_that_the_adviser_writes_and_sends_each_message_when_it_is_uttered(
    server: Server, visitor: Client
) -> None:
    server.adviser.hold = asyncio.Event()
    async with visitor.stream("hello", id="streamed-1") as stream:
        assert await anext(stream) == ("typing", {})
        name, message = await anext(stream)
        assert (name, message["text"], message["id"]) == ("message", "an answer", "streamed-1.0")
        server.adviser.hold.set()  # only now the second message can be uttered
        name, message = await anext(stream)
        assert (name, message["custom"]) == ("message", {"type": "advice"})
        assert await anext(stream) == ("done", {"id": "streamed-1"})
        assert [event async for event in stream] == []


async def test_stream_is_kept_alive_while_the_adviser_thinks(
    server: Server, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "KEEP_ALIVE_SECONDS", 0.05)
    server.adviser.hold = asyncio.Event()
    names: list[str] = []
    async with visitor.stream("hello") as stream:
        while names.count(":") < 3:
            names.append((await anext(stream))[0])
        server.adviser.hold.set()
        names += [name async for name, _ in stream]
    assert [name for name in names if name != ":"] == ["typing", "message", "message", "done"]


@pytest.mark.parametrize("accept", ["text/event-stream", "application/json"])
async def test_turn_goes_on_and_is_kept_when_the_person_goes_away(server: Server, visitor: Client, accept: str) -> None:
    server.adviser.hold = asyncio.Event()
    request = asyncio.create_task(
        visitor.http.post(
            "/webhooks/web/message",
            json={"message": "hello", "id": "goes-away"},
            headers={**visitor.headers, "Accept": accept},
        )
    )
    await server.adviser.asked.wait()
    request.cancel()
    await asyncio.gather(request, return_exceptions=True)
    await asyncio.sleep(0.1)
    server.adviser.hold.set()
    again = (await visitor.say("hello", id="goes-away")).json()
    assert [message["id"] for message in again["messages"]] == ["goes-away.0", "goes-away.1"]
    assert [message["from"] for message in (await visitor.history())["messages"]] == ["user", "bot", "bot"]
    assert len(server.adviser.understood) == 1


async def test_stopping_server_waits_also_for_a_turn_whose_person_went_away(server: Server, visitor: Client) -> None:
    server.adviser.hold = asyncio.Event()
    request = asyncio.create_task(visitor.say("hello"))
    await server.adviser.asked.wait()
    request.cancel()
    await asyncio.gather(request, return_exceptions=True)
    stopping = asyncio.create_task(WORK.finish(20))
    await asyncio.sleep(0.2)
    assert not stopping.done()
    server.adviser.hold.set()
    assert await stopping
    assert [message["from"] for message in (await visitor.history())["messages"]] == ["user", "bot", "bot"]


async def test_failure_is_told_in_the_language_of_the_interface_when_the_message_shows_none(
    server: Server, visitor: Client
) -> None:
    server.adviser.reply = []
    for text, language, said in (("/more", "zh", "暂时无法"), ("/more", "en", "unavailable"), ("hello", "zh", "unavailable")):
        reply = (await visitor.say(text, language=language)).json()
        assert [said in message["text"] for message in reply["messages"]] == [True]
        assert reply["messages"][0]["id"] == f"{reply['id']}.notice-1"


async def test_shortening_is_told_before_the_answer_and_again_on_a_retry(visitor: Client) -> None:
    for _ in range(2):
        messages = (await visitor.say("a" * 3000, id="long-message")).json()["messages"]
        assert [message["id"] for message in messages] == ["long-message.notice-1", "long-message.0", "long-message.1"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b"{}",
        b'{"message": 7}',
        b'{"message": null}',
        b'{"message": "x", "id": "short"}',
        b'{"message": "x", "id": "with spaces in it"}',
        b'{"message": "x", "id": 12345678}',
        b'{"message": "x", "language": "fr"}',
        b'{"message": "x", "language": ["en"]}',
        b'{"message": "x", "title": 7}',
        json.dumps({"message": "x", "title": "t" * 201}).encode(),
        b'{"message":' + b"[" * 8000 + b"]" * 8000 + b"}",
    ],
)
async def test_what_is_no_question_is_refused_with_a_reason(server: Server, visitor: Client, body: bytes) -> None:
    reply = await visitor.http.post("/webhooks/web/message", content=body, headers=visitor.headers)
    refusal = reply.json()
    assert (reply.status_code, refusal["code"]) == (400, "bad_request")
    assert refusal["error"] and refusal["text"]["en"] and refusal["text"]["zh"]
    assert server.adviser.understood == []


async def test_half_characters_and_unknown_fields_do_no_harm(server: Server, visitor: Client) -> None:
    body = b'{"message": "\\ud83d hello", "title": "\\ud83d x", "retry": true, "sender": "somebody-else"}'
    reply = await visitor.http.post("/webhooks/web/message", content=body, headers=visitor.headers)
    assert reply.status_code == 200
    assert (server.adviser.understood[0].text, server.adviser.understood[0].sender_id) == ("hello", visitor.conversation)


@pytest.mark.parametrize("path", ["message", "session"])
@pytest.mark.parametrize("way", ["declared", "chunked"])
async def test_large_body_is_refused_unread_and_the_connection_goes_on(visitor: Client, way: str, path: str) -> None:
    async def chunks() -> Any:
        for _ in range(40):
            yield b" " * 1000

    content: Any = b" " * 40_000 if way == "declared" else chunks()
    reply = await visitor.http.post(f"/webhooks/web/{path}", content=content, headers=visitor.headers)
    assert (reply.status_code, reply.json()["code"]) == (413, "too_large")
    assert "2000" in reply.json()["text"]["zh"]
    assert (await visitor.say("hello")).status_code == 200


async def test_two_thousand_characters_pass_in_every_notation(server: Server, visitor: Client) -> None:
    for body in (json.dumps({"message": "字" * 2000}), json.dumps({"message": "字" * 2000}, ensure_ascii=False)):
        reply = await visitor.http.post("/webhooks/web/message", content=body.encode(), headers=visitor.headers)
        assert reply.status_code == 200
    assert [len(message.text) for message in server.adviser.understood] == [2000, 2000]


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic dXNlcjpwYXNz"}])
async def test_without_a_valid_token_nothing_is_said_or_shown(server: Server, visitor: Client, headers: dict[str, str]) -> None:
    said = await visitor.http.post("/webhooks/web/message", json={"message": "hello"}, headers=headers)
    shown = await visitor.http.get("/webhooks/web/history", headers=headers)
    for reply in (said, shown):
        assert (reply.status_code, reply.json()["code"]) == (401, "session")
    assert server.adviser.understood == []


async def test_token_opens_its_own_conversation_only(server: Server, visitor: Client) -> None:
    await visitor.say("our secret plan")
    stranger = await server.visitor()
    assert (await stranger.history())["messages"] == []
    assert stranger.conversation != visitor.conversation


async def test_token_is_renewed_when_half_of_its_life_is_over(tmp_path: Path) -> None:
    async with serving(tmp_path, session_seconds=3600) as server:
        visitor = await server.visitor()
        assert "session" not in (await visitor.say("hello")).json()
    async with serving(tmp_path, session_seconds=10_000) as server:  # a fresh token of the first server is past half of this life
        old = Client(server.http)
        old.headers = visitor.headers
        replies = [(await old.say("hello")).json(), await old.history()]
        async with old.stream("hello") as stream:
            replies.append([data async for name, data in stream if name == "done"][0])
        for reply in replies:
            renewed = Client(server.http)
            renewed.headers = {"Authorization": f"Bearer {reply['session']}"}
            assert len((await renewed.history())["messages"]) == 9


async def test_failure_of_the_database_is_a_refusal_for_now(
    server: Server, visitor: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with server.adviser.store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE events")
    for reply in (await visitor.http.get("/webhooks/web/history", headers=visitor.headers), await visitor.say("hello")):
        assert (reply.status_code, reply.json()["code"]) == (503, "unavailable")
        assert int(reply.headers["retry-after"]) == reply.json()["retry_after"] > 0
    async with visitor.stream("hello") as stream:
        name, refusal = [event async for event in stream][-1]
    assert (name, refusal["code"]) == ("error", "unavailable") and refusal["retry_after"] > 0
    assert visitor.conversation not in caplog.text


async def test_events_are_read_as_browsers_read_them() -> None:
    raw = 'event: message\ndata: {"a":"b"}\n\n: still\n\n'
    response = httpx.Response(200, content=raw)
    assert [event async for event in events(response)] == [("message", {"a": "b"}), (":", "still")]
