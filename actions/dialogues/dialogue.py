"""What every dialogue does: it knows whether a message answers its question, and how to come back to it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from actions.advice.answer import Answer, Button, payload
from actions.advisory import adviser, questionnaire
from actions.conversation import Turn


class Dialogue(ABC):
    """A question, or a series of questions, of the adviser. Its state is the plain data in ``turn.pending``."""

    kind: ClassVar[str]
    """Names the dialogue in its state."""

    @abstractmethod
    def reply(self, turn: Turn) -> Answer | None:
        """The answer to a message that answers the question; ``None`` if the message means something else."""

    def remind(self, turn: Turn, answer: Answer) -> Answer:
        """An answer to something else, and what becomes of the question: by default it is dropped."""
        return answer if answer.asks is not None else answer.settled()

    def state(self, **values: Any) -> dict[str, Any]:
        """The state that makes this dialogue's question the open one."""
        return {"kind": self.kind, **values}


class Aftermath(Dialogue):
    """What may follow an answer that asks nothing itself."""

    @abstractmethod
    def after(self, turn: Turn, answer: Answer) -> Answer:
        """The answer with the question, or with what the next turn has to know; unchanged if there is nothing."""


def say(turn: Turn, key: str, **values: object) -> str:
    """One of the adviser's own texts in the turn's language."""
    return adviser().phrases.say(key, turn.language, **values)


def yes_no(turn: Turn, topic: str) -> tuple[Button, Button]:
    """Buttons for a question that is answered by yes or no; ``topic`` names the question in ``phrases.yml`` and in the choice."""
    return (
        Button(say(turn, f"{topic}_yes"), payload("affirm", choice=f"{topic}:yes")),
        Button(say(turn, f"{topic}_no"), payload("deny", choice=f"{topic}:no")),
    )


def agrees(turn: Turn, topic: str) -> bool | None:
    """Whether a message says yes or no to such a question, by button, in words, or by its meaning; ``None`` if neither."""
    if turn.choice is not None:
        return {f"{topic}:yes": True, f"{topic}:no": False}.get(turn.choice)
    said = questionnaire().read_answer(turn.text)
    if said in ("yes", "no"):
        return said == "yes"
    return {"affirm": True, "deny": False}.get(turn.intent)
