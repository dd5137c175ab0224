"""How much of Rasa's own HTTP API is open, and to whom."""

from __future__ import annotations

from sanic import Sanic, response
from sanic.exceptions import InvalidUsage
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.settings import Settings

_API_PREFIXES = ("/model", "/conversations", "/domain", "/status", "/version")
_PARSING = ("POST", "/model/parse")


def guard_api(app: Sanic, settings: Settings) -> None:
    """Without a token, close all of the API but the parsing of a text, and that to anything but a text of a message's length.

    The rest loads models from any path, rewrites conversations and reads them (CVE-2024-49375 among others). Parsing runs on the
    server's only event loop: a text of a megabyte would hold everybody up for seconds.
    """

    @app.on_request  # type: ignore[misc]
    async def hide_greeting(request: Request) -> HTTPResponse | None:
        """Rasa answers at the root with its name and version, wherever no page of ours does."""
        is_root = request.route is not None and request.route.path == ""
        return response.json({"error": "there is nothing here"}, status=404) if is_root else None

    if settings.api_token:
        return

    @app.on_request  # type: ignore[misc]
    async def refuse(request: Request) -> HTTPResponse | None:
        if not request.path.startswith(_API_PREFIXES):
            return None
        if (request.method, request.path) != _PARSING:
            return response.json({"error": "closed; set QIAO_API_TOKEN to open it with that token"}, status=403)
        if not _holds_text(request, settings.max_message_characters):
            remedy = f'send {{"text": "…"}} with at most {settings.max_message_characters} characters'
            return response.json({"error": remedy}, status=400, ensure_ascii=False)
        return None


def _holds_text(request: Request, longest: int) -> bool:
    try:
        body = request.json
    except InvalidUsage:
        return False
    text = body.get("text") if isinstance(body, dict) else None
    return isinstance(text, str) and len(text) <= longest
