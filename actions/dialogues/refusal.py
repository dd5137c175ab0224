"""Insistence after a refusal: "how do I do that?" then asks for what was refused, which words alone do not show."""

from __future__ import annotations

from actions.advice.answer import Answer
from actions.advisory import adviser, integrity
from actions.conversation import Turn
from actions.dialogues.dialogue import Aftermath


class Refusal(Aftermath):
    """State: the ``reason``, by which the refusal is said again."""

    kind = "refusal"

    def reply(self, turn: Turn) -> Answer | None:
        """The same refusal, with its legitimate route, to a message that says nothing but "how"."""
        if not integrity().asks_only_how(turn.text):
            return None
        return self.after(turn, integrity().refuse_again(adviser(), str(turn.pending.get("reason")), turn.profile, turn.language))

    def after(self, turn: Turn, answer: Answer) -> Answer:
        """A refusal is remembered for the turn that follows it; any other answer is left as it is."""
        return answer.asking(self.state(reason=answer.fields["reason"])) if answer.kind == "refusal" else answer
