"""What the assistant costs: disk, boot, memory, and the time of a turn: ``python -m benchmarks.assistant``.

The peer of the same run is the same server's ``GET /health``: a turn is given as a multiple of it too, since absolute times
vary with the machine and its load.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import httpx
import psutil
import typer
from rich.console import Console
from rich.table import Table

from bot.launcher import Servers
from bot.settings import Settings
from bot.starting import free_port

TURNS = {
    "advice, English": "How do we choose a local partner in Vietnam?",
    "advice, Chinese": "我们在印尼建镍厂，怎么跟当地社区打交道？",
    "why (button)": "/why",
    "greeting": "hello",
    "2,000 characters": "How do we choose a local partner in Vietnam? " * 44,
}

app = typer.Typer(add_completion=False, pretty_exceptions_show_locals=False)


@app.command()
def main(
    repeat: Annotated[int, typer.Option(min=5, help="Times each turn is repeated.")] = 40,
    report: Annotated[Path | None, typer.Option(help="Also write the figures as JSON.")] = None,
) -> None:
    """Start the assistant on free ports and measure it."""
    port, action_port = free_port(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"QIAO_VAR": folder, "QIAO_PORT": str(port), "QIAO_ACTION_PORT": str(action_port)}
        settings = replace(Settings.from_environment(), port=port)
        subprocess.run([sys.executable, "-W", "ignore", "-m", "actions.rules", "load"], check=True, capture_output=True)
        started = time.perf_counter()
        with Servers(settings, action_port) as servers:
            servers.wait_until_ready()
            figures: dict[str, float] = {"boot to ready, s": time.perf_counter() - started}
            figures["environment on disk, MB"] = _megabytes_of(Path(sys.prefix))
            figures |= {f"memory of {name}, MB": size for name, size in _memory().items()}
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
                figures |= _latencies(client, repeat)
            figures |= {f"memory of {name} after the turns, MB": size for name, size in _memory().items()}
    table = Table("", "measured", title="the assistant, embedded default")
    for name, value in figures.items():
        table.add_row(name, f"{value:,.1f}")
    Console().print(table)
    if report:
        report.write_text(json.dumps(figures, indent=2), encoding="utf-8")


def _latencies(client: httpx.Client, repeat: int) -> dict[str, float]:
    peer = _percentiles(lambda: client.get("/health"), repeat)
    figures = {"GET /health p50, ms": peer[0]}
    for name, text in TURNS.items():
        sender = f"bench-{name}"
        client.post("/webhooks/rest/webhook", json={"sender": sender, "message": TURNS["advice, English"]})
        body = {"sender": sender, "message": text}
        p50, p95 = _percentiles(lambda body=body: client.post("/webhooks/rest/webhook", json=body), repeat)  # type: ignore[misc]
        figures |= {f"{name} p50, ms": p50, f"{name} p95, ms": p95, f"{name} p50, times /health": p50 / peer[0]}
    return figures


def _percentiles(call: Callable[[], httpx.Response], repeat: int) -> tuple[float, float]:
    times = []
    for _ in range(repeat):
        started = time.perf_counter()
        call().raise_for_status()
        times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times), sorted(times)[int(0.95 * (len(times) - 1))]


def _memory() -> dict[str, float]:
    """Resident memory of this process's children by role."""
    roles = {"serve": "Rasa server", "actions": "action server"}
    sizes = {}
    for child in psutil.Process().children(recursive=True):
        role = next((title for word, title in roles.items() if word in child.cmdline()), None)
        if role:
            sizes[role] = child.memory_info().rss / 1e6
    return sizes


def _megabytes_of(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink()) / 1e6


if __name__ == "__main__":
    app()
