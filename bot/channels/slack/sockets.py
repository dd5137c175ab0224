"""Socket Mode: Slack's events over a websocket that we open, so that no address of ours need be public."""

from __future__ import annotations

import asyncio
import contextlib
import logging

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.slack.logs import library_logger

_PING_SECONDS = 5


class SocketMode:
    """The connection of one process. Slack's client renews it when Slack asks for that, and when it is broken."""

    def __init__(self, app: AsyncApp, app_token: str, api_url: str) -> None:
        log = library_logger(logging.INFO)
        client = AsyncWebClient(base_url=api_url, logger=library_logger())
        self._handler = AsyncSocketModeHandler(app, app_token, logger=log, web_client=client, ping_interval=_PING_SECONDS)
        self._connecting = asyncio.create_task(self._handler.connect_async())

    async def close(self) -> None:
        """Take no more from this connection; Slack sends what is not acknowledged to another."""
        self._connecting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._connecting
        await self._handler.close_async()
