"""Figures of messages. Labels take known values only (channels, intents, kinds of answers, reasons), never anything a person
chose, so that their number is bounded and they name nobody."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import Counter, Gauge, Histogram

from serving.requests import SECONDS

CHANNELS = frozenset({"web", "rest", "socketio", "slack", "cmdline"})
KINDS = frozenset(
    "advice comparison explanation sources cases assessment brief profile clarify refusal out_of_scope handoff feedback privacy "
    "smalltalk".split()
)
"""The types of answers of the REST contract."""
STAGES = ("understanding", "policy", "action", "reading", "writing", "delivery")
ACTIVE_SECONDS = 600
OTHER = "other"
_MOST_ACTIVE = 50_000

_MESSAGES = Counter("qiao_messages", "Messages taken in.", ["channel", "language"])
_INTENTS = Counter("qiao_intents", "Messages by what they were understood as: a topic or a turn.", ["intent"])
_ANSWERS = Counter("qiao_answers", "Answers by their type.", ["type"])
_UNANSWERED = Counter("qiao_unanswered_messages", "Messages that got a notice instead of an answer.", ["channel"])
_FAILED = Counter("qiao_failed_messages", "Messages with which something raised an error.", ["channel"])
_UNDELIVERED = Counter("qiao_undelivered_replies", "Replies that the channel could not hand over.", ["channel"])
_LIMITED = Counter("qiao_rate_limited_requests", "Requests refused because there were too many.", ["limit"])
_ACTION_FAILURES = Counter("qiao_action_call_failures", "Calls of the action server that failed.", ["reason"])
_TURN = Histogram("qiao_turn_seconds", "From a message to its last reply.", ["channel"], buckets=SECONDS)
_STAGE = Histogram("qiao_stage_seconds", "Stages of a turn.", ["stage"], buckets=SECONDS)
_MODEL = Gauge("qiao_model_info", "The model in use; always 1.", ["model"])


class _Active:
    """Conversations with a message in the last minutes. Holds digests of their ids, and not more than a fixed number."""

    def __init__(self) -> None:
        self._last: OrderedDict[bytes, float] = OrderedDict()

    def note(self, conversation: str) -> None:
        """A message came."""
        key = hashlib.blake2b(conversation.encode("utf-8", "replace"), digest_size=8).digest()
        self._last[key] = time.monotonic()
        self._last.move_to_end(key)
        if len(self._last) > _MOST_ACTIVE:
            self._last.popitem(last=False)

    def count(self) -> int:
        """How many there are now."""
        while self._last and next(iter(self._last.values())) < time.monotonic() - ACTIVE_SECONDS:
            self._last.popitem(last=False)
        return len(self._last)


_active = _Active()
Gauge("qiao_active_conversations", "Conversations with a message in the last ten minutes.").set_function(_active.count)


def count_message(channel: str, language: str, conversation: str) -> None:
    """A message was taken in."""
    _MESSAGES.labels(_known(channel, CHANNELS), language).inc()
    _active.note(conversation)


def count_intent(intent: str, known: frozenset[str]) -> None:
    """A message was understood."""
    _INTENTS.labels(_known(intent, known)).inc()


def count_answer(kind: str) -> None:
    """An answer of this type was given."""
    _ANSWERS.labels(_known(kind, KINDS)).inc()


def count_unanswered(channel: str) -> None:
    """A message got no answer."""
    _UNANSWERED.labels(_known(channel, CHANNELS)).inc()


def count_failed(channel: str) -> None:
    """Something raised an error while a message was answered."""
    _FAILED.labels(_known(channel, CHANNELS)).inc()


def count_undelivered(channel: str) -> None:
    """A reply could not be handed over."""
    _UNDELIVERED.labels(_known(channel, CHANNELS)).inc()


def count_rate_limited(limit: str) -> None:
    """A request was refused; ``limit`` is the name of the limit that it ran into, of which there are few."""
    _LIMITED.labels(limit).inc()


def count_action_failure(reason: str) -> None:
    """The action server could not be asked."""
    _ACTION_FAILURES.labels(reason).inc()


def show_model(name: str | None) -> None:
    """The model in use."""
    _MODEL.clear()
    if name:
        _MODEL.labels(name).set(1)


@contextmanager
def timed_turn(channel: str) -> Iterator[None]:
    """Time a whole turn."""
    with _TURN.labels(_known(channel, CHANNELS)).time():
        yield


@contextmanager
def timed_stage(stage: str) -> Iterator[None]:
    """Time a stage of a turn."""
    with _STAGE.labels(stage).time():
        yield


def _known(value: str, known: frozenset[str]) -> str:
    return value if value in known else OTHER
