"""Reads what the web chat sends: a message with its client's id, the interface's language and the title of a pressed button."""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass
from typing import Any

from sanic.request import Request

from bot.channels.intake import clean
from bot.channels.web.refusal import Refusal

_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_TITLE_CHARACTERS = 200
_LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class Question:
    """A message as a person sent it."""

    text: str
    id: str
    """Names the message in its conversation; made here if the client gave none."""
    language: str | None
    """The interface's language."""
    title: str | None
    """What stood on the button that was pressed, whose payload ``text`` is."""


async def read_body(request: Request, limit: int, max_characters: int) -> bytes:
    """The body of a streamed request.

    Raises:
        Refusal: it has more than ``limit`` bytes; not more than these are read.
    """
    too_large = Refusal("too_large", f"a body of more than {limit} bytes is not read", limit=max_characters)
    if int(request.headers.get("content-length") or 0) > limit:
        raise too_large
    body = b""
    assert request.stream is not None
    async for part in request.stream:
        body += part
        if len(body) > limit:
            raise too_large
    return body


def read_question(body: bytes) -> Question:
    """The question in a request's body.

    Raises:
        Refusal: the body is no such question.
    """
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise Refusal("bad_request", 'send a JSON object: {"message": "…"}')
    text = fields.get("message")
    if not isinstance(text, str):
        raise Refusal("bad_request", "message must be a string")
    language = fields.get("language")
    if language is not None and language not in _LANGUAGES:
        raise Refusal("bad_request", f"language must be one of {', '.join(_LANGUAGES)}")
    return Question(text, _id(fields.get("id")), language, _title(fields.get("title")))


def _id(given: Any) -> str:
    if given is None:
        return secrets.token_urlsafe(12)
    if not isinstance(given, str) or not _ID.fullmatch(given):
        raise Refusal("bad_request", f"id must match {_ID.pattern}")
    return given


def _title(given: Any) -> str | None:
    if given is None:
        return None
    if not isinstance(given, str) or len(given) > _TITLE_CHARACTERS:
        raise Refusal("bad_request", f"title must be a string of at most {_TITLE_CHARACTERS} characters")
    return clean(given) or None
