"""``python -m benchmarks.load hold | soak | replicas``: the production profile under load, on this machine, over loopback."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.faults.books import audit
from benchmarks.faults.people import Crowd, Pause, Sent
from benchmarks.faults.running import RunningProfile
from benchmarks.load.scripts import script_of
from benchmarks.load.servers import cpu_seconds, limited, megabytes

console = Console(highlight=False, stderr=True)
app = typer.Typer(add_completion=False, pretty_exceptions_show_locals=False)

_WAIT_FLOOR_SECONDS = 1.5
_GROWTH_FLOOR = 0.10
_WARM_UP = 0.2
"""The share of a soak after which memory is taken to have reached its size."""
_LOOK_SECONDS = 15.0


@contextmanager
def _running(**settings: str) -> Iterator[RunningProfile]:
    with tempfile.TemporaryDirectory(prefix="qiao-load-") as name, RunningProfile(Path(name), settings) as profile:
        yield profile


@app.command()
def hold(
    people: Annotated[int, typer.Option(help="Conversations at once.")] = 1000,
    minutes: Annotated[float, typer.Option(help="How long they are held.")] = 10,
    pause: Annotated[tuple[float, float], typer.Option(help="Seconds a person thinks, at least and at most.")] = (10, 40),
) -> None:
    """Hold so many conversations; fails on any error, or if one message in twenty waits longer than 1.5 s."""
    with _running() as profile:
        before = cpu_seconds(profile)
        sent, seconds = asyncio.run(_talk(profile, people, pause, minutes * 60))
        found = audit(sent, profile.owner_url)
        used = {name: seconds_used - before[name] for name, seconds_used in cpu_seconds(profile).items()}
        _tell(sent, seconds)
        print("share of a core: " + ", ".join(f"{name} {100 * value / seconds:.0f} %" for name, value in used.items()))
        print("memory: " + _told(megabytes(profile)))
    print(found)
    is_slow = _percentile(sent, 0.95) > _WAIT_FLOOR_SECONDS
    raise typer.Exit(1 if is_slow or not found.is_clean or found.apologies or found.retried else 0)


@app.command()
def soak(
    messages: Annotated[int, typer.Option(help="So many are sent.")] = 100_000,
    people: Annotated[int, typer.Option(help="Conversations at once; after a while each leaves and another comes.")] = 48,
    stay: Annotated[float, typer.Option(help="Seconds after which all leave and others come.")] = 60,
) -> None:
    """Ask without a pause; fails if the memory of a server grows by more than a tenth after the warm-up, or on any error."""
    looks: list[tuple[int, dict[str, float]]] = []
    with _running() as profile:
        began, count, errors, slowest = time.monotonic(), 0, 0, 0.0
        while count < messages:
            sent, _ = asyncio.run(_talk(profile, people, (0, 0), stay))
            count += len(sent)
            slowest = max(slowest, *(message.seconds for message in sent))
            found = audit(sent, profile.owner_url)
            errors += not found.is_clean or bool(found.apologies) or bool(found.retried)
            looks.append((count, megabytes(profile)))
            console.print(f"{count:,} messages in {time.monotonic() - began:.0f} s; {_told(looks[-1][1])}; {found}")
    warm = next(look for number, look in looks if number >= _WARM_UP * messages)
    last = looks[-1][1]
    print(f"{count:,} messages, {errors} rounds with errors, slowest {slowest:.1f} s")
    print(f"memory after {_WARM_UP:.0%}: {_told(warm)}\nat the end: {_told(last)}")
    grown = [name for name in last if name not in ("nginx", "postgres") and last[name] > (1 + _GROWTH_FLOOR) * warm[name]]
    print(f"grown by more than {_GROWTH_FLOOR:.0%}: {', '.join(grown) or 'none'}")
    raise typer.Exit(1 if grown or errors else 0)


@app.command()
def replicas(
    seconds: Annotated[float, typer.Option(help="How long each load is held.")] = 30,
    people: Annotated[int, typer.Option(help="Conversations at once, without pauses.")] = 24,
    share: Annotated[float, typer.Option(help="The share of a core that each assistant may use; 0: as much as there is.")] = 0.35,
) -> None:
    """Compare one replica with two."""
    rates = []
    for count in (1, 2):
        with _running(QIAO_REPLICAS=str(count)) as profile:
            asyncio.run(_talk(profile, people, (0, 0), 5))  # the first messages load what later ones find loaded
            with limited(profile, share) if share else nullcontext():
                before = cpu_seconds(profile)
                sent, took = asyncio.run(_talk(profile, people, (0, 0), seconds))
                used = {name: value - before[name] for name, value in cpu_seconds(profile).items()}
        rates.append(len(sent) / took)
        _tell(sent, took)
        print("CPU ms per message: " + ", ".join(f"{name} {1000 * value / len(sent):.1f}" for name, value in used.items()))
    print(f"two replicas answer {rates[1] / rates[0]:.2f} times as many messages as one")


async def _talk(profile: RunningProfile, people: int, pause: Pause, seconds: float) -> tuple[list[Sent], float]:
    crowd = Crowd(profile.url, people, pause=pause, questions=script_of)
    await crowd.start()
    began = time.monotonic()
    while (passed := time.monotonic() - began) < seconds:
        await asyncio.sleep(min(_LOOK_SECONDS, seconds - passed))
        if seconds > 2 * _LOOK_SECONDS:
            console.print(f"{time.monotonic() - began:.0f} s: {crowd.count:,} messages")
    sent = await crowd.stop()
    return sent, time.monotonic() - began


def _tell(sent: Sequence[Sent], seconds: float) -> None:
    waits = ", ".join(f"p{round(100 * share)} {1000 * _percentile(sent, share):.0f} ms" for share in (0.5, 0.95, 0.99))
    slowest = max(message.seconds for message in sent)
    print(f"{len(sent):,} messages in {seconds:.0f} s ({len(sent) / seconds:.1f} a second): {waits}, slowest {slowest:.1f} s")


def _percentile(sent: Sequence[Sent], share: float) -> float:
    return statistics.quantiles((message.seconds for message in sent), n=100, method="inclusive")[round(100 * share) - 1]


def _told(sizes: dict[str, float]) -> str:
    return ", ".join(f"{name} {size:.0f} MB" for name, size in sizes.items())


if __name__ == "__main__":
    app()
