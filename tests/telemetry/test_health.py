"""``/ready`` asks the parts at most once a second, whoever asks, and gives up on those that hang."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from bot import health


class Store:
    """A store that says whether it is reachable."""

    def __init__(self, answer: bool | None, seconds: float = 0) -> None:
        self.asked = 0
        self._answer = answer
        self._seconds = seconds

    async def is_reachable(self) -> bool | None:
        self.asked += 1
        await asyncio.sleep(self._seconds)
        return self._answer


def readiness(monkeypatch: pytest.MonkeyPatch, conversations: Any, locks: Any) -> Any:
    async def actions(_: str) -> dict[str, Any]:
        return {"action_server": True, "store": True, "release": "2026.11.1"}

    monkeypatch.setattr(health, "_action_server_state", actions)
    monkeypatch.setattr(health, "unwrapped", lambda store: store)
    agent = SimpleNamespace(is_ready=lambda: True, tracker_store=conversations, lock_store=locks)
    return health._Readiness(SimpleNamespace(ctx=SimpleNamespace(agent=agent)), SimpleNamespace(action_url="http://x"))  # type: ignore[arg-type]


async def test_many_who_ask_at_once_cause_one_look(monkeypatch: pytest.MonkeyPatch) -> None:
    conversations = Store(True, 0.05)
    asked = readiness(monkeypatch, conversations, Store(None))
    states = await asyncio.gather(*(asked.state() for _ in range(50)))
    assert conversations.asked == 1
    assert all(state == states[0] for state in states)
    assert states[0] == {
        "model": True,
        "action_server": True,
        "store": True,
        "release": "2026.11.1",
        "conversations": True,
        "locks": None,
    }


async def test_a_look_is_repeated_after_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    conversations = Store(True)
    asked = readiness(monkeypatch, conversations, Store(True))
    await asked.state()
    monkeypatch.setattr(health, "_KEPT_SECONDS", 0)
    await asyncio.sleep(0.01)
    await asked.state()
    assert conversations.asked == 2


async def test_a_database_that_hangs_is_not_reachable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_WAIT_SECONDS", 0.05)
    state = await readiness(monkeypatch, Store(True, 60), Store(False)).state()
    assert state["conversations"] is False and state["locks"] is False


async def test_stores_in_this_process_are_always_there(monkeypatch: pytest.MonkeyPatch) -> None:
    state = await readiness(monkeypatch, object(), object()).state()
    assert state["conversations"] is True and state["locks"] is None


async def test_without_a_model_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    conversations = Store(True)
    asked = readiness(monkeypatch, conversations, Store(True))
    asked._app.ctx.agent = None
    assert (await asked.state())["model"] is False and conversations.asked == 0
