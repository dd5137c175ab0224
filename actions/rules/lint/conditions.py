"""When one condition holds, does another? Conditions compared without a profile, with what regions cover taken into account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from actions.rules.schema import RuleEntry
from actions.rules.taxonomy import Taxonomy

Facets = Mapping[str, list[str]]


def fulfilling(facet: str, values: Iterable[str], taxonomy: Taxonomy) -> frozenset[str]:
    """The values of a profile that fulfil a condition on ``facet``: those named, and what lies inside named regions."""
    named = frozenset(values)
    if facet != "market":
        return named
    return named.union(*(taxonomy.coverage.get(value, frozenset()) for value in named))


def implies(first: Facets, second: Facets, taxonomy: Taxonomy) -> bool:
    """Whether ``second`` holds for every profile for which ``first`` holds."""
    return all(
        facet in first and fulfilling(facet, first[facet], taxonomy) <= fulfilling(facet, values, taxonomy)
        for facet, values in second.items()
    )


def disjoint_facet(first: Facets, second: Facets, taxonomy: Taxonomy) -> str | None:
    """A facet on which no single value fulfils both conditions; ``None`` if both can hold together."""
    for facet in sorted(first.keys() & second.keys()):
        if not fulfilling(facet, first[facet], taxonomy) & fulfilling(facet, second[facet], taxonomy):
            return facet
    return None


def excluded_always(rule: RuleEntry, taxonomy: Taxonomy) -> bool:
    """Whether the rule's ``unless`` holds whenever its ``when`` does."""
    return bool(rule.unless) and implies(rule.when, rule.unless, taxonomy)


def excluded_values(rule: RuleEntry, taxonomy: Taxonomy) -> list[tuple[str, str]]:
    """Values in ``when`` for which the rule can never apply, since ``unless`` takes them out (facet, value)."""
    return [
        (facet, value)
        for facet, values in rule.when.items()
        if facet in rule.unless
        for value in values
        if implies({**rule.when, facet: [value]}, rule.unless, taxonomy)
    ]


def applies_whenever(rule: RuleEntry, other: RuleEntry, taxonomy: Taxonomy) -> bool:
    """Whether ``rule`` applies in every situation in which ``other`` applies."""
    if not implies(other.when, rule.when, taxonomy):
        return False
    if not rule.unless:
        return True
    never_excluded = any(
        facet != "market" and facet in other.when and not set(other.when[facet]) & set(values)
        for facet, values in rule.unless.items()
    )
    # A profile may name several markets, so that one can meet `when` and another `unless`: markets never rule `unless` out.
    return never_excluded or bool(other.unless) and implies(rule.unless, other.unless, taxonomy)


def nearness(rule: RuleEntry, taxonomy: Taxonomy) -> tuple[int, int]:
    """How specific the rule is, as far as it does not depend on the profile: nearness of its market, number of facets."""
    markets = rule.when.get("market", [])
    level = 0 if not markets else 1 if all(map(taxonomy.is_region, markets)) else 2
    return level, len(rule.when)
