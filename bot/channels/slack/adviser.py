"""Says things to the adviser in a person's name, and reads what a conversation remembers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rasa.core.channels.channel import OutputChannel
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.channels import phrases
from bot.channels.intake import UNCLEAR, OnNewMessage, converse

CHANNEL = "slack"
LANGUAGES = ("en", "zh")
BY_BUTTON: Mapping[str, Any] = {"slack": "button"}
"""Metadata of what a person said by pressing something."""

_LANGUAGE_WISHES = {"en": "Please answer in English", "zh": "请用中文回答"}
_FORGETTING = ("/forget_me", '/affirm{"choice": "forget:yes"}')
"""The wish and its confirmation; see docs/conversation.md."""
_FACETS = ("market", "sector", "ownership", "stage", "audience")
_RECENT = 5

Message = dict[str, Any]


class _Collected(OutputChannel):
    """Keeps a turn's messages as the adviser utters them."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    @classmethod
    def name(cls) -> str:
        """The channel's name, which Rasa matches against channel-specific responses."""
        return CHANNEL

    async def send_response(self, recipient_id: str, message: Message) -> None:
        """Keep one message."""
        self.messages.append(dict(message))


@dataclass(frozen=True)
class Glance:
    """What a conversation remembers, for the App Home."""

    language: str | None = None
    profile: Mapping[str, Any] = field(default_factory=dict)
    recent: Sequence[str] = ()
    """The latest questions, the newest first."""
    assessment: Mapping[str, Any] | None = None
    """The payload of the latest result."""


class Adviser:
    """The adviser as the channel talks to it; ``agent`` gives Rasa's agent, or ``None`` before it is there."""

    def __init__(self, on_new_message: OnNewMessage, agent: Callable[[], Any]) -> None:
        self._on_new_message = on_new_message
        self._agent = agent

    async def say(
        self, conversation: str, text: object, language: str, metadata: Mapping[str, Any] | None = None
    ) -> list[Message]:
        """The answer to what a person says; ``language`` is that of notices if the words show none."""
        output = _Collected()
        given = dict(metadata) if metadata else None
        await converse(self._on_new_message, text, output, conversation, CHANNEL, given, language=language)
        return output.messages

    async def use_language(self, conversation: str, language: str) -> None:
        """Let the conversation go on in this language; what the adviser says to it is shown to nobody."""
        if await self.chosen_language(conversation) != language:
            await self.say(conversation, _LANGUAGE_WISHES[language], language, BY_BUTTON)

    async def forget(self, conversation: str) -> None:
        """Delete what is stored of a conversation, as a person in it would; what the adviser says to that is shown to nobody."""
        for text in _FORGETTING:
            await self.say(conversation, text, LANGUAGES[0], BY_BUTTON)

    async def chosen_language(self, conversation: str) -> str | None:
        """The language that was chosen in the conversation, if any."""
        store = self._store()
        tracker = await store.retrieve(conversation) if store else None
        chosen = tracker.get_slot("chosen_language") if tracker else None
        return str(chosen) if chosen in LANGUAGES else None

    async def glance(self, conversation: str) -> Glance:
        """What the conversation remembers."""
        store = self._store()
        tracker = await store.retrieve_full_tracker(conversation) if store else None
        return _glance(tracker) if tracker else Glance()

    def _store(self) -> Any:
        agent = self._agent()
        return agent.tracker_store if agent else None


def language_of(messages: Sequence[Message], otherwise: str) -> str:
    """The language in which the adviser has answered."""
    said = (str((message.get("custom") or {}).get("language")) for message in messages)
    return next((language for language in said if language in LANGUAGES), otherwise)


def _glance(tracker: DialogueStateTracker) -> Glance:
    recent: list[str] = []
    assessment = None
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered) and len(recent) < _RECENT and _is_question(event) and event.text not in recent:
            recent.append(str(event.text))
        elif isinstance(event, BotUttered) and assessment is None:
            custom = (event.data or {}).get("custom") or {}
            assessment = custom if (custom.get("type"), custom.get("state")) == ("assessment", "result") else None
    language = tracker.get_slot("chosen_language") or tracker.get_slot("language")
    profile = {facet: tracker.get_slot(facet) for facet in _FACETS}
    return Glance(language if language in LANGUAGES else None, profile, tuple(recent), assessment)


def _is_question(event: UserUttered) -> bool:
    """Whether a person asked this in words, and on a topic: no contact, no "yes", no button."""
    text, topic = event.text or "", event.intent_name or ""
    was_pressed = (event.metadata or {}).get(CHANNEL) == BY_BUTTON[CHANNEL]
    is_topic = phrases.topic_name(topic, "en") != topic or topic == "compare_markets"
    return bool(text) and text != UNCLEAR and not text.startswith("/") and not was_pressed and is_topic
