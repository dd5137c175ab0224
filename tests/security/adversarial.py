"""Texts that make a careless expression go back and try again: made of its own parts, repeated, with an end that does not fit."""

from __future__ import annotations

import re
import sre_constants as codes
import sre_parse
from collections.abc import Iterator
from typing import Any

RUNS = (
    " ",
    "\t ",
    "\n",
    "a",
    "A",
    "aA",
    "0",
    "1,",
    "1.",
    "a.",
    "a-",
    "a@",
    "a b",
    "ab ",
    "is ",
    "(",
    "[",
    "<",
    "<a",
    '"',
    "'",
    "“",
)
RUNS += (
    "{",
    "/",
    "\\",
    "_",
    "-",
    "#",
    "é",
    "\u4e2d",
    "\u4e00\u3001",
    "是",
    "一",
    "\uff0c",
    "\u3002",
    "🙂",
    "://",
    "http://a",
    "\x00",
)
"""What is repeated whatever the expression: blanks, letters, figures, brackets, Chinese, punctuation."""
MISFITS = ("", "\x01")
"""Ends that leave a match open, or break it."""


def texts(pattern: re.Pattern[str], length: int) -> Iterator[str]:
    """Texts of about ``length`` characters against this expression."""
    repeated = {(lead, unit) for lead, unit in _repeats(sre_parse.parse(pattern.pattern, pattern.flags)) if unit}
    for lead, unit in sorted({*repeated, *(("", unit) for _, unit in repeated), *(("", run) for run in RUNS)}):
        text = lead + unit * (length // len(unit) + 1)
        for misfit in MISFITS:
            yield text[:length] + misfit


def _repeats(parsed: Any) -> Iterator[tuple[str, str]]:
    """For each repetition in the expression: what may stand before it, and what it repeats; and the whole of it."""
    before = ""
    for operation, argument in parsed:
        for inner in _inner(operation, argument):
            for lead, unit in _repeats(inner):
                yield before + lead, unit
        example = _example([(operation, argument)])
        if operation in (codes.MAX_REPEAT, codes.MIN_REPEAT):
            yield before, _example(argument[2])
        before += example
    yield "", before


def _inner(operation: Any, argument: Any) -> list[Any]:
    if operation in (codes.MAX_REPEAT, codes.MIN_REPEAT):
        return [argument[2]]
    if operation is codes.SUBPATTERN:
        return [argument[3]]
    if operation is codes.BRANCH:
        return list(argument[1])[:20]
    return []


def _example(parsed: Any) -> str:
    """A text that the expression takes, as short as may be but with each repetition once."""
    return "".join(_of(operation, argument) for operation, argument in parsed)


def _of(operation: Any, argument: Any) -> str:
    if operation is codes.LITERAL:
        return chr(argument)
    if operation in (codes.ANY, codes.NOT_LITERAL):
        return "x"
    if operation is codes.IN:
        return _of_class(argument)
    if operation in (codes.MAX_REPEAT, codes.MIN_REPEAT):
        return _example(argument[2]) * max(1, argument[0])
    if operation is codes.SUBPATTERN:
        return _example(argument[3])
    if operation is codes.BRANCH:
        return _example(argument[1][0])
    return ""  # places and looks ahead take no room


_CATEGORIES = {codes.CATEGORY_DIGIT: "1", codes.CATEGORY_SPACE: " ", codes.CATEGORY_WORD: "a", codes.CATEGORY_NOT_SPACE: "a"}


def _of_class(items: Any) -> str:
    if items[0][0] is codes.NEGATE:
        return next(sign for sign in "xa1 !-" if not re.match(_class(items[1:]), sign))
    operation, argument = items[0]
    if operation is codes.LITERAL:
        return chr(argument)
    return chr(argument[0]) if operation is codes.RANGE else _CATEGORIES.get(argument, "!")


def _class(items: Any) -> str:
    names = {
        codes.CATEGORY_DIGIT: r"\d",
        codes.CATEGORY_SPACE: r"\s",
        codes.CATEGORY_WORD: r"\w",
        codes.CATEGORY_NOT_SPACE: r"\S",
        codes.CATEGORY_NOT_WORD: r"\W",
        codes.CATEGORY_NOT_DIGIT: r"\D",
    }
    parts = []
    for operation, argument in items:
        if operation is codes.LITERAL:
            parts.append(re.escape(chr(argument)))
        elif operation is codes.RANGE:
            parts.append(f"{re.escape(chr(argument[0]))}-{re.escape(chr(argument[1]))}")
        else:
            parts.append(names[argument])
    return f"[{''.join(parts)}]"
