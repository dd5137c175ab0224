"""A server with the least that a server of ours has: run as ``python -m tests.telemetry.small_server PORT``."""

from __future__ import annotations

import asyncio
import logging
import sys
from pathlib import Path

from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from serving.draining import WORK, drain_on_signals
from serving.logs import configure_logs, current_request_id
from serving.metrics import add_metrics
from serving.redaction import confidential
from serving.requests import observe_requests, outgoing_headers
from serving.settings import ServingSettings
from serving.tracing import configure_tracing, span

logger = logging.getLogger("bot.small")


def build() -> Sanic:
    app = Sanic("small")
    settings = ServingSettings.from_environment()

    @app.get("/ready")
    async def ready(_: Request) -> HTTPResponse:
        return response.json({"ready": not WORK.is_draining}, status=503 if WORK.is_draining else 200)

    @app.get("/things/<name:str>")
    async def thing(_: Request, name: str) -> HTTPResponse:
        logger.info("a thing was asked for")
        await asyncio.sleep(0.05)
        return response.json({"id": current_request_id(), "outgoing": outgoing_headers()})

    @app.post("/fail")
    async def fail(request: Request) -> HTTPResponse:
        with confidential(request.json["text"]):
            raise ValueError(f"cannot read {request.json['text']!r}")

    @app.get("/slow")
    async def slow(_: Request) -> HTTPResponse:
        with WORK.in_progress(), span("slow work"):
            await asyncio.sleep(1.5)
        return response.json({"done": True})

    @app.get("/later")
    async def later(request: Request) -> HTTPResponse:
        async def work(path: Path) -> None:
            with WORK.in_progress():
                await asyncio.sleep(1.5)
                await asyncio.to_thread(path.write_text, "done", encoding="utf-8")

        app.add_task(work(Path(request.args.get("path"))))
        await asyncio.sleep(0.05)
        return response.json({"accepted": True})

    add_metrics(app, settings)
    drain_on_signals(app, settings)
    observe_requests(app)
    configure_logs(settings.log_format)
    if settings.is_traced:
        configure_tracing("small")
    return app


if __name__ == "__main__":
    build().run(host="127.0.0.1", port=int(sys.argv[1]), access_log=False)
