"""Reads from the tracker what an action needs, and writes back what the next turn will need."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import AllSlotsReset, EventType, SlotSet

from actions.advice.answer import Answer
from actions.advice.follow_ups import Shown
from actions.rules.profile import Profile
from actions.rules.taxonomy import FACETS, Taxonomy

DEFAULT_LANGUAGE = "en"
MAX_MARKETS = 4
MAX_SEEN = 60
MAX_SEEN_TOPICS = 6
_ASKS = re.compile(
    r"[?？]|^(?:and |but |so |ok,? |wait,? |first,? )*"
    r"(?:how|what|why|which|who|whom|when|where|should|can|could|do|does|is|are)\b"
    r"|怎么|怎样|如何|什么|哪|吗|呢|谁|是否|该不该|要不要|能不能|多少"
)

_ADDRESS_ALONE = re.compile(r"\s*(?:[^\s@]*@[^\s@]+|\w+://\S+|(?:[a-z0-9-]+\.)+[a-z]{2,}\S*)\s*", re.IGNORECASE)
"""An address of mail, of a page, or a handle, which is of no language."""

_SAYS_WHAT = {"en": 30, "zh": 12}
"""Characters beside the facets from which on a message says what it is about."""

CHOICE = "choice"
"""The entity in which a button carries what it stands for."""


@dataclass(frozen=True)
class Turn:
    """One message of a person in its conversation."""

    text: str
    language: str
    chosen_language: str | None
    profile: Profile
    remembered: Profile
    mentioned: Profile
    shown: Shown
    rest: str
    """The message without the facets that it mentions."""
    seen: Mapping[str, tuple[str, ...]]
    """For each of the topics spoken of lately, what was shown of it."""
    asked: frozenset[str]
    """The facets that were asked for once, and are not asked for again."""
    pending: Mapping[str, Any]
    """What the adviser asked last, if it waits for an answer; empty otherwise."""
    choice: str | None
    """What the button stands for that was pressed."""
    ranking: tuple[tuple[str, float], ...]
    intent: str
    channel: str | None
    conversation: str

    @classmethod
    def of(cls, tracker: Tracker, taxonomy: Taxonomy) -> Turn:
        """The current turn. Slots and entities come from people (anyone may type ``/intent{…}``), so both are checked."""
        message: Mapping[str, Any] = tracker.latest_message or {}
        remembered = _profile({facet: tracker.get_slot(facet) for facet in FACETS}, taxonomy)
        mentioned = _mentioned(message.get("entities") or [], taxonomy, remembered)
        text = str(message.get("text") or "")
        spoken = None if _ADDRESS_ALONE.fullmatch(text) else _language(message.get("language"))
        chosen = _language(tracker.get_slot("chosen_language"))
        language = chosen or spoken or _language(tracker.get_slot("language"))
        pending = tracker.get_slot("pending")
        return cls(
            text="" if text.startswith("/") else text,
            language=language or DEFAULT_LANGUAGE,
            chosen_language=chosen,
            profile=_merge(remembered, mentioned),
            remembered=remembered,
            mentioned=mentioned,
            shown=Shown(
                _topic(tracker.get_slot("last_topic"), taxonomy),
                _ids(tracker.get_slot("last_items")),
                _profile(tracker.get_slot("last_profile"), taxonomy),
                tracker.get_slot("last_headline"),
            ),
            rest=_rest(text, message.get("entities") or []),
            seen=_seen(tracker.get_slot("seen_items"), taxonomy),
            asked=frozenset(_ids(tracker.get_slot("asked_facets"))),
            pending=pending if isinstance(pending, Mapping) else {},
            choice=_choice(message.get("entities") or []),
            ranking=tuple((str(i.get("name")), float(i.get("confidence") or 0)) for i in message.get("intent_ranking") or []),
            intent=str((message.get("intent") or {}).get("name") or ""),
            channel=tracker.get_latest_input_channel(),
            conversation=str(tracker.sender_id),
        )

    @property
    def says_what(self) -> bool:
        """Whether the message says more than markets and what to do with them ("compare Hungary and Poland")."""
        return len(self.rest.strip()) > _SAYS_WHAT[self.language]

    def likely_topic(self, taxonomy: Taxonomy, share: float) -> str | None:
        """The likeliest topic of the message, if it has at least this share of what all topics have together."""
        topics = [(confidence, name) for name, confidence in self.ranking if name in taxonomy.topics]
        best = max(topics, default=(0.0, None))
        return best[1] if best[0] > 0 and best[0] >= share * sum(confidence for confidence, _ in topics) else None

    def button_topic(self, taxonomy: Taxonomy) -> str | None:
        """The topic to which the button belongs that was pressed."""
        return _topic(self.choice, taxonomy)

    def as_if_pressed(self) -> Turn:
        """The turn as if the button had been pressed whose title the person has typed; the same turn if it is none."""
        buttons = self.pending.get("buttons")
        typed = self.text.strip().strip("。.!！").casefold()
        if not typed or not isinstance(buttons, Mapping):
            return self
        sent = next((str(sent) for title, sent in buttons.items() if str(title).strip("。.!！").casefold() == typed), "")
        intent, brace, rest = sent.removeprefix("/").partition("{")
        choice = json.loads(brace + rest).get(CHOICE) if brace else None
        return replace(self, text="", intent=intent, choice=choice) if isinstance(choice, str) else self

    @property
    def confidence(self) -> float:
        """How sure it is what the message means."""
        return self.ranking[0][1] if self.ranking else 0.0

    @property
    def is_question(self) -> bool:
        """Whether the message asks something, by its marks and words."""
        return _ASKS.search(self.text.lower()) is not None

    def remember(self, answer: Answer) -> list[EventType]:
        """Slots for the next turn: the profile, the language, what was shown, and what was asked."""
        chosen = answer.chosen_language or self.chosen_language
        events: list[EventType] = [SlotSet("language", chosen or self.language), SlotSet("chosen_language", chosen)]
        if answer.resets:
            return [AllSlotsReset(), *events]
        for facet in FACETS:
            value: Any = list(answer.profile.market) or None if facet == "market" else getattr(answer.profile, facet)
            events.append(SlotSet(facet, value))
        if answer.shown is not None:
            events += [
                SlotSet("last_topic", answer.topic),
                SlotSet("last_items", list(answer.shown)),
                SlotSet("last_headline", answer.headline),
                SlotSet("last_profile", answer.profile.as_dict()),
                SlotSet("seen_items", self._seen_with(answer)),
            ]
        if answer.asks is not None:
            typed = {button.title: button.payload for button in answer.buttons}
            events.append(SlotSet("pending", {**answer.asks, "buttons": typed}))
            asked_for = answer.asks.get("facet")
            if asked_for and asked_for not in self.asked:
                events.append(SlotSet("asked_facets", sorted({*self.asked, asked_for})))
        elif answer.settles:
            events.append(SlotSet("pending", None))
        if answer.asks_no_more:
            events.append(SlotSet("asked_facets", list(FACETS)))
        return events

    def _seen_with(self, answer: Answer) -> dict[str, list[str]]:
        topic, shown = str(answer.topic), answer.shown or ()
        before = self.seen.get(topic, ())
        ids = [*before, *(id_ for id_ in shown if id_ not in before)][-MAX_SEEN:]
        others = {name: list(theirs) for name, theirs in self.seen.items() if name != topic}
        return dict([*others.items(), (topic, ids)][-MAX_SEEN_TOPICS:])


def _language(value: object) -> str | None:
    return value if value in ("en", "zh") else None  # type: ignore[return-value]


def _topic(value: object, taxonomy: Taxonomy) -> str | None:
    return value if isinstance(value, str) and value in taxonomy.topics else None


def _ids(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


def _seen(value: object, taxonomy: Taxonomy) -> dict[str, tuple[str, ...]]:
    return {topic: _ids(ids) for topic, ids in value.items() if _topic(topic, taxonomy)} if isinstance(value, Mapping) else {}


def _rest(text: str, entities: list[Mapping[str, Any]]) -> str:
    kept = list(text)
    for entity in entities:
        start, end = entity.get("start"), entity.get("end")
        if isinstance(start, int) and isinstance(end, int):
            kept[start:end] = "\0" * (end - start)
    return "".join(kept).replace("\0", "")


def _choice(entities: list[Mapping[str, Any]]) -> str | None:
    return next((str(e["value"]) for e in entities if e.get("entity") == CHOICE and isinstance(e.get("value"), str)), None)


def _mentioned(entities: list[Mapping[str, Any]], taxonomy: Taxonomy, remembered: Profile | None = None) -> Profile:
    """What this message says of the situation: all markets, and of every other facet the value that is remembered, if it is
    among those named, else the first."""
    found: dict[str, list[str]] = {facet: [] for facet in FACETS}
    for entity in entities:
        facet, raw = str(entity.get("entity")), entity.get("value")
        for value in raw if isinstance(raw, list) else [raw]:
            if facet in found and isinstance(value, str) and value in taxonomy.values[facet] and value not in found[facet]:
                found[facet].append(value)
    single = {}
    for facet, values in found.items():
        if values and facet != "market":
            known = getattr(remembered, facet) if remembered else None
            single[facet] = known if known in values else values[0]
    return Profile(market=tuple(found["market"][:MAX_MARKETS]), **single)


def _profile(values: object, taxonomy: Taxonomy) -> Profile:
    """A profile out of slots; what is no value of its facet is left out."""
    if not isinstance(values, Mapping):
        return Profile()
    return _mentioned([{"entity": facet, "value": values.get(facet)} for facet in FACETS], taxonomy)


def _merge(remembered: Profile, mentioned: Profile) -> Profile:
    """The remembered situation with what the message says laid over it."""
    news = {facet: getattr(mentioned, facet) for facet in FACETS if mentioned.values(facet)}
    return replace(remembered, **news)
