"""The action server: rasa-sdk's own application, on loopback, with routes that tell how it is."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from rasa_sdk.endpoint import create_app
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json, raw

from actions import documents
from actions.advisory import adviser, records, settings
from actions.records.records import now
from actions.rules.errors import StoreUnavailable
from actions.telemetry.metrics import show_release
from serving.draining import WORK, drain_on_signals
from serving.logs import configure_logs
from serving.metrics import add_metrics
from serving.requests import logged_path, observe_requests
from serving.tracing import configure_tracing

logger = logging.getLogger(__name__)

_DAY_SECONDS = 86400


def build_app() -> Sanic:
    """rasa-sdk's application plus ``GET /ready`` (200 with the release, or 503 with the reason), ``/metrics`` and
    ``/documents/…``."""
    app = create_app("actions", cors_origins=[])
    app.error_handler.add(Exception, _failed)

    @app.get("/ready")
    async def ready(_: Request) -> HTTPResponse:
        try:
            book = await asyncio.to_thread(adviser().book)
        except StoreUnavailable as error:
            return json({"ready": False, "store": str(error)}, status=503)
        return json({"ready": not WORK.is_draining, "release": book.release}, status=503 if WORK.is_draining else 200)

    @app.get("/documents/<name:str>")
    async def document(_: Request, name: str) -> HTTPResponse:
        try:
            found = await asyncio.to_thread(documents.rendered, name)
        except StoreUnavailable as error:
            return json({"error": str(error)}, status=503)
        if found is None:
            return json({"error": "no such document, or it has expired"}, status=404)
        body, content_type = found
        return raw(body, content_type=content_type)

    app.add_task(_purge_daily)
    add_metrics(app, settings().serving)
    drain_on_signals(app, settings().serving)
    observe_requests(app)
    return app


def _failed(request: Request, exception: Exception) -> HTTPResponse:
    """Answer an error without what was sent, which rasa-sdk would send back and the Rasa server would log."""
    status = getattr(exception, "status_code", 500)
    if status >= 500:
        logger.error("%s %s failed", request.method, logged_path(request), exc_info=exception)
    return json({"error": type(exception).__name__}, status=status)


async def _purge_daily() -> None:
    """Delete what is older than the retention period, at the start and once a day."""
    while True:
        try:
            before = now() - timedelta(days=settings().retention_days)
            deleted = await asyncio.to_thread(records().purge, before)
            if deleted:
                logger.info("deleted %d expired records", deleted)
        except StoreUnavailable:
            logger.exception("expired records could not be deleted; trying again tomorrow")
        await asyncio.sleep(_DAY_SECONDS)


def main() -> None:
    """Serve until stopped."""
    configure_logs(settings().serving.log_format)
    if settings().serving.is_traced:
        configure_tracing(settings().serving.service_name or "qiao-actions")
    show_release(lambda: adviser().book())
    app = build_app()
    configure_logs(settings().serving.log_format)  # the application has set up Sanic's own meanwhile
    app.run(host=settings().action_host, port=settings().action_port, access_log=False)
