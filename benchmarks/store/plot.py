"""Draws the figures of the store's benchmark."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot

STYLES = {
    "Qiao": ("#0072B2", "o"),
    "plain loop": ("#D55E00", "s"),
    "zen-engine": ("#009E73", "^"),
    "rule-engine": ("#CC79A7", "D"),
}
"""Colours that colour-blind people can tell apart (Okabe and Ito), and markers."""


def plot(figures: Mapping[str, Mapping[int, Mapping[str, float]]], path: Path) -> None:
    """Latency of an answer, and memory, over the number of rules, both on logarithmic axes."""
    figure, (latency, memory) = pyplot.subplots(1, 2, figsize=(11, 4.2))
    for name, sizes in figures.items():
        colour, marker = STYLES[name]
        counts = sorted(sizes)
        middle = [sizes[count]["p50, ms"] for count in counts]
        latency.plot(counts, middle, color=colour, marker=marker, label=f"{name}, p50")
        latency.fill_between(counts, middle, [sizes[count]["p99, ms"] for count in counts], color=colour, alpha=0.12)
        memory.plot(counts, [max(1.0, sizes[count]["memory, MiB"]) for count in counts], color=colour, marker=marker, label=name)
    latency.set(title="One answer (band: up to p99)", xlabel="rules", ylabel="ms", xscale="log", yscale="log")
    memory.set(title="Memory beside the interpreter's", xlabel="rules", ylabel="MiB", xscale="log", yscale="log")
    for axes in (latency, memory):
        axes.grid(True, which="major", alpha=0.3)
        axes.legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(path, dpi=120)
