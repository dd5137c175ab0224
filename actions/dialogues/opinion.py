"""Praise and blame of an answer, with words if the person likes."""

from __future__ import annotations

import logging

from actions.advice.answer import Answer, Button, payload
from actions.advisory import adviser, records
from actions.conversation import Turn
from actions.dialogues.dialogue import Dialogue, say

logger = logging.getLogger(__name__)

_SURE = 0.85
"""From this confidence on a statement is about another thing; below it, it says what was wrong with the answer."""
_WORDLESS = frozenset(
    {"affirm", "deny", "thanks", "goodbye", "greet", "restart", "help", "forget_me", "human_handoff", "switch_language"}
)
_OPINIONS = frozenset({"feedback_negative", "out_of_scope", "nlu_fallback"})
_NO_WORDS = "opinion:none"


class Opinion(Dialogue):
    """State: ``feedback``, the number under which the rating is kept."""

    kind = "opinion"

    def start(self, turn: Turn, rating: str) -> Answer:
        """Keep the rating of the last answer; after blame, ask what was wrong."""
        release, topic, items = adviser().book().release, turn.shown.topic, list(turn.shown.ids)
        number = records().add_feedback(turn.conversation, rating, topic, items, release)
        logger.info("feedback=%s topic=%s release=%s items=%s", rating, topic, release, ",".join(items))
        fields = {"rating": f"feedback_{rating}", "topic": topic, "items": items, "release": release}
        text = say(turn, f"feedback_{rating}")
        if rating == "positive":
            return Answer("feedback", turn.language, text, turn.profile, fields)
        buttons = (Button(say(turn, "feedback_none"), payload("deny", choice=_NO_WORDS)),)
        return Answer("feedback", turn.language, text, turn.profile, fields, buttons, asks=self.state(feedback=number))

    def reply(self, turn: Turn) -> Answer | None:
        """Keep what the person says was wrong; a clear question of another kind is none of it."""
        if turn.choice == _NO_WORDS or (turn.choice is None and turn.intent == "deny"):
            return Answer("feedback", turn.language, say(turn, "feedback_closed"), turn.profile, settles=True)
        number = turn.pending.get("feedback")
        is_other = turn.is_question or turn.intent in _WORDLESS or turn.choice is not None or not turn.text
        is_clear = turn.confidence >= _SURE and turn.intent not in _OPINIONS
        if is_other or is_clear or not isinstance(number, (int, float)):
            return None
        records().add_words(turn.conversation, int(number), turn.text)
        return Answer("feedback", turn.language, say(turn, "feedback_words"), turn.profile, settles=True)
