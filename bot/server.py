"""The Rasa server with Qiao's channels, health routes, and only as much of Rasa's HTTP API open as is safe."""

from __future__ import annotations

import asyncio
import gc
import logging
from datetime import datetime, timedelta, timezone
from functools import partial

from rasa.core.channels.channel import InputChannel
from rasa.core.run import close_resources, configure_app, create_http_input_channels, load_agent_on_start
from rasa.core.utils import AvailableEndpoints
from sanic import Sanic

from bot import patches
from bot.action_retries import retrying
from bot.api_guard import guard_api
from bot.channels.slack.settings import SlackCannotStart
from bot.conversations import CannotDelete, delete_silent
from bot.documents import add_documents
from bot.endpoints import write_endpoints
from bot.health import add_health
from bot.model_archive import UnusableModel, latest_model
from bot.pacing import Pace
from bot.request_framing import refuse_unclear_lengths
from bot.settings import PROJECT_FOLDER, Settings
from bot.stores import fail_loudly
from bot.telemetry import action_calls, logs, stages
from bot.telemetry.metrics import show_model
from serving.draining import drain_on_signals
from serving.metrics import add_metrics
from serving.requests import observe_requests
from serving.tracing import configure_tracing

logger = logging.getLogger(__name__)

_DAY_SECONDS = 86400
_FIRST_EXPIRY_SECONDS = 60


def build_app(settings: Settings, channels: list[InputChannel] | None = None) -> Sanic:
    """The server's application; ``channels`` defaults to those of ``credentials.yml``."""
    endpoints = AvailableEndpoints.read_endpoints(str(write_endpoints(settings)))
    pace = Pace()
    endpoints.action = pace.spare(action_calls.observe(retrying(endpoints.action)))
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
    app.config.PROXIES_COUNT = settings.trusted_proxies or None
    refuse_unclear_lengths(app)
    guard_api(app, settings)
    add_health(app, settings)
    add_metrics(app, settings.serving)
    add_documents(app, settings)
    drain_on_signals(app, settings.serving)
    app.add_task(_expire_daily(app, settings))
    app.register_listener(partial(_load_agent, settings, endpoints, pace), "before_server_start")
    app.register_listener(close_resources, "after_server_stop")
    app.register_listener(_close_connections, "after_server_stop")
    observe_requests(app)
    return app


async def _load_agent(
    settings: Settings, endpoints: AvailableEndpoints, pace: Pace, app: Sanic, loop: asyncio.AbstractEventLoop
) -> None:
    """Load the model; without one the server ends with a message, where Rasa would run on and answer nobody."""
    model = latest_model(settings.model_folder)
    agent = await load_agent_on_start(str(model), endpoints, None, app, loop)
    if not agent.is_ready():
        raise UnusableModel(f"the model {model} could not be loaded, see above; run: make train")
    fail_loudly(agent)
    pace.set_for(agent)
    stages.observe(frozenset(agent.domain.intents))
    show_model(agent.model_name)
    gc.collect()
    gc.freeze()  # what was loaded stays for good; each full collection went through it, and nothing else ran meanwhile


async def _close_connections(_app: Sanic, _loop: asyncio.AbstractEventLoop) -> None:
    await patches.close()


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
    logs.configure(settings.serving.log_format)
    if settings.serving.is_traced:
        configure_tracing(settings.serving.service_name or "qiao-assistant")
    patches.apply()
    try:
        app = build_app(settings)
    except SlackCannotStart as error:
        raise SystemExit(f"The assistant cannot start: {error}") from None
    logs.configure(settings.serving.log_format)  # the application has set up Sanic's own meanwhile
    try:
        app.run(host=settings.host, port=settings.port, workers=1, access_log=False)
    except UnusableModel as error:
        raise SystemExit(f"The assistant cannot start: {error}") from None
