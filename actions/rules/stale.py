"""Which rules somebody must look at again, because their ``review_by`` is past or near."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Any

from actions.rules.content import Library

_LAST_MONTH = 12


@dataclass(frozen=True)
class Review:
    """A rule that is due for review."""

    rule_id: str
    topic: str
    file: str
    review_by: str
    days_overdue: int
    """Days since the last day of ``review_by``; negative if it is still to come, 0 on that day."""

    @property
    def is_past(self) -> bool:
        """Whether the last day is over."""
        return self.days_overdue > 0

    def as_dict(self) -> dict[str, Any]:
        """The review as plain data, for ``--json`` output."""
        return {
            "rule": self.rule_id,
            "topic": self.topic,
            "file": self.file,
            "review_by": self.review_by,
            "days_overdue": self.days_overdue,
            "past": self.is_past,
        }


def stale_rules(library: Library, on: date, within_days: int = 0) -> list[Review]:
    """The rules whose review is overdue on a day or falls due soon, the longest overdue first.

    Retired rules need no review.

    Args:
        library: the guidance.
        on: the day from which it is judged.
        within_days: how many days ahead to look.
    """
    reviews = [
        Review(rule.id, rule.topic, library.places.get(rule.id, ""), rule.review_by, (on - last_day(rule.review_by)).days)
        for rule in library.rules
        if rule.status != "retired"
    ]
    due = [review for review in reviews if review.is_past or -review.days_overdue <= within_days]
    return sorted(due, key=lambda review: (-review.days_overdue, review.file, review.rule_id))


def last_day(partial: str) -> date:
    """The last day of a date that may be as rough as a month or a year: YYYY-MM-DD, YYYY-MM or YYYY.

    Raises:
        ValueError: it is no date.
    """
    year, *rest = (int(part) for part in partial.split("-"))
    month = rest[0] if rest else _LAST_MONTH
    day = rest[1] if len(rest) > 1 else monthrange(year, month)[1]
    return date(year, month, day)
