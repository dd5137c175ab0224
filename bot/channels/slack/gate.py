"""The first step of every request from Slack: ours or not, seen before or not, written down, acknowledged."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

import async_timeout
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.slack.arrivals import arrival
from bot.channels.slack.inbox import Inbox
from bot.channels.slack.installations import Installations
from bot.channels.slack.places import Threads
from bot.channels.slack.secrecy import Ids

logger = logging.getLogger(__name__)

ENTRY = "qiao_entry"
"""In a request's context: the inbox entry that it was made from."""
_TAKE_IN_SECONDS = 2.5
"""Slack waits for three."""
_LEAVING = frozenset({"tokens_revoked", "app_uninstalled"})


class Gate(AsyncMiddleware):
    """Stands behind the check of signature and time. What it lets through to the listeners comes from the inbox."""

    def __init__(
        self, inbox: Inbox, installations: Installations, ids: Ids, threads: Threads, wake: Callable[[bool], None]
    ) -> None:
        self._inbox = inbox
        self._installations = installations
        self._ids = ids
        self._threads = threads
        self._wake = wake

    async def async_process(
        self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Callable[[], Awaitable[BoltResponse]]
    ) -> BoltResponse:
        """Acknowledge what is taken in, or let an entry pass."""
        if ENTRY in req.context or req.body.get("type") == "url_verification":
            return await next()
        is_leaving = (req.body.get("event") or {}).get("type") in _LEAVING
        if not is_leaving and not await self._installations.are_ours(req.body):
            logger.warning("an event of another app or of a workspace without an installation was refused")
            status = 200 if req.mode == "socket_mode" else 403
            return BoltResponse(status=status, body="", headers={"X-Slack-No-Retry": "1"})
        came = arrival(req.body, self._ids, self._threads)
        if came is None:
            return BoltResponse(status=200, body="")
        try:
            async with async_timeout.timeout(_TAKE_IN_SECONDS):
                is_new = await self._inbox.take_in(came)
        except (SQLAlchemyError, asyncio.TimeoutError) as error:
            logger.error("an event could not be written down (%s); Slack will repeat it", type(error).__name__)
            return BoltResponse(status=503, body="")
        if is_new:
            self._wake(came.is_prompt)
        return BoltResponse(status=200, body="")
