"""Starts the production profile as an operator does, and breaks parts of it."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import psutil

from bot.settings import PROJECT_FOLDER

READY_WITHIN_SECONDS = 400
_PORTS = 5
"""Neighbouring ports that the profile uses, from the public one and from that of the action servers on."""
NO_LIMITS = {
    "QIAO_ADDRESS_RATE": "0",
    "QIAO_RATE_SESSION_MESSAGES": "0",
    "QIAO_RATE_ADDRESS_MESSAGES": "0",
    "QIAO_RATE_ADDRESS_SESSIONS": "0",
}
"""Everybody comes from one address here."""


class RunningProfile:
    """A profile of its own in ``folder``; ``with`` starts and stops it."""

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        self.port, self.action_port = free_ports(_PORTS), free_ports(_PORTS)
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = folder / "production"
        self.console = folder / "console.log"
        self.environment = {
            **os.environ,
            **NO_LIMITS,
            "QIAO_PORT": str(self.port),
            "QIAO_ACTION_PORT": str(self.action_port),
            "QIAO_VAR": str(folder),
            "COLUMNS": "200",
            **(settings or {}),
        }
        self._supervisor: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> RunningProfile:
        self.start()
        self.wait_until(self.is_ready, READY_WITHIN_SECONDS)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start the supervisor, without waiting for anything."""
        with self.console.open("ab") as sink:
            self._supervisor = subprocess.Popen(
                self._command("production"), cwd=PROJECT_FOLDER, env=self.environment, stdout=sink, stderr=sink
            )

    def stop(self) -> int:
        """Stop it as an operator does; gives its exit code."""
        assert self._supervisor
        if self._supervisor.poll() is None:
            self._supervisor.terminate()
        try:
            return self._supervisor.wait(120)
        except subprocess.TimeoutExpired:
            self._supervisor.kill()
            return self._supervisor.wait()

    @property
    def pid(self) -> int:
        """The supervisor's."""
        assert self._supervisor
        return self._supervisor.pid

    @property
    def owner_url(self) -> str:
        """The databases, as the owner of their tables reaches them."""
        return self.database_url("qiao_owner")

    def database_url(self, role: str) -> str:
        """The databases, as a role reaches them."""
        password = (self.folder / "secrets" / role).read_text(encoding="ascii").strip()
        database = "postgres" if role == "postgres" else "qiao"
        return f"postgresql://{role}:{password}@/{database}?host={self.folder / 'socket'}"

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the operators' command line on this profile."""
        return subprocess.run(
            self._command(*arguments), cwd=PROJECT_FOLDER, env=self.environment, capture_output=True, text=True, check=False
        )

    def state(self) -> dict[str, Any]:
        """What the supervisor tells."""
        return dict(json.loads((self.folder / "state.json").read_text(encoding="utf-8")))

    def member(self, name: str) -> dict[str, Any]:
        """What it tells of one process."""
        return dict(self.state()["processes"][name])

    def is_ready(self) -> bool:
        """Whether everything is up."""
        state = self.state()
        return bool(state["is_ready"]) and all(member["state"] == "ready" for member in state["processes"].values())

    def kill(self, name: str) -> None:
        """Kill a process and all that it started, as a crash of it or the kernel would."""
        pid = self.member(name)["pid"]
        children = psutil.Process(pid).children(recursive=True)
        os.kill(pid, signal.SIGKILL)
        for child in children:
            if name != "postgres":  # its own processes see that it is gone, and end
                child.kill()

    def restart(self, name: str) -> None:
        """End a process politely; it is started again."""
        os.kill(self.member(name)["pid"], signal.SIGINT if name == "postgres" else signal.SIGTERM)

    def has_recovered(self, before: dict[str, Any]) -> bool:
        """Whether everything is ready, and something is not the process that it was ``before``."""
        pids = {name: member["pid"] for name, member in self.state()["processes"].items()}
        return self.is_ready() and pids != {name: member["pid"] for name, member in before["processes"].items()}

    def freeze(self, name: str) -> None:
        """Let a process hang."""
        os.kill(self.member(name)["pid"], signal.SIGSTOP)

    def wait_until(self, condition: Callable[[], bool], seconds: float = 240) -> float:
        """Wait for a condition; gives how long that took. Fails with the supervisor's words if it does not come about."""
        started = time.monotonic()
        while time.monotonic() - started < seconds:
            if self._supervisor and self._supervisor.poll() is not None:
                raise AssertionError(f"the supervisor ended:\n{self.console.read_text(encoding='utf-8')[-4000:]}")
            try:
                if condition():
                    return time.monotonic() - started
            except (OSError, ValueError, KeyError, httpx.HTTPError):
                pass
            time.sleep(0.1)
        raise AssertionError(f"not within {seconds:g} s:\n{self.console.read_text(encoding='utf-8')[-4000:]}")

    @staticmethod
    def _command(*arguments: str) -> list[str]:
        return [sys.executable, "-W", "ignore", "-m", "bot", *arguments]


def free_ports(count: int) -> int:
    """The first of ``count`` neighbouring ports on which nobody listens."""
    for _ in range(200):
        first = random.randrange(20_000, 30_000, 10)
        if all(_is_free(first + offset) for offset in range(count)):
            return first
    raise OSError(f"no {count} neighbouring free ports were found")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
