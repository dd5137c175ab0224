"""Passing a question on to a person: consent, contact, question, ticket."""

from __future__ import annotations

import re
from typing import Any

from actions.advice.answer import Answer, Button, payload
from actions.advice.integrity import UNETHICAL
from actions.advisory import notifier, questionnaire, records, settings
from actions.conversation import Turn
from actions.dialogues.dialogue import Dialogue, agrees, say, yes_no

_CONTACT = re.compile(
    r"(?<![^@\s])[^@\s]+@[^@\s]+\.[^@\s]+|\+?\d[\d\s().-]{5,}|(?:^|\W)@\w+"
    r"|\b(?:slack|wechat|weixin|whatsapp|telegram|teams|lark|dingtalk|skype)\b|微信|钉钉|飞书|企业微信",
    re.IGNORECASE,
)
_OTHER_WISHES = frozenset({"forget_me", "human_handoff", "switch_language", "help", UNETHICAL})
_SURE = 0.5
_LONGEST_CONTACT = 200


class Handoff(Dialogue):
    """State: ``step`` (consent, contact or question) and the ``contact`` once given."""

    kind = "handoff"

    def start(self, turn: Turn) -> Answer:
        """Say who would answer and what would be kept, and ask for consent."""
        contact = settings().contact
        who = contact or say(turn, "handoff_team")
        told = say(turn, "handoff_told" if notifier().is_configured else "handoff_listed")
        text = say(turn, "handoff_consent", who=who, told=told)
        return self._step(turn, text, yes_no(turn, "handoff"), step="consent")

    def reply(self, turn: Turn) -> Answer | None:
        """Take the next piece of information."""
        step = turn.pending.get("step")
        said_no = step == "contact" and questionnaire().read_answer(turn.text) == "no"
        if (
            turn.choice == "handoff:cancel"
            or (turn.choice is None and questionnaire().read_control(turn.text) == "stop")
            or said_no
        ):
            return self._end(turn, "handoff_cancelled")
        if step == "consent":
            agreed = agrees(turn, "handoff")
            if agreed is None:
                return None
            return (
                self._step(turn, say(turn, "handoff_ask_contact"), step="contact")
                if agreed
                else self._end(turn, "handoff_declined")
            )
        if turn.choice is not None or not turn.text or (turn.intent in _OTHER_WISHES and turn.confidence >= _SURE):
            return None
        if step == "contact":
            return self._contact(turn)
        return self._question(turn)

    def remind(self, turn: Turn, answer: Answer) -> Answer:
        """Come back to the open step, except to that of consent, which silence declines."""
        step = turn.pending.get("step")
        if step not in ("contact", "question") or answer.asks is not None:
            return super().remind(turn, answer)
        text = say(turn, "handoff_resume", question=say(turn, f"handoff_ask_{step}"))
        return answer.followed_by(text, (_cancel(turn),)).asking(turn.pending)

    def _contact(self, turn: Turn) -> Answer | None:
        if not _CONTACT.search(turn.text):
            if turn.is_question and turn.confidence >= _SURE:
                return None
            return self._step(turn, say(turn, "handoff_bad_contact"), step="contact")
        return self._step(turn, say(turn, "handoff_ask_question"), step="question", contact=turn.text[:_LONGEST_CONTACT])

    def _question(self, turn: Turn) -> Answer:
        ticket = records().open_ticket(
            turn.conversation, str(turn.pending.get("contact")), turn.text, turn.language, turn.profile, turn.shown.topic
        )
        notifier().announce(ticket)
        told = say(turn, "handoff_told_done" if notifier().is_configured else "handoff_listed_done")
        text = say(turn, "handoff_done", reference=ticket.reference, told=told)
        return Answer(
            "handoff", turn.language, text, turn.profile, {"state": "done", "reference": ticket.reference}, settles=True
        )

    def _step(self, turn: Turn, text: str, buttons: tuple[Button, ...] = (), **state: Any) -> Answer:
        fields = {"state": state["step"], "contact": settings().contact}
        return Answer("handoff", turn.language, text, turn.profile, fields, buttons or (_cancel(turn),), asks=self.state(**state))

    def _end(self, turn: Turn, key: str) -> Answer:
        contact = settings().contact
        text = say(turn, key)
        if contact:
            text += say(turn, "sentence_separator") + say(turn, "handoff", contact=contact)
        return Answer("handoff", turn.language, text, turn.profile, {"state": "declined", "contact": contact}, settles=True)


def _cancel(turn: Turn) -> Button:
    return Button(say(turn, "handoff_cancel"), payload("deny", choice="handoff:cancel"))
