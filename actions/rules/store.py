"""Holds the current release and notices when another one becomes current."""

from __future__ import annotations

import logging
import threading
import time

from sqlalchemy.engine import Engine

from actions.rules.book import HELD_WHOLE, RuleBook
from actions.rules.database import check_schema, describe, is_missing_table, reading
from actions.rules.errors import NoRelease, StoreUnavailable, UnknownRelease
from actions.rules.releases import release_row
from actions.rules.taxonomy import Taxonomy
from serving.lookups import lookup

logger = logging.getLogger(__name__)


def read_book(engine: Engine, taxonomy: Taxonomy, version: str) -> RuleBook:
    """The rule book of any release.

    Raises:
        UnknownRelease: there is no such release.
        StoreUnavailable: the database cannot be read.
    """
    with reading(engine) as connection:
        release = release_row(connection, version)
    return RuleBook.read(engine, release, taxonomy)


class RuleStore:
    """Gives the current :class:`RuleBook`, and goes on with the last good one while the database is away."""

    def __init__(
        self,
        engine: Engine,
        taxonomy: Taxonomy,
        recheck_seconds: float = 1.0,
        *,
        in_background: bool = False,
        capacity: int = HELD_WHOLE,
    ) -> None:
        """Args:
        engine: the database.
        taxonomy: which countries a region covers.
        recheck_seconds: how long a rule book is used before the database is asked whether a newer one is current.
        in_background: ask, and read a newer release, in a thread of its own, so that no answer ever waits for it.
        capacity: how many rules' texts are held in memory.
        """
        self._engine = engine
        self._taxonomy = taxonomy
        self._recheck_seconds = recheck_seconds
        self._in_background = in_background
        self._capacity = capacity
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._book: RuleBook | None = None
        self._checked_at = float("-inf")
        self._is_lost = False

    @lookup("release")
    def current(self) -> RuleBook:
        """The rule book of the current release.

        Raises:
            NoRelease: nothing was ever loaded.
            StoreUnavailable: the database cannot be read and no earlier book is at hand.
        """
        book = self._book
        if book is not None and (self._in_background or time.monotonic() - self._checked_at < self._recheck_seconds):
            return book
        with self._lock:
            is_first = self._book is None
            if is_first or time.monotonic() - self._checked_at >= self._recheck_seconds:
                self._refresh()
            if is_first and self._in_background:
                threading.Thread(target=self._watch, name="rules-store", daemon=True).start()
            assert self._book is not None
            return self._book

    def close(self) -> None:
        """Stop asking in the background."""
        self._stopped.set()

    def _watch(self) -> None:
        while not self._stopped.wait(self._recheck_seconds):
            try:
                self._refresh()
            except Exception:
                logger.exception("the rules store could not be checked; answering goes on with what is there")

    def _refresh(self) -> None:
        """Read the current release if it is another one than that in memory."""
        try:
            with reading(self._engine) as connection:
                release = release_row(connection, None)
                stamp = (release.id, release.created_at)
                if self._book is None or self._book.stamp != stamp:
                    check_schema(connection)
            if self._book is None or self._book.stamp != stamp:
                self._book = RuleBook.read(self._engine, release, self._taxonomy, self._capacity)
                logger.info("guidance release %s is in use (%d rules)", release.version, release.rule_count)
            self._is_lost = False
        except (StoreUnavailable, UnknownRelease) as error:
            if self._book is None:
                if isinstance(error, UnknownRelease) or is_missing_table(error.__cause__):
                    raise NoRelease(describe(self._engine)) from error
                raise
            if not self._is_lost:
                logger.error("the rules store cannot be read; answering from release %s: %s", self._book.release, error)
            self._is_lost = True
        finally:
            self._checked_at = time.monotonic()
