"""Overrides that contradict each other or do nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from actions.rules.lint.conditions import disjoint_facet, nearness
from actions.rules.lint.finding import Finding, Material
from actions.rules.schema import RuleEntry

OVERRIDES_ITSELF = "overrides-itself"
OVERRIDE_CIRCLE = "override-circle"
OTHER_TOPIC = "overrides-other-topic"
IDLE_OVERRIDE = "idle-override"
OVERRIDES_NARROWER = "overrides-narrower"


def check_overriding(material: Material) -> Iterator[Finding]:
    """Circles of overrides, and overrides without effect or in the wrong direction."""
    for rule in material.library.rules:
        for id_ in sorted(set(rule.overrides)):
            other = material.by_id.get(id_)
            if rule.id == id_:
                message = "overrides itself, which has no effect; remove its own id from `overrides`"
                yield material.on_rule(OVERRIDES_ITSELF, "error", rule, message)
            elif other and rule.status == "published":
                yield from _pair(rule, other, material)
    yield from _circles(material)


def _pair(rule: RuleEntry, other: RuleEntry, material: Material) -> Iterator[Finding]:
    if other.topic != rule.topic:
        message = (
            f"overrides {other.id} of another topic ({other.topic}), which has no effect: topics are answered one by one; "
            "remove it from `overrides`, or move one of the items"
        )
        yield material.on_rule(OTHER_TOPIC, "error", rule, message)
        return
    if other.status != "published":
        message = f"overrides {other.id}, which is {other.status} and shown to nobody; remove it from `overrides`"
        yield material.on_rule(IDLE_OVERRIDE, "warning", rule, message)
        return
    apart = disjoint_facet(rule.when, other.when, material.taxonomy)
    if apart:
        message = f"overrides {other.id}, but their {apart} values have nothing in common; remove it from `overrides`"
        yield material.on_rule(IDLE_OVERRIDE, "warning", rule, message)
    elif nearness(other, material.taxonomy) > nearness(rule, material.taxonomy):
        message = (
            f"overrides {other.id}, which is more specific (the more specific item should win); "
            "turn the override round, or remove it"
        )
        yield material.on_rule(OVERRIDES_NARROWER, "warning", rule, message)


def _circles(material: Material) -> Iterator[Finding]:
    graph = _in_circles({rule.id: set(rule.overrides) - {rule.id} for rule in material.library.rules if rule.overrides})
    told: set[str] = set()
    for id_ in sorted(graph):
        if id_ in told or id_ not in (reached := _reachable(id_, graph)):
            continue
        circle = sorted(other for other in reached if id_ in _reachable(other, graph))
        told.update(circle)
        message = (
            f"overrides in a circle: {', '.join(circle)} replace each other, so that the best ranked one stays; "
            "keep the override of the most specific one only"
        )
        yield material.on_rule(OVERRIDE_CIRCLE, "error", material.by_id[id_], message)


def _in_circles(graph: Mapping[str, Collection[str]]) -> dict[str, set[str]]:
    """The graph without the rules that stand in no circle nor between circles."""
    left = {id_: set(others) for id_, others in graph.items()}
    while True:
        targets = {other for others in left.values() for other in others}
        kept = {id_: others & left.keys() for id_, others in left.items() if id_ in targets and others & left.keys()}
        if len(kept) == len(left):
            return kept
        left = kept


def _reachable(start: str, graph: Mapping[str, Collection[str]]) -> set[str]:
    found: set[str] = set()
    ahead = [start]
    while ahead:
        for id_ in graph.get(ahead.pop(), ()):
            if id_ not in found:
                found.add(id_)
                ahead.append(id_)
    return found
