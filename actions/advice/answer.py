"""What the adviser says in one turn: a payload for channels with cards, and the same in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from actions.rules.profile import Profile


@dataclass(frozen=True)
class Button:
    """A reply that a person can give by a tap; ``payload`` is what the channel sends back."""

    title: str
    payload: str


@dataclass(frozen=True)
class Answer:
    """One answer.

    ``kind`` is the payload's type (advice, sources, …). ``shown`` and ``topic`` are what follow-up questions such as
    "why" refer to; ``shown`` is ``None`` when the answer leaves the previous reference in place.
    """

    kind: str
    language: str
    text: str
    profile: Profile
    fields: dict[str, Any] = field(default_factory=dict)
    buttons: tuple[Button, ...] = ()
    topic: str | None = None
    shown: tuple[str, ...] | None = None

    @property
    def payload(self) -> dict[str, Any]:
        """The ``custom`` object of the REST contract."""
        return {"type": self.kind, "language": self.language, "profile": self.profile.as_dict(), **self.fields}
