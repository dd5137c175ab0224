"""Spans reach a collector with their parents and without what people say; without a collector nothing is even imported."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import httpx

from tests.support import PROJECT
from tests.telemetry.conftest import SmallServer, TraceReceiver

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


def test_spans_are_sent_with_the_callers_trace(small_server: Callable[..., SmallServer], trace_receiver: TraceReceiver) -> None:
    server = small_server(OTEL_EXPORTER_OTLP_ENDPOINT=trace_receiver.url, OTEL_BSP_SCHEDULE_DELAY="100")
    httpx.get(f"{server.url}/slow", headers={"traceparent": f"00-{TRACE}-{PARENT}-01"}, timeout=20)
    inner, outer = trace_receiver.wait_for("slow work"), trace_receiver.wait_for("GET /slow")
    assert outer["trace"] == inner["trace"] == TRACE
    assert (outer["parent"], inner["parent"]) == (PARENT, outer["id"])
    assert outer["service"] == "small" and "200" in outer["attributes"]["http.response.status_code"]


def test_span_of_the_request_is_handed_on(small_server: Callable[..., SmallServer], trace_receiver: TraceReceiver) -> None:
    server = small_server(OTEL_EXPORTER_OTLP_ENDPOINT=trace_receiver.url, OTEL_BSP_SCHEDULE_DELAY="100")
    outgoing = httpx.get(f"{server.url}/things/a").json()["outgoing"]
    span = trace_receiver.wait_for("GET /things/<name:str>")
    assert outgoing["traceparent"].startswith(f"00-{span['trace']}-{span['id']}-0")


def test_last_spans_are_sent_when_the_server_stops(
    small_server: Callable[..., SmallServer], trace_receiver: TraceReceiver
) -> None:
    server = small_server(OTEL_EXPORTER_OTLP_ENDPOINT=trace_receiver.url, OTEL_BSP_SCHEDULE_DELAY="60000")
    httpx.get(f"{server.url}/things/a")
    server.stop()
    trace_receiver.wait_for("GET /things/<name:str>", 1)


def test_collector_that_is_away_delays_no_answer_and_no_end(small_server: Callable[..., SmallServer]) -> None:
    server = small_server(OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:1", OTEL_BSP_SCHEDULE_DELAY="100")
    assert httpx.get(f"{server.url}/things/a").elapsed.total_seconds() < 5
    assert server.stop() < 25


def test_failing_span_tells_the_kind_of_error_only() -> None:
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    from serving import tracing

    exporter = InMemorySpanExporter()
    tracing.configure_tracing("test", exporter)
    try:
        with tracing.span("work", topic="entry_mode"):
            raise ValueError("what Zoe said")
    except ValueError:
        pass
    finally:
        tracing.stop_tracing()
    (span,) = exporter.get_finished_spans()
    assert span.status.description == "ValueError" and not span.events and dict(span.attributes) == {"topic": "entry_mode"}


def test_without_a_collector_nothing_of_opentelemetry_is_imported() -> None:
    code = (
        "import sys, actions.server, bot.telemetry.turns, serving.tracing as t\n"
        "with t.span('x', parent={}, kind='server', a=1): t.annotate({'b': 2}); t.inject({})\n"
        "sys.exit(any(name.startswith('opentelemetry') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", code], cwd=PROJECT, check=False).returncode == 0
