"""Between the server and Bolt: Bolt's adapter for Sanic, mended for the Sanic that Rasa pins and for requests that are none."""

from __future__ import annotations

from typing import Any

from sanic.request import Request
from sanic.response import HTTPResponse
from slack_bolt.adapter.sanic import AsyncSlackRequestHandler
from slack_bolt.adapter.sanic.async_handler import to_async_bolt_request
from slack_bolt.response import BoltResponse

_MALFORMED = (ValueError, TypeError, AttributeError, KeyError, RecursionError)
"""What Bolt raises when a body is not what it says it is; nothing of it has been looked at yet."""


class RequestHandler(AsyncSlackRequestHandler):
    """Bolt's adapter sets cookies by a method that Sanic 21.12 lacks, and answers bad requests with an internal error."""

    async def handle(self, req: Request, addition_context_properties: dict[str, Any] | None = None) -> HTTPResponse:
        """Answer Slack, or somebody who installs the app."""
        if req.method == "GET":
            return await self._install(req)
        if not req.headers.get("X-Slack-Request-Timestamp", "").isdecimal():
            return HTTPResponse("no time stamp", status=401)
        try:
            return await super().handle(req, addition_context_properties)
        except _MALFORMED:
            return HTTPResponse("not understood", status=400)

    async def _install(self, req: Request) -> HTTPResponse:
        flow = self.app.oauth_flow
        if flow is None:
            return HTTPResponse("not found", status=404)
        step = flow.handle_callback if req.path == flow.redirect_uri_path else flow.handle_installation
        return _with_cookies(await step(to_async_bolt_request(req)))


def _with_cookies(answer: BoltResponse) -> HTTPResponse:
    response = HTTPResponse(answer.body, status=answer.status, headers=answer.first_headers_without_set_cookie())
    for cookie in answer.headers.get("set-cookie", []):
        response.headers.add("Set-Cookie", cookie)
    return response
