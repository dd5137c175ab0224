"""The channel's parts put together, started and stopped with the server."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import uuid
from collections.abc import Callable
from typing import Any

import aiohttp
from sanic.request import Request
from sanic.response import HTTPResponse
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.engine import Engine

from bot.channels.intake import OnNewMessage
from bot.channels.limits import RateLimits
from bot.channels.sessions import read_or_make_secret
from bot.channels.slack.adviser import LANGUAGES, Adviser
from bot.channels.slack.application import Application, oauth_settings
from bot.channels.slack.authorizing import InstalledWorkspaces, OneWorkspace
from bot.channels.slack.blocks import home_view
from bot.channels.slack.database import Database
from bot.channels.slack.gate import Gate
from bot.channels.slack.home import Home
from bot.channels.slack.inbox import Inbox
from bot.channels.slack.installations import Installations, SealedStore, States
from bot.channels.slack.listeners import Listeners
from bot.channels.slack.logs import library_logger
from bot.channels.slack.memory import Memory
from bot.channels.slack.outcomes import TryLater, Undeliverable
from bot.channels.slack.posting import Poster
from bot.channels.slack.requests import RequestHandler
from bot.channels.slack.secrecy import Ids, Sealer
from bot.channels.slack.settings import SlackSettings
from bot.channels.slack.sockets import SocketMode
from bot.channels.slack.talk import Talk
from bot.channels.slack.workers import Workers
from bot.settings import Settings

logger = logging.getLogger(__name__)

_CALL_SECONDS = 30
_FETCH_SECONDS = 15
_ASK_AGAIN_SECONDS = 10.0
_DAY_SECONDS = 86_400


class SlackService:
    """One process's side of the channel."""

    def __init__(self, settings: SlackSettings, common: Settings, engine: Engine, on_new_message: OnNewMessage) -> None:
        self._settings = settings
        self._common = common
        self._engine = engine
        self._on_new_message = on_new_message
        self._handler: RequestHandler | None = None

    async def open(self, agent: Callable[[], Any]) -> None:
        """Take in events from now on; ``agent`` gives Rasa's agent, or ``None``."""
        settings, common = self._settings, self._common
        sealer = Sealer(settings.keys)
        ids = Ids(settings.secret or read_or_make_secret(common.var_folder / "session.key"))
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_CALL_SECONDS))
        self._database = Database(self._engine)
        holder = f"{socket.gethostname()[:20]}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        inbox = Inbox(self._database, sealer, holder, settings.lease_seconds)
        poster = Poster(inbox, self._fetch, settings.api_url)
        adviser = Adviser(self._on_new_message, agent)
        talk = Talk(settings, adviser, inbox, poster, Memory(self._database), ids, RateLimits(common.redis_url))
        store = SealedStore(self._engine, settings.client_id, sealer) if settings.client_id else None
        if store is not None:
            await asyncio.to_thread(store.reseal)
        installations = Installations(store, settings.app_id)
        authorize = self._authorize(store, installations)
        gate = Gate(inbox, installations, ids, settings.threads, self._wake)
        oauth = oauth_settings(settings, store, States(self._engine), settings.public_url) if store else None
        application = Application(settings, self._client(), gate, authorize, oauth, installations, poster)
        Listeners(talk, Home(adviser, talk, settings.team_url), poster).register(application.bolt)
        self._workers = Workers(
            inbox,
            application.answer,
            at_once=settings.at_once,
            lease_seconds=settings.lease_seconds,
            kept_seconds=common.retention_days * _DAY_SECONDS,
        )
        await asyncio.to_thread(_read_words)
        self._bolt = application.bolt
        self._handler = RequestHandler(self._bolt)
        self._introduction = asyncio.create_task(_introduce(authorize))

    async def start(self) -> None:
        """Answer from now on."""
        settings = self._settings
        self._workers.start()
        self._socket = None
        if settings.mode == "socket":
            self._socket = SocketMode(self._bolt, str(settings.app_token), settings.api_url)
        logger.info("Slack is served by %s, %d messages at once", settings.mode, settings.at_once)

    async def stop(self) -> None:
        """Take nothing more in, finish what is being answered, leave the rest in the inbox."""
        self._introduction.cancel()
        if self._socket is not None:
            await self._socket.close()
        await self._workers.stop(self._common.serving.drain_seconds)
        await asyncio.to_thread(self._database.close)
        await self._session.close()

    async def handle(self, request: Request) -> HTTPResponse:
        """A request of Slack's, or of somebody who installs the app."""
        if self._handler is None:
            return HTTPResponse("starting", status=503)
        return await self._handler.handle(request)

    def _wake(self, is_prompt: bool) -> None:
        self._workers.wake(is_prompt=is_prompt)

    def _client(self, token: str | None = None) -> AsyncWebClient:
        """A client that does not try again by itself: what fails goes back into the inbox."""
        return AsyncWebClient(
            token=token,
            base_url=self._settings.api_url,
            timeout=_CALL_SECONDS,
            session=self._session,
            logger=library_logger(),
            retry_handlers=[],
        )

    def _authorize(self, store: SealedStore | None, installations: Installations) -> AsyncAuthorize:
        if store is None:
            return OneWorkspace(self._client(self._settings.bot_token), installations)
        return InstalledWorkspaces(self._client(), store, str(self._settings.client_id), str(self._settings.client_secret))

    async def _fetch(self, address: str) -> bytes:
        """A document from the action server, which makes them."""
        timeout = aiohttp.ClientTimeout(total=_FETCH_SECONDS)
        async with self._session.get(f"{self._common.action_url}{address}", timeout=timeout) as reply:
            reply.raise_for_status()
            return await reply.read()


def _read_words() -> None:
    """Read the files of words now, which takes a second, rather than while somebody waits."""
    for language in LANGUAGES:
        home_view(language=language, profile={"market": ["DE"]}, recent=(), assessment=None, team_url=None)


async def _introduce(authorize: AsyncAuthorize) -> None:
    """Let Slack say which workspace the only token belongs to, so that events of others are refused from the start."""
    while isinstance(authorize, OneWorkspace):
        try:
            await authorize()
            return
        except Undeliverable as error:
            logger.error("Slack refuses SLACK_BOT_TOKEN (%s); nobody is answered until it is set right", error)
            return
        except (TryLater, aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            logger.warning("Slack cannot be reached (%s); trying again", error)
            await asyncio.sleep(_ASK_AGAIN_SECONDS)
