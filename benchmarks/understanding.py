"""Cross-validates the intent model on the training examples: ``python -m benchmarks.understanding``.

Examples are held out in blocks, as they were written, so that near-copies of a sentence do not stand on both sides. The
figures are strict: only the one label that the example carries counts as right, while for a person a neighbouring topic
often answers as well.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
import yaml
from rich.console import Console
from rich.table import Table

from bot.evaluation.learning import training_examples
from bot.nlu.intent_model import IntentModel
from bot.nlu.kinds import kinds, turns
from bot.settings import PROJECT_FOLDER

BLOCKS = 10
FALLBACK_NAME = "FallbackClassifier"
LIMITS = {"out_of_scope", "unethical_request"}

app = typer.Typer(add_completion=False, pretty_exceptions_show_locals=False)


@app.command()
def main(
    folds: Annotated[int, typer.Option(min=2, max=BLOCKS, help="Number of folds.")] = 5,
    run: Annotated[int | None, typer.Option(help="Run only so many of the folds.")] = None,
    report: Annotated[Path | None, typer.Option(help="Also write the figures as JSON.")] = None,
    floor_topics: Annotated[float, typer.Option(help="Exit with 1 if top-3 accuracy of topics falls below this.")] = 0.0,
) -> None:
    """Print accuracy by language: topics (first and among three), turns, and what is declined."""
    threshold = _threshold()
    figures = {language: _evaluate(language, folds, run or folds, threshold) for language in ("en", "zh")}
    table = Table("", *figures, title=f"cross-validation, {run or folds} of {folds} folds held out in blocks")
    for name in next(iter(figures.values())):
        table.add_row(name, *(f"{100 * values[name]:.1f} %" for values in figures.values()))
    Console().print(table)
    if report:
        report.write_text(json.dumps(figures, indent=2), encoding="utf-8")
    if min(values["topics, among the first three"] for values in figures.values()) < floor_topics:
        raise typer.Exit(1)


def _threshold() -> float:
    pipeline = yaml.safe_load((PROJECT_FOLDER / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    return float(next(entry["threshold"] for entry in pipeline if entry["name"] == FALLBACK_NAME))


def _evaluate(language: str, folds: int, run: int, threshold: float) -> dict[str, float]:
    found = training_examples(PROJECT_FOLDER / "data" / "nlu", language)
    examples = [(example.text, example.intent, example.place * BLOCKS // example.of) for example in found]
    hits: dict[str, list[bool]] = {}

    def count(name: str, hit: bool) -> None:
        hits.setdefault(name, []).append(hit)

    for fold in range(run):
        training = [(text, label) for text, label, block in examples if block % folds != fold]
        model = IntentModel.fit([text for text, _ in training], [label for _, label in training], kinds=kinds())
        for text, label, block in examples:
            if block % folds != fold:
                continue
            ranking = model.rank(text)
            names = [name for name, _ in ranking]
            confidence = ranking[0][1] if ranking else 0.0
            right = bool(names) and names[0] == label
            if label in LIMITS:
                count("unethical requests caught" if label == "unethical_request" else "out of scope caught", right)
                continue
            if label in turns():
                count("turns", right)
            else:
                count("topics", right)
                count("topics, among the first three", label in names[:3])
            count(f"in scope, asked back (below {threshold})", confidence < threshold)
            count("wrong with confidence above 0.7", not right and confidence > 0.7)
    return {name: float(np.mean(values)) for name, values in hits.items()}


if __name__ == "__main__":
    app()
