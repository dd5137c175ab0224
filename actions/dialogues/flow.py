"""The way of a message through what the adviser has asked: first as a reply to an open question, then by its own meaning."""

from __future__ import annotations

from collections.abc import Callable

from actions.advice.answer import Answer
from actions.advisory import adviser, integrity
from actions.conversation import Turn
from actions.dialogues import references
from actions.dialogues.clearing import Clearing
from actions.dialogues.dialogue import Aftermath, Dialogue, say
from actions.dialogues.forgetting import Forgetting
from actions.dialogues.handoff import Handoff
from actions.dialogues.market_question import MarketQuestion
from actions.dialogues.opinion import Opinion
from actions.dialogues.profile_questions import ConflictQuestion, FacetQuestion
from actions.dialogues.readiness import Readiness
from actions.dialogues.refusal import Refusal

readiness, handoff, forgetting, opinion = Readiness(), Handoff(), Forgetting(), Opinion()
market_question = MarketQuestion()
_afterwards: tuple[Aftermath, ...] = (Refusal(), Clearing(), ConflictQuestion(), FacetQuestion())

_SURE = 0.5
"""From this confidence on a topic is meant, also where words of distress are said ("a suicide in our dormitory")."""

_DIALOGUES: dict[str, Dialogue] = {
    dialogue.kind: dialogue for dialogue in (readiness, handoff, forgetting, opinion, market_question, *_afterwards)
}


def respond(turn: Turn, otherwise: Callable[[Turn], Answer]) -> Answer:
    """The answer to a turn.

    Args:
        turn: the person's message.
        otherwise: answers the message by its own meaning, when it replies to nothing.
    """
    is_about_business = turn.intent in adviser().taxonomy.topics and turn.confidence >= _SURE
    if turn.text and not is_about_business and integrity().is_distress(turn.text):
        return Answer("out_of_scope", turn.language, say(turn, "distress"), turn.profile)
    turn = turn.as_if_pressed()
    open_dialogue = _DIALOGUES.get(str(turn.pending.get("kind")))
    reply = open_dialogue.reply(turn) if open_dialogue else None
    if reply is not None:
        return reply
    answer = _closed_button(turn, open_dialogue) or references.detail(turn) or otherwise(turn)
    if open_dialogue:
        answer = open_dialogue.remind(turn, answer)
    for question in _afterwards:
        if answer.asks is None:
            answer = question.after(turn, answer)
    return answer


def _closed_button(turn: Turn, open_dialogue: Dialogue | None) -> Answer | None:
    """What to say to a button of a dialogue that is over."""
    kind = (turn.choice or "").partition(":")[0]
    if kind not in _DIALOGUES or (open_dialogue is not None and kind == open_dialogue.kind):
        return None
    return Answer("clarify", turn.language, say(turn, "question_closed"), turn.profile, {"topics": []})
