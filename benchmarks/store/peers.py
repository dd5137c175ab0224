"""Other ways to find the rules that apply, on the same rules: a plain loop, and public engines that a team could pick.

Each is prepared once for all topics and then asked for the ids of one topic's rules that apply to a profile. None of them
orders, pages, follows overrides or names the missing facets, which our figure includes.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable

import rule_engine
import zen

from actions.rules.guidance import Rule
from actions.rules.matcher import held
from actions.rules.profile import Profile
from actions.rules.taxonomy import FACETS, Taxonomy

Ask = Callable[[str, Profile], set[str]]


def by_topic(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    """The rules of each topic."""
    topics: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        topics[rule.topic].append(rule)
    return topics


def plain_loop(rules: Iterable[Rule], taxonomy: Taxonomy) -> Ask:
    """Tests every rule of the topic, one after the other, in the words of docs/rules.md."""
    topics = by_topic(rules)

    def applies(rule: Rule, profile: Profile) -> bool:
        if rule.unless and all(held(facet, rule.unless, profile, taxonomy) for facet in rule.unless):
            return False
        return all(held(facet, rule.when, profile, taxonomy) for facet in rule.when)

    return lambda topic, profile: {rule.id for rule in topics[topic] if applies(rule, profile)}


def zen_tables(rules: Iterable[Rule], taxonomy: Taxonomy) -> Ask:
    """zen-engine (Rust): a decision table for each topic that collects all rows that apply."""
    tables = {topic: _zen_table(theirs) for topic, theirs in by_topic(rules).items()}

    def ask(topic: str, profile: Profile) -> set[str]:
        return {row["id"] for row in tables[topic].evaluate(_facts(profile, taxonomy))["result"] or ()}

    return ask


def _zen_table(rules: list[Rule]) -> zen.ZenDecision:
    columns = [*FACETS, *(f"not_{facet}" for facet in FACETS)]
    inputs = [{"id": name, "name": name, "field": name.removeprefix("not_")} for name in columns]
    rows = []
    for rule in rules:
        row = {"_id": rule.id, "out": json.dumps(rule.id)}
        row |= {facet: _zen_cell(facet, values) for facet, values in rule.when.items()}
        row |= {f"not_{facet}": f"not({_zen_cell(facet, values)})" for facet, values in rule.unless.items()}
        rows.append(row)
    output = [{"id": "out", "name": "id", "field": "id"}]
    table = {"hitPolicy": "collect", "inputs": inputs, "outputs": output, "rules": rows}
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in"},
        {"id": "table", "type": "decisionTableNode", "name": "table", "content": table},
        {"id": "end", "type": "outputNode", "name": "end"},
    ]
    edges = [{"id": "1", "sourceId": "in", "targetId": "table"}, {"id": "2", "sourceId": "table", "targetId": "end"}]
    return zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))


def _zen_cell(facet: str, values: Iterable[str]) -> str:
    listed = json.dumps(sorted(values))
    return f"some($, # in {listed})" if facet == "market" else f"$ in {listed}"


def rule_engine_expressions(rules: Iterable[Rule], taxonomy: Taxonomy) -> Ask:
    """rule-engine (Python): an expression for each rule."""
    context = rule_engine.Context(default_value=None)
    topics = {
        topic: [(rule.id, rule_engine.Rule(_expression(rule), context=context)) for rule in theirs]
        for topic, theirs in by_topic(rules).items()
    }

    def ask(topic: str, profile: Profile) -> set[str]:
        facts = _facts(profile, taxonomy)
        return {id_ for id_, rule in topics[topic] if rule.matches(facts)}

    return ask


def _expression(rule: Rule) -> str:
    terms = [_term(facet, values) for facet, values in rule.when.items()]
    if rule.unless:
        terms.append(f"not ({' and '.join(_term(facet, values) for facet, values in rule.unless.items())})")
    return " and ".join(f"({term})" for term in terms) or "true"


def _term(facet: str, values: Iterable[str]) -> str:
    if facet == "market":
        return " or ".join(f'"{value}" in market' for value in sorted(values))
    return " or ".join(f'{facet} == "{value}"' for value in sorted(values))


def _facts(profile: Profile, taxonomy: Taxonomy) -> dict[str, object]:
    """The profile as engines take it: the markets with the regions that cover them, unknown facets as null."""
    markets = {m for market in profile.market for m in (market, *taxonomy.regions_of(market))}
    return {facet: sorted(markets) if facet == "market" else getattr(profile, facet) for facet in FACETS}


PEERS: dict[str, Callable[[Iterable[Rule], Taxonomy], Ask]] = {
    "plain loop": plain_loop,
    "zen-engine": zen_tables,
    "rule-engine": rule_engine_expressions,
}
