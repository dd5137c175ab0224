"""Guidance that stands in no database yet, in the form in which the matcher uses it."""

from __future__ import annotations

from actions.rules.content import Library
from actions.rules.guidance import Rule, Source


def rules_of(library: Library) -> list[Rule]:
    """The published rules of ``library`` with the sources that they cite, in the library's order."""
    sources = {entry.id: Source(entry.id, entry.title, entry.publisher, entry.url, entry.published) for entry in library.sources}
    return [
        Rule(
            id=entry.id,
            topic=entry.topic,
            kind=entry.kind,
            text=entry.text.dict(),
            when={facet: frozenset(values) for facet, values in entry.when.items()},
            unless={facet: frozenset(values) for facet, values in entry.unless.items()},
            weight=entry.weight,
            overrides=tuple(entry.overrides),
            sources=tuple(sources[id_] for id_ in entry.sources),
            legal=entry.legal,
            as_of=entry.as_of,
            checked_on=entry.checked_on,
            review_by=entry.review_by,
            confidence=entry.confidence,
            title=entry.title.dict() if entry.title else None,
            companies=tuple(entry.companies),
            related_topics=tuple(entry.related_topics),
            outcome=entry.outcome,
            lesson=entry.lesson.dict() if entry.lesson else None,
        )
        for entry in library.rules
        if entry.status == "published"
    ]
