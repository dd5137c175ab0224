"""Dates that contradict each other or have passed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from actions.rules.lint.finding import Finding, Material
from actions.rules.lint.numbers import figures_of
from actions.rules.schema import RuleEntry

REVIEW_BEFORE_CHECK = "review-before-check"
CHECKED_IN_FUTURE = "checked-in-future"
AS_OF_AFTER_CHECK = "as-of-after-check"
OLD_FIGURE = "old-figure"

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
OLD_YEARS = 3
"""A fact with figures that is older must at least say in its text of when they are."""


def check_dates(material: Material) -> Iterator[Finding]:
    """Dates in the wrong order, and figures of facts that are several years old."""
    today = material.today.isoformat()
    for rule in material.library.rules:
        if _before(rule.review_by, rule.checked_on):
            message = f"review_by {rule.review_by} lies before checked_on {rule.checked_on}; set the date of the next review"
            yield material.on_rule(REVIEW_BEFORE_CHECK, "error", rule, message)
        if _before(today, rule.checked_on):
            message = f"checked_on {rule.checked_on} lies in the future (today is {today}); give the day of the last check"
            yield material.on_rule(CHECKED_IN_FUTURE, "error", rule, message)
        if _before(rule.checked_on, rule.as_of):
            message = f"as_of {rule.as_of} lies after checked_on {rule.checked_on}; give the date for which the item holds"
            yield material.on_rule(AS_OF_AFTER_CHECK, "error", rule, message)
        if _is_old(rule, material.today.year):
            message = (
                f"gives figures as of {rule.as_of}, more than {OLD_YEARS} years ago, and its text does not say of when; "
                "look for newer figures, or name the year in both languages"
            )
            yield material.on_rule(OLD_FIGURE, "warning", rule, message)


def _before(first: str, second: str) -> bool:
    """Whether a date lies before another, as far as both are exact."""
    exact = min(len(first), len(second))
    return first[:exact] < second[:exact]


def _is_old(rule: RuleEntry, year: int) -> bool:
    if rule.kind != "fact" or rule.status != "published" or int(rule.as_of[:4]) >= year - OLD_YEARS:
        return False
    return bool(figures_of(rule.text.en, "en")) and not all(map(_YEAR.search, (rule.text.en, rule.text.zh)))
