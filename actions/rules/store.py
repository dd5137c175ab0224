"""Reads the current release into memory and notices when another one becomes current."""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from actions.rules.database import describe
from actions.rules.errors import NoRelease, StoreUnavailable
from actions.rules.guidance import Condition, Rule, Source
from actions.rules.models import CurrentReleaseRow, ReleaseRow, RuleRow, RuleSourceRow, SourceRow

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class RuleBook:
    """The published rules of one release, by topic; immutable, so that an answer never mixes two releases."""

    release: str
    stamp: tuple[int, datetime]
    by_topic: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)

    @cached_property
    def markets(self) -> frozenset[str]:
        """Every country and region for which guidance was written (not those where only a case happened)."""
        return frozenset(market for rule in self if rule.kind != "case" for market in rule.when.get("market", ()))

    @cached_property
    def _by_id(self) -> dict[str, Rule]:
        return {rule.id: rule for rule in self}

    def topic(self, topic: str) -> tuple[Rule, ...]:
        """The rules of one topic; empty if there are none."""
        return self.by_topic.get(topic, ())

    def rule(self, rule_id: str) -> Rule | None:
        """The rule with this id, if the release has it."""
        return self._by_id.get(rule_id)

    def cases(self) -> Iterator[Rule]:
        """All cases, whatever their topic."""
        return (rule for rule in self if rule.kind == "case")

    def __iter__(self) -> Iterator[Rule]:
        return (rule for rules in self.by_topic.values() for rule in rules)


class RuleStore:
    """Gives the current :class:`RuleBook`, and goes on with the last good one while the database is away."""

    def __init__(self, engine: Engine, recheck_seconds: float = 1.0) -> None:
        """Args:
        engine: the database.
        recheck_seconds: how long a rule book is used before the database is asked whether a newer one is current.
        """
        self._engine = engine
        self._recheck_seconds = recheck_seconds
        self._lock = threading.Lock()
        self._book: RuleBook | None = None
        self._checked_at = float("-inf")

    def current(self) -> RuleBook:
        """The rule book of the current release.

        Raises:
            NoRelease: nothing was ever loaded.
            StoreUnavailable: the database cannot be read and no earlier book is at hand.
        """
        with self._lock:
            if self._book is None or time.monotonic() - self._checked_at >= self._recheck_seconds:
                self._refresh()
            assert self._book is not None
            return self._book

    def _refresh(self) -> None:
        try:
            with Session(self._engine, future=True) as session:
                release = session.execute(
                    select(ReleaseRow).join(CurrentReleaseRow, CurrentReleaseRow.release_id == ReleaseRow.id)
                ).scalar_one_or_none()
                if release is None:
                    raise NoRelease(describe(self._engine))
                if self._book is None or self._book.stamp != (release.id, release.created_at):
                    stamp = (release.id, release.created_at)
                    self._book = RuleBook(release.version, stamp, _read_rules(session, release.id))
                    logger.info("guidance release %s is in use (%d rules)", release.version, release.rule_count)
            self._checked_at = time.monotonic()
        except (SQLAlchemyError, NoRelease) as error:
            if self._book is None:
                if isinstance(error, NoRelease) or "no such table" in str(error) or "does not exist" in str(error):
                    raise NoRelease(describe(self._engine)) from error
                raise StoreUnavailable(f"cannot read {describe(self._engine)}") from error
            self._checked_at = time.monotonic()
            logger.error("the rules store cannot be read; answering from release %s: %s", self._book.release, error)


def _read_rules(session: Session, release_id: int) -> dict[str, tuple[Rule, ...]]:
    sources = {
        row.source_id: Source(row.source_id, row.title, row.publisher, row.url, row.published)
        for row in session.execute(select(SourceRow).where(SourceRow.release_id == release_id)).scalars()
    }
    cited: dict[str, list[Source]] = defaultdict(list)
    citations = (
        select(RuleSourceRow)
        .where(RuleSourceRow.release_id == release_id)
        .order_by(RuleSourceRow.rule_id, RuleSourceRow.position)
    )
    for row in session.execute(citations).scalars():
        cited[row.rule_id].append(sources[row.source_id])
    by_topic: dict[str, list[Rule]] = defaultdict(list)
    published = (
        select(RuleRow)
        .where(RuleRow.release_id == release_id, RuleRow.status == "published")
        .order_by(RuleRow.topic, RuleRow.rule_id)
    )
    for row in session.execute(published).scalars():
        by_topic[row.topic].append(_rule(row, tuple(cited[row.rule_id])))
    return {topic: tuple(rules) for topic, rules in by_topic.items()}


def _condition(raw: Mapping[str, list[str]]) -> Condition:
    return {facet: frozenset(values) for facet, values in raw.items()}


def _rule(row: RuleRow, sources: tuple[Source, ...]) -> Rule:
    return Rule(
        id=row.rule_id,
        topic=row.topic,
        kind=row.kind,
        text={"en": row.text_en, "zh": row.text_zh},
        when=_condition(row.when),
        unless=_condition(row.unless),
        weight=row.weight,
        overrides=tuple(row.overrides),
        sources=sources,
        legal=row.legal,
        as_of=row.as_of,
        checked_on=row.checked_on,
        review_by=row.review_by,
        confidence=row.confidence,
        title=row.title,
        companies=tuple(row.companies),
        related_topics=tuple(row.related_topics),
        outcome=row.outcome,
        lesson=row.lesson,
    )
