"""Starts and talks to a real assistant on free ports, with its own content folder, databases and secrets."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from bot.starting import free_port

PROJECT = Path(__file__).resolve().parents[2]
READY_WITHIN_SECONDS = 240


class Assistant:
    """Both servers as processes, and the client's side of REST."""

    def __init__(self, folder: Path, **settings: str) -> None:
        """``settings`` are environment variables beside those that keep it apart from others."""
        self.folder = folder
        self.port, self.action_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.content = folder / "content"
        shutil.copytree(PROJECT / "content", self.content)
        self.environment = {
            **os.environ,
            "QIAO_PORT": str(self.port),
            "QIAO_ACTION_PORT": str(self.action_port),
            "QIAO_VAR": str(folder / "var"),
            "QIAO_CONTENT": str(self.content),
            "QIAO_RULES_URL": f"sqlite:///{folder / 'var' / 'rules.db'}",
            "RASA_TELEMETRY_ENABLED": "false",
            "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            **settings,
        }
        self.log = folder / "servers.log"
        self._servers: dict[str, subprocess.Popen[bytes]] = {}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a Python module of the project to its end, with this assistant's settings."""
        return subprocess.run(
            [sys.executable, "-W", "ignore", "-m", *arguments],
            cwd=PROJECT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self) -> None:
        """Load the guidance, start both servers and wait for them."""
        loaded = self.run("actions.rules", "load")
        assert loaded.returncode == 0, loaded.stderr
        self.start_actions()
        self.start_assistant()

    def start_assistant(self) -> None:
        """Start the assistant server, and wait until it is ready."""
        self._start("rasa", "bot", "serve")
        self.wait_until(lambda: self.get("/ready").status_code == 200)

    def start_replica(self) -> str:
        """Start another assistant server on the same databases; gives its URL."""
        port = free_port()
        self._start("replica", "bot", "serve", QIAO_PORT=str(port))
        url = f"http://127.0.0.1:{port}"
        self.wait_until(lambda: httpx.get(f"{url}/ready", timeout=30).status_code == 200)
        return url

    def kill(self, name: str) -> None:
        """End a server (``rasa``, ``replica``, ``actions``) as a crash would."""
        process = self._servers.pop(name)
        process.kill()
        process.wait()

    def start_actions(self) -> None:
        """Start the action server."""
        self._start("actions", "actions")

    def stop_actions(self) -> None:
        """Kill the action server, as a crash would."""
        self._servers["actions"].kill()
        self._servers["actions"].wait()

    def stop(self) -> None:
        """Stop everything."""
        for process in self._servers.values():
            process.terminate()
        for process in self._servers.values():
            process.wait(20)

    def wait_until(self, condition: Any, seconds: float = READY_WITHIN_SECONDS) -> None:
        """Return when ``condition()`` holds; fail with the servers' log when it does not in time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for name, process in self._servers.items():
                assert process.poll() is None or name == "actions", f"{name} ended:\n{self.log.read_text()[-3000:]}"
            try:
                if condition():
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.3)
        raise AssertionError(f"not in {seconds} s; the servers' log ends with:\n{self.log.read_text()[-3000:]}")

    def get(self, path: str, **options: Any) -> httpx.Response:
        """A GET request."""
        return httpx.get(self.url + path, timeout=30, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        """A POST request."""
        return httpx.post(self.url + path, timeout=60, **options)

    def parse(self, text: str) -> dict[str, Any]:
        """What the model understands of a text."""
        return self.post("/model/parse", json={"text": text}).json()

    def say(self, sender: str, message: Any) -> Reply:
        """Say something over REST."""
        body = json.dumps({"sender": sender, "message": message})  # escapes everything, so that half characters pass too
        response = self.post("/webhooks/rest/webhook", content=body, headers={"Content-Type": "application/json"})
        assert response.status_code == 200, response.text
        return Reply(response.json())

    def _start(self, name: str, *module: str, **settings: str) -> None:
        command = [sys.executable, "-W", "ignore", "-m", *module]
        environment = {**self.environment, **settings}
        with self.log.open("ab") as sink:
            self._servers[name] = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=sink, stderr=sink)


class Reply:
    """What came back in one turn."""

    def __init__(self, messages: list[dict[str, Any]]) -> None:
        self.messages = messages
        self.text = "\n".join(message["text"] for message in messages if "text" in message)
        customs = [message["custom"] for message in messages if "custom" in message]
        assert len(customs) <= 1, f"more than one payload in a turn: {customs}"
        self.payload: dict[str, Any] = customs[0] if customs else {}
        self.buttons = [button for message in messages for button in message.get("buttons") or []]

    @property
    def kind(self) -> str | None:
        """The payload's type."""
        return self.payload.get("type")

    @property
    def markets_named(self) -> set[str]:
        """Markets that some item gives as its reason."""
        return {item["because"]["market"] for item in self.payload.get("items", []) if "market" in item["because"]}
