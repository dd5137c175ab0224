"""``python -m benchmarks.store``: a table and a plot of the rules store at growing sizes, beside other engines."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from actions.rules.taxonomy import CONTENT_FOLDER, Taxonomy
from benchmarks.store.generated import Generator
from benchmarks.store.plot import plot
from bot.settings import PROJECT_FOLDER

SIZES = (1_000, 10_000, 100_000)

FROM_FILES = 100_000
"""Up to this size the rules are also loaded from YAML files, as authors do."""

PEERS_UP_TO = {"plain loop": 100_000, "zen-engine": 100_000, "rule-engine": 10_000}
"""Sizes up to which a peer is worth waiting for."""

app = typer.Typer(add_completion=False, pretty_exceptions_show_locals=False)
Figures = dict[str, dict[int, dict[str, float]]]


@app.command()
def main(
    size: Annotated[list[int] | None, typer.Option(help="Numbers of rules; repeatable. A million takes ten minutes.")] = None,
    report: Annotated[Path | None, typer.Option(help="Also write the figures as JSON.")] = None,
    image: Annotated[Path | None, typer.Option(help="Also draw them (PNG or SVG).")] = None,
) -> None:
    """Measure all sizes; the same generated rules and questions for all."""
    figures: Figures = {"Qiao": {}, **{name: {} for name in PEERS_UP_TO}}
    for count in size or SIZES:
        with tempfile.TemporaryDirectory() as folder:
            figures["Qiao"][count] = _ours(count, Path(folder))
            for name, limit in PEERS_UP_TO.items():
                if count <= limit:
                    figures[name][count] = _measure("peer", count, folder, name)
        Console().print(_table(figures))
    if report:
        report.write_text(json.dumps(figures, indent=2), encoding="utf-8")
    if image:
        plot(figures, image)


def _ours(count: int, folder: Path) -> dict[str, float]:
    figures = _measure("load_entries", count, str(folder))
    if count <= FROM_FILES:
        content = folder / "content"
        content.mkdir()
        for name in ("taxonomy.yml", "regions.yml"):
            shutil.copy(CONTENT_FOLDER / name, content / name)
        Generator(count, Taxonomy.load()).write(content)
        figures |= _measure("load_files", count, str(folder))
    return figures | _measure("answer", count, str(folder))


def _measure(*arguments: object) -> dict[str, float]:
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.store.measure", *map(str, arguments)]
    done = subprocess.run(command, cwd=PROJECT_FOLDER, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def _table(figures: Figures) -> Table:
    columns = ("p50, ms", "p99, ms", "open, s", "memory, MiB", "applying, median", "load, s", "load memory, MiB", "database, MB")
    table = Table("", "rules", *columns, title="rules store")
    for name, sizes in figures.items():
        for count, row in sizes.items():
            table.add_row(name, f"{count:,}", *(f"{row[column]:.2f}" if column in row else "" for column in columns))
    return table


if __name__ == "__main__":
    app()
