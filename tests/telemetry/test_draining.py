"""A server that is asked to stop says so to its proxy first, and finishes what it has begun."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.telemetry.conftest import SmallServer

Start = Callable[..., SmallServer]


def test_request_in_progress_is_answered_and_then_nobody_listens(small_server: Start) -> None:
    server = small_server()
    replies: list[httpx.Response] = []
    asking = threading.Thread(target=lambda: replies.append(httpx.get(f"{server.url}/slow", timeout=20)))
    asking.start()
    time.sleep(0.5)
    server.stop()
    asking.join()
    assert replies[0].json() == {"done": True}
    assert server.process.returncode == 0
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{server.url}/ready")


def test_work_without_an_open_request_is_finished(small_server: Start, tmp_path: Path) -> None:
    server = small_server()
    assert httpx.get(f"{server.url}/later", params={"path": str(tmp_path / "later")}).json() == {"accepted": True}
    server.stop()
    assert (tmp_path / "later").read_text(encoding="utf-8") == "done"


def test_readiness_ends_before_the_service(small_server: Start) -> None:
    server = small_server(QIAO_DRAIN_NOTICE_SECONDS="3")
    server.process.terminate()
    deadline = time.monotonic() + 3
    while httpx.get(f"{server.url}/ready").status_code == 200 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert httpx.get(f"{server.url}/ready").json() == {"ready": False}
    assert httpx.get(f"{server.url}/things/a").status_code == 200
    assert server.stop() < 20


def test_work_that_takes_too_long_is_given_up_and_said(small_server: Start, tmp_path: Path) -> None:
    server = small_server(QIAO_DRAIN_SECONDS="0.2", QIAO_LOG_FORMAT="json")
    httpx.get(f"{server.url}/later", params={"path": str(tmp_path / "later")})
    server.stop()
    assert not (tmp_path / "later").exists()
    assert any("given up" in line["message"] and line["level"] == "WARNING" for line in server.lines())


def test_second_signal_ends_at_once(small_server: Start) -> None:
    server = small_server(QIAO_DRAIN_NOTICE_SECONDS="60")
    server.process.terminate()
    time.sleep(0.5)
    assert server.process.poll() is None
    assert server.stop() < 20
