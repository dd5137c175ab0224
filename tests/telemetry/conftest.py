"""A small server, and a receiver of traces."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from bot.starting import free_port
from tests.support import PROJECT


class SmallServer:
    """:mod:`tests.telemetry.small_server` as a process."""

    def __init__(self, log: Path, **environment: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        with log.open("wb") as sink:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.telemetry.small_server", str(self.port)],
                cwd=PROJECT,
                env={**os.environ, **environment},
                stdout=sink,
                stderr=sink,
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert self.process.poll() is None, log.read_text()
            try:
                httpx.get(f"{self.url}/ready")
                return
            except httpx.ConnectError:
                time.sleep(0.1)
        raise AssertionError(log.read_text())

    def stop(self, seconds: float = 30) -> float:
        """Ask the server to stop; gives the seconds that it took."""
        started = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(seconds)
        return time.monotonic() - started

    def lines(self) -> list[dict[str, Any]]:
        """The log, which must be JSON in every line."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]


@pytest.fixture()
def small_server(tmp_path: Path) -> Iterator[Callable[..., SmallServer]]:
    """Starts small servers with the given environment."""
    started: list[SmallServer] = []

    def start(**environment: str) -> SmallServer:
        server = SmallServer(tmp_path / f"small-{len(started)}.log", **environment)
        started.append(server)
        return server

    yield start
    for server in started:
        server.stop()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallServer]:
    """A small server that logs JSON, shared by the tests of a module."""
    shared = SmallServer(tmp_path_factory.mktemp("small") / "small.log", QIAO_LOG_FORMAT="json", QIAO_METRICS_TOKEN="let-me-read")
    yield shared
    shared.stop()


class TraceReceiver:
    """Takes traces in as an OpenTelemetry collector does (OTLP over HTTP)."""

    def __init__(self) -> None:
        self.spans: list[dict[str, Any]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.take(ExportTraceServiceRequest.FromString(body))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def take(self, request: ExportTraceServiceRequest) -> None:
        """Keep the spans of a request."""
        for resource in request.resource_spans:
            service = next(a.value.string_value for a in resource.resource.attributes if a.key == "service.name")
            for scope in resource.scope_spans:
                for span in scope.spans:
                    attributes = {a.key: str(a.value) for a in span.attributes}
                    self.spans.append(
                        {
                            "service": service,
                            "name": span.name,
                            "trace": span.trace_id.hex(),
                            "id": span.span_id.hex(),
                            "parent": span.parent_span_id.hex(),
                            "attributes": attributes,
                            "status": span.status.message,
                            "events": len(span.events),
                        }
                    )

    def wait_for(self, name: str, seconds: float = 20, trace: str | None = None) -> dict[str, Any]:
        """The first span with this name, of this trace or of any."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = [span for span in self.spans if span["name"] == name and trace in (None, span["trace"])]
            if found:
                return found[0]
            time.sleep(0.1)
        raise AssertionError(f"no span {name!r} among {[span['name'] for span in self.spans]}")

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture()
def trace_receiver() -> Iterator[TraceReceiver]:
    receiver = TraceReceiver()
    yield receiver
    receiver.close()
