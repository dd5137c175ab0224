"""REST: one request, one list of messages, as in Rasa's own channel but with every input made safe."""

from __future__ import annotations

import uuid

from rasa.core.channels.channel import CollectingOutputChannel
from rasa.core.channels.rest import RestInput as RasaRestInput
from sanic import Blueprint, response
from sanic.exceptions import InvalidUsage
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.intake import OnNewMessage, converse, named_conversation


class RestInput(RasaRestInput):
    """``POST /webhooks/rest/webhook`` with ``{"sender": …, "message": …}``.

    Unlike Rasa's channel, a request without a sender gets a conversation of its own rather than everybody's "default",
    and no failure is answered with an empty list.
    """

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:  # type: ignore[override]
        """The channel's routes."""
        routes = Blueprint("rest_webhook")

        @routes.get("/")
        async def health(_: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @routes.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            try:
                body = request.json
            except InvalidUsage:
                body = None
            if not isinstance(body, dict):
                return response.json({"error": 'send a JSON object: {"sender": "…", "message": "…"}'}, status=400)
            sender = named_conversation(body.get("sender")) or uuid.uuid4().hex
            metadata = body.get("metadata")
            collector = CollectingOutputChannel()
            await converse(
                on_new_message,
                body.get("message"),
                collector,
                sender,
                self.name(),
                metadata if isinstance(metadata, dict) else None,
            )
            return response.json(collector.messages, ensure_ascii=False)

        return routes
