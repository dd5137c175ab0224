"""Times how long an action looks guidance up, around the rule book, which knows nothing of it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from actions.rules.book import RuleBook, Texts
from actions.rules.guidance import Rule
from actions.rules.matcher import Selection
from actions.rules.profile import Profile
from actions.rules.store import RuleStore
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
def _counted(what: str) -> Iterator[None]:
    watch = _watch.get()
    if watch is None:
        yield
        return
    with watch.running(what):
        yield


class ObservedStore:
    """Gives the store's current rule book, with look-ups that are timed."""

    def __init__(self, store: RuleStore) -> None:
        self._store = store
        self._book: ObservedBook | None = None

    def current(self) -> RuleBook:
        """The current rule book."""
        with _counted("release"):
            book = self._store.current()
        if self._book is None or self._book.inner is not book:
            self._book = ObservedBook(book)
        return self._book


class ObservedBook(RuleBook):
    """A rule book whose look-ups are timed."""

    def __init__(self, book: RuleBook) -> None:
        vars(self).update(vars(book))
        self.inner = book
        self._texts = _ObservedTexts(book._texts)

    def select(self, topic: str, profile: Profile) -> Selection:
        """What applies to ``profile`` on ``topic``, without cases."""
        with _counted("topic"):
            return super().select(topic, profile)

    def rule(self, rule_id: str) -> Rule | None:
        """The rule with this id."""
        with _counted("rule"):
            return super().rule(rule_id)

    def search(self, question: str, limit: int) -> list[Rule]:
        """Rules whose texts say most of the words of a question."""
        with _counted("search"):
            return super().search(question, limit)


class _ObservedTexts(Texts):
    """Texts whose reading is timed."""

    def __init__(self, texts: Texts) -> None:
        vars(self).update(vars(texts))

    def get(self, ids: Sequence[str]) -> list[Rule]:
        """The rules with these ids, in their order."""
        with _counted("texts"):
            return super().get(ids)
