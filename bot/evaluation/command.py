"""``python -m bot eval``: figures in a table, a report on request, and an exit code for CI."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping
from pathlib import Path

import yaml
from rich.console import Console
from rich.progress import Progress, TaskID
from rich.table import Table

from bot.evaluation.figures import Pairs, confusions, facet_figures, intent_figures, macro_f1
from bot.evaluation.judge import understand
from bot.evaluation.learning import Point, learning_curve, training_examples
from bot.evaluation.questions import read_questions
from bot.nlu.kinds import turns
from bot.nlu.text import language_of
from bot.settings import PROJECT_FOLDER

_LESS_IS_BETTER = {"look-alikes taken for unethical", "in scope, not answered", "confidently wrong", "calibration error"}
_SHOWN = 12

Figures = dict[str, dict[str, float]]


def evaluate(model: Path, files: list[Path], console: Console) -> tuple[dict[str, Pairs], Figures]:
    """Judge the model on the questions of all files, by language.

    Raises:
        BadQuestions: a file is broken.
    """
    questions = [question for path in files for question in read_questions(path)]
    with Progress(console=console) as bars:
        task = bars.add_task("asking", total=len(questions))
        asked: Pairs = understand(model, questions, lambda done: bars.update(task, completed=done))
    by_language: dict[str, Pairs] = {}
    for language in ("en", "zh"):
        theirs: Pairs = [pair for pair in asked if (language_of(pair[0].text) or "en") == language]
        if theirs:
            by_language[language] = theirs
    figures: Figures = {}
    for language, theirs in by_language.items():
        named = {question.topic for question, _ in theirs if question.topic}
        figures[language] = intent_figures(theirs, turns())
        if named:
            figures[language]["macro-F1"] = macro_f1(theirs, named)
        for facet, values in facet_figures(theirs).items():
            figures[language] |= {f"{facet}, {name}": value for name, value in values.items()}
    return by_language, figures


def learning_curves(pairs: Mapping[str, Pairs], console: Console) -> dict[str, list[Point]]:
    """What growing shares of the examples are worth, by language, on the questions that were asked."""
    curves = {}
    with Progress(console=console) as bars:
        for language, theirs in pairs.items():
            task = bars.add_task(f"learning, {language}", total=1.0)

            def show(done: float, task: TaskID = task) -> None:
                bars.update(task, completed=done)

            examples = list(training_examples(PROJECT_FOLDER / "data" / "nlu", language))
            curves[language] = learning_curve(examples, [question for question, _ in theirs], show)
    return curves


def tell(pairs: Mapping[str, Pairs], figures: Figures, console: Console) -> None:
    """Print the figures and what is confused most."""
    table = Table("", *figures, title="understanding")
    for name in dict.fromkeys(name for theirs in figures.values() for name in theirs):
        table.add_row(name, *(f"{100 * theirs[name]:.1f} %" if name in theirs else "" for theirs in figures.values()))
    times = [statistics.median(u.milliseconds for _, u in theirs) for theirs in pairs.values()]
    table.add_row("parse, p50", *(f"{middle:.1f} ms" for middle in times))
    console.print(table)
    for language, theirs in pairs.items():
        worst = ", ".join(f"{told} as {got} ({count})" for told, got, count in confusions(theirs)[:_SHOWN])
        console.print(f"most confused, {language}: {worst or 'nothing'}")


def below_floors(figures: Figures, floors: Path) -> list[str]:
    """Which figures fall short of the recorded floors (for those of which less is better: exceed them).

    Raises:
        OSError, ValueError: the file of floors cannot be read.
    """
    wanted: Figures = yaml.safe_load(floors.read_text(encoding="utf-8"))
    short = []
    for language, theirs in wanted.items():
        for name, floor in theirs.items():
            value = figures.get(language, {}).get(name)
            is_short = value is None or (value > floor if name in _LESS_IS_BETTER else value < floor)
            if is_short:
                short.append(f"{language}: {name} is {'not measured' if value is None else round(value, 4)}, the floor {floor}")
    return short


def save(figures: Figures, path: Path) -> None:
    """Write the figures as JSON."""
    path.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
