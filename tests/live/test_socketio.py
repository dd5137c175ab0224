"""Socket.IO: a real client gets the reply, with and without a session of its own."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import socketio

from tests.live.assistant import Assistant

WAIT_SECONDS = 20


async def _ask(assistant: Assistant, message: Any, session: str | None) -> tuple[str, list[dict[str, Any]]]:
    client = socketio.AsyncClient()
    replies: list[dict[str, Any]] = []
    confirmed: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    answered = asyncio.Event()

    @client.on("session_confirm")
    async def confirm(name: str) -> None:
        confirmed.set_result(name)

    @client.on("bot_uttered")
    async def uttered(data: dict[str, Any]) -> None:
        replies.append(data)
        if "custom" in data:
            answered.set()

    await client.connect(assistant.url)
    try:
        await client.emit("session_request", {"session_id": session} if session else {})
        name = await asyncio.wait_for(confirmed, WAIT_SECONDS)
        await client.emit("user_uttered", {"message": message, "session_id": name})
        await asyncio.wait_for(answered.wait(), WAIT_SECONDS)
    finally:
        await client.disconnect()
    return name, replies


@pytest.mark.parametrize("session", [None, "a-session-of-the-page-0123456789"])
async def test_a_client_receives_text_and_card(assistant: Assistant, session: str | None) -> None:
    name, replies = await _ask(assistant, "How do we choose a local partner in Vietnam?", session)
    assert session is None or name == session
    assert any(reply.get("text") for reply in replies)
    card = next(reply["custom"] for reply in replies if "custom" in reply)
    assert card["type"] == "advice"
    assert card["profile"]["market"] == ["VN"]


async def test_bad_messages_do_not_end_the_connection(assistant: Assistant) -> None:
    client = socketio.AsyncClient()
    heard: list[Any] = []
    answered = asyncio.Event()

    @client.on("bot_uttered")
    async def uttered(data: dict[str, Any]) -> None:
        heard.append(data)
        answered.set()

    await client.connect(assistant.url)
    try:
        await client.emit("user_uttered", "a bare string")
        await client.emit("user_uttered", {"message": "no session"})
        await asyncio.wait_for(answered.wait(), WAIT_SECONDS)
    finally:
        await client.disconnect()
    assert "session" in heard[0]["text"]
