"""The matcher against a slow reference written from DESIGN.md, and pages for any list of matches."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from actions.rules.guidance import Rule
from actions.rules.matcher import PAGE_QUOTA, PAGE_SIZE, Match, Selection, select
from actions.rules.profile import Profile
from actions.rules.schema import KINDS
from actions.rules.taxonomy import FACETS, Taxonomy
from tests.support import CONTENT, ids, rule

TAXONOMY = Taxonomy.load(CONTENT)
CHOICES = {
    "market": ["DE", "FR", "ID", "EU", "EUROPE", "ASEAN"],
    "sector": ["batteries", "telecoms"],
    "ownership": ["state_owned", "private"],
    "stage": ["entering", "crisis"],
    "audience": ["media", "regulators"],
}

conditions = st.fixed_dictionaries(
    {},
    optional={facet: st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True) for facet, values in CHOICES.items()},
)
profiles = st.builds(
    Profile,
    market=st.lists(st.sampled_from(CHOICES["market"]), max_size=2, unique=True).map(tuple),
    **{facet: st.none() | st.sampled_from(CHOICES[facet]) for facet in FACETS if facet != "market"},
)


@st.composite
def rule_sets(draw: st.DrawFn) -> list[Rule]:
    """Up to five rules with conditions; a rule overrides only later ones, so that there are no circles."""
    size = draw(st.integers(1, 5))
    return [
        rule(
            f"r{number}",
            when=draw(conditions),
            unless=draw(st.just({}) | conditions),
            weight=draw(st.sampled_from([10, 50])),
            as_of=draw(st.sampled_from(["2024-05", "2024-11", "2026-02"])),
            overrides=tuple(draw(st.lists(st.sampled_from([f"r{n}" for n in range(number + 1, size + 1)]), max_size=2))),
        )
        for number in range(size)
    ]


@st.composite
def tangles(draw: st.DrawFn) -> list[Rule]:
    """Rules that all apply and override each other in any manner."""
    names = [f"r{number}" for number in range(draw(st.integers(2, 5)))]
    overrides = st.lists(st.sampled_from(names), max_size=3, unique=True).map(tuple)
    return [rule(name, weight=draw(st.integers(0, 3)), overrides=draw(overrides)) for name in names]


# --- the reference -------------------------------------------------------------------------------------------------------


def countries(market: str) -> set[str]:
    return set(TAXONOMY.regions.get(market, {market}))


def covers(wanted: str, asked: str) -> bool:
    if wanted == asked:
        return True
    return wanted in TAXONOMY.regions and countries(asked) <= countries(wanted)


def asked_values(profile: Profile, facet: str) -> list[str]:
    value = getattr(profile, facet)
    return list(value) if facet == "market" else [value] if value else []


def holds(facet: str, wanted: frozenset[str], profile: Profile) -> bool:
    for asked in asked_values(profile, facet):
        for value in wanted:
            if covers(value, asked) if facet == "market" else value == asked:
                return True
    return False


def reference(rules: list[Rule], profile: Profile) -> tuple[list[str], list[str]]:
    missing: set[str] = set()
    applying: dict[str, Rule] = {}
    for candidate in rules:
        if candidate.unless and all(holds(facet, wanted, profile) for facet, wanted in candidate.unless.items()):
            continue
        lacking = {facet for facet in candidate.when if not asked_values(profile, facet)}
        if all(holds(facet, wanted, profile) for facet, wanted in candidate.when.items() if facet not in lacking):
            if lacking:
                missing |= lacking
            else:
                applying[candidate.id] = candidate

    def survives(id_: str) -> bool:
        return not any(id_ in other.overrides and other.id != id_ and survives(other.id) for other in applying.values())

    def nearness(candidate: Rule) -> int:
        wanted = candidate.when.get("market")
        if wanted is None:
            return 0
        return 2 if any(asked in wanted for asked in profile.market) else 1

    kept = [candidate for candidate in applying.values() if survives(candidate.id)]
    kept.sort(key=lambda r: r.id)
    kept.sort(key=lambda r: r.as_of, reverse=True)
    kept.sort(key=lambda r: r.weight, reverse=True)
    kept.sort(key=lambda r: len(r.when), reverse=True)
    kept.sort(key=nearness, reverse=True)
    return [candidate.id for candidate in kept], [facet for facet in FACETS if facet in missing]


# --- properties ----------------------------------------------------------------------------------------------------------


@settings(max_examples=150)
@given(rules=rule_sets(), profile=profiles)
def test_selection_equals_the_reference(rules: list[Rule], profile: Profile) -> None:
    selection = select(rules, profile, TAXONOMY)
    assert (ids(selection.matches), list(selection.missing)) == reference(rules, profile)


@given(rules=tangles() | rule_sets(), profile=profiles, chance=st.randoms(use_true_random=False))
def test_selection_is_the_same_for_any_order_of_input(rules: list[Rule], profile: Profile, chance: Random) -> None:
    expected = select(rules, profile, TAXONOMY)
    shuffled = list(rules)
    chance.shuffle(shuffled)
    again = select(shuffled, profile, TAXONOMY)
    assert (again.matches, again.missing) == (expected.matches, expected.missing)


@settings(max_examples=40)
@given(rules=rule_sets(), profile=profiles)
def test_because_names_exactly_the_facets_of_the_rule_and_only_covering_values(rules: list[Rule], profile: Profile) -> None:
    for match in select(rules, profile, TAXONOMY).matches:
        assert set(match.because) == set(match.rule.when)
        for facet, values in match.because.items():
            assert values and set(values) <= match.rule.when[facet]
            assert all(holds(facet, frozenset({value}), profile) for value in values)


def reaches(start: str, goal: str, rules: dict[str, Rule]) -> bool:
    """Whether a chain of overrides leads from ``start`` to ``goal``."""
    todo, been = [start], set()
    while todo:
        here = todo.pop()
        if here not in been:
            been.add(here)
            todo += rules[here].overrides
    return goal in been


@given(rules=tangles())
def test_circles_of_overrides_never_empty_the_answer(rules: list[Rule]) -> None:
    assert select(rules, Profile(), TAXONOMY).matches


@settings(max_examples=250)
@given(rules=tangles())
def test_kept_rules_override_each_other_only_within_a_circle(rules: list[Rule]) -> None:
    by_id = {r.id: r for r in rules}
    kept = ids(select(rules, Profile(), TAXONOMY).matches)
    tolerated = [(one, other) for one in kept for other in by_id[one].overrides if other in kept and other != one]
    assert [(one, other) for one, other in tolerated if not reaches(other, one, by_id)] == []


@given(rules=rule_sets(), profile=profiles)
def test_a_rule_outside_the_answer_never_changes_it(rules: list[Rule], profile: Profile) -> None:
    """Leaving out what does not apply and what is overridden leaves the same answer."""
    kept = select(rules, profile, TAXONOMY).matches
    assert select([match.rule for match in kept], profile, TAXONOMY).matches == kept


@given(rules=rule_sets(), profile=profiles)
def test_knowing_a_facet_that_is_not_missing_changes_nothing(rules: list[Rule], profile: Profile) -> None:
    plain = [r for r in rules if not r.unless]
    selection = select(plain, profile, TAXONOMY)
    for facet in FACETS:
        if facet == "market" or facet in selection.missing or getattr(profile, facet) is not None:
            continue
        for value in CHOICES[facet]:
            told = select(plain, replace(profile, **{facet: value}), TAXONOMY)
            assert ids(told.matches) == ids(selection.matches)


kinds = st.lists(st.sampled_from(KINDS), max_size=24)


def pages_of(selection: Selection) -> list[list[Match]]:
    """Page after page, as a person asks for more."""
    pages, seen, left = [], set(), 1
    while left:
        page, left = selection.page(seen)
        assert left == len(selection) - len(seen) - len(page)
        if page:
            pages.append(page)
        seen |= {match.rule.id for match in page}
    return pages


def of_kinds(names: list[str]) -> Selection:
    """A selection of rules of these kinds, of which the first is the best."""
    rules = [rule(f"m{number}", kind=kind, weight=100 - number) for number, kind in enumerate(names)]
    return select(rules, Profile(), TAXONOMY)


@given(names=kinds)
def test_pages_hold_every_match_exactly_once(names: list[str]) -> None:
    selection = of_kinds(names)
    pages = pages_of(selection)
    assert sorted(ids(match for page in pages for match in page)) == sorted(ids(selection.matches))
    assert all(0 < len(page) <= PAGE_SIZE for page in pages)
    assert all(len(page) == PAGE_SIZE for page in pages[:-1])


@given(rules=rule_sets(), profile=profiles)
def test_pages_of_any_selection_hold_it_exactly_once(rules: list[Rule], profile: Profile) -> None:
    selection = select(rules, profile, TAXONOMY)
    assert sorted(ids(match for page in pages_of(selection) for match in page)) == sorted(ids(selection.matches))


@given(names=kinds)
def test_first_page_is_balanced(names: list[str]) -> None:
    selection = of_kinds(names)
    first, _ = selection.page()
    for kind, quota in PAGE_QUOTA.items():
        there = [match for match in selection.matches if match.rule.kind == kind]
        shown = [match for match in first if match.rule.kind == kind]
        assert len(shown) >= min(quota, len(there))
        assert shown == there[: len(shown)]


@given(names=kinds)
def test_items_of_a_kind_keep_their_order_over_the_pages(names: list[str]) -> None:
    selection = of_kinds(names)
    paged = [match for page in pages_of(selection) for match in page]
    for kind in KINDS:
        assert [m for m in paged if m.rule.kind == kind] == [m for m in selection.matches if m.rule.kind == kind]


@given(rules=rule_sets(), profile=profiles)
def test_best_gives_the_chosen_kinds_and_levels_in_the_order_of_all(rules: list[Rule], profile: Profile) -> None:
    selection = select(rules, profile, TAXONOMY)
    for level in (2, 1, 0):
        assert list(selection.best(["action"], [level])) == [m for m in selection.matches if m.market_level == level]
    assert list(selection.best(["risk"])) == []


@given(rules=rule_sets(), profile=profiles)
def test_find_gives_those_that_apply_as_they_stand_in_the_selection(rules: list[Rule], profile: Profile) -> None:
    selection = select(rules, profile, TAXONOMY)
    assert selection.find([r.id for r in rules] + ["unknown"]) == {match.rule.id: match for match in selection.matches}
