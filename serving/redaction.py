"""Keeps what people say, and what opens doors, out of the log: also out of errors that libraries word.

A library's error may quote anything that it was given. So every line is searched for secrets and addresses by their form, and
warnings, errors and the lines of others also for the messages that are being answered, or were a moment ago.
"""

from __future__ import annotations

import json
import re
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager

LONGEST_LINE = 16_000
"""Characters of a log line, traceback included, that are kept."""

_REMEMBERED = 64
"""Messages that were answered lately; an error about one may be told late."""
_SHORTEST_TEXT = 3
_HIDDEN = "‹hidden›"

# each is tried only on lines that contain its sign; none can backtrack over more than one word
_FORMS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("parameters", re.compile(r"\[parameters: [^\n]*"), f"[parameters: {_HIDDEN}]"),
    ("DETAIL", re.compile(r"DETAIL: [^\n]*"), f"DETAIL: {_HIDDEN}"),
    ("://", re.compile(r"(://[^\s/:@]*):[^\s/@]*@"), rf"\1:{_HIDDEN}@"),
    ("@", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), _HIDDEN),
    ("eyJ", re.compile(r"\beyJ[\w-]*\.[\w-]+\.[\w-]+"), _HIDDEN),
    ("x", re.compile(r"\bx(?:ox[a-z]|app)-[\w-]+"), _HIDDEN),
    ("earer", re.compile(r"\b([Bb]earer)\s+[^\s'\"]+"), rf"\1 {_HIDDEN}"),
    ("=", re.compile(r"(\b(?:token|secret|password|signature|api_key)|[?&](?:code|state))=[^&\s'\"<>]+", re.I), rf"\1={_HIDDEN}"),
    ("/documents/", re.compile(r"/documents/[\w-]{16,}"), f"/documents/{_HIDDEN}"),
    ("/services/", re.compile(r"/services/[\w/]+"), f"/services/{_HIDDEN}"),
)

_in_progress: Counter[str] = Counter()
_answered: deque[str] = deque(maxlen=_REMEMBERED)


@contextmanager
def confidential(text: str) -> Iterator[None]:
    """Keep a person's words out of the log while they are answered, and for a while after."""
    _in_progress[text] += 1
    try:
        yield
    finally:
        _in_progress[text] -= 1
        if not _in_progress[text]:
            del _in_progress[text]
        _answered.append(text)


def redact(line: str, *, with_texts: bool = True) -> str:
    """The line without secrets, addresses and, with ``with_texts``, the messages that are or were just being answered."""
    if len(line) > LONGEST_LINE:
        half = LONGEST_LINE // 2
        line = f"{line[:half]} … {line[-half:]}"
    for sign, form, instead in _FORMS:
        if sign in line:
            line = form.sub(instead, line)
    if with_texts:
        for text in {*_in_progress, *_answered}:
            if len(text) >= _SHORTEST_TEXT:
                for spelling in _spellings(text):
                    line = line.replace(spelling, _HIDDEN)
    return line


def _spellings(text: str) -> tuple[str, ...]:
    """How a text may stand in an error: as it is, in JSON (both ways), in a Python string, in bytes."""
    return (
        text,
        json.dumps(text, ensure_ascii=False)[1:-1],
        json.dumps(text)[1:-1],
        repr(text)[1:-1],
        repr(text.encode("utf-8", "replace"))[2:-1],
    )
