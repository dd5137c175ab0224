"""What is stored of a person, and its deletion after a confirmation."""

from __future__ import annotations

from actions.advice.answer import Answer
from actions.advisory import adviser, integrity, records, settings
from actions.conversation import Turn
from actions.dialogues.dialogue import Dialogue, agrees, say, yes_no
from actions.rules.profile import Profile


class Forgetting(Dialogue):
    """Asks whether everything that is stored of the conversation shall be deleted."""

    kind = "forget"

    def start(self, turn: Turn) -> Answer:
        """Say truly what is stored, for how long, and offer to delete it."""
        held = records().held(turn.conversation)
        known = adviser().phrases.profile(turn.profile, turn.language) or say(turn, "privacy_no_profile")
        text = say(turn, "privacy_stored", facets=known, days=f"{settings().retention_days:g}", **held)
        fields = {"state": "confirm", "stored": held, "days": settings().retention_days}
        return Answer("privacy", turn.language, text, turn.profile, fields, yes_no(turn, "forget"), asks=self.state())

    def reply(self, turn: Turn) -> Answer | None:
        """Delete, or leave everything as it is."""
        agreed = agrees(turn, "forget")
        if turn.text and integrity().says("keeping", turn.text):
            agreed = False
        if agreed is None:
            return None
        if not agreed:
            fields = {"state": "kept"}
            return Answer("privacy", turn.language, say(turn, "privacy_kept"), turn.profile, fields, settles=True)
        deleted = records().forget(turn.conversation)
        gone = {"state": "deleted", "deleted": deleted}
        return Answer("privacy", turn.language, say(turn, "privacy_deleted"), Profile(), gone, resets=True)
