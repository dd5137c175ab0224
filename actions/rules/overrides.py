"""Which of the applying rules drop out because others replace them."""

from __future__ import annotations

from collections.abc import Collection, Mapping


def overridden(replaces: Mapping[int, Collection[int]]) -> set[int]:
    """The rules that a remaining rule replaces. A replaced rule replaces nothing; of a circle, the best ranked rule stays.

    Args:
        replaces: for each applying rule, in order of rank, the rules that it overrides (applying or not).
    """
    undecided = {rule: frozenset(others) - {rule} for rule, others in replaces.items()}
    dropped: set[int] = set()
    while undecided:
        threatened = {other for others in undecided.values() for other in others}
        free = [rule for rule in undecided if rule not in threatened] or [_head_of_a_circle(undecided)]
        for rule in free:
            dropped |= undecided.pop(rule) & undecided.keys()
        for rule in dropped & undecided.keys():
            del undecided[rule]
    return dropped


def _head_of_a_circle(replaces: Mapping[int, Collection[int]]) -> int:
    """The best ranked rule of a circle of overrides which no rule outside the circle overrides.

    ``replaces`` is in order of rank, and every rule in it is overridden by another, so that there is such a circle.
    """
    reached = {rule: _reachable(rule, replaces) for rule in replaces}
    return next(
        rule
        for rule in replaces
        if rule in reached[rule] and all(other in reached[rule] for other in replaces if rule in reached[other])
    )


def _reachable(start: int, replaces: Mapping[int, Collection[int]]) -> set[int]:
    """The rules that ``start`` overrides, directly or through others."""
    found: set[int] = set()
    ahead = [start]
    while ahead:
        for rule in replaces[ahead.pop()]:
            if rule in replaces and rule not in found:
                found.add(rule)
                ahead.append(rule)
    return found
