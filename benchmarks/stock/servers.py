"""Starts one of the two servers with an action server of its own, and tells what the processes have used."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import yaml

from bot.settings import PROJECT_FOLDER
from bot.starting import free_port

READY_WITHIN_SECONDS = 240
GREETING = {"sender": "first", "message": "hello"}
ADVICE = "How do we choose a local partner in Vietnam?"


@dataclass
class Server:
    """A Rasa server and its action server, ready to be talked to over REST."""

    url: str
    boot_seconds: float
    rasa: psutil.Process
    actions: psutil.Process

    @property
    def address(self) -> str:
        """Where messages are posted."""
        return f"{self.url}/webhooks/rest/webhook"

    def megabytes(self) -> float:
        """Resident memory of the Rasa server."""
        return float(self.rasa.memory_info().rss) / 1e6

    def cpu_seconds(self) -> tuple[float, float]:
        """What the Rasa server and the action server have computed so far."""
        used = [process.cpu_times() for process in (self.rasa, self.actions)]
        return tuple(each.user + each.system for each in used)  # type: ignore[return-value]


@contextmanager
def running(name: str, project: Path, folder: Path) -> Iterator[Server]:
    """The server of the project ``ours`` or ``stock``; both keep conversations in SQLite and call the same actions."""
    folder.mkdir()
    port, action_port = free_port(), free_port()
    environment = {
        **os.environ,
        "QIAO_PORT": str(port),
        "QIAO_ACTION_PORT": str(action_port),
        "QIAO_VAR": str(folder / "var"),
        "QIAO_RULES_URL": f"sqlite:///{folder / 'rules.db'}",
        "QIAO_MODELS": str(project / "models"),
        "QIAO_CHANNELS": "rest",
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    }
    python = [sys.executable, "-W", "ignore", "-m"]
    subprocess.run([*python, "actions.rules", "load"], cwd=PROJECT_FOLDER, env=environment, check=True, capture_output=True)
    command = [*python, "bot", "serve"] if name == "ours" else [*python, *_stock(project, folder, port, action_port)]
    url = f"http://127.0.0.1:{port}"
    with (folder / "servers.log").open("wb") as log:
        actions = psutil.Popen([*python, "actions"], cwd=PROJECT_FOLDER, env=environment, stdout=log, stderr=log)
        _wait(lambda: httpx.get(f"http://127.0.0.1:{action_port}/ready", timeout=5).status_code == 200, actions)
        started = time.perf_counter()
        rasa = psutil.Popen(command, cwd=PROJECT_FOLDER, env=environment, stdout=log, stderr=log)
        try:
            _wait(lambda: bool(httpx.post(f"{url}/webhooks/rest/webhook", json=GREETING, timeout=60).json()), rasa)
            yield Server(url, time.perf_counter() - started, rasa, actions)
        finally:
            for process in (rasa, actions):
                process.terminate()
            psutil.wait_procs([rasa, actions], timeout=20)


def _stock(project: Path, folder: Path, port: int, action_port: int) -> list[str]:
    endpoints = {
        "action_endpoint": {"url": f"http://127.0.0.1:{action_port}/webhook"},
        "tracker_store": {"type": "SQL", "dialect": "sqlite", "db": str(folder / "conversations.db")},
    }
    (folder / "endpoints.yml").write_text(yaml.safe_dump(endpoints), encoding="utf-8")
    (folder / "credentials.yml").write_text("rest:\n", encoding="utf-8")
    model = next((project / "models").glob("*.tar.gz"))
    files = [
        "--model",
        str(model),
        "--endpoints",
        str(folder / "endpoints.yml"),
        "--credentials",
        str(folder / "credentials.yml"),
    ]
    return ["rasa", "run", *files, "--port", str(port), "--interface", "127.0.0.1"]


def _wait(is_ready: object, process: psutil.Popen) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit(f"{process.args} ended with {process.returncode}")
        try:
            if is_ready():  # type: ignore[operator]
                return
        except (httpx.HTTPError, ValueError):
            pass
        time.sleep(0.1)
    raise SystemExit(f"{process.args} was not ready in time")
