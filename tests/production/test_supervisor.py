"""The supervisor with small processes: order, restarts, hanging ones, replacements, stops, logs."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
import pytest_asyncio

from bot.production import supervisor as supervision
from bot.production.plan import Slots
from bot.production.process import Process, Spec
from bot.production.state import AlreadyRunning, NotRunning, StateFile
from bot.production.supervisor import Supervisor
from bot.settings import PROJECT_FOLDER
from bot.starting import StartFailed

SERVER = """
import pathlib, signal, sys, time
name, mode = sys.argv[1], sys.argv[2]
print("hello from", name, flush=True)
if mode == "fails": print("cannot open the book", flush=True); sys.exit(3)
if mode == "stubborn": signal.signal(signal.SIGTERM, signal.SIG_IGN)
else: signal.signal(signal.SIGTERM, lambda *_: (print("bye", flush=True), sys.exit(0)))
pathlib.Path(name).write_text("ready")
time.sleep(600)
"""


class Small:
    """Makes descriptions of small processes that write a file when they are ready."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def spec(self, name: str, mode: str = "good", is_well: Callable[[], Awaitable[bool]] | None = None) -> Spec:
        sign = self.folder / name

        async def is_ready() -> bool:
            return sign.exists()

        sign.unlink(missing_ok=True)
        return Spec(
            name=name,
            command=(sys.executable, "-c", SERVER, str(sign), mode),
            environment=dict(os.environ),
            is_ready=is_ready,
            ready_within_seconds=10,
            stop_within_seconds=1,
            is_well=is_well,
        )


@pytest.fixture()
def small(tmp_path: Path) -> Small:
    return Small(tmp_path)


@pytest_asyncio.fixture()
async def supervisor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Supervisor]:
    monkeypatch.setattr(supervision, "_CHECK_SECONDS", 0.1)
    monkeypatch.setattr(supervision, "BACK_IN_USE_SECONDS", 0)
    running = Supervisor(tmp_path / "logs", StateFile(tmp_path), "http://x", os.getpid())
    yield running
    await running.stop(*running.names())


def process(supervisor: Supervisor, name: str) -> Process:
    found = supervisor.process(name)
    assert found
    return found


async def until(condition: Callable[[], Any], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "not in time"
        await asyncio.sleep(0.05)


async def test_start_returns_when_all_are_ready(supervisor: Supervisor, small: Small) -> None:
    await supervisor.start(small.spec("a"), small.spec("b"))
    assert (small.folder / "a").exists() and (small.folder / "b").exists()
    assert supervisor.names() == ["a", "b"]


async def test_one_that_cannot_start_is_named_with_its_last_words(supervisor: Supervisor, small: Small) -> None:
    with pytest.raises(StartFailed, match="(?s)a ended with code 3.*cannot open the book"):
        await supervisor.start(small.spec("a", "fails"))


async def test_one_that_ends_is_started_again(supervisor: Supervisor, small: Small) -> None:
    await supervisor.start(small.spec("a"))
    first = process(supervisor, "a").pid
    assert first
    os.kill(first, signal.SIGKILL)
    await until(lambda: process(supervisor, "a").pid not in (None, first) and process(supervisor, "a").is_ready)
    state = StateFile(small.folder)
    state.claim()
    assert state.read().processes["a"].restarts == 1


async def test_one_that_hangs_is_ended_and_started_again(supervisor: Supervisor, small: Small) -> None:
    answers = [True] * 3 + [False] * 6

    async def is_well() -> bool:
        return answers.pop(0) if answers else True

    await supervisor.start(small.spec("a", is_well=is_well))
    first = process(supervisor, "a").pid
    await until(lambda: process(supervisor, "a").pid not in (None, first))


async def test_one_failed_check_ends_nothing(supervisor: Supervisor, small: Small) -> None:
    answers = [False, False, False, True] * 4

    async def is_well() -> bool:
        return answers.pop(0) if answers else True

    await supervisor.start(small.spec("a", is_well=is_well))
    first = process(supervisor, "a").pid
    await until(lambda: not answers)
    assert process(supervisor, "a").pid == first


async def test_the_new_one_is_ready_before_the_old_one_goes(
    supervisor: Supervisor, small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    slots = Slots(7000, 1)
    made: list[int] = []

    def make(number: int, port: int) -> Spec:
        made.append(port)
        return small.spec("a-new")

    await supervisor.start(small.spec("a"))
    old = process(supervisor, "a")
    stop, seen = old.stop, []

    async def stop_when_seen() -> None:
        current = process(supervisor, "a")
        seen.append(current is not old and current.is_ready and old.pid is not None)
        await stop()

    monkeypatch.setattr(old, "stop", stop_when_seen)
    await supervisor.replace("a", 1, make, slots)
    assert seen == [True] and made and old.exit_code == 0


async def test_the_old_one_stays_if_the_new_one_fails(supervisor: Supervisor, small: Small) -> None:
    slots = Slots(7000, 1)
    await supervisor.start(small.spec("a"))
    old = process(supervisor, "a")
    with pytest.raises(StartFailed):
        await supervisor.replace("a", 1, lambda number, port: small.spec("a-new", "fails"), slots)
    assert process(supervisor, "a") is old and old.pid
    assert {slots.take(), slots.take()} == {7000, 7001}


async def test_one_that_does_not_listen_is_ended(supervisor: Supervisor, small: Small) -> None:
    await supervisor.start(small.spec("a", "stubborn"), small.spec("b"))
    both = [process(supervisor, name) for name in "ab"]
    await supervisor.stop("a", "b")
    assert [one.exit_code for one in both] == [-signal.SIGKILL, 0]
    assert not supervisor.names()


async def test_what_it_writes_is_kept_in_files_that_do_not_grow(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.production.process.LOG_BYTES", 2000)
    loud = "import sys, time\nfor n in range(500): print('line', n, 20 * 'x')\nsys.stdout.flush(); time.sleep(600)"
    spec = small.spec("loud")
    running = Process(Spec("loud", (sys.executable, "-c", loud), dict(os.environ), spec.is_ready), small.folder / "logs")
    await running.start()
    await until(lambda: "line 499" in running.last_words)
    await running.stop()
    files = sorted((small.folder / "logs").iterdir())
    assert len(files) == 6 and all(path.stat().st_size <= 2000 for path in files)


def test_nothing_is_left_behind_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    script = """
import asyncio, os, pathlib, sys
from tests.production.test_supervisor import Small, StateFile, Supervisor
async def main(folder):
    running = Supervisor(folder / "logs", StateFile(folder), "http://x", os.getpid())
    await running.start(Small(folder).spec("a"))
    print(running.process("a").pid, flush=True)
    await asyncio.sleep(600)
asyncio.run(main(pathlib.Path(sys.argv[1])))
"""
    command = [sys.executable, "-W", "ignore", "-c", script, str(tmp_path)]
    with subprocess.Popen(command, cwd=PROJECT_FOLDER, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
        parent.wait()
    child.wait(10)
    assert not child.is_running()


def test_one_supervisor_at_a_time_uses_a_folder(tmp_path: Path) -> None:
    first = StateFile(tmp_path)
    with pytest.raises(NotRunning, match="make run-production"):
        first.read()
    first.claim()
    with pytest.raises(AlreadyRunning):
        StateFile(tmp_path).claim()
