"""Hands documents (briefs, charts) through from the action server, which makes them; people reach only this server."""

from __future__ import annotations

import asyncio
import logging
import re

import aiohttp
from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.settings import Settings
from serving.requests import outgoing_headers

logger = logging.getLogger(__name__)

_NAME = re.compile(r"[A-Za-z0-9_-]{32,64}\.(?:html|docx|svg|png)")
_TIMEOUT_SECONDS = 15
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-store",
}


def add_documents(app: Sanic, settings: Settings) -> None:
    """Add ``GET /documents/<token>.<html|docx|svg|png>``."""

    @app.get("/documents/<name:str>")
    async def document(_: Request, name: str) -> HTTPResponse:
        if not _NAME.fullmatch(name):
            return response.json({"error": "no such document"}, status=404)
        try:
            timeout = aiohttp.ClientTimeout(total=_TIMEOUT_SECONDS)
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.get(f"{settings.action_url}/documents/{name}", headers=outgoing_headers()) as got,
            ):
                body, status, content_type = await got.read(), got.status, got.headers.get("Content-Type", "application/json")
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            logger.error("a document could not be fetched from the action server: %s", error)
            return response.json({"error": "documents are unavailable for the moment; try again in a minute"}, status=503)
        headers = dict(_HEADERS)
        if name.endswith(".docx") and status == 200:
            headers["Content-Disposition"] = 'attachment; filename="brief.docx"'
        return response.raw(body, status=status, content_type=content_type, headers=headers)
