"""Finds what is well-formed but wrong in the guidance: unreachable, repeated, badly worded or badly supported items."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date

from actions.rules.content import Library
from actions.rules.lint import dates, duplicates, figures, language, length, overriding, reach, sources, wording
from actions.rules.lint.finding import Finding, Material
from actions.rules.lint.word_lists import WordLists
from actions.rules.taxonomy import Taxonomy

__all__ = ["CHECKS", "Finding", "WordLists", "lint_library"]

_Check = Callable[[Material], Iterator[Finding]]

_GROUPS: dict[_Check, tuple[str, ...]] = {
    reach.check_reach: (reach.NEVER_APPLIES, reach.EXCLUDED_VALUE, reach.ALWAYS_REPLACED, reach.NEVER_HEADLINE),
    overriding.check_overriding: (
        overriding.OVERRIDES_ITSELF,
        overriding.OVERRIDE_CIRCLE,
        overriding.OTHER_TOPIC,
        overriding.IDLE_OVERRIDE,
        overriding.OVERRIDES_NARROWER,
    ),
    duplicates.check_duplicates: (duplicates.DUPLICATE, duplicates.TEMPLATE),
    language.check_language: (
        language.NOT_TRANSLATED,
        language.MIXED_LANGUAGE,
        language.HALF_WIDTH,
        language.FULL_WIDTH,
        language.STRAY_SPACE,
    ),
    figures.check_figures: (figures.FIGURES_DIFFER,),
    sources.check_sources: (
        sources.UNUSED_SOURCE,
        sources.NO_SOURCE,
        sources.INSECURE_URL,
        sources.LOCAL_URL,
        sources.BARE_DOMAIN,
        sources.TRACKING,
        sources.SHORTENED_URL,
        sources.SAME_URL,
    ),
    length.check_length: (length.LONG_ITEM, length.LONG_SENTENCE),
    wording.check_wording: (wording.HYPE, wording.EXCLAMATION),
    dates.check_dates: (dates.REVIEW_BEFORE_CHECK, dates.CHECKED_IN_FUTURE, dates.AS_OF_AFTER_CHECK, dates.OLD_FIGURE),
}

CHECKS = tuple(check for ids in _GROUPS.values() for check in ids)
"""The ids of all checks."""


def lint_library(
    library: Library,
    taxonomy: Taxonomy,
    word_lists: WordLists,
    *,
    today: date | None = None,
    only: Collection[str] = (),
) -> list[Finding]:
    """Everything in the guidance that an author should look at, sorted by file, entry and check.

    Args:
        library: the guidance, already valid.
        taxonomy: its vocabulary.
        word_lists: expressions and names that the checks look for.
        today: the day against which dates are judged; without it the present one.
        only: ids out of :data:`CHECKS`; without any, all checks are made.
    """
    material = Material(library, taxonomy, word_lists, today or date.today())
    wanted = set(only or CHECKS)
    found = {
        finding
        for check, ids in _GROUPS.items()
        if wanted.intersection(ids)
        for finding in check(material)
        if finding.check in wanted
    }
    return sorted(found)
