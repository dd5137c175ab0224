"""What measuring, logging and tracing cost: ``python -m benchmarks.telemetry``; CPU time, best of seven rounds."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bot.telemetry import metrics
from bot.telemetry.turns import observed_turn
from serving import requests, tracing
from serving.logs import configure_logs

STAGES = ("reading", "understanding", "policy", "policy", "action", "delivery", "delivery", "writing")
ROUNDS, TIMES = 7, 2000


def main() -> None:
    """Print the costs."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        print(f"a turn: figures                     {_cost(_turn):5.0f} µs")
        for log_format in ("text", "json"):
            configure_logs(log_format)
            logging.getLogger().handlers[0].setStream(nowhere)  # type: ignore[attr-defined]
            print(f"a request: id, figure, line ({log_format})   {_cost(_request):5.0f} µs")
        logging.getLogger("serving.access").setLevel(logging.ERROR)
        print(f"a request: id and figure only        {_cost(_request):5.0f} µs")
        tracing.configure_tracing("benchmark", _exporter())
        print(f"a turn: figures and spans            {_cost(_turn):5.0f} µs")
        tracing.stop_tracing()


def _turn() -> None:
    """What is told of one turn, without the turn."""
    with observed_turn("rest", "en", "somebody", "How do we win trust in Germany?"):
        for stage in STAGES:
            with metrics.timed_stage(stage), tracing.span(stage):
                pass
        metrics.count_intent("entry_mode", frozenset({"entry_mode"}))
        metrics.count_answer("advice")


def _request() -> None:
    path = "/webhooks/rest/webhook"
    request: Any = SimpleNamespace(ctx=SimpleNamespace(), headers={}, path=path, method="POST", route=object(), uri_template=path)
    requests._begin(request)
    requests._end(request, SimpleNamespace(status=200, headers={}))  # type: ignore[arg-type]


def _cost(work: Callable[[], None]) -> float:
    """Microseconds."""
    best = float("inf")
    for _ in range(ROUNDS):
        started = time.process_time()
        for _ in range(TIMES):
            work()
        best = min(best, (time.process_time() - started) / TIMES)
    return 1e6 * best


def _exporter() -> Any:
    from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

    class Nowhere(SpanExporter):
        def export(self, spans: object) -> SpanExportResult:
            return SpanExportResult.SUCCESS

    return Nowhere()


if __name__ == "__main__":
    main()
