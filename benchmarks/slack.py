"""How fast Slack's events are acknowledged while the adviser is loaded to its maximum: ``python -m benchmarks.slack``.

Slack is the emulator of the tests, on loopback; a process of its own makes the load. Slack gives up after 3 seconds; the floor is
a p99 of 300 ms. The peer of the same run is the same server's ``GET /health``.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated

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
from tests.slack.emulator.slack import SIGNING_SECRET, sign

FLOOR_MS = 300
QUESTIONS = (
    "How do we choose a local partner in Vietnam?",
    "我们在印尼建镍厂，怎么跟当地社区打交道？",
    "How do we win the trust of regulators in Germany as a state-owned battery maker?",
)
_SLACK_EVENTS_PER_SECOND = 100
"""More than the adviser can answer, so that its inbox is never empty."""
_WARM_UP_QUESTIONS = 12
_SETTLE_SECONDS = 3

app = typer.Typer(add_completion=False, pretty_exceptions_show_locals=False)


@dataclass(frozen=True)
class Figures:
    """Of one kind of load: milliseconds, and answers in a second."""

    acknowledged: int
    p50: float
    p99: float
    longest: float
    health_p50: float
    health_p99: float
    answers_per_second: float


@app.command()
def main(
    seconds: Annotated[float, typer.Option(min=5, help="How long each load is held.")] = 60,
    per_second: Annotated[float, typer.Option(help="Events that are sent and timed in a second.")] = 5,
    conversations: Annotated[int, typer.Option(help="Conversations that ask without a pause.")] = 32,
    report: Annotated[Path | None, typer.Option(help="Also write the figures as JSON.")] = None,
) -> None:
    """Start the assistant for an emulated workspace, load it, and time the acknowledgements."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["QIAO_VAR"] = folder
        subprocess.run([sys.executable, "-m", "actions.rules", "load"], cwd=PROJECT_FOLDER, check=True, capture_output=True)
        figures = asyncio.run(_measure(seconds, per_second, conversations))
    columns = ("events", "p50, ms", f"p99, ms (≤ {FLOOR_MS})", "longest", "/health p50", "p99", "answers a second")
    table = Table("load", *columns)
    for name, one in figures.items():
        table.add_row(name, *(f"{number:,.1f}" for number in asdict(one).values()))
    Console().print(table)
    if report:
        report.write_text(json.dumps({name: asdict(one) for name, one in figures.items()}, indent=2), encoding="utf-8")


async def _measure(seconds: float, per_second: float, conversations: int) -> dict[str, Figures]:
    port, action_port = free_port(), free_port()
    async with FakeSlack(checks=False) as slack:
        os.environ |= {
            "QIAO_PORT": str(port),
            "QIAO_ACTION_PORT": str(action_port),
            "QIAO_CHANNELS": "rest,slack",
            "QIAO_SLACK_KEY": Fernet.generate_key().decode(),
            "QIAO_SLACK_RATE": "0",
            "SLACK_API_URL": f"{slack.url}/api/",
            "SLACK_BOT_TOKEN": Workspace().token,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        }
        with Servers(replace(Settings.from_environment(), port=port), action_port) as servers:
            await asyncio.to_thread(servers.wait_until_ready)
            url = f"http://127.0.0.1:{port}"
            bench = _Bench(slack, url, seconds, per_second)
            await bench.warm_up()
            return {
                "none": await bench.run(None, 0),
                "Slack": await bench.run(_ask_in_slack, conversations),
                "REST": await bench.run(_ask_over_rest, conversations),
            }


class _Bench:
    def __init__(self, slack: FakeSlack, url: str, seconds: float, per_second: float) -> None:
        self._slack = slack
        self._url = url
        self._seconds = seconds
        self._pause = 1 / per_second
        self._client = httpx.AsyncClient(base_url=url, timeout=60)

    async def warm_up(self) -> None:
        """What is read or computed once is no part of the figures."""
        for number in range(_WARM_UP_QUESTIONS):
            await self._slack.send(self._url, said.direct(QUESTIONS[number % len(QUESTIONS)], user=f"UWARM{number}"))
        while len(self._slack.posted) < _WARM_UP_QUESTIONS:  # noqa: ASYNC110
            await asyncio.sleep(0.1)

    async def run(self, load: Callable[[str, int, float], None] | None, conversations: int) -> Figures:
        """Hold the load, and time what is sent meanwhile."""
        loading = multiprocessing.get_context("spawn").Process(
            target=load, args=(self._url, conversations, self._seconds + _SETTLE_SECONDS)
        )
        if load is not None:
            loading.start()
        await asyncio.sleep(_SETTLE_SECONDS)
        answered, started = await self._answers(), time.perf_counter()
        acknowledged: list[float] = []
        health: list[float] = []
        while time.perf_counter() - started < self._seconds:
            body = said.direct(QUESTIONS[0], user=f"UPROBE{len(acknowledged) % 50:02d}")
            status, _, took = await self._slack.send(self._url, body)
            assert status == 200
            acknowledged.append(1000 * took)
            asked = time.perf_counter()
            await self._client.get("/health")
            health.append(1000 * (time.perf_counter() - asked))
            await asyncio.sleep(self._pause)
        rate = (await self._answers() - answered) / (time.perf_counter() - started)
        if load is not None:
            loading.terminate()
            await asyncio.to_thread(loading.join)
        acknowledged.sort()
        health.sort()
        return Figures(
            len(acknowledged), _at(acknowledged, 0.5), _at(acknowledged, 0.99), acknowledged[-1],
            _at(health, 0.5), _at(health, 0.99), rate,
        )  # fmt: skip

    async def _answers(self) -> float:
        """Turns that the server has finished, by its own count."""
        lines = (await self._client.get("/metrics")).text.splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith("qiao_turn_seconds_count"))


def _ask_in_slack(url: str, conversations: int, seconds: float) -> None:
    """Let so many people ask in Slack, more than can be answered."""

    def send(client: httpx.Client, number: int) -> None:
        question = QUESTIONS[number % len(QUESTIONS)]
        raw, content_type = said.as_request(said.direct(question, user=f"ULOAD{number % conversations:03d}"))
        client.post(f"{url}/webhooks/slack/webhook", content=raw, headers={"Content-Type": content_type, **sign(raw)})

    deadline, number = time.monotonic() + seconds, 0
    with httpx.Client(timeout=60) as client:
        while time.monotonic() < deadline:
            send(client, number)
            number += 1
            time.sleep(1 / _SLACK_EVENTS_PER_SECOND)


def _ask_over_rest(url: str, conversations: int, seconds: float) -> None:
    """Let so many people ask over REST, each again as soon as the answer is there."""

    async def talk(client: httpx.AsyncClient, number: int) -> None:
        turn = 0
        while True:
            body = {"sender": f"load-{number}", "message": QUESTIONS[turn % len(QUESTIONS)]}
            await client.post("/webhooks/rest/webhook", json=body)
            turn += 1

    async def talk_all() -> None:
        async with httpx.AsyncClient(base_url=url, timeout=120, limits=httpx.Limits(max_connections=None)) as client:
            await asyncio.wait([asyncio.create_task(talk(client, number)) for number in range(conversations)], timeout=seconds)

    asyncio.run(talk_all())


def _at(ordered: list[float], share: float) -> float:
    return ordered[int(share * (len(ordered) - 1))]


if __name__ == "__main__":
    app()
