"""What the adviser says in one turn: a payload for channels with cards, and the same in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from actions.rules.profile import Profile


@dataclass(frozen=True)
class Button:
    """A reply that a person can give by a tap; ``payload`` is what the channel sends back."""

    title: str
    payload: str


def payload(intent: str, **values: str) -> str:
    """What a button sends back: an intent, with what the button stands for."""
    return f"/{intent}{json.dumps(values, ensure_ascii=False)}" if values else f"/{intent}"


@dataclass(frozen=True)
class Answer:
    """One answer.

    ``kind`` is the payload's type (advice, sources, …). ``shown`` and ``topic`` are what follow-up questions such as
    "why" refer to; ``shown`` is ``None`` when the answer leaves the previous reference in place. ``headline`` is the id among
    them that stands above the list. ``asks`` is what the answer asks the person, as plain data that the next turn will need;
    ``settles`` says that an earlier question is done with.
    """

    kind: str
    language: str
    text: str
    profile: Profile
    fields: dict[str, Any] = field(default_factory=dict)
    buttons: tuple[Button, ...] = ()
    topic: str | None = None
    shown: tuple[str, ...] | None = None
    headline: str | None = None
    asks: Mapping[str, Any] | None = None
    settles: bool = False
    asks_no_more: bool = False
    """Whether the person does not want to be asked about the company any more."""

    resets: bool = False
    """Whether everything that was remembered of the conversation is forgotten."""
    chosen_language: str | None = None
    """The language in which to answer from now on, if the person has chosen one in this turn."""

    @property
    def payload(self) -> dict[str, Any]:
        """The ``custom`` object of the REST contract."""
        return {"type": self.kind, "language": self.language, "profile": self.profile.as_dict(), **self.fields}

    def followed_by(self, text: str, buttons: tuple[Button, ...] = (), **fields: Any) -> Answer:
        """The same answer with a remark or question after it, which channels with cards find as ``remark``."""
        remark = "\n".join(filter(None, (self.fields.get("remark"), text)))
        fields = {**self.fields, "remark": remark, **fields}
        return replace(self, text=f"{self.text}\n{text}", buttons=(*self.buttons, *buttons), fields=fields)

    def settled(self) -> Answer:
        """The same answer, with which an earlier question is done."""
        return replace(self, settles=True)

    def asking(self, state: Mapping[str, Any]) -> Answer:
        """The same answer, which waits for a reply; ``state`` is what the reply will be understood by."""
        return replace(self, asks=state)
