"""Recent conversations at hand: the same state as from the database, whoever wrote it, at the cost of one turn."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import event

from bot import recent
from bot.conversations import delete_conversation
from bot.recent import RecentConversationStore
from bot.stores import ConversationStore, create_tables

SLOTS = ("sector", "audience", "seen_items")
DOMAIN = Domain.from_dict(
    {
        "intents": ["greet"],
        "actions": ["action_advise"],
        "slots": {name: {"type": "any", "mappings": [{"type": "custom"}]} for name in SLOTS},
    }
)
START = [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")]


def _turn(number: int, slots: dict[str, Any] | None = None) -> list[Any]:
    said = UserUttered(f"question {number}", intent={"name": "greet", "confidence": 1.0}, input_channel="web")
    answer = BotUttered(f"answer {number}", {"custom": {"items": ["x" * 100]}})
    set_slots = [SlotSet(name, value) for name, value in (slots or {}).items()]
    return [said, ActionExecuted("action_advise"), answer, *set_slots, ActionExecuted("action_listen")]


async def _add(store: ConversationStore, name: str, events: list[Any]) -> DialogueStateTracker:
    tracker = await store.get_or_create_tracker(name, append_action_listen=False)
    for each in events:
        tracker.update(each, DOMAIN)
    await store.save(tracker)
    return tracker


@pytest.fixture()
async def stores(database_url: str) -> AsyncIterator[tuple[RecentConversationStore, RecentConversationStore, ConversationStore]]:
    """Two replicas and the plain store, over one database."""
    made = (
        RecentConversationStore(database_url, DOMAIN),
        RecentConversationStore(database_url, DOMAIN),
        ConversationStore(database_url, DOMAIN),
    )
    create_tables(made[0].engine)
    yield made
    for store in made:
        store.engine.dispose()


async def test_state_is_that_of_the_database_whichever_replica_answers(stores: Any) -> None:
    *replicas, plain = stores
    choose = random.Random(7)
    await _add(replicas[0], "c", START)
    for number in range(30):
        if number == 17:
            await _add(choose.choice(replicas), "c", [*START[:2], SlotSet("sector", "machinery")])
        slots = {choose.choice(SLOTS): choose.choice([None, "a", ["b", number]])} if choose.random() < 0.7 else {}
        replica = choose.choice(replicas)
        await _add(replica, "c", _turn(number, slots))
        expected = await plain.retrieve("c")
        for each in replicas:
            found = await each.retrieve("c")
            assert found.current_slot_values() == expected.current_slot_values()
            assert found.latest_message.text == expected.latest_message.text == f"question {number}"
            assert found.latest_action_name == "action_listen"
            await each.save(found)
    full = await replicas[0].retrieve_full_tracker("c")
    assert [e.text for e in full.events if isinstance(e, UserUttered)] == [f"question {number}" for number in range(30)]
    assert all(e.data["custom"] for e in full.events if isinstance(e, BotUttered))


async def test_a_long_conversation_is_not_read_again(stores: Any) -> None:
    store = stores[0]
    await _add(store, "c", START)
    for number in range(40):
        await _add(store, "c", _turn(number))
    tracker = await store.retrieve("c")
    assert len(tracker.events) <= len(_turn(0)) + len(SLOTS)
    await store.save(tracker)
    rows: list[int] = []
    store._read_from, inner = (lambda *a: (lambda found: rows.append(len(found)) or found)(inner(*a))), store._read_from
    await _add(store, "c", _turn(40))
    assert rows == [1]


async def test_a_deleted_conversation_is_forgotten_at_once_and_by_all(stores: Any) -> None:
    one, other, _ = stores
    await _add(one, "c", [*START, *_turn(1, {"sector": "batteries"})])
    seen = await other.retrieve("c")
    await other.save(seen)
    assert delete_conversation(one, "c") > 0
    assert await one.retrieve("c") is None and await other.retrieve("c") is None
    await _add(other, "c", [*START, *_turn(2)])
    assert (await one.retrieve("c")).get_slot("sector") is None


async def test_a_turn_that_was_not_saved_leaves_no_trace(stores: Any) -> None:
    store = stores[0]
    await _add(store, "c", [*START, *_turn(1, {"sector": "batteries"})])
    abandoned = await store.retrieve("c")
    abandoned.update(SlotSet("sector", "machinery"), DOMAIN)
    assert (await store.retrieve("c")).get_slot("sector") == "batteries"


async def test_a_new_domain_reads_everything_anew(stores: Any) -> None:
    store = stores[0]
    await _add(store, "c", [*START, *_turn(1, {"sector": "batteries"})])
    slots = {
        "sector": {"type": "any", "mappings": [{"type": "custom"}]},
        "later": {"type": "any", "mappings": [{"type": "custom"}]},
    }
    store.domain = Domain.from_dict({"slots": slots})
    assert set((await store.retrieve("c")).slots) >= {"sector", "later"}


async def test_memory_is_bounded(stores: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "CONVERSATIONS_KEPT", 3)
    store = stores[0]
    for number in range(6):
        await _add(store, f"c{number}", [*START, *_turn(number)])
    assert list(store._recent) == ["c3", "c4", "c5"]
    assert (await store.retrieve("c0")).latest_message.text == "question 0"


async def test_one_small_question_to_the_database_a_message(stores: Any) -> None:
    store = stores[0]
    await _add(store, "c", [*START, *_turn(1)])
    asked: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    await store.retrieve("c")
    assert len([statement for statement in asked if "FROM events" in statement]) == 1
