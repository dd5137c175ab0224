"""Rules that nobody will ever be shown: they never apply, are always replaced, or can never be the headline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from actions.rules.lint.conditions import applies_whenever, excluded_always, excluded_values
from actions.rules.lint.finding import Finding, Material
from actions.rules.schema import RuleEntry

NEVER_APPLIES = "never-applies"
EXCLUDED_VALUE = "excluded-value"
ALWAYS_REPLACED = "always-replaced"
NEVER_HEADLINE = "never-headline"


def check_reach(material: Material) -> Iterator[Finding]:
    """Rules that cannot be shown, and values of their conditions that do nothing."""
    for rule in material.library.rules:
        if rule.status == "published" and rule.kind != "case":
            yield from _own_conditions(rule, material)
            yield from _replaced(rule, material)
    yield from _headlines(material)


def _own_conditions(rule: RuleEntry, material: Material) -> Iterator[Finding]:
    empty = sorted(facet for facet, values in rule.when.items() if not values)
    if empty:
        message = f"never applies: `when` lists no value of {', '.join(empty)}; name the values or remove the facet"
        yield material.on_rule(NEVER_APPLIES, "error", rule, message)
    elif excluded_always(rule, material.taxonomy):
        message = "never applies: `unless` holds whenever `when` does; narrow `unless` or retire the item"
        yield material.on_rule(NEVER_APPLIES, "error", rule, message)
    else:
        for facet, value in excluded_values(rule, material.taxonomy):
            message = f"{facet} {value} stands in `when`, but `unless` takes all of it out; remove it from one of them"
            yield material.on_rule(EXCLUDED_VALUE, "warning", rule, message)


def _replaced(rule: RuleEntry, material: Material) -> Iterator[Finding]:
    for other in material.replaced_by.get(rule.id, []):
        # One that is itself replaced replaces nothing, so it is no certain obstacle.
        if other.id not in material.replaced_by and applies_whenever(other, rule, material.taxonomy):
            message = (
                f"is never shown: {other.id} overrides it and applies whenever it does; "
                f"retire this item, or give {other.id} a narrower `when` or no override"
            )
            yield material.on_rule(ALWAYS_REPLACED, "error", rule, message)


def _headlines(material: Material) -> Iterator[Finding]:
    groups: dict[tuple[str, frozenset[str]], list[RuleEntry]] = defaultdict(list)
    for rule in material.library.rules:
        if rule.status == "published" and rule.kind == "principle":
            groups[rule.topic, frozenset(rule.when)].append(rule)
    for group in groups.values():
        certain = [rule for rule in group if rule.id not in material.replaced_by]
        for rule in group:
            winner = next((other for other in certain if _always_first(other, rule, material)), None)
            if winner:
                message = (
                    f"can never be the headline: {winner.id} applies whenever it does and ranks before it; "
                    "merge the two, give one a narrower `when`, or make this one another kind"
                )
                yield material.on_rule(NEVER_HEADLINE, "warning", rule, message)


def _always_first(first: RuleEntry, second: RuleEntry, material: Material) -> bool:
    """Whether the first principle precedes the second wherever the second applies; both have conditions on the same facets."""
    if first.id == second.id or not set(second.when.get("market", [])) <= set(first.when.get("market", [])):
        return False
    higher = (first.weight, first.as_of) > (second.weight, second.as_of)
    by_id = (first.weight, first.as_of) == (second.weight, second.as_of) and first.id < second.id
    return (higher or by_id) and applies_whenever(first, second, material.taxonomy)
