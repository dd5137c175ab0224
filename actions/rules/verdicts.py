"""Says for every rule of a topic whether it is shown to a profile, where, and why or why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from actions.rules.book import RuleBook
from actions.rules.guidance import Rule
from actions.rules.matcher import Match, held
from actions.rules.profile import Profile
from actions.rules.taxonomy import FACETS, Taxonomy


@dataclass(frozen=True)
class Verdict:
    """What became of one rule.

    ``outcome`` is ``headline``, ``page 1``, ``page 2`` …, ``overridden``, ``excepted``, ``unknown facet`` or ``other case``;
    ``reason`` says it in words.
    """

    rule: Rule
    outcome: str
    reason: str

    def as_dict(self) -> dict[str, str]:
        """The verdict as plain data, for ``--json`` output."""
        return {"id": self.rule.id, "kind": self.rule.kind, "outcome": self.outcome, "reason": self.reason}


def judge(book: RuleBook, topic: str, profile: Profile, taxonomy: Taxonomy) -> list[Verdict]:
    """A verdict on every published rule of ``topic``: those shown first, in their order, then the others.

    Raises:
        StoreUnavailable: the rules cannot be read.
    """
    selection = book.select(topic, profile)
    applying = {match.rule.id: match for match in selection.matches}
    headline = next(selection.best({"principle"}), None)
    verdicts = []
    seen: set[str] = set()
    if headline:
        seen.add(headline.rule.id)
        verdicts.append(Verdict(headline.rule, "headline", _why(headline)))
    number, left = 0, len(selection) - len(seen)
    while left:
        number += 1
        page, left = selection.page(seen)
        seen |= {match.rule.id for match in page}
        verdicts += [Verdict(match.rule, f"page {number}", _why(match)) for match in page]
    others = [rule for rule in book.topic(topic) if rule.id not in applying]
    verdicts += sorted((_why_not(rule, applying, profile, taxonomy) for rule in others), key=lambda v: (v.outcome, v.rule.id))
    return verdicts


def _why(match: Match) -> str:
    """The order in which equally wanted items stand: nearness, number of facets, weight, date."""
    near = {2: "names the market", 1: "names a region of the market", 0: "names no market"}[match.market_level]
    because = "; ".join(f"{facet} {', '.join(values)}" for facet, values in match.because.items())
    return f"{because or 'general'} ({near}, weight {match.rule.weight}, as of {match.rule.as_of})"


def _why_not(rule: Rule, applying: Mapping[str, Match], profile: Profile, taxonomy: Taxonomy) -> Verdict:
    if rule.unless and all(held(facet, rule.unless, profile, taxonomy) for facet in rule.unless):
        return Verdict(rule, "excepted", f"not shown when {_words(rule.unless)}")
    failing = [f for f in FACETS if f in rule.when and profile.values(f) and not held(f, rule.when, profile, taxonomy)]
    if failing:
        wanted = "; ".join(f"{facet} {', '.join(sorted(rule.when[facet]))}" for facet in failing)
        asked = "; ".join(f"{facet} {', '.join(profile.values(facet))}" for facet in failing)
        return Verdict(rule, "other case", f"is for {wanted}, not for {asked}")
    unknown = {facet: rule.when[facet] for facet in FACETS if facet in rule.when and not profile.values(facet)}
    if unknown:
        return Verdict(rule, "unknown facet", f"would be shown if known: {_words(unknown)}")
    by = sorted(id_ for id_, match in applying.items() if rule.id in match.rule.overrides)
    return Verdict(rule, "overridden", f"replaced by {', '.join(by)}" if by else "replaced by a rule in a circle of overrides")


def _words(condition: Mapping[str, frozenset[str]]) -> str:
    return "; ".join(f"{facet} {' or '.join(sorted(values))}" for facet, values in condition.items())
