"""Requests of unclear length are refused and do not stop the server, which runs in a process that may be stopped."""

from __future__ import annotations

import subprocess
import sys

from tests.support import PROJECT

SERVER_AND_CLIENT = r"""
import os, socket, threading
from sanic import Sanic, response
from bot.request_framing import refuse_unclear_lengths

app = Sanic("framing", configure_logging=False)
refuse_unclear_lengths(app)

@app.post("/echo")
async def echo(request):
    return response.text(request.body.decode())

HEADS = [
    "Content-Length: 5",
    "Content-Length: -5",
    "Content-Length: abc",
    "Content-Length: +5",
    "Content-Length: " + "9" * 5000,
    "Content-Length: 5\r\nContent-Length: 3",
    "Content-Length: 5\r\nTransfer-Encoding: chunked",
    "Transfer-Encoding: chunked",
    "Content-Length: 5",
]

def ask(port, head, path):
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        body = "5\r\nhello\r\n0\r\n\r\n" if head.startswith("Transfer") else "hello"
        line.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\n{head}\r\n\r\n{body}".encode())
        return line.recv(1000).split(b" ")[1].decode()

def client(port):
    print(" ".join(ask(port, head, "/echo") for head in HEADS), ask(port, "Content-Length: -5", "/none"), flush=True)
    os._exit(0)

with socket.socket() as listener:
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]

@app.after_server_start
async def started(*_):
    threading.Thread(target=client, args=(port,), daemon=True).start()

app.run("127.0.0.1", port, access_log=False)
"""


def test_requests_of_unclear_length_are_refused_and_the_server_goes_on() -> None:
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SERVER_AND_CLIENT],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert ended.stdout.split() == ["200", "400", "400", "400", "400", "400", "400", "200", "200", "400"], ended.stderr[-2000:]
