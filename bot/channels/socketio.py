"""Socket.IO in the protocol of Rasa's channel, mended where current python-socketio and card payloads break it."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from rasa.core.channels.socketio import SocketBlueprint, SocketIOInput, SocketIOOutput
from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse
from socketio import AsyncServer

from bot.channels.intake import OnNewMessage, converse, named_conversation
from bot.settings import Settings
from serving.logs import begin_request

logger = logging.getLogger(__name__)


class SocketOutput(SocketIOOutput):
    """Sends a whole text as one message, and a card's payload as ``{"custom": …}``.

    Rasa's own passes the payload as keyword arguments to ``emit`` (https://github.com/RasaHQ/rasa/issues/8445).
    """

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        """Send text."""
        await self._send_message(recipient_id, {"text": text})

    async def send_custom_json(self, recipient_id: str, json_message: dict[str, Any], **kwargs: Any) -> None:
        """Send a card's payload."""
        await self._send_message(recipient_id, {"custom": json_message})


class SocketInput(SocketIOInput):
    """Events ``session_request`` → ``session_confirm`` and ``user_uttered`` → ``bot_uttered``.

    Rooms are entered with ``await``, without which python-socketio from 5.10 on delivers nothing
    (https://github.com/RasaHQ/rasa/issues/13027). The session id is a secret of the client: 128 random bits unless it brings
    its own.
    """

    def blueprint(self, on_new_message: OnNewMessage) -> SocketBlueprint:
        """The channel's routes and events."""
        origins = list(Settings.from_environment().allowed_origins)
        sio = AsyncServer(async_mode="sanic", cors_allowed_origins=origins or None)
        routes = SocketBlueprint(sio, self.socketio_path, "socketio_webhook", __name__)
        self.sio = sio

        @routes.route("/", methods=["GET"])
        async def health(_: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @sio.on("session_request")
        async def session_request(sid: str, data: object = None) -> None:
            session = _session_of(data) or uuid.uuid4().hex
            await sio.enter_room(sid, session)
            await sio.emit("session_confirm", session, room=sid)

        @sio.on(self.user_message_evt)
        async def handle_message(sid: str, data: object = None) -> None:
            begin_request()  # a message has an id of its own, not that of the request which opened the connection
            if not isinstance(data, dict):
                logger.warning("a socket message was no object; ignored")
                return
            session = _session_of(data) if self.session_persistence else sid
            if session is None:
                await sio.emit(self.bot_message_evt, {"text": "Send session_request first."}, room=sid)
                return
            metadata = data.get(self.metadata_key)
            await converse(
                on_new_message,
                data.get("message"),
                SocketOutput(sio, self.bot_message_evt),
                session,
                self.name(),
                metadata if isinstance(metadata, dict) else None,
            )

        return routes


def _session_of(data: object) -> str | None:
    return named_conversation(data.get("session_id")) if isinstance(data, dict) else None
