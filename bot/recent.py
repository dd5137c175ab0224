"""The conversations of the last minutes, kept at hand so that a turn costs the same however long one has talked.

Rasa reads every event of the session from the database for each message and replays it, and predicts over all of it: the 100th
turn costs several times the first. What a turn needs is the slots and the turn before. That is kept in memory, and each message
asks the database only whether anything was added since, by another replica, and reads just that.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.stores import EVENTS, MARK, ConversationStore, Mark

CONVERSATIONS_KEPT = 512
"""About 25 MB at 50 kB each; the one that was silent longest goes first."""

_SINCE = (
    sa.select(EVENTS.c.id, EVENTS.c.timestamp, EVENTS.c.data)
    .where(EVENTS.c.sender_id == sa.bindparam("sender"), EVENTS.c.id >= sa.bindparam("last"))
    .order_by(EVENTS.c.id)
)


@dataclass(frozen=True)
class _Kept:
    tracker: DialogueStateTracker
    last_id: int
    timestamp: float


class RecentConversationStore(ConversationStore):
    """A :class:`ConversationStore` that remembers what it has just stored; ``endpoints.yml`` names it."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self._recent: OrderedDict[str, _Kept] = OrderedDict()
        super().__init__(*arguments, **named)

    @property
    def domain(self) -> Domain:
        """The domain of the model that is served."""
        return self._domain

    @domain.setter
    def domain(self, domain: Domain | None) -> None:
        """Another domain may have other slots, so that what was kept is worth nothing."""
        self._recent.clear()
        self._domain = domain or Domain.empty()

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The present session of a conversation: its slots, its last turn and, if it is not at hand, all before it.

        Raises:
            ConversationsUnavailable: the database cannot be read.
        """
        kept = self._recent.pop(sender_id, None)
        if kept is None:
            return await super().retrieve(sender_id)
        rows = await self.patiently(lambda: self._read_from(sender_id, kept.last_id))
        # a conversation may have been deleted meanwhile, and its number given to another row
        if not rows or rows[0].id != kept.last_id or rows[0].timestamp != kept.timestamp:
            return await super().retrieve(sender_id)
        for row in rows[1:]:
            event = Event.from_parameters(json.loads(row.data))
            if event is None or isinstance(event, SessionStarted):
                return await super().retrieve(sender_id)
            kept.tracker.update(event, self.domain)
        setattr(kept.tracker, MARK, Mark(rows[-1].id, len(kept.tracker.events)))
        return kept.tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store the tracker's new events as :class:`ConversationStore` does, and keep what the next turn needs."""
        await super().save(tracker)
        mark: Mark | None = getattr(tracker, MARK, None)
        if mark is None or mark.last_id is None or not _is_at_rest(tracker):
            return
        self._recent[tracker.sender_id] = _Kept(self._last_turn(tracker), mark.last_id, tracker.events[-1].timestamp)
        self._recent.move_to_end(tracker.sender_id)
        while len(self._recent) > CONVERSATIONS_KEPT:
            self._recent.popitem(last=False)

    def forget(self, sender_id: str) -> None:
        """Keep nothing of a conversation that was deleted."""
        self._recent.pop(sender_id, None)

    def _read_from(self, sender_id: str, last_id: int) -> list[Any]:
        with self.engine.connect() as connection:
            return list(connection.execute(_SINCE, {"sender": sender_id, "last": last_id}))

    def _last_turn(self, tracker: DialogueStateTracker) -> DialogueStateTracker:
        """A tracker in the same state whose events are the slots before the last turn, and that turn without its cards."""
        events = list(tracker.events)
        start = max(index for index, event in enumerate(events) if isinstance(event, UserUttered))
        before = DialogueStateTracker(tracker.sender_id, self.domain.slots)
        for event in events[:start]:
            if isinstance(event, (SlotSet, SessionStarted)):
                before.update(event)
        known = [SlotSet(name, slot.value) for name, slot in before.slots.items() if slot.value is not None]
        recent = DialogueStateTracker(tracker.sender_id, self.domain.slots)
        for event in [*known, *(_light(event) for event in events[start:])]:
            recent.update(event, self.domain)
        return recent


def _is_at_rest(tracker: DialogueStateTracker) -> bool:
    """Whether slots and the last turn are all that the next one depends on."""
    spoken = any(isinstance(event, UserUttered) for event in tracker.events)
    return spoken and not tracker.active_loop_name and not tracker.is_paused() and not tracker.followup_action


def _light(event: Event) -> Event:
    """A bot's message without its card, which nothing reads again."""
    if isinstance(event, BotUttered):
        return BotUttered(event.text, metadata=event.metadata, timestamp=event.timestamp)
    return event
