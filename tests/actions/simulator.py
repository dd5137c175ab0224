"""A conversation as Rasa would lead it: the rule's action answers an intent, and its events change the slots."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from rasa_sdk.executor import CollectingDispatcher

from actions import guidance_actions, profile_actions, talk_actions
from actions.base import AnswerAction
from tests.support import PROJECT, SLOTS, make_tracker

CLASSES = [
    member
    for module in (guidance_actions, profile_actions, talk_actions)
    for _, member in inspect.getmembers(module, inspect.isclass)
    if issubclass(member, AnswerAction) and not inspect.isabstract(member)
]
ACTIONS: dict[str, AnswerAction] = {action.name(): action for action in (class_() for class_ in CLASSES)}


def read_rules() -> dict[str, list[str]]:
    """The actions of every intent's rules."""
    found: dict[str, list[str]] = {}
    for rule in yaml.safe_load((PROJECT / "data" / "rules.yml").read_text(encoding="utf-8"))["rules"]:
        intent, action = rule["steps"]
        found.setdefault(intent["intent"], []).append(action["action"])
    return found


ANSWERED_BY = {intent: actions[0] for intent, actions in read_rules().items()} | {"restart": "action_restart"}


@dataclass(frozen=True)
class Reply:
    """What came back in one turn."""

    messages: list[dict[str, Any]]
    events: list[dict[str, Any]]

    @property
    def texts(self) -> list[str]:
        return [message["text"] for message in self.messages if message.get("text")]

    @property
    def payloads(self) -> list[dict[str, Any]]:
        return [message["custom"] for message in self.messages if message.get("custom")]

    @property
    def text(self) -> str:
        (text,) = self.texts
        return text

    @property
    def payload(self) -> dict[str, Any]:
        (payload,) = self.payloads
        return payload

    @property
    def ids(self) -> list[str]:
        return [item["id"] for item in self.payload["items"]]

    @property
    def buttons(self) -> list[str]:
        return [button["payload"] for message in self.messages for button in message.get("buttons") or []]


class Conversation:
    """One person's conversation; ``slots`` is what it remembers."""

    def __init__(self, channel: str = "rest", **slots: Any) -> None:
        self.channel = channel
        self.slots: dict[str, Any] = {**dict.fromkeys(SLOTS), **slots}

    async def say(
        self,
        intent: str,
        text: str = "",
        *,
        language: str | None = "en",
        ranking: Iterable[tuple[str, float]] = (),
        entities: Iterable[Mapping[str, Any]] | None = None,
        action: AnswerAction | None = None,
        **facets: str | list[str],
    ) -> Reply:
        """Say something; ``facets`` are the entities of the message unless ``entities`` gives them raw."""
        mentioned = [
            {"entity": f, "value": v} for f, values in facets.items() for v in ([values] if isinstance(values, str) else values)
        ]
        tracker = make_tracker(
            intent,
            text,
            language=language,
            slots=self.slots,
            entities=mentioned if entities is None else entities,
            channel=self.channel,
            ranking=ranking,
        )
        dispatcher = CollectingDispatcher()
        events = await (action or ACTIONS[ANSWERED_BY[intent]]).run(dispatcher, tracker, {})
        for event in events:
            if event["event"] in ("reset_slots", "restart"):
                self.slots = dict.fromkeys(SLOTS)
            elif event["event"] == "slot":
                assert event["name"] in SLOTS, f"the domain has no slot {event['name']}"
                self.slots[event["name"]] = event["value"]
        return Reply(dispatcher.messages, events)
