"""Who speaks, in which conversation, and where the answer goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from bot.channels.slack.secrecy import Ids

Threads = Literal["person", "thread"]


@dataclass(frozen=True)
class Person:
    """Somebody in a workspace."""

    team: str
    user: str

    def id(self, ids: Ids) -> str:
        """What the person is called in the channel's database."""
        return ids.make("person", self.team, self.user)


@dataclass(frozen=True)
class Place:
    """Where an answer is posted.

    ``channel`` may be a person's id, which stands for the direct messages with them. With a ``response_url`` only the person
    sees the answer, in the place where they asked.
    """

    channel: str
    thread: str | None = None
    response_url: str | None = None

    @property
    def is_direct(self) -> bool:
        """Whether it is between one person and the bot, wherever it shows."""
        return self.channel[:1] in ("D", "U", "W") or self.response_url is not None

    def as_dict(self) -> dict[str, Any]:
        """The place as plain data."""
        return asdict(self)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Place:
        """The place out of plain data."""
        return cls(str(values["channel"]), values.get("thread"), values.get("response_url"))


def lane(ids: Ids, person: Person, place: Place, threads: Threads) -> str:
    """Within this, messages are answered one after the other: all that is between a person and the bot, or a thread."""
    if place.is_direct:
        return ids.make("lane", person.team, person.user)
    return ids.make("lane", person.team, place.channel, place.thread or "", "" if threads == "thread" else person.user)


def thread_id(ids: Ids, person: Person, place: Place) -> str:
    """What a thread is called in the channel's database."""
    return ids.make("thread", person.team, place.channel, place.thread or "")


def conversation(ids: Ids, person: Person, place: Place, threads: Threads, *, is_assistant_thread: bool = False) -> str:
    """The conversation's id with the adviser.

    Direct messages, ``/qiao``, the shortcut and the App Home are one conversation of the person; every thread of the assistant
    is one, and in a channel every thread, of each person or of all.
    """
    if place.is_direct and not is_assistant_thread:
        return f"slack-{ids.make('conversation', person.team, person.user)}"
    speaker = "" if threads == "thread" and not place.is_direct else person.user
    return f"slack-{ids.make('conversation', person.team, place.channel, place.thread or '', speaker)}"
