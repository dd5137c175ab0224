"""Rasa's side of the channel: its name, its routes, its start and stop."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.intake import OnNewMessage
from bot.channels.slack.settings import SlackSettings
from bot.settings import Settings


class SlackInput(InputChannel):
    """``/webhooks/slack/webhook`` (events, commands, buttons), ``/install`` and ``/oauth_redirect``.

    Off unless ``slack`` is in ``QIAO_CHANNELS``.
    """

    @classmethod
    def name(cls) -> str:
        """The channel's name in trackers and addresses."""
        return "slack"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> InputChannel:
        """Make the channel; all settings come from the environment."""
        return cls()

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:  # type: ignore[override]
        """The channel's routes.

        Raises:
            SlackCannotStart: it is on, but something is missing.
        """
        routes = Blueprint("slack_webhook")

        @routes.get("/")
        async def health(_: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        common = Settings.from_environment()
        if self.name() in common.channels:
            _serve(routes, SlackSettings.from_environment(), common, on_new_message)
        return routes


def _serve(routes: Blueprint, settings: SlackSettings, common: Settings, on_new_message: OnNewMessage) -> None:
    # Slack's framework takes most of a second to import, which only those pay who use it
    from bot.channels.slack.database import open_database, upgrade
    from bot.channels.slack.service import SlackService

    engine = open_database(settings.database_url)
    upgrade(engine)
    service = SlackService(settings, common, engine, on_new_message)

    @routes.listener("before_server_start")
    async def open_(app: Sanic, _: asyncio.AbstractEventLoop) -> None:
        await service.open(lambda: getattr(app.ctx, "agent", None))

    @routes.listener("after_server_start")
    async def start(_: Sanic, __: asyncio.AbstractEventLoop) -> None:
        await service.start()

    @routes.listener("before_server_stop")
    async def stop(_: Sanic, __: asyncio.AbstractEventLoop) -> None:
        await service.stop()

    async def handle(request: Request) -> HTTPResponse:
        return await service.handle(request)

    if settings.mode == "http":
        routes.add_route(handle, "/webhook", methods=["POST"], name="events")
    if settings.has_installations:
        routes.add_route(handle, "/install", methods=["GET"], name="install")
        routes.add_route(handle, "/oauth_redirect", methods=["GET"], name="redirect")
