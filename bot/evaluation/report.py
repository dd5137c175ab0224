"""The evaluation as one HTML page with pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from matplotlib import pyplot
from matplotlib.figure import Figure

from bot.evaluation.figures import Pairs, by_intent, confusions, facet_figures, reliability_of
from bot.evaluation.learning import FIGURES, Point
from bot.pages import picture, rows_table, write_page

_WORST = 25


def write_report(
    path: Path,
    pairs: Mapping[str, Pairs],
    figures: Mapping[str, Mapping[str, float]],
    curves: Mapping[str, Sequence[Point]] | None = None,
) -> None:
    """Write the page.

    Args:
        path: the HTML file.
        pairs: for each language the questions with what was understood.
        figures: for each language the figures.
        curves: for each language the learning curve, if it was measured.
    """
    parts = [_table(figures, "figure")]
    for language, points in (curves or {}).items():
        parts += [
            f"<h2>Learning curve, {escape(language)}</h2>",
            picture(learning_figure(points), f"Learning curve, {language}: figures over the number of examples"),
            rows_table(
                ("examples", *FIGURES), [(p.examples, *(f"{100 * p.figures.get(n, 0):.1f} %" for n in FIGURES)) for p in points]
            ),
        ]
    for language, theirs in pairs.items():
        parts += [
            f"<h2>{escape(language)}</h2>",
            picture(_reliability(theirs), f"Reliability, {language}: confidence against the share of right answers"),
            picture(_confusion(theirs), f"Confusion, {language}: rows are the right intents, columns what was understood"),
            "<h3>Facets</h3>",
            _table(facet_figures(theirs), ""),
            "<h3>Most confused</h3>",
            rows_table(("right", "understood", "times"), confusions(theirs)[:_WORST]),
            "<h3>Intents</h3>",
            rows_table(
                ("intent", "right, %", "questions"),
                [(name, round(100 * share, 1), count) for name, (share, count) in sorted(by_intent(theirs).items())],
            ),
            "<h3>Misunderstood</h3>",
            rows_table(
                ("question", "right", "understood", "confidence"),
                [
                    (q.text, ", ".join(sorted(q.accepted)), u.intent, round(u.ranking[0][1], 2) if u.ranking else 0)
                    for q, u in theirs
                    if q.topic is not None and u.intent not in q.accepted
                ],
            ),
        ]
    write_page(path, "Understanding", parts)


def _table(columns: Mapping[str, Mapping[str, float]], corner: str) -> str:
    names = list(dict.fromkeys(name for column in columns.values() for name in column))
    rows = [(name, *(f"{100 * column[name]:.1f} %" if name in column else "" for column in columns.values())) for name in names]
    return rows_table((corner, *columns), rows)


def learning_figure(points: Sequence[Point]) -> Figure:
    """Each figure over the number of examples."""
    figure, axes = pyplot.subplots(figsize=(6, 4))
    for name in FIGURES:
        axes.plot([p.examples for p in points], [100 * p.figures.get(name, 0) for p in points], marker="o", label=name)
    axes.set(xscale="log", xlabel="examples", ylabel="%")
    axes.set_xticks([p.examples for p in points], [str(p.examples) for p in points])
    axes.minorticks_off()
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8)
    figure.tight_layout()
    return figure


def _reliability(pairs: Pairs) -> Figure:
    figure, axes = pyplot.subplots(figsize=(5, 4))
    points = reliability_of(pairs)
    axes.plot([0, 1], [0, 1], color="#999999", linestyle="--", label="honest")
    axes.plot([told for told, _, _ in points], [held for _, held, _ in points], color="#0072B2", marker="o", label="measured")
    axes.set(xlabel="confidence", ylabel="share of right answers", xlim=(0, 1), ylim=(0, 1))
    axes.legend()
    figure.tight_layout()
    return figure


def _confusion(pairs: Pairs) -> Figure:
    names = sorted({q.topic for q, _ in pairs if q.topic} | {u.intent for q, u in pairs if q.topic})
    position = {name: number for number, name in enumerate(names)}
    counts = [[0] * len(names) for _ in names]
    for question, understood in pairs:
        if question.topic:
            truth = understood.intent if understood.intent in question.accepted else question.topic
            counts[position[truth]][position[understood.intent]] += 1
    figure, axes = pyplot.subplots(figsize=(11, 10))
    axes.imshow(counts, cmap="Blues")
    axes.set_xticks(range(len(names)), names, rotation=90, fontsize=6)
    axes.set_yticks(range(len(names)), names, fontsize=6)
    figure.tight_layout()
    return figure
