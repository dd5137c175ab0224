"""The readiness assessment: reads answers, scores them, and finds the actions that would help most."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from actions.advice.adviser import Adviser
from actions.rules.matcher import Match
from actions.rules.profile import Profile

BEST_ACTIONS = 3
LONGEST_ANSWER = 80
"""Characters beyond which a message is no plain answer, whatever it begins with."""

_QUESTION = re.compile(r"[?？]|吗$|呢$")


@dataclass(frozen=True)
class Question:
    """One question, why it is asked, and the topic whose guidance helps with a weak answer."""

    id: str
    dimension: str
    topic: str
    text: Mapping[str, str]
    because: Mapping[str, str]


@dataclass(frozen=True)
class Result:
    """Points from 0 to 100 in all and by dimension; ``weak`` are the questions that cost points, the dearest first."""

    total: int
    scores: Mapping[str, int]
    weak: tuple[Question, ...]


@dataclass(frozen=True)
class Questionnaire:
    """The assessment as ``assessment.yml`` describes it."""

    texts: Mapping[str, Any]

    @classmethod
    def load(cls, folder: Path) -> Questionnaire:
        """Read ``assessment.yml`` of the content folder."""
        return cls(yaml.safe_load((folder / "assessment.yml").read_text(encoding="utf-8")))

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """The questions in their order."""
        return tuple(Question(**question) for question in self.texts["questions"])

    @property
    def dimensions(self) -> Mapping[str, Mapping[str, str]]:
        """Titles of the dimensions, by id."""
        return self.texts["dimensions"]

    @property
    def answers(self) -> Mapping[str, Mapping[str, Any]]:
        """What can be answered: points and label of each, by id."""
        return self.texts["answers"]

    def read_answer(self, text: str) -> str | None:
        """Which answer a message gives in words; ``None`` if it is none, or a question."""
        if len(text) > LONGEST_ANSWER or _QUESTION.search(text.strip()):
            return None
        return _said(text, self.texts["words"])

    def read_control(self, text: str) -> str | None:
        """``back``, ``stop`` or ``show`` if that is all that a message says."""
        return _said(text, self.texts["controls"], whole=True)

    def score(self, given: Mapping[str, str]) -> Result:
        """The mean points of each dimension, and of the dimensions; unanswered questions do not count."""
        points = {q.id: self.answers[given[q.id]]["points"] for q in self.questions if given.get(q.id) in self.answers}
        counted = {id_: value for id_, value in points.items() if value is not None}
        scores = {}
        for dimension in self.dimensions:
            theirs = [counted[q.id] for q in self.questions if q.dimension == dimension and q.id in counted]
            if theirs:
                scores[dimension] = round(sum(theirs) / len(theirs))
        size = {d: sum(q.dimension == d and q.id in counted for q in self.questions) for d in self.dimensions}
        cost = {id_: (100 - value) / size[self.question(id_).dimension] for id_, value in counted.items()}
        weak = [q for q in self.questions if cost.get(q.id, 0) > 0]
        weak.sort(key=lambda q: (-cost[q.id], scores[q.dimension]))
        total = round(sum(scores.values()) / len(scores)) if scores else 0
        return Result(total, scores, tuple(weak))

    def question(self, id_: str) -> Question:
        """The question with this id.

        Raises:
            KeyError: there is none.
        """
        try:
            return next(question for question in self.questions if question.id == id_)
        except StopIteration:
            raise KeyError(id_) from None


def best_actions(adviser: Adviser, weak: Sequence[Question], profile: Profile) -> list[Match]:
    """The most valuable next actions: the best of the store on the topics of the dearest weak answers, one for each topic."""
    return list(islice(_actions(adviser, weak, profile), BEST_ACTIONS))


def _actions(adviser: Adviser, weak: Sequence[Question], profile: Profile) -> Iterator[Match]:
    book = adviser.book()
    for topic in dict.fromkeys(question.topic for question in weak):
        yield from islice(book.select(topic, profile).best({"action"}), 1)


def _said(text: str, words: Mapping[str, Mapping[str, list[str]]], *, whole: bool = False) -> str | None:
    """The id whose longest word the text is, or begins with; the longest of all wins."""
    plain = text.strip().strip("。.!！~～ ").lower().replace("’", "'")
    best: tuple[int, str] | None = None
    for id_, by_language in words.items():
        for listed in by_language.values():
            for word in listed:
                if _opens(plain, word, whole=whole) and (best is None or len(word) > best[0]):
                    best = (len(word), id_)
    return best[1] if best else None


def _opens(text: str, word: str, *, whole: bool) -> bool:
    if text == word:
        return True
    if whole or not text.startswith(word) or (len(word) < 2 and word.isascii()):
        return False
    following = text[len(word)]
    return not following.isalnum() or (not following.isascii() and not word.isascii() and len(word) > 1)
