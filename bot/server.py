"""The Rasa server with Qiao's channels, health routes, and only as much of Rasa's HTTP API open as is safe."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Any

import aiohttp
from rasa.core.channels.channel import InputChannel
from rasa.core.run import close_resources, configure_app, create_http_input_channels, load_agent_on_start
from rasa.core.utils import AvailableEndpoints
from rasa.utils.log_utils import configure_structlog
from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot import patches
from bot.conversations import CannotDelete, delete_silent
from bot.documents import add_documents
from bot.endpoints import write_endpoints
from bot.settings import PROJECT_FOLDER, Settings

logger = logging.getLogger(__name__)

_OPEN_WITHOUT_TOKEN = frozenset({("POST", "/model/parse")})
_API_PREFIXES = ("/model", "/conversations", "/domain", "/status", "/version")
_READINESS_TIMEOUT_SECONDS = 3
_DAY_SECONDS = 86400
_FIRST_EXPIRY_SECONDS = 60


def build_app(settings: Settings, channels: list[InputChannel] | None = None) -> Sanic:
    """The server's application; ``channels`` defaults to those of ``credentials.yml``."""
    endpoints = AvailableEndpoints.read_endpoints(str(write_endpoints(settings)))
    if channels is None:
        configured = create_http_input_channels(None, str(PROJECT_FOLDER / "credentials.yml"))
        channels = [channel for channel in configured if channel.name() in settings.channels]
    app = configure_app(
        channels,
        cors=list(settings.allowed_origins) or None,
        auth_token=settings.api_token,
        enable_api=True,
        port=settings.port,
        endpoints=endpoints,
        use_uvloop=True,
    )
    app.config.REQUEST_MAX_SIZE = 1_000_000
    _guard_api(app, settings)
    _add_health(app, settings)
    add_documents(app, settings)
    app.add_task(_expire_daily(app, settings))
    app.register_listener(partial(load_agent_on_start, str(settings.model_folder), endpoints, None), "before_server_start")
    app.register_listener(close_resources, "after_server_stop")
    return app


async def _expire_daily(app: Sanic, settings: Settings) -> None:
    """Delete conversations that have been silent for the retention period, soon after the start and once a day."""
    while True:
        await asyncio.sleep(_FIRST_EXPIRY_SECONDS)
        agent = getattr(app.ctx, "agent", None)
        if agent is not None:
            before = datetime.now(timezone.utc) - timedelta(days=settings.retention_days)
            try:
                count = await asyncio.to_thread(delete_silent, agent.tracker_store, before)
                logger.info("%d conversations had been silent for %g days and were deleted", count, settings.retention_days)
            except CannotDelete as error:
                logger.info("%s", error)
                return
            except Exception:
                logger.exception("silent conversations could not be deleted; trying again tomorrow")
        await asyncio.sleep(_DAY_SECONDS - _FIRST_EXPIRY_SECONDS)


def serve(settings: Settings) -> None:
    """Serve until stopped."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    configure_structlog(logging.INFO)  # unconfigured, Rasa's structured log prints every message's text
    patches.apply()
    build_app(settings).run(host=settings.host, port=settings.port, workers=1, access_log=False)


def _guard_api(app: Sanic, settings: Settings) -> None:
    """Without a token, close all of Rasa's HTTP API but the harmless parsing of a text.

    The rest loads models from any path, rewrites conversations and reads them (CVE-2024-49375 among others).
    """
    if settings.api_token:
        return

    @app.on_request  # type: ignore[misc]
    async def refuse(request: Request) -> HTTPResponse | None:
        if request.path.startswith(_API_PREFIXES) and (request.method, request.path) not in _OPEN_WITHOUT_TOKEN:
            return response.json({"error": "closed; set QIAO_API_TOKEN to open it with that token"}, status=403)
        return None


def _add_health(app: Sanic, settings: Settings) -> None:
    @app.get("/health")
    async def health(_: Request) -> HTTPResponse:
        return response.json({"status": "ok"})

    @app.get("/ready")
    async def ready(request: Request) -> HTTPResponse:
        agent = getattr(request.app.ctx, "agent", None)
        state: dict[str, Any] = {"model": bool(agent and agent.is_ready())}
        state |= await _action_server_state(settings.action_url)
        is_ready = all(state[part] for part in ("model", "action_server", "store"))
        return response.json({"ready": is_ready, **state}, status=200 if is_ready else 503)


async def _action_server_state(url: str) -> dict[str, Any]:
    """Whether the action server answers, and whether it can read the rules store."""
    timeout = aiohttp.ClientTimeout(total=_READINESS_TIMEOUT_SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(f"{url}/ready") as reply:
            body = await reply.json()
    except (aiohttp.ClientError, asyncio.TimeoutError, ValueError):
        return {"action_server": False, "store": False}
    return {"action_server": True, "store": bool(body.get("ready")), "release": body.get("release")}
