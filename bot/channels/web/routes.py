"""The web channel's addresses: a session, messages in it, and what was said."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial
from typing import Any

from sanic import Blueprint, response
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.limits import Allowance, RateLimits, address_of
from bot.channels.sessions import InvalidSession, Session, Sessions
from bot.channels.web.once import Turns
from bot.channels.web.question import read_body, read_question
from bot.channels.web.refusal import Refusal, not_kept
from bot.channels.web.streaming import stream, wants_stream
from bot.channels.web.transcript import history
from bot.conversations import read_patiently
from bot.settings import Settings, WebLimits
from bot.stores import ConversationsUnavailable

logger = logging.getLogger(__name__)

_BROKEN_SECONDS = 5
"""When to come back after a failure of ours."""


@dataclass(frozen=True)
class Allowances:
    """What each session and each address may send in a minute."""

    session_messages: Allowance
    session_history: Allowance
    address_messages: Allowance
    address_sessions: Allowance

    @classmethod
    def of(cls, limits: WebLimits) -> Allowances:
        """As configured; a session's history may be read as often as messages may be sent."""
        return cls(
            Allowance("session-messages", limits.session_messages),
            Allowance("session-history", limits.session_messages),
            Allowance("address-messages", limits.address_messages),
            Allowance("address-sessions", limits.address_sessions),
        )


def add_routes(routes: Blueprint, sessions: Sessions, limits: RateLimits, turns: Turns, settings: Settings) -> None:
    """Add ``POST /session``, ``POST /message`` and ``GET /history``."""
    allowances = Allowances.of(settings.web_limits)

    async def body_of(request: Request) -> bytes:
        return await read_body(request, settings.web_limits.body_bytes, settings.max_message_characters)

    def session_of(request: Request) -> Session:
        return sessions.read(request.headers.get("authorization"))

    def renewal(session: Session) -> dict[str, Any]:
        longer = sessions.renewed(session)
        return {"session": sessions.token(longer), "expires": longer.expires} if longer else {}

    async def count(*wanted: tuple[Allowance, str]) -> None:
        seconds = await limits.take(*wanted)
        if seconds:
            raise Refusal("too_many", "more requests than this session or address may send", retry_after=seconds)

    @routes.post("/session", stream=True)
    async def session(request: Request) -> HTTPResponse:
        await body_of(request)
        await count((allowances.address_sessions, address_of(request)))
        opened = sessions.open()
        reply = {"session": sessions.token(opened), "conversation": opened.conversation, "expires": opened.expires}
        return response.json(reply)

    @routes.post("/message", stream=True)
    async def message(request: Request) -> HTTPResponse | None:
        session = session_of(request)
        question = read_question(await body_of(request))
        await count((allowances.session_messages, session.conversation), (allowances.address_messages, address_of(request)))
        turn = turns.answer(request.app, session.conversation, question)
        if wants_stream(request):
            await stream(request, turn, lambda: {"id": question.id, **renewal(session)})
            return None
        messages = [message async for message in turn.follow() if message]
        if turn.is_lost:
            raise not_kept()
        return response.json({"messages": messages, "id": question.id, **renewal(session)}, ensure_ascii=False)

    @routes.get("/history")
    async def read_history(request: Request) -> HTTPResponse:
        session = session_of(request)
        await count((allowances.session_history, session.conversation))
        agent = getattr(request.app.ctx, "agent", None)
        if agent is None:
            raise Refusal("unavailable", "the assistant is starting", retry_after=_BROKEN_SECONDS)
        said = partial(history, agent.tracker_store, session.conversation, request.args.get("after"))
        messages, cursor = await read_patiently(agent.tracker_store, said)
        return response.json({"messages": messages, "cursor": cursor, **renewal(session)}, ensure_ascii=False)

    @routes.exception(Refusal)
    async def refuse(_: Request, refusal: Refusal) -> HTTPResponse:
        return refusal.response()

    @routes.exception(InvalidSession)
    async def refuse_session(_: Request, __: Exception) -> HTTPResponse:
        return Refusal("session", "no valid session; ask for one at /webhooks/web/session").response()

    @routes.exception(ConversationsUnavailable)
    async def have_patience(_: Request, error: Exception) -> HTTPResponse:
        logger.error("a history could not be read: %s", error)
        return Refusal("unavailable", "the conversations cannot be read now", retry_after=_BROKEN_SECONDS).response()

    @routes.exception(Exception)
    async def fail(request: Request, error: Exception) -> HTTPResponse:
        if isinstance(error, SanicException) and error.status_code < 500:
            return Refusal("bad_request", str(error)).response()
        logger.error("a request to %s failed", request.path, exc_info=error)
        return Refusal("unavailable", "the request failed; it is logged", retry_after=_BROKEN_SECONDS).response()
