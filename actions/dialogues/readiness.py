"""The readiness assessment as a dialogue: one question at a time, by button or in words, with interruptions and corrections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions.advice.answer import Answer, Button, payload
from actions.advice.assessment import Question, Questionnaire, Result, best_actions
from actions.advice.integrity import UNETHICAL
from actions.advice.items import item_line, item_payload
from actions.advice.radar import radar_svg
from actions.advisory import adviser, questionnaire, records, settings
from actions.conversation import Turn
from actions.dialogues.dialogue import Dialogue, say
from actions.records.records import Assessment

WEAK_SHOWN = 5
_SURE = 0.45
"""From this confidence on a topic is taken for a question of its own rather than for an answer in other words."""

_VERY_SURE = 0.97
"""From this confidence on even a statement is."""
_SURE_OF = {UNETHICAL: 0.8}
"""Who answers a question is not lightly accused of asking for something wrong."""

_EXPLAINS = frozenset({"why", "help", "sources"})
_BY_INTENT = {"affirm": "yes", "deny": "no"}
_NO_OTHER_MEANING = frozenset({"out_of_scope", "nlu_fallback", "affirm", "deny", ""})


class Readiness(Dialogue):
    """State: ``given`` (answers by question id) and ``at`` (number of the open question, from 0)."""

    kind = "assessment"

    def start(self, turn: Turn) -> Answer:
        """Explain the assessment and put the first question."""
        intro = say(turn, "assessment_intro", count=len(questionnaire().questions))
        return self._ask(turn, {}, 0, intro)

    def reply(self, turn: Turn) -> Answer | None:
        """Take an answer, go back, stop, explain the question; anything that asks something else is an interruption."""
        quiz = questionnaire()
        given, at = _state(turn.pending, quiz)
        if turn.choice is not None:
            return self._by_button(turn, given, at)
        control = quiz.read_control(turn.text)
        if control == "stop":
            return _ended(turn, "assessment_stopped")
        if control == "back":
            return self._ask(turn, given, max(0, at - 1))
        if control == "show" and turn.intent not in _EXPLAINS:
            return self._ask(turn, given, at)
        answer = quiz.read_answer(turn.text)
        if answer is None and not turn.is_question:
            answer = _BY_INTENT.get(turn.intent)
        if answer is not None:
            return self._take(turn, given, at, answer)
        if turn.intent in _EXPLAINS and turn.text:
            reason = say(turn, "assessment_why", reason=quiz.questions[at].because[turn.language])
            return self._ask(turn, given, at, reason)
        if turn.intent in _NO_OTHER_MEANING or _states(turn):
            return self._ask(turn, given, at, say(turn, "assessment_unclear"))
        return None

    def remind(self, turn: Turn, answer: Answer) -> Answer:
        """Come back to the open question after an interruption."""
        if answer.asks is not None:
            return answer
        given, at = _state(turn.pending, questionnaire())
        open_question = self._ask(turn, given, at)
        remark = say(turn, "assessment_resume", number=at + 1, total=len(questionnaire().questions), question=_text(at, turn))
        resumed = answer.followed_by(remark, open_question.buttons, pending=open_question.fields)
        return resumed.asking(self.state(given=given, at=at))

    def _by_button(self, turn: Turn, given: dict[str, str], at: int) -> Answer | None:
        """A pressed button may belong to an earlier question, which it then corrects; pressed twice, it changes nothing."""
        kind, _, rest = (turn.choice or "").partition(":")
        if kind != self.kind:
            return None
        id_, _, answer = rest.partition(":")
        if id_ == "back":
            return self._ask(turn, given, max(0, at - 1))
        if id_ == "stop":
            return _ended(turn, "assessment_stopped")
        ids = [question.id for question in questionnaire().questions]
        if id_ not in ids or answer not in questionnaire().answers:
            return self._ask(turn, given, at)
        if ids.index(id_) == at:
            return self._take(turn, given, at, answer)
        if id_ in given and given[id_] != answer:
            return self._ask(turn, {**given, id_: answer}, at, say(turn, "assessment_corrected", number=ids.index(id_) + 1))
        return self._ask(turn, given, at)

    def _take(self, turn: Turn, given: dict[str, str], at: int, answer: str) -> Answer:
        quiz = questionnaire()
        given = {**given, quiz.questions[at].id: answer}
        return self._ask(turn, given, at + 1) if at + 1 < len(quiz.questions) else self._finish(turn, given)

    def _ask(self, turn: Turn, given: Mapping[str, str], at: int, before: str = "") -> Answer:
        quiz = questionnaire()
        question, total, language = quiz.questions[at], len(quiz.questions), turn.language
        dimension = quiz.dimensions[question.dimension][language]
        line = say(turn, "assessment_question", number=at + 1, total=total, dimension=dimension, question=question.text[language])
        buttons = [
            Button(answer["label"][language], payload("readiness_assessment", choice=f"{self.kind}:{question.id}:{id_}"))
            for id_, answer in quiz.answers.items()
        ]
        if at:
            buttons.append(Button(say(turn, "assessment_back"), payload("readiness_assessment", choice=f"{self.kind}:back")))
        buttons.append(Button(say(turn, "assessment_stop"), payload("readiness_assessment", choice=f"{self.kind}:stop")))
        fields = {
            "state": "question",
            "number": at + 1,
            "total": total,
            "question": {"id": question.id, "dimension": dimension, "text": question.text[language]},
        }
        text = f"{before}\n{line}" if before else line
        asks = self.state(given=dict(given), at=at)
        return Answer("assessment", language, text, turn.profile, fields, tuple(buttons), asks=asks)

    def _finish(self, turn: Turn, given: Mapping[str, str]) -> Answer:
        """Score, keep and show the result, beside the previous one if there is one."""
        quiz, language, phrases = questionnaire(), turn.language, adviser().phrases
        result = quiz.score(given)
        if not result.scores:
            return _ended(turn, "assessment_nothing")
        previous = next(iter(records().assessments(turn.conversation)), None)
        records().add_assessment(turn.conversation, turn.profile, given, result.scores, result.total)
        actions = best_actions(adviser(), result.weak, turn.profile)
        chart = _keep_chart(turn, result, previous)
        lines = [say(turn, "assessment_result", total=result.total)]
        lines += [
            say(turn, "assessment_score", dimension=quiz.dimensions[d][language], points=p) for d, p in result.scores.items()
        ]
        if previous is not None:
            date = phrases.date(previous.created_at.date(), language)
            lines.append(
                say(turn, "assessment_previous", date=date, before=previous.total, change=f"{result.total - previous.total:+d}")
            )
        if result.weak:
            lines.append(say(turn, "assessment_weak"))
            lines += [_weak_line(question, given, language) for question in result.weak[:WEAK_SHOWN]]
        if actions:
            lines.append(say(turn, "assessment_actions"))
            lines += [item_line(number, match, language, phrases) for number, match in enumerate(actions, start=1)]
        lines.append(say(turn, "assessment_chart", url=chart))
        fields = {
            "state": "result",
            "total": result.total,
            "scores": [
                {
                    "dimension": d,
                    "title": quiz.dimensions[d][language],
                    "points": p,
                    "reasons": _reasons(d, result, given, language),
                }
                for d, p in result.scores.items()
            ],
            "previous": _previous(previous),
            "items": [item_payload(match, language, phrases) for match in actions],
            "chart": chart,
            "release": adviser().book().release,
        }
        shown = tuple(match.rule.id for match in actions)
        topic = actions[0].rule.topic if actions else None
        return Answer(
            "assessment",
            language,
            "\n".join(lines),
            turn.profile,
            fields,
            topic=topic,
            shown=shown if topic else None,
            settles=True,
        )


def _state(pending: Mapping[str, Any], quiz: Questionnaire) -> tuple[dict[str, str], int]:
    given = pending.get("given")
    at = pending.get("at")
    known = {question.id for question in quiz.questions}
    answers = {k: v for k, v in given.items() if k in known and v in quiz.answers} if isinstance(given, Mapping) else {}
    return answers, min(max(int(at), 0), len(quiz.questions) - 1) if isinstance(at, (int, float)) else 0


def _ended(turn: Turn, key: str) -> Answer:
    return Answer("assessment", turn.language, say(turn, key), turn.profile, {"state": "stopped"}, settles=True)


def _axes(result: Result, language: str) -> list[tuple[str, int]]:
    """Titles and points of the dimensions."""
    return [(questionnaire().dimensions[dimension][language], points) for dimension, points in result.scores.items()]


def _states(turn: Turn) -> bool:
    """Whether a message states something rather than asks, and is not clearly about something else."""
    is_topic = turn.intent in adviser().taxonomy.topics
    sure = _VERY_SURE if is_topic else _SURE_OF.get(turn.intent, _SURE)
    return not turn.is_question and turn.confidence < sure


def _text(at: int, turn: Turn) -> str:
    return questionnaire().questions[at].text[turn.language]


def _weak_line(question: Question, given: Mapping[str, str], language: str) -> str:
    quiz = questionnaire()
    answer = quiz.answers[given[question.id]]["label"][language]
    return adviser().phrases.say(
        "assessment_reason", language, question=question.text[language], answer=answer, reason=question.because[language]
    )


def _reasons(dimension: str, result: Result, given: Mapping[str, str], language: str) -> list[str]:
    return [_weak_line(question, given, language) for question in result.weak if question.dimension == dimension]


def _previous(previous: Assessment | None) -> dict[str, Any] | None:
    if previous is None:
        return None
    return {"total": previous.total, "scores": dict(previous.scores), "date": previous.created_at.date().isoformat()}


def _keep_chart(turn: Turn, result: Result, previous: Assessment | None) -> str:
    """Store the chart's data and give its address."""
    before = [previous.scores.get(d) for d in result.scores] if previous else []
    legend = (say(turn, "assessment_now"), say(turn, "assessment_before"))
    svg = radar_svg(say(turn, "assessment_title", total=result.total), _axes(result, turn.language), before, legend)
    token = records().add_document(turn.conversation, "chart", {"svg": svg}, settings().document_days)
    return f"{settings().public_url}/documents/{token}.svg"
