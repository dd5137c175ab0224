"""Figures of actions. Labels are names of actions and reasons only; their number is bounded and they name nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from prometheus_client import REGISTRY, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from actions.rules.book import RuleBook
from actions.rules.errors import StoreUnavailable
from serving.requests import SECONDS

_ACTION = Histogram("qiao_action_seconds", "Actions, from the call to the answer.", ["action"], buckets=SECONDS)
_FAILURES = Counter("qiao_action_errors", "Actions that ended in an apology.", ["action", "reason"])
_LOOKUP = Histogram("qiao_lookup_seconds", "Looking guidance up, in all of one action.", buckets=SECONDS)
_COMPOSE = Histogram("qiao_compose_seconds", "The rest of an action: composing and phrasing.", buckets=SECONDS)


@contextmanager
def timed_action(action: str) -> Iterator[None]:
    """Time an action."""
    with _ACTION.labels(action).time():
        yield


def count_failure(action: str, error: Exception) -> None:
    """An action failed."""
    reason = (
        "store" if isinstance(error, StoreUnavailable) else "deadline" if isinstance(error, asyncio.TimeoutError) else "error"
    )
    _FAILURES.labels(action, reason).inc()


def observe_parts(lookup_seconds: float, whole_seconds: float) -> None:
    """How long an action has looked guidance up, out of its whole time."""
    _LOOKUP.observe(lookup_seconds)
    _COMPOSE.observe(max(0.0, whole_seconds - lookup_seconds))


class _Release(Collector):
    """The guidance in force, asked for when the figures are read."""

    def __init__(self, book: Callable[[], RuleBook]) -> None:
        self._book = book

    def collect(self) -> Iterable[Metric]:
        """The release and the number of its rules; nothing while there is none."""
        release = GaugeMetricFamily("qiao_guidance_release_info", "The guidance release in force; always 1.", labels=["release"])
        rules = GaugeMetricFamily("qiao_guidance_rules", "Published items of the release in force.")
        try:
            book = self._book()
        except StoreUnavailable:
            return
        release.add_metric([book.release], 1)
        rules.add_metric([], len(book))
        yield release
        yield rules

    def describe(self) -> Iterable[Metric]:
        """Nothing; so that registering asks for no release."""
        return ()


def show_release(book: Callable[[], RuleBook]) -> None:
    """Tell the release that ``book`` gives."""
    REGISTRY.register(_Release(book))
