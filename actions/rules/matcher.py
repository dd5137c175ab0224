"""Decides which rules apply to a profile, and in what order they are shown (the semantics stand in docs/rules.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from actions.rules.guidance import Condition, Rule
from actions.rules.profile import Profile
from actions.rules.taxonomy import FACETS, Taxonomy

PAGE_QUOTA = {"action": 3, "risk": 1, "fact": 2, "metric": 1}
"""How many items of each kind the first look at a topic shows: enough to act on, not so many that nobody reads them."""

PAGE_SIZE = sum(PAGE_QUOTA.values())

_EXACT, _REGION, _ANYWHERE = 2, 1, 0


@dataclass(frozen=True)
class Match:
    """A rule that applies, and the facet values that made it apply (for a region rule: the region)."""

    rule: Rule
    because: Mapping[str, tuple[str, ...]]
    market_level: int = _ANYWHERE

    @property
    def rank(self) -> tuple[int, int, int, tuple[int, ...], str]:
        """Sort key, best first: nearer market, more facets, weight, recency, then the id so that order never varies."""
        recency = tuple(-int(part) for part in self.rule.as_of.split("-") if part)
        return (-self.market_level, -len(self.because), -self.rule.weight, recency, self.rule.id)


@dataclass(frozen=True)
class Selection:
    """What applies to a profile: matches in order, and the facets which would bring in more if they were known."""

    matches: tuple[Match, ...]
    missing: tuple[str, ...]


def select(rules: Iterable[Rule], profile: Profile, taxonomy: Taxonomy) -> Selection:
    """The rules that apply to ``profile``, most specific first, without those that an applying rule overrides."""
    matches: list[Match] = []
    missing: set[str] = set()
    for rule in rules:
        unknown = [facet for facet in rule.when if not profile.values(facet)]
        because = {facet: _held(facet, rule.when, profile, taxonomy) for facet in rule.when if facet not in unknown}
        if not all(because.values()) or _excluded(rule.unless, profile, taxonomy):
            continue
        if unknown:
            missing.update(unknown)
            continue
        matches.append(Match(rule, because, _market_level(because.get("market", ()), profile)))
    overridden = _overridden(matches)
    kept = sorted((match for match in matches if match.rule.id not in overridden), key=lambda match: match.rank)
    return Selection(tuple(kept), tuple(facet for facet in FACETS if facet in missing))


def _held(facet: str, condition: Condition, profile: Profile, taxonomy: Taxonomy) -> tuple[str, ...]:
    """The values of ``condition`` that hold for ``profile``, in a fixed order; empty when none does."""
    known = profile.values(facet)
    wanted = condition[facet]
    if facet != "market":
        return tuple(value for value in known if value in wanted)
    exact = [market for market in known if market in wanted]
    uncovered = [market for market in known if market not in wanted]
    regions = sorted(
        region
        for region in wanted
        if taxonomy.is_region(region) and any(market in taxonomy.coverage[region] for market in uncovered)
    )
    return (*exact, *regions)


def _excluded(unless: Condition, profile: Profile, taxonomy: Taxonomy) -> bool:
    """Whether the exception holds: all its facets are known and match."""
    return bool(unless) and all(_held(facet, unless, profile, taxonomy) for facet in unless)


def _market_level(held: Sequence[str], profile: Profile) -> int:
    if not held:
        return _ANYWHERE
    return _EXACT if any(market in profile.market for market in held) else _REGION


def _overridden(matches: Iterable[Match]) -> set[str]:
    """Ids that a remaining rule replaces. A replaced rule replaces nothing; of a circle, the best ranked rule stays."""
    undecided = {match.rule.id: match for match in sorted(matches, key=lambda match: match.rank)}
    dropped: set[str] = set()
    while undecided:
        threatened = {id_ for match in undecided.values() for id_ in match.rule.overrides if id_ != match.rule.id}
        free = [id_ for id_ in undecided if id_ not in threatened] or [_head_of_a_circle(undecided)]
        for id_ in free:
            replaced = set(undecided.pop(id_).rule.overrides) - {id_}
            dropped |= replaced & undecided.keys()
        for id_ in dropped & undecided.keys():
            del undecided[id_]
    return dropped


def _head_of_a_circle(rules: Mapping[str, Match]) -> str:
    """The best ranked rule of a circle of overrides which no rule outside the circle overrides.

    ``rules`` stand in order of rank, and every one of them is overridden by another, so that there is such a circle.
    """
    reached = {id_: _reachable(id_, rules) for id_ in rules}
    return next(
        id_ for id_ in rules if id_ in reached[id_] and all(other in reached[id_] for other in rules if id_ in reached[other])
    )


def _reachable(start: str, rules: Mapping[str, Match]) -> set[str]:
    """The rules that ``start`` overrides, directly or through others."""
    found: set[str] = set()
    ahead = [start]
    while ahead:
        for id_ in rules[ahead.pop()].rule.overrides:
            if id_ in rules and id_ not in found:
                found.add(id_)
                ahead.append(id_)
    return found


def paginate(matches: Sequence[Match]) -> list[list[Match]]:
    """Split ranked matches into pages: each a balanced set of kinds, filled up with the best of what is left.

    Every match stands on exactly one page; principles and cases come after the other kinds are used up.
    """
    rest = list(matches)
    pages: list[list[Match]] = []
    while rest:
        page: list[Match] = []
        for kind, quota in PAGE_QUOTA.items():
            page.extend([match for match in rest if match.rule.kind == kind][:quota])
        fill = [match for match in rest if match not in page]
        fill.sort(key=lambda match: match.rule.kind not in PAGE_QUOTA)
        page.extend(fill[: PAGE_SIZE - len(page)])
        rest = [match for match in rest if match not in page]
        order = list(PAGE_QUOTA)
        page.sort(key=lambda match: order.index(match.rule.kind) if match.rule.kind in order else len(order))
        pages.append(page)
    return pages
