"""Refuses requests whose length is not plainly told.

Sanic 21.12 waits for the rest of a body of negative length without ever giving way: one such request stops the whole server.
Two lengths, or a length beside chunks, let a proxy and this server disagree on where a request ends.
"""

from __future__ import annotations

import re

from sanic import Sanic
from sanic.exceptions import InvalidUsage
from sanic.request import Request

_LENGTH = re.compile(r"[0-9]{1,18}")
"""More digits than any body has: Python refuses to read a number of thousands of them."""


def refuse_unclear_lengths(app: Sanic) -> None:
    """Answer such requests with 400 before their body is read."""

    @app.signal("http.lifecycle.request")  # type: ignore[misc]
    async def check(request: Request) -> None:
        lengths = request.headers.getall("content-length", [])
        is_chunked = "transfer-encoding" in request.headers
        if len(lengths) + is_chunked > 1:
            raise InvalidUsage("say the length of the body once")
        if lengths and not _LENGTH.fullmatch(lengths[0]):
            raise InvalidUsage("Content-Length must be a number")
