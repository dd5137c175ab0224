"""The action server: rasa-sdk's own application, on loopback, with a readiness route that asks the rules store."""

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

logger = logging.getLogger(__name__)

_DAY_SECONDS = 86400


def build_app() -> Sanic:
    """rasa-sdk's application plus ``GET /ready`` (200 with the release, or 503 with the reason) and ``GET /documents/…``."""
    app = create_app("actions", cors_origins=[])

    @app.get("/ready")
    async def ready(_: Request) -> HTTPResponse:
        try:
            book = await asyncio.to_thread(adviser().book)
        except StoreUnavailable as error:
            return json({"ready": False, "store": str(error)}, status=503)
        return json({"ready": True, "release": book.release})

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
    return app


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
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("sanic.root").propagate = False
    build_app().run(host=settings().action_host, port=settings().action_port, access_log=False)
