"""The web chat's channel: signed sessions, messages understood once, streaming, history, limits, and the pages themselves."""

from __future__ import annotations

from typing import Any

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, Sanic

from bot.channels.intake import OnNewMessage
from bot.channels.limits import RateLimits
from bot.channels.sessions import Sessions, read_or_make_secret
from bot.channels.web.once import CHANNEL, Turns
from bot.channels.web.origins import Origins, keep_rasas_cors_off
from bot.channels.web.pages import Pages
from bot.channels.web.routes import add_routes
from bot.settings import Settings

PREFIX = "/webhooks/web/"


class WebInput(InputChannel):
    """``/webhooks/web/session``, ``/message``, ``/history``; ``/``, ``/demo``, ``/widget.js`` and ``/widget/…`` at the root."""

    def __init__(self, settings: Settings, sessions: Sessions, pages: Pages) -> None:
        self._settings = settings
        self._sessions = sessions
        self._pages = pages

    @classmethod
    def name(cls) -> str:
        """The channel's name in trackers and addresses."""
        return CHANNEL

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> InputChannel:
        """Make the channel; its secret comes from the environment, else from a private file made on first use."""
        settings = Settings.from_environment()
        secret = settings.session_secret or read_or_make_secret(settings.var_folder / "session.key")
        sessions = Sessions(secret, settings.session_days * 86400)
        return cls(settings, sessions, Pages(framing_origins=settings.allowed_origins))

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:  # type: ignore[override]
        """The channel's routes.

        ``on_new_message`` is not used: whether a message was answered before must be looked up under the lock that it takes.
        """
        limits = self._settings.web_limits
        turns = Turns(limits.session_running, limits.running)
        routes = _RootedBlueprint("web_webhook")
        routes.ctx.pages = self._pages
        routes.ctx.origins = Origins(PREFIX, self._settings.allowed_origins)
        add_routes(routes, self._sessions, RateLimits(self._settings.redis_url), turns, self._settings)
        return routes


class _RootedBlueprint(Blueprint):
    """Also answers and guards at the server's root, where a blueprint's own middleware does not reach."""

    def register(self, app: Sanic, options: dict[str, Any]) -> None:
        """Add the routes, the origin check and the pages."""
        keep_rasas_cors_off(app, (PREFIX, "/widget"))
        self.ctx.origins.guard(app)
        self.ctx.pages.serve(app)
        super().register(app, options)
