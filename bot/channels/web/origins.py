"""Which pages may talk to the web channel: the server's own and those that are configured; all others are refused."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from sanic import Sanic, response
from sanic.request import Request
from sanic.response import BaseHTTPResponse, HTTPResponse

from bot.channels.web.refusal import Refusal

_PREFLIGHT_SECONDS = 7200


class Origins:
    """The origins that may use the paths under ``prefix``."""

    def __init__(self, prefix: str, allowed: Iterable[str]) -> None:
        self._prefix = prefix
        self._allowed = frozenset(origin.rstrip("/").lower() for origin in allowed)

    def guard(self, app: Sanic) -> None:
        """Check each request's origin, answer preflights, and let allowed pages read the replies."""

        @app.on_request  # type: ignore[misc]
        async def check(request: Request) -> HTTPResponse | None:
            if not request.path.startswith(self._prefix):
                return None
            origin = request.headers.get("origin")
            if origin is not None and not self._admits(origin, request):
                return Refusal("origin", "this origin is not allowed; see QIAO_ALLOWED_ORIGINS").response()
            return _preflight() if request.method == "OPTIONS" else None

        @app.on_response  # type: ignore[misc]
        async def label(request: Request, reply: BaseHTTPResponse) -> None:
            if not request.path.startswith(self._prefix):
                return
            reply.headers["Vary"] = "Origin"
            reply.headers["Cache-Control"] = "no-store"
            reply.headers["X-Content-Type-Options"] = "nosniff"
            origin = request.headers.get("origin")
            if origin is not None and self._admits(origin, request):
                reply.headers["Access-Control-Allow-Origin"] = origin
                reply.headers["Access-Control-Expose-Headers"] = "Retry-After"

    def _admits(self, origin: str, request: Request) -> bool:
        """The same host counts as the same origin whatever the scheme: a proxy in front may have ended TLS."""
        if origin.lower() in self._allowed:
            return True
        try:
            return urlsplit(origin).netloc.lower() == request.host.lower() != ""
        except ValueError:  # no address at all
            return False


def _preflight() -> HTTPResponse:
    headers = {
        "Access-Control-Allow-Methods": "GET, POST",
        "Access-Control-Allow-Headers": "Authorization, Content-Type",
        "Access-Control-Max-Age": str(_PREFLIGHT_SECONDS),
    }
    return response.empty(headers=headers)


def keep_rasas_cors_off(app: Sanic, prefixes: Iterable[str]) -> None:
    """Take paths from Rasa's sanic-cors, which allows credentials, lets no browser remember a preflight, and would add a second
    ``Access-Control-Allow-Origin`` to ours."""
    cors = getattr(app.ctx, "sanic_cors", None)
    if cors is not None:
        ours = "|".join(re.escape(prefix.lstrip("/")) for prefix in prefixes)
        cors.resources = [(re.compile(rf"/(?!{ours})"), options) for _, options in cors.resources]
