"""Labelled questions: JSON lines with the text, the intents that a fair judge accepts, and the facets that the text states."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FACETS = ("market", "sector", "ownership", "stage", "audience")


class BadQuestions(Exception):
    """A file of questions is broken; the message names file, line and remedy."""


@dataclass(frozen=True)
class Question:
    """A message and what should be understood."""

    text: str
    topic: str | None = None
    """The intent; ``None`` where only facets are labelled."""
    also_ok: tuple[str, ...] = ()
    facets: dict[str, frozenset[str]] = field(default_factory=dict)
    """The values of each facet; a facet that is left out is not judged."""
    is_lookalike: bool = False
    """A legitimate question that uses the words of an unethical one."""

    @property
    def accepted(self) -> frozenset[str]:
        """All intents that are right."""
        return frozenset((self.topic or "", *self.also_ok)) - {""}


def read_questions(path: Path) -> list[Question]:
    """Read a file of labelled questions.

    Raises:
        BadQuestions: the file is missing, or a line is no such question.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise BadQuestions(f"{path} cannot be read: {error.strerror}") from error
    return [_question(path, number, line) for number, line in enumerate(lines, start=1) if line.strip()]


def _question(path: Path, number: int, line: str) -> Question:
    try:
        raw: dict[str, Any] = json.loads(line)
        facets = {facet: _values(raw[facet]) for facet in FACETS if facet in raw}
        also_ok = tuple(raw.get("also_ok", ()))
        return Question(raw["text"], raw.get("topic"), also_ok, facets, bool(raw.get("lookalike")))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        remedy = 'write {"text": "…", "topic": "…", "also_ok": [], "market": ["DE"], "sector": null, …}'
        raise BadQuestions(f"{path}:{number}: no labelled question ({error!r}); {remedy}") from error


def _values(value: str | list[str] | None) -> frozenset[str]:
    return frozenset([value] if isinstance(value, str) else value or ())
