"""Finds the cases that are most worth telling: by company, topic, market and sector."""

from __future__ import annotations

import re
from collections.abc import Iterable

from actions.rules.guidance import Rule
from actions.rules.matcher import Match
from actions.rules.profile import Profile
from actions.rules.taxonomy import Taxonomy


def find_cases(
    cases: Iterable[Rule], profile: Profile, taxonomy: Taxonomy, topic: str | None = None, text: str = ""
) -> list[Match]:
    """Cases in order of fit: a company named in ``text``, then the topic, the market, the sector; then weight and recency.

    Without a named company only cases are kept that share at least the topic, the market or the sector.
    """
    scored = []
    for case in cases:
        because = _shared(case, profile, taxonomy)
        named = names_company(case, text)
        on_topic = topic is not None and (case.topic == topic or topic in case.related_topics)
        if not (named or on_topic or because):
            continue
        market = profile.market and "market" in because
        exact = market and any(value in profile.market for value in because["market"])
        score = (named, on_topic + 2 * bool(exact) + bool(market) + ("sector" in because), case.weight, case.as_of)
        scored.append((score, case.id, Match(case, because)))
    if any(score[0] for score, _, _ in scored):
        scored = [entry for entry in scored if entry[0][0]]
    scored.sort(key=lambda entry: entry[1])
    scored.sort(key=lambda entry: entry[0], reverse=True)
    return [match for _, _, match in scored]


def names_company(case: Rule, text: str) -> bool:
    """Whether ``text`` names a company that the case is about."""
    return any(_mentions(text, company) for company in case.companies)


def _shared(case: Rule, profile: Profile, taxonomy: Taxonomy) -> dict[str, tuple[str, ...]]:
    """Facet values that the case's setting has in common with the profile."""
    shared: dict[str, tuple[str, ...]] = {}
    for facet, values in case.when.items():
        reach = set(values)
        if facet == "market":
            reach |= {inner for value in values if taxonomy.is_region(value) for inner in taxonomy.coverage[value]}
        common = [value for value in profile.values(facet) if value in reach]
        if facet == "market":
            common += [
                value
                for region in profile.values(facet)
                if taxonomy.is_region(region)
                for value in sorted(values)
                if value in taxonomy.coverage[region] and value not in common
            ]
        if common:
            shared[facet] = tuple(common)
    return shared


def _mentions(text: str, company: str) -> bool:
    """Whether ``text`` names ``company``; a Latin name only as a whole word."""
    if not text:
        return False
    if company.isascii():
        return re.search(rf"(?<![a-z0-9]){re.escape(company.lower())}(?![a-z0-9])", text.lower()) is not None
    return company in text
