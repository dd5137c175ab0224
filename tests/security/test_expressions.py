"""No regular expression goes back and forth over a text: what it costs grows about as the text does."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from tests.security.adversarial import texts
from tests.security.expressions import BUILT, Expression, in_source

SHORT, LONG = 400, 1600
"""A message is cut at 2,000 characters. A log line, an author's field and a page are longer, and cost as much more."""
GROWTH = 9
"""Four times the text may cost so many times as much. In proportion would be 4; by the square 16, by the cube 64."""
CHEAP = 40
"""What costs less than so many times a plain look for one character in the same text is not judged by its growth: of so short a
time the clock and the call are the larger part."""
_GIVES_UP_SECONDS = 20


@lru_cache(maxsize=1)
def expressions() -> list[Expression]:
    """Each once."""
    found = [each for each in in_source() if isinstance(each, Expression)]
    built = [expression for build in dict.fromkeys(BUILT.values()) for expression in build()]
    return list({(each.pattern, each.is_anchored): each for each in [*found, *built]}.values())


OURS_ALONE = frozenset({r"\s*[(（][^)）]*[)）]"})
"""Expressions that only see names of countries out of CLDR."""


def test_every_expression_that_is_put_together_at_run_time_is_accounted_for() -> None:
    assert {place for place in in_source() if isinstance(place, str)} == set(BUILT)


def test_a_careless_expression_would_be_found() -> None:
    for careless in (r"(a+)+$", r"\s+$", r"(?:a|a)*b", r"[^@\s]+@", r"x*y*x*z"):
        assert _growing(Expression(careless, re.compile(careless)), seconds=1), careless


def test_what_an_expression_costs_grows_as_the_text_does() -> None:
    judged = [expression for expression in expressions() if expression.pattern.pattern not in OURS_ALONE]
    growing = {expression.place: found for expression in judged for found in [_growing(expression)] if found}
    assert growing == {}


def test_there_are_expressions_to_judge() -> None:
    assert len(expressions()) > 100


def _growing(expression: Expression, seconds: float = _GIVES_UP_SECONDS) -> str | None:
    """A text, and its growth or that it comes to no end; ``None`` if there is no such text."""
    for short, long in zip(texts(expression.pattern, SHORT), texts(expression.pattern, LONG)):
        try:
            with _giving_up_after(seconds):
                if _is_cheap(expression, long, 1):
                    continue
                growth = min(_cost(expression, long, 3) / _cost(expression, short, 3) for _ in range(2))
                if growth > GROWTH and not _is_cheap(expression, long, 5):
                    return f"{long[:30]!r} … {long[-1:]!r}: {growth:.0f} times"
        except TimeoutError:
            return f"{long[:30]!r} … {long[-1:]!r}: no end in {seconds} s"
    return None


def _is_cheap(expression: Expression, text: str, times: int) -> bool:
    return _cost(expression, text, times) <= CHEAP * _cost(_PLAIN, text, times)


_PLAIN = Expression("plain", re.compile("\x7f"))


def _cost(expression: Expression, text: str, times: int = 1) -> float:
    best = float("inf")
    for _ in range(times):
        started = time.thread_time()
        if expression.is_anchored:
            expression.anchored(text)
        else:
            for _found in expression.pattern.finditer(text):
                pass
        best = min(best, time.thread_time() - started)
    return max(best, 1e-7)


@contextmanager
def _giving_up_after(seconds: float) -> Iterator[None]:
    def give_up(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
