"""Why a request is refused: a code and a sentence for programs, a sentence in both languages for people."""

from __future__ import annotations

from typing import Any

from sanic import response
from sanic.response import HTTPResponse

from bot.channels.notices import notice

_STATUS = {"session": 401, "origin": 403, "bad_request": 400, "too_large": 413, "too_many": 429, "unavailable": 503}
_WORDS = {"unavailable": "not_now"}
"""Whose words for people are not called like the code."""
_AWAY_SECONDS = 5


class Refusal(Exception):
    """A request that is not answered; ``values`` are filled into the words for people."""

    def __init__(self, code: str, error: str, *, retry_after: int | None = None, **values: object) -> None:
        super().__init__(error)
        self.code = code
        self.retry_after = retry_after
        self._values = values

    def response(self) -> HTTPResponse:
        """The refusal as the client gets it."""
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        return response.json(self.body(), status=_STATUS[self.code], headers=headers, ensure_ascii=False)

    def body(self) -> dict[str, Any]:
        """What it says."""
        text = notice(_WORDS.get(self.code, self.code), seconds=self.retry_after, **self._values)
        body: dict[str, Any] = {"error": str(self), "code": self.code, "text": text}
        if self.retry_after is not None:
            body["retry_after"] = self.retry_after
        return body


def not_kept() -> Refusal:
    """The conversations' database is away: nothing of the message was kept, and the client sends it again under the same id."""
    return Refusal("unavailable", "the message was not kept; send it again under the same id", retry_after=_AWAY_SECONDS)
