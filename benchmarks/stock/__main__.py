"""Measures both servers and prints them side by side: ``python -m benchmarks.stock``.

Both learn the same examples, keep conversations in SQLite and call the same actions; each has an action server of its own. The
client runs on the same machine, so that its work is part of every figure.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import tempfile
from pathlib import Path
from typing import Annotated

import matplotlib
import typer
from rich.console import Console
from rich.table import Table

from benchmarks.stock.load import converse, long_conversation
from benchmarks.stock.projects import train, write_examples
from benchmarks.stock.servers import ADVICE, Server, running

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402

AT_ONCE = (1, 8, 32)
FLOORS = {
    "boot, s": 0.4,
    "memory after the load, MB": 0.55,
    "training, s": 0.3,
    "advice p50, ms": 0.25,
    "messages per second, 32 at once": 5.0,
}
"""Ours as a multiple of stock: at most, and for messages per second at least."""
LONG_FLOOR = 1.5
"""The 100th turn as a multiple of the 5th, ours, at most."""

Figures = dict[str, float]

app = typer.Typer(add_completion=False, pretty_exceptions_show_locals=False)
console = Console(highlight=False)


@app.command()
def main(
    examples: Annotated[int, typer.Option(min=4, help="Examples of each intent, half of them Chinese.")] = 20,
    seconds: Annotated[float, typer.Option(help="How long each load is held.")] = 20,
    turns: Annotated[int, typer.Option(min=100, help="Turns of the long conversation.")] = 104,
    report: Annotated[Path | None, typer.Option(help="Also write the figures as JSON.")] = None,
    plot: Annotated[Path | None, typer.Option(help="Also draw them.")] = None,
) -> None:
    """Train both, measure both, compare."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        count = write_examples(folder / "data", examples)
        console.print(f"training both on {count} examples …")
        figures: dict[str, Figures] = {}
        long: dict[str, list[float]] = {}
        for server in ("ours", "stock"):
            trained = train(server, folder / server, folder / "data")
            figures[server] = {"examples": count, "training, s": trained.seconds}
            console.print(f"{server}: trained in {trained.seconds:.0f} s; measuring …")
            with running(server, trained.folder, folder / f"{server}-run") as live:
                figures[server] |= {"boot, s": live.boot_seconds, "memory at the start, MB": live.megabytes()}
                figures[server] |= _under_load(live, seconds)
                long[server] = long_conversation(live.address, ADVICE, turns)
                figures[server] |= _of_long(long[server])
                figures[server]["memory after the load, MB"] = live.megabytes()
    short = tell(figures)
    if report:
        report.write_text(json.dumps({"figures": figures, "long": long}, indent=2), encoding="utf-8")
    if plot:
        draw(plot, figures, long)
    raise typer.Exit(1 if short else 0)


def _under_load(live: Server, seconds: float) -> Figures:
    figures: Figures = {}
    asyncio.run(converse(live.address, 4, 3))  # the first messages load what later ones find loaded
    for at_once in AT_ONCE:
        before = live.cpu_seconds()
        load = asyncio.run(converse(live.address, at_once, seconds))
        rasa, actions = (after - was for after, was in zip(live.cpu_seconds(), before))
        count = len(load.milliseconds)
        figures |= {f"p{share}, {at_once} at once, ms": load.percentile(share / 100) for share in (50, 95, 99)}
        figures[f"messages per second, {at_once} at once"] = load.per_second
        figures[f"CPU of Rasa per message, {at_once} at once, ms"] = 1000 * rasa / count
        figures[f"CPU of actions per message, {at_once} at once, ms"] = 1000 * actions / count
        figures[f"unanswered, {at_once} at once"] = load.unanswered
    return figures


def _of_long(times: list[float]) -> Figures:
    def around(turn: int) -> float:
        return statistics.median(times[max(0, turn - 4) : turn + 3])

    return {
        "advice p50, ms": statistics.median(times[1:20]),
        "turn 1, ms": times[0],
        "turn 5, ms": around(5),
        "turn 10, ms": around(10),
        "turn 100, ms": around(100),
        "turn 100 over turn 5": around(100) / around(5),
    }


def tell(figures: dict[str, Figures]) -> list[str]:
    """Print both side by side with their ratio; gives the floors that are missed."""
    table = Table("", "ours", "stock", "ours / stock", "wanted", title="Qiao and stock Rasa in one run")
    short = []
    for name, ours in figures["ours"].items():
        stock = figures["stock"][name]
        ratio = ours / stock if stock else float("nan")
        floor = FLOORS.get(name)
        wanted = ""
        if floor is not None:
            is_rate = name.startswith("messages")
            wanted = f"{'≥' if is_rate else '≤'} {floor:g}"
            if (ratio < floor) if is_rate else (ratio > floor):
                short.append(name)
        table.add_row(name, f"{ours:,.1f}", f"{stock:,.1f}", f"{ratio:.2f}", wanted)
    console.print(table)
    if figures["ours"]["turn 100 over turn 5"] > LONG_FLOOR:
        short.append("turn 100 over turn 5")
    console.print(f"missed: {', '.join(short)}" if short else "all floors hold")
    return short


def draw(path: Path, figures: dict[str, Figures], long: dict[str, list[float]]) -> None:
    """Latency and throughput over the number of conversations, and the turns of a long conversation."""
    figure, (left, middle, right) = pyplot.subplots(1, 3, figsize=(12, 3.6))
    for name, colour in (("ours", "#0072B2"), ("stock", "#D55E00")):
        theirs = figures[name]
        left.plot(AT_ONCE, [theirs[f"p95, {n} at once, ms"] for n in AT_ONCE], marker="o", color=colour, label=name)
        middle.plot(AT_ONCE, [theirs[f"messages per second, {n} at once"] for n in AT_ONCE], marker="o", color=colour, label=name)
        right.plot(range(1, len(long[name]) + 1), long[name], color=colour, label=name)
    left.set(xlabel="conversations at once", ylabel="p95, ms", yscale="log")
    middle.set(xlabel="conversations at once", ylabel="messages per second", ylim=(0, None))
    right.set(xlabel="turn of one conversation", ylabel="ms", yscale="log")
    for axes in (left, middle):
        axes.set_xscale("log", base=2)
        axes.set_xticks(AT_ONCE, [str(n) for n in AT_ONCE])
    for axes in (left, middle, right):
        axes.grid(alpha=0.3)
        axes.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=120)
    pyplot.close(figure)


if __name__ == "__main__":
    app()
