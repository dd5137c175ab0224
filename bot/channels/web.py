"""The web chat's channel: signed sessions, messages, history, and the page and script themselves."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Blueprint, Sanic, response
from sanic.exceptions import InvalidUsage
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.intake import UNCLEAR, OnNewMessage, converse
from bot.channels.sessions import InvalidSession, Sessions, read_or_make_secret
from bot.settings import Settings

WIDGET_FOLDER = Path(__file__).resolve().parents[1] / "widget"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; frame-ancestors 'self'"
)
_PAGES = {"/": ("index.html", "text/html; charset=utf-8"), "/widget.js": ("widget.js", "text/javascript; charset=utf-8")}


class WebInput(InputChannel):
    """``/webhooks/web/session``, ``/message`` and ``/history``; ``/`` and ``/widget.js`` at the server's root."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    @classmethod
    def name(cls) -> str:
        """The channel's name in trackers and addresses."""
        return "web"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> InputChannel:
        """Make the channel; its secret comes from the environment, else from a private file made on first use."""
        settings = Settings.from_environment()
        secret = settings.session_secret or read_or_make_secret(settings.var_folder / "session.key")
        return cls(Sessions(secret, settings.session_days * 86400))

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:  # type: ignore[override]
        """The channel's routes."""
        routes = _RootedBlueprint("web_webhook")
        sessions = self._sessions

        @routes.exception(InvalidSession)
        async def refuse(_: Request, __: Exception) -> HTTPResponse:
            return response.json({"error": "no valid session; ask for one at /webhooks/web/session"}, status=401)

        @routes.post("/session")
        async def session(_: Request) -> HTTPResponse:
            conversation, token = sessions.open()
            return response.json({"session": token, "conversation": conversation})

        @routes.post("/message")
        async def message(request: Request) -> HTTPResponse:
            conversation = sessions.conversation(request.headers.get("Authorization"))
            try:
                body = request.json
            except InvalidUsage:
                body = None
            if not isinstance(body, dict):
                return response.json({"error": 'send a JSON object: {"message": "…"}'}, status=400)
            collector = CollectingOutputChannel()
            await converse(on_new_message, body.get("message"), collector, conversation, self.name())
            return response.json({"messages": [_shown(sent) for sent in collector.messages]}, ensure_ascii=False)

        @routes.get("/history")
        async def history(request: Request) -> HTTPResponse:
            conversation = sessions.conversation(request.headers.get("Authorization"))
            agent = getattr(request.app.ctx, "agent", None)
            store = agent.tracker_store if agent else None
            tracker = await store.retrieve_full_tracker(conversation) if store else None
            return response.json({"messages": _transcript(tracker) if tracker else []}, ensure_ascii=False)

        return routes


class _RootedBlueprint(Blueprint):
    """Also answers at the server's root, where Rasa's own greeting stands and its route cannot be replaced."""

    def register(self, app: Sanic, options: dict[str, Any]) -> None:
        """Add the routes, and the pages as a step before routing."""

        @app.on_request  # type: ignore[misc]
        async def page(request: Request) -> HTTPResponse | None:
            if request.method not in ("GET", "HEAD") or request.path not in _PAGES:
                return None
            name, content_type = _PAGES[request.path]
            headers = {"Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"}
            return response.text(_page(name), content_type=content_type, headers=headers)

        super().register(app, options)


@lru_cache(maxsize=8)
def _page(name: str) -> str:
    return (WIDGET_FOLDER / name).read_text(encoding="utf-8")


def _shown(sent: dict[str, Any]) -> dict[str, Any]:
    """A bot message as the page wants it."""
    return {"from": "bot", **{key: value for key, value in sent.items() if key in ("text", "buttons", "custom")}}


def _transcript(tracker: DialogueStateTracker) -> list[dict[str, Any]]:
    """What was said, in order; button payloads show as nothing, since the person saw a title, not a payload."""
    messages: list[dict[str, Any]] = []
    for event in tracker.events:
        if isinstance(event, UserUttered) and event.text and event.text != UNCLEAR:
            messages.append({"from": "user", "text": event.text, "at": event.timestamp})
        elif isinstance(event, BotUttered):
            data = event.data or {}
            message = {
                "from": "bot",
                "at": event.timestamp,
                "text": event.text,
                "buttons": data.get("buttons"),
                "custom": data.get("custom"),
            }
            messages.append({key: value for key, value in message.items() if value})
    return messages
