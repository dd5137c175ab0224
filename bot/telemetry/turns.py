"""A turn as it is observed: counted, timed, traced, kept out of the log, and waited for when the server stops."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from bot.telemetry import metrics
from serving import tracing
from serving.draining import WORK
from serving.logs import begin_request, current_request_id
from serving.redaction import confidential

_is_in_turn: ContextVar[bool] = ContextVar("is_in_turn", default=False)


def is_in_turn() -> bool:
    """Whether a person's message is being answered, as opposed to a text being parsed for a program."""
    return _is_in_turn.get()


@contextmanager
def observed_turn(channel: str, language: str, conversation: str, text: str) -> Iterator[None]:
    """Observe what happens in the ``with`` block, in which a message is answered."""
    if current_request_id() is None:
        begin_request()
    metrics.count_message(channel, language, conversation)
    outer = _is_in_turn.set(True)
    try:
        with (
            WORK.in_progress(),
            confidential(text),
            confidential(conversation),
            metrics.timed_turn(channel),
            tracing.span("turn", channel=channel, language=language),
        ):
            yield
    finally:
        _is_in_turn.reset(outer)
