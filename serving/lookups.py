"""Times how long an answer looks guidance up, for its metric and its trace."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from serving import tracing


class Stopwatch:
    """Adds the seconds of look-ups up; one within another counts once."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._depth = 0

    @contextmanager
    def running(self, what: str) -> Iterator[None]:
        """Count the time of the ``with`` block."""
        if self._depth:
            yield
            return
        self._depth += 1
        started = time.perf_counter()
        try:
            with tracing.span(f"look up {what}"):
                yield
        finally:
            self.seconds += time.perf_counter() - started
            self._depth -= 1


_watch: ContextVar[Stopwatch | None] = ContextVar("lookups", default=None)


def watch_lookups() -> Stopwatch:
    """A stopwatch for the look-ups of this task, and of the threads that it starts, from now on."""
    watch = Stopwatch()
    _watch.set(watch)
    return watch


@contextmanager
def lookup(what: str) -> Iterator[None]:
    """Count the ``with`` block, or the function that this decorates, as a look-up if somebody watches."""
    watch = _watch.get()
    if watch is None:
        yield
        return
    with watch.running(what):
        yield
