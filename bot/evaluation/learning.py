"""How much the amount of examples matters: the intent model learnt from growing shares of them, judged on the same questions.

The encoders are left out, since they were adapted to all examples: they would know those that a share leaves out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.evaluation.figures import Understood, intent_figures
from bot.evaluation.questions import Question
from bot.nlu.intent_model import IntentModel
from bot.nlu.kinds import kinds, turns

SHARES = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)
FIGURES = ("topics", "topics, among three", "turns", "out of scope caught", "unethical caught")
_ANNOTATION = re.compile(r"\[([^\[\]]*)\](?:\([^)]*\)|\{[^}]*\})")


@dataclass(frozen=True)
class Example:
    """A training example, and where in its intent's list it stands."""

    text: str
    intent: str
    place: int
    of: int


@dataclass(frozen=True)
class Point:
    """The figures (shares from 0 to 1) that a number of examples reached."""

    examples: int
    figures: Mapping[str, float]


def training_examples(folder: Path, language: str) -> Iterator[Example]:
    """The examples of a language in the order in which they were written, without the annotation of facets."""
    for path in sorted(folder.glob(f"*.{language}.yml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            lines = [_ANNOTATION.sub(r"\1", line.removeprefix("- ")).strip() for line in entry["examples"].splitlines()]
            for place, line in enumerate(lines):
                yield Example(line, entry["intent"], place, len(lines))


def learning_curve(
    examples: Sequence[Example], questions: Sequence[Question], progress: Callable[[float], None] | None = None
) -> list[Point]:
    """Learn from each of :data:`SHARES` of every intent's examples, evenly spread over their order, and judge.

    Args:
        examples: all examples of one language.
        questions: labelled questions in that language.
        progress: told which share of the work is done.
    """
    points = []
    for share in SHARES:
        learnt = [example for example in examples if int((example.place + 1) * share) > int(example.place * share)]
        model = IntentModel.fit([e.text for e in learnt], [e.intent for e in learnt], kinds=kinds())
        pairs = [(question, Understood(tuple(model.rank(question.text)), {})) for question in questions]
        figures = intent_figures(pairs, turns())
        points.append(Point(len(learnt), {name: figures[name] for name in FIGURES if name in figures}))
        if progress:
            progress(sum(SHARES[: len(points)]) / sum(SHARES))
    return points
