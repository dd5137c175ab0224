"""Compares what people sent and were told with what the conversations' database holds: lost, doubled, mixed up, forgotten."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from benchmarks.faults.people import Sent

_SAID = ("user", "bot")


@dataclass
class Audit:
    """What was found; each list names messages by their ids."""

    sent: int = 0
    answered: int = 0
    unanswered: list[str] = field(default_factory=list)
    """Not answered, however often they were sent."""
    lost: list[str] = field(default_factory=list)
    """Answered, but not in the database."""
    doubled: list[str] = field(default_factory=list)
    """More than once in the database, or with more than one answer there."""
    disordered: list[str] = field(default_factory=list)
    """In another order than sent."""
    altered: list[str] = field(default_factory=list)
    """The person was shown something else than what is kept."""
    apologies: list[str] = field(default_factory=list)
    """Answered by a notice that advice is unavailable."""
    retried: int = 0
    slowest_seconds: float = 0.0

    @property
    def is_clean(self) -> bool:
        """Whether everything that was sent was answered once, and is kept as it was shown."""
        return not (self.unanswered or self.lost or self.doubled or self.disordered or self.altered)

    def __str__(self) -> str:
        """One line for people."""
        return (
            f"{self.sent} sent, {self.answered} answered, {len(self.unanswered)} unanswered, {len(self.lost)} lost, "
            f"{len(self.doubled)} doubled, {len(self.disordered)} out of order, {len(self.altered)} altered, "
            f"{len(self.apologies)} apologies, {self.retried} sent again, slowest {self.slowest_seconds:.1f} s"
        )


def audit(sent: Sequence[Sent], conversations_url: str) -> Audit:
    """Compare messages with the database that ``conversations_url`` (SQLAlchemy) names."""
    kept = _kept(conversations_url, {message.conversation for message in sent})
    found = Audit(
        sent=len(sent),
        answered=sum(message.is_answered for message in sent),
        retried=sum(message.attempts > 1 for message in sent),
        slowest_seconds=max((message.seconds for message in sent), default=0.0),
    )
    for message in sent:
        turns = [turn for turn in kept[message.conversation] if turn.id == message.id]
        if not message.is_answered:
            found.unanswered.append(message.id)
        elif not turns:
            found.lost.append(message.id)
        if len(turns) > 1 or any(turn.cards > 1 for turn in turns):
            found.doubled.append(message.id)
        if message.is_answered and turns:
            shown = [reply.get("text") for reply in message.replies if ".notice-" not in str(reply.get("id"))]
            if shown != turns[0].texts:
                found.altered.append(message.id)
            if not any(shown) and not turns[0].cards:
                found.apologies.append(message.id)
    found.disordered = _disordered(sent, kept)
    return found


@dataclass
class _Turn:
    id: str
    texts: list[str | None] = field(default_factory=list)
    cards: int = 0


def _kept(url: str, conversations: set[str]) -> dict[str, list[_Turn]]:
    """The turns of each conversation as the database holds them, in its order."""
    engine = sa.create_engine(url, future=True)
    query = sa.text("SELECT sender_id, type_name, data FROM events WHERE sender_id IN :names ORDER BY id")
    turns: dict[str, list[_Turn]] = defaultdict(list)
    with engine.connect() as connection:
        for row in connection.execute(query.bindparams(sa.bindparam("names", list(conversations), expanding=True))):
            if row.type_name not in _SAID:
                continue
            data: dict[str, Any] = json.loads(row.data)
            if row.type_name == "user":
                turns[row.sender_id].append(_Turn(str(data.get("message_id"))))
            elif turns[row.sender_id]:
                turn = turns[row.sender_id][-1]
                turn.texts.append(data.get("text"))
                turn.cards += bool((data.get("data") or {}).get("custom"))
    engine.dispose()
    return turns


def _disordered(sent: Sequence[Sent], kept: dict[str, list[_Turn]]) -> list[str]:
    wrong: list[str] = []
    order: dict[str, list[str]] = defaultdict(list)
    for message in sent:
        order[message.conversation].append(message.id)
    for conversation, ids in order.items():
        stored = [turn.id for turn in kept[conversation]]
        repeated = Counter(stored)
        once = [id_ for id_ in stored if repeated[id_] == 1]
        known = [id_ for id_ in ids if id_ in set(once)]
        wrong += [a for a, b in zip(known, once) if a != b]
    return wrong
