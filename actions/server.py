"""The action server: rasa-sdk's own application, on loopback, with a readiness route that asks the rules store."""

from __future__ import annotations

import asyncio
import logging

from rasa_sdk.endpoint import create_app
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

from actions.advisory import adviser, settings
from actions.rules.errors import StoreUnavailable

logger = logging.getLogger(__name__)


def build_app() -> Sanic:
    """rasa-sdk's application plus ``GET /ready``: 200 with the release, or 503 with the reason."""
    app = create_app("actions", cors_origins=[])

    @app.get("/ready")
    async def ready(_: Request) -> HTTPResponse:
        try:
            book = await asyncio.to_thread(adviser().book)
        except StoreUnavailable as error:
            return json({"ready": False, "store": str(error)}, status=503)
        return json({"ready": True, "release": book.release})

    return app


def main() -> None:
    """Serve until stopped."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("sanic.root").propagate = False
    build_app().run(host=settings().action_host, port=settings().action_port, access_log=False)
