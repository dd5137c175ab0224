"""What people say: questions of both languages that nobody learnt from, with follow-ups in between."""

from __future__ import annotations

import json
import random

from bot.settings import PROJECT_FOLDER

_FOLLOW_UPS = {
    "en": ("why?", "more", "sources please", "what should we avoid?", "and in Vietnam?", "thanks"),
    "zh": ("为什么？", "还有吗？", "出处是什么", "要避免什么？", "那越南呢？", "谢谢"),
}
_LENGTH = 60
_DELETES = "forget_me"
"""Whoever is forgotten leaves nothing by which what they were told could be checked."""


def script_of(number: int) -> list[str]:
    """The messages of one person, the same in each run; odd ones write Chinese. Two questions, then a follow-up, and so on."""
    language = "zh" if number % 2 else "en"
    chance = random.Random(number)  # noqa: S311 (no secret)
    said: list[str] = []
    while len(said) < _LENGTH:
        said += [*chance.sample(_questions(language), 2), chance.choice(_FOLLOW_UPS[language])]
    return said


def _questions(language: str) -> list[str]:
    if language not in _held:
        lines = (PROJECT_FOLDER / "tests" / "data" / f"questions.{language}.jsonl").read_text(encoding="utf-8").splitlines()
        asked = [json.loads(line) for line in lines]
        _held[language] = [question["text"] for question in asked if question["topic"] != _DELETES]
    return _held[language]


_held: dict[str, list[str]] = {}
