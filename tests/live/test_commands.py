"""The commands that people type: the assistant with one command, and the conversation in a terminal."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

from tests.live.assistant import PROJECT, Assistant

KILLED_WITHIN_SECONDS = 5
START_SECONDS = 180


@pytest.fixture()
def fresh(trained_model: None, tmp_path: Path) -> Assistant:
    return Assistant(tmp_path)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_run_serves_and_stops_cleanly_on_interrupt(fresh: Assistant) -> None:
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "bot", "run"],
        cwd=PROJECT,
        env=fresh.environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        for line in process.stderr:
            if "Qiao is ready" in line:
                break
        assert fresh.url in line
        assert fresh.say("run", "How do we choose a local partner in Vietnam?").kind == "advice"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
    assert process.returncode == 0
    assert _is_free(fresh.port)
    assert _is_free(fresh.action_port)


def test_run_says_which_port_is_taken(fresh: Assistant) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", fresh.port))
        taken.listen()
        result = fresh.run("bot", "run")
    assert result.returncode == 1
    assert str(fresh.port) in result.stderr
    assert "QIAO_PORT" in result.stderr


def test_rasa_shell_answers_in_readable_text(fresh: Assistant) -> None:
    shell = pexpect.spawn(
        sys.executable,
        ["-W", "ignore", "-m", "bot", "shell"],
        cwd=str(PROJECT),
        env={**fresh.environment, "TERM": "xterm"},
        encoding="utf-8",
        timeout=START_SECONDS,
        dimensions=(60, 200),
    )
    shell.ptyproc.delayafterterminate = KILLED_WITHIN_SECONDS
    try:
        shell.expect("Your input")
        shell.sendline("在印尼怎么跟村民沟通？")
        shell.expect("怎么做")
        shell.expect("Your input")
        said = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shell.before)
        assert '"type"' not in said
        assert "1." in said
    finally:
        shell.sendcontrol("c")
        shell.close(force=True)
