"""Plain questions in a topic's own words, which most examples avoid, are understood by the running server."""

from __future__ import annotations

from pathlib import Path

from bot.evaluation.questions import read_questions
from tests.live.assistant import Assistant

PLAIN = read_questions(Path(__file__).parents[1] / "data" / "plain.jsonl")


def test_plain_questions_are_understood(assistant: Assistant) -> None:
    wrong = [(q.text, intent) for q in PLAIN if (intent := assistant.parse(q.text)["intent"]["name"]) not in q.accepted]
    assert len(wrong) <= len(PLAIN) / 50, wrong
