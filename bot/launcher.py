"""Starts action server and Rasa server together, waits until both are ready, and stops both together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from types import FrameType

import httpx
from rich.console import Console

from bot.settings import PROJECT_FOLDER, Settings
from bot.starting import StartFailed, require_free_port

READY_WITHIN_SECONDS = 180
STOP_MARGIN_SECONDS = 5

console = Console(stderr=True, highlight=False)


class Servers:
    """The two server processes; ``with`` starts and stops them."""

    def __init__(self, settings: Settings, action_port: int) -> None:
        self._settings = settings
        self._action_port = action_port
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Servers:
        require_free_port(self._settings.host, self._settings.port, "QIAO_PORT")
        require_free_port("127.0.0.1", self._action_port, "QIAO_ACTION_PORT")
        environment = {
            **os.environ,
            "RASA_TELEMETRY_ENABLED": "false",
            "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "PYTHONWARNINGS": "ignore",
        }
        for name, module in (("action server", ["actions"]), ("assistant", ["bot", "serve"])):
            self._processes[name] = subprocess.Popen(
                [sys.executable, "-m", *module], cwd=PROJECT_FOLDER, env=environment, start_new_session=True
            )
        return self

    def __exit__(self, *_: object) -> None:
        serving = self._settings.serving
        # it finishes what is in progress and sends it off, each within the time for draining
        patience = serving.drain_notice_seconds + 2 * serving.drain_seconds + STOP_MARGIN_SECONDS
        for process in reversed(self._processes.values()):  # the assistant first: what it answers may need the action server
            if process.poll() is None:
                process.terminate()
            try:
                process.wait(patience)
            except (subprocess.TimeoutExpired, KeyboardInterrupt):  # somebody is in a hurry
                process.kill()
                process.wait()

    def wait_until_ready(self, tick: Callable[[], None] = lambda: None) -> None:
        """Return once ``/ready`` says so.

        Raises:
            StartFailed: a server died, or they are not ready in time.
        """
        url = f"http://{self._settings.host}:{self._settings.port}/ready"
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        last = "no answer yet"
        while time.monotonic() < deadline:
            self.require_alive()
            try:
                reply = httpx.get(url, timeout=5)
                if reply.status_code == 200:
                    return
                last = reply.text
            except httpx.HTTPError as error:
                last = str(error)
            tick()
            time.sleep(0.3)
        raise StartFailed(f"not ready after {READY_WITHIN_SECONDS} s ({last}); see the messages above")

    def require_alive(self) -> None:
        """Raise :class:`StartFailed` if one of the servers has ended."""
        for name, process in self._processes.items():
            if process.poll() is not None:
                raise StartFailed(f"the {name} ended with code {process.returncode}; see its messages above")


def run(settings: Settings, action_port: int) -> None:
    """Serve until Ctrl-C or SIGTERM; both servers go down together."""
    stop_on_signals()
    try:
        with Servers(settings, action_port) as servers:
            with console.status("Starting the assistant (about 20 seconds) …"):
                servers.wait_until_ready()
            console.print(f"\n[bold]Qiao is ready:[/] http://{settings.host}:{settings.port}/   (Ctrl-C stops it)\n")
            while True:
                servers.require_alive()
                time.sleep(1)
    except KeyboardInterrupt:
        console.print("Stopped.")


def stop_on_signals() -> None:
    """Treat every polite request to end like Ctrl-C, even where a shell had it ignored, so that no server is left behind."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
