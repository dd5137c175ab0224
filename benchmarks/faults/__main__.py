"""Breaks every part of the production profile while people talk, and counts: ``python -m benchmarks.faults --messages 10000``.

Real processes on this machine, loopback only. Each fault happens in turn until enough messages were sent; then what people were
told is compared with the database. Exit code 1 if anything was lost, doubled, out of order or left unanswered.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.faults.books import Audit, audit
from benchmarks.faults.people import Crowd, Sent
from benchmarks.faults.running import RunningProfile

console = Console(highlight=False, stderr=True)

_CALM_SECONDS = 5.0

Fault = Callable[[RunningProfile], None]


def _kill(*names: str) -> Fault:
    def kill(profile: RunningProfile) -> None:
        for name in names:
            profile.kill(name)

    return kill


def _replace(profile: RunningProfile) -> None:
    done = profile.run("production", "reload")
    if done.returncode != 0:
        raise RuntimeError(done.stderr)


FAULTS: dict[str, Fault] = {
    "an assistant is killed": _kill("assistant-1"),
    "an assistant hangs": lambda profile: profile.freeze("assistant-2"),
    "an action server is killed": _kill("actions-1"),
    "all action servers are killed": _kill("actions-1", "actions-2"),
    "Redis is killed": _kill("redis"),
    "PostgreSQL is killed": _kill("postgres"),
    "PostgreSQL is restarted": lambda profile: profile.restart("postgres"),
    "nginx is killed": _kill("nginx"),
    "all servers are replaced": _replace,
    "all assistants are killed": _kill("assistant-1", "assistant-2"),
}


@dataclass
class Observed:
    """What one kind of fault did, over all times that it happened."""

    times: int = 0
    recovered_seconds: list[float] = field(default_factory=list)
    messages: list[Sent] = field(default_factory=list)
    """Those that were on their way while it lasted."""


async def run(profile: RunningProfile, faults: Sequence[str], messages: int, people: int, pause: float) -> tuple[Audit, str]:
    """Let faults happen in turn until so many messages were sent; gives what was found and a table in Markdown."""
    observed: dict[str, Observed] = defaultdict(Observed)
    crowd = Crowd(profile.url, people, pause=(pause, pause))
    await crowd.start()
    await asyncio.sleep(_CALM_SECONDS)
    spans: list[tuple[str, float, float]] = []
    number = 0
    while crowd.count < messages or number < len(faults):
        name = faults[number % len(faults)]
        number += 1
        before = profile.state()
        began = time.monotonic()
        try:
            await asyncio.to_thread(FAULTS[name], profile)
            await asyncio.to_thread(profile.wait_until, partial(profile.has_recovered, before), 600)
        except (RuntimeError, AssertionError) as error:  # what was said until now is looked at all the same
            console.print(f"[bold red]{name}: {error}[/]")
            break
        ended = time.monotonic()
        observed[name].times += 1
        observed[name].recovered_seconds.append(ended - began)
        spans.append((name, began, ended))
        console.print(f"{name}: {ended - began:.1f} s; {crowd.count} messages")
        await asyncio.sleep(_CALM_SECONDS)
    sent = await crowd.stop()
    for name, began, ended in spans:
        observed[name].messages += [message for message in sent if message.began < ended and message.ended > began]
    return await asyncio.to_thread(audit, sent, profile.owner_url), _table(observed)


def _table(observed: dict[str, Observed]) -> str:
    lines = [
        "| fault | times | all as before after (s) | messages meanwhile | sent again | slowest answer (s) |",
        "|---|---|---|---|---|---|",
    ]
    for name, seen in observed.items():
        recovered = f"{min(seen.recovered_seconds):.1f}–{max(seen.recovered_seconds):.1f}"
        again = sum(message.attempts > 1 for message in seen.messages)
        slowest = max((message.seconds for message in seen.messages), default=0.0)
        lines.append(f"| {name} | {seen.times} | {recovered} | {len(seen.messages)} | {again} | {slowest:.1f} |")
    return "\n".join(lines)


def main(
    messages: Annotated[int, typer.Option(help="So many messages are sent at least.")] = 10_000,
    people: Annotated[int, typer.Option(help="So many people talk at once.")] = 8,
    pause: Annotated[float, typer.Option(help="Seconds between an answer and the next question of a person.")] = 0.2,
    fault: Annotated[list[str] | None, typer.Option(help="Only this fault; may be repeated.")] = None,
) -> None:
    """Break things while people talk, and count."""
    folder = Path(tempfile.mkdtemp(prefix="qiao-faults-"))
    try:
        with RunningProfile(folder) as profile:
            found, table = asyncio.run(run(profile, fault or list(FAULTS), messages, people, pause))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(table)
    print(f"\n{found}")
    if not found.is_clean:
        console.print(f"[bold red]{found!r}[/]")
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
