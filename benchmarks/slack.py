"""How fast Slack's events are acknowledged while the adviser is loaded to its maximum: ``python -m benchmarks.slack``.

Slack is the emulator of the tests, on loopback and in this process. Slack gives up after 3 seconds; the floor is a p99 of 300 ms.
The peer of the same run is the same server's ``GET /health``.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from cryptography.fernet import Fernet
from rich.console import Console
from rich.table import Table

from bot.launcher import Servers
from bot.settings import PROJECT_FOLDER, Settings
from tests.live.assistant import free_port
from tests.slack.emulator import FakeSlack, Workspace
from tests.slack.emulator import payloads as said
from tests.slack.emulator.slack import SIGNING_SECRET

FLOOR_MS = 300
_WARM_UP_TURNS = 6
QUESTIONS = (
    "How do we choose a local partner in Vietnam?",
    "我们在印尼建镍厂，怎么跟当地社区打交道？",
    "How do we win the trust of regulators in Germany as a state-owned battery maker?",
)

app = typer.Typer(add_completion=False, pretty_exceptions_show_locals=False)


@dataclass(frozen=True)
class Figures:
    """Of one kind of load: milliseconds, and answers in a second."""

    acknowledged: int
    p50: float
    p99: float
    longest: float
    health_p50: float
    answers_per_second: float


@app.command()
def main(
    seconds: Annotated[float, typer.Option(min=5, help="How long each load is held.")] = 60,
    per_second: Annotated[float, typer.Option(help="Events that are sent and timed in a second.")] = 5,
    conversations: Annotated[int, typer.Option(help="Conversations that ask without a pause.")] = 32,
    report: Annotated[Path | None, typer.Option(help="Also write the figures as JSON.")] = None,
) -> None:
    """Start the assistant for an emulated workspace, load it, and time the acknowledgements."""
    figures = asyncio.run(_measure(seconds, per_second, conversations))
    table = Table("load", "acknowledged", "p50, ms", "p99, ms", "longest, ms", "GET /health p50, ms", "answers a second")
    for name, one in figures.items():
        numbers = (one.p50, one.p99, one.longest, one.health_p50, one.answers_per_second)
        table.add_row(name, str(one.acknowledged), *(f"{number:.1f}" for number in numbers))
    Console().print(table)
    if report:
        report.write_text(json.dumps({name: one.__dict__ for name, one in figures.items()}, indent=2), encoding="utf-8")
    raise typer.Exit(any(one.p99 > FLOOR_MS for one in figures.values()))


async def _measure(seconds: float, per_second: float, conversations: int) -> dict[str, Figures]:
    port, action_port = free_port(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        async with FakeSlack() as slack:
            os.environ |= {
                "QIAO_VAR": folder,
                "QIAO_PORT": str(port),
                "QIAO_ACTION_PORT": str(action_port),
                "QIAO_CHANNELS": "rest,slack",
                "QIAO_SLACK_KEY": Fernet.generate_key().decode(),
                "QIAO_SLACK_RATE": "0",
                "SLACK_API_URL": f"{slack.url}/api/",
                "SLACK_BOT_TOKEN": Workspace().token,
                "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            }
            subprocess.run([sys.executable, "-m", "actions.rules", "load"], cwd=PROJECT_FOLDER, check=True, capture_output=True)
            with Servers(replace(Settings.from_environment(), port=port), action_port) as servers:
                await asyncio.to_thread(servers.wait_until_ready)
                bench = _Bench(slack, f"http://127.0.0.1:{port}", seconds, per_second)
                for turn in range(_WARM_UP_TURNS):
                    await bench.ask_rest(0, turn)
                    await bench.ask_slack(0, turn)
                return {
                    "none": await bench.run(0, bench.ask_rest),
                    f"{conversations} conversations in Slack": await bench.run(conversations, bench.ask_slack),
                    f"{conversations} conversations over REST": await bench.run(conversations, bench.ask_rest),
                }


class _Bench:
    def __init__(self, slack: FakeSlack, url: str, seconds: float, per_second: float) -> None:
        self._slack = slack
        self._url = url
        self._seconds = seconds
        self._pause = 1 / per_second
        self._rest_answers = 0
        limits = httpx.Limits(max_connections=None)
        self._client = httpx.AsyncClient(base_url=url, timeout=120, limits=limits)

    async def ask_rest(self, number: int, turn: int) -> None:
        """Ask over REST, and wait for the answer."""
        body = {"sender": f"load-{number}", "message": QUESTIONS[turn % len(QUESTIONS)]}
        (await self._client.post("/webhooks/rest/webhook", json=body)).raise_for_status()
        self._rest_answers += 1

    async def ask_slack(self, number: int, turn: int) -> None:
        """Ask in Slack, and wait for the answer."""
        user = f"ULOAD{number:04d}"
        answered = sum(message.channel == f"D{user[1:]}" for message in self._slack.posted)
        await self._slack.send(self._url, said.direct(QUESTIONS[turn % len(QUESTIONS)], user=user))
        while sum(message.channel == f"D{user[1:]}" for message in self._slack.posted) == answered:
            await asyncio.sleep(0.02)

    async def run(self, conversations: int, ask: Callable[[int, int], Awaitable[None]]) -> Figures:
        """Hold the load, and time what is sent meanwhile."""
        self._slack.posted.clear()
        self._slack.calls.clear()
        self._rest_answers = 0
        talking = [asyncio.create_task(_talk(ask, number)) for number in range(conversations)]
        await asyncio.sleep(2)
        before, started = len(self._slack.posted) + self._rest_answers, time.perf_counter()
        sent: list[asyncio.Task[Any]] = []
        health: list[float] = []
        while time.perf_counter() - started < self._seconds:
            body = said.direct(QUESTIONS[0], user=f"UPROBE{len(sent) % 50:02d}")
            sent.append(asyncio.create_task(self._slack.send(self._url, body)))
            await asyncio.sleep(self._pause)
            asked = time.perf_counter()
            await self._client.get("/health")
            health.append(1000 * (time.perf_counter() - asked))
        answers = (len(self._slack.posted) + self._rest_answers - before) / (time.perf_counter() - started)
        replies = await asyncio.gather(*sent)
        for task in talking:
            task.cancel()
        await asyncio.gather(*talking, return_exceptions=True)
        assert all(status == 200 for status, _, _ in replies)
        took = sorted(1000 * seconds for _, _, seconds in replies)
        return Figures(len(took), _at(took, 0.5), _at(took, 0.99), took[-1], _at(sorted(health), 0.5), answers)


async def _talk(ask: Callable[[int, int], Awaitable[None]], number: int) -> None:
    turn = 0
    while True:
        await ask(number, turn)
        turn += 1


def _at(ordered: list[float], share: float) -> float:
    return ordered[int(share * (len(ordered) - 1))]


if __name__ == "__main__":
    app()
