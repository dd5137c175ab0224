"""The evaluation as one HTML page with pictures."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot
from matplotlib.figure import Figure

from bot.evaluation.figures import Pairs, by_intent, confusions, facet_figures, reliability_of

_STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}
table{border-collapse:collapse;margin:1rem 0}td,th{border:1px solid #bbb;padding:.25rem .6rem;text-align:left}
td.number{text-align:right;font-variant-numeric:tabular-nums}img{max-width:100%}"""
_WORST = 25


def write_report(path: Path, pairs: Mapping[str, Pairs], figures: Mapping[str, Mapping[str, float]]) -> None:
    """Write the page.

    Args:
        path: the HTML file.
        pairs: for each language the questions with what was understood.
        figures: for each language the figures.
    """
    parts = ["<h1>Understanding</h1>", _table(figures, "figure")]
    for language, theirs in pairs.items():
        parts += [
            f"<h2>{escape(language)}</h2>",
            _picture(_reliability(theirs), f"Reliability, {language}: confidence against the share of right answers"),
            _picture(_confusion(theirs), f"Confusion, {language}: rows are the right intents, columns what was understood"),
            "<h3>Facets</h3>",
            _table(facet_figures(theirs), ""),
            "<h3>Most confused</h3>",
            _rows(("right", "understood", "times"), confusions(theirs)[:_WORST]),
            "<h3>Intents</h3>",
            _rows(
                ("intent", "right, %", "questions"),
                [(name, round(100 * share, 1), count) for name, (share, count) in sorted(by_intent(theirs).items())],
            ),
            "<h3>Misunderstood</h3>",
            _rows(
                ("question", "right", "understood", "confidence"),
                [
                    (q.text, ", ".join(sorted(q.accepted)), u.intent, round(u.ranking[0][1], 2) if u.ranking else 0)
                    for q, u in theirs
                    if q.topic is not None and u.intent not in q.accepted
                ],
            ),
        ]
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Understanding</title><style>{_STYLE}</style>'
    path.write_text(head + "\n".join(parts) + "</html>\n", encoding="utf-8")


def _table(columns: Mapping[str, Mapping[str, float]], corner: str) -> str:
    names = list(dict.fromkeys(name for column in columns.values() for name in column))
    rows = [(name, *(f"{100 * column[name]:.1f} %" if name in column else "" for column in columns.values())) for name in names]
    return _rows((corner, *columns), rows)


def _rows(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    cells = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "".join("<tr>" + "".join(_cell(value) for value in row) + "</tr>" for row in rows)
    return f"<table><tr>{cells}</tr>{body}</table>"


def _cell(value: object) -> str:
    kind = ' class="number"' if isinstance(value, (int, float)) else ""
    return f"<td{kind}>{escape(str(value))}</td>"


def _picture(figure: Figure, words: str) -> str:
    image = io.BytesIO()
    figure.savefig(image, format="png", dpi=110)
    pyplot.close(figure)
    return f'<img alt="{escape(words)}" src="data:image/png;base64,{base64.b64encode(image.getvalue()).decode()}">'


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
