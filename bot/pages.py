"""Self-contained HTML pages of figures: tables, pictures drawn by matplotlib, no script."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from html import escape
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot
from matplotlib.figure import Figure

_STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}
table{border-collapse:collapse;margin:1rem 0}td,th{border:1px solid #bbb;padding:.25rem .6rem;text-align:left}
td.number{text-align:right;font-variant-numeric:tabular-nums}img{max-width:100%}
.bar{display:inline-block;height:.8em;background:#0072B2;vertical-align:baseline}p.note{color:#555}"""


def write_page(path: Path, title: str, parts: Sequence[str]) -> None:
    """Write a page of parts, which are HTML."""
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
    path.write_text(head + "\n".join([f"<h1>{escape(title)}</h1>", *parts]) + "</html>\n", encoding="utf-8")


def rows_table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table; without rows it says so."""
    if not rows:
        return '<p class="note">none</p>'
    cells = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "".join("<tr>" + "".join(_cell(value) for value in row) + "</tr>" for row in rows)
    return f"<table><tr>{cells}</tr>{body}</table>"


def bars_table(head: Sequence[str], rows: Sequence[tuple[str, int]]) -> str:
    """A table of names and counts, with the counts as bars too; without rows it says so."""
    if not rows:
        return rows_table(head, rows)
    largest = max(count for _, count in rows)
    body = "".join(
        f'<tr>{_cell(name)}{_cell(count)}<td><span class="bar" style="width:{15 * count / largest:.2f}rem"></span></td></tr>'
        for name, count in rows
    )
    return f"<table><tr>{''.join(f'<th>{escape(name)}</th>' for name in head)}<th></th></tr>{body}</table>"


def picture(figure: Figure, words: str) -> str:
    """A figure, which is closed, with words for those who do not see it."""
    image = io.BytesIO()
    figure.savefig(image, format="png", dpi=110)
    pyplot.close(figure)
    return f'<img alt="{escape(words)}" src="data:image/png;base64,{base64.b64encode(image.getvalue()).decode()}">'


def _cell(value: object) -> str:
    kind = ' class="number"' if isinstance(value, (int, float)) else ""
    return f"<td{kind}>{escape(str(value))}</td>"
