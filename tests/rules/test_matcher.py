"""Which rules apply and in what order: examples of each principle of docs/rules.md."""

from __future__ import annotations

import random

import pytest

from actions.rules.guidance import Rule
from actions.rules.matcher import select
from actions.rules.profile import Profile
from actions.rules.taxonomy import Taxonomy
from tests.support import ids, known, rule


def order(rules: list[Rule], profile: Profile, taxonomy: Taxonomy) -> list[str]:
    return ids(select(rules, profile, taxonomy).matches)


def test_country_comes_before_region_before_anywhere(taxonomy: Taxonomy) -> None:
    rules = [
        rule("anywhere", weight=100),
        rule("region", when={"market": ["EU"]}, weight=90),
        rule("country", when={"market": ["DE"]}, weight=0),
    ]
    assert order(rules, known(market="DE"), taxonomy) == ["country", "region", "anywhere"]


def test_country_comes_first_even_when_other_rules_match_more_facets(taxonomy: Taxonomy) -> None:
    rules = [
        rule("facets", when={"sector": ["batteries"], "stage": ["entering"], "audience": ["media"]}),
        rule("country", when={"market": ["DE"]}),
    ]
    profile = known(market="DE", sector="batteries", stage="entering", audience="media")
    assert order(rules, profile, taxonomy) == ["country", "facets"]


def test_more_facets_come_before_fewer(taxonomy: Taxonomy) -> None:
    rules = [
        rule("none", weight=100),
        rule("one", when={"sector": ["batteries"]}, weight=90),
        rule("two", when={"sector": ["batteries"], "ownership": ["private"]}, weight=0),
    ]
    assert order(rules, known(sector="batteries", ownership="private"), taxonomy) == ["two", "one", "none"]


def test_weight_decides_among_equally_specific_rules(taxonomy: Taxonomy) -> None:
    rules = [rule("light", weight=10, as_of="2026-11"), rule("heavy", weight=90, as_of="2020-01"), rule("middle", weight=50)]
    assert order(rules, Profile(), taxonomy) == ["heavy", "middle", "light"]


def test_newer_decides_among_equally_heavy_rules(taxonomy: Taxonomy) -> None:
    rules = [rule("old", as_of="2019-12"), rule("newest", as_of="2026-11"), rule("newer", as_of="2026-02")]
    assert order(rules, Profile(), taxonomy) == ["newest", "newer", "old"]


def test_id_decides_when_all_else_is_equal(taxonomy: Taxonomy) -> None:
    assert order([rule("c"), rule("a"), rule("b")], Profile(), taxonomy) == ["a", "b", "c"]


@pytest.mark.parametrize(
    "asked, wanted, applies",
    [
        ("DE", "DE", True),
        ("DE", "EU", True),
        ("DE", "EUROPE", True),
        ("EU", "EU", True),
        ("EU", "EUROPE", True),
        ("GCC", "MENA", True),
        ("EUROPE", "EU", False),
        ("EU", "DE", False),
        ("GB", "EU", False),
        ("GB", "EUROPE", True),
        ("VN", "ASEAN", True),
        ("VN", "EU", False),
    ],
)
def test_region_covers_its_countries_and_inner_regions(taxonomy: Taxonomy, asked: str, wanted: str, applies: bool) -> None:
    assert bool(order([rule("r", when={"market": [wanted]})], known(market=asked), taxonomy)) is applies


def test_any_of_several_markets_and_values_suffices(taxonomy: Taxonomy) -> None:
    rules = [rule("r", when={"market": ["FR", "ID"], "stage": ["exploring", "entering"]})]
    assert order(rules, known(market=("DE", "ID"), stage="entering"), taxonomy) == ["r"]
    assert order(rules, known(market=("DE", "ID"), stage="crisis"), taxonomy) == []


def test_all_facets_must_hold(taxonomy: Taxonomy) -> None:
    rules = [rule("r", when={"market": ["DE"], "sector": ["batteries"]})]
    assert order(rules, known(market="DE", sector="telecoms"), taxonomy) == []


def test_because_names_the_values_that_made_it_apply(taxonomy: Taxonomy) -> None:
    rules = [
        rule("general"),
        rule("country", when={"market": ["DE", "FR"], "sector": ["batteries", "telecoms"]}),
        rule("region", when={"market": ["EU"]}),
    ]
    because = {m.rule.id: dict(m.because) for m in select(rules, known(market="DE", sector="batteries"), taxonomy).matches}
    assert because == {"general": {}, "country": {"market": ("DE",), "sector": ("batteries",)}, "region": {"market": ("EU",)}}


def test_because_names_every_market_of_the_profile_that_is_meant(taxonomy: Taxonomy) -> None:
    match = select([rule("r", when={"market": ["DE", "FR", "PL"]})], known(market=("FR", "ID", "DE")), taxonomy).matches[0]
    assert match.because["market"] == ("FR", "DE")


def test_exception_drops_a_rule_only_when_all_of_it_holds(taxonomy: Taxonomy) -> None:
    rules = [rule("r", unless={"market": ["EU"], "ownership": ["state_owned"]})]
    assert order(rules, known(market="DE", ownership="state_owned"), taxonomy) == []
    assert order(rules, known(market="DE", ownership="private"), taxonomy) == ["r"]
    assert order(rules, known(market="ID", ownership="state_owned"), taxonomy) == ["r"]
    assert order(rules, known(market="DE"), taxonomy) == ["r"]


def test_rule_that_needs_an_unknown_facet_counts_as_missing(taxonomy: Taxonomy) -> None:
    rules = [
        rule("stage", when={"stage": ["crisis"]}),
        rule("both", when={"audience": ["media"], "market": ["DE"]}),
        rule("general"),
    ]
    selection = select(rules, Profile(), taxonomy)
    assert ids(selection.matches) == ["general"]
    assert selection.missing == ("market", "stage", "audience")


def test_facet_is_not_missing_when_its_rule_would_not_apply_anyway(taxonomy: Taxonomy) -> None:
    rules = [
        rule("other-country", when={"market": ["FR"], "stage": ["crisis"]}),
        rule("excepted", when={"audience": ["media"]}, unless={"market": ["DE"]}),
    ]
    assert select(rules, known(market="DE"), taxonomy).missing == ()


def test_overridden_rule_drops_out(taxonomy: Taxonomy) -> None:
    rules = [rule("general", weight=100), rule("special", when={"market": ["DE"]}, overrides=("general",))]
    assert order(rules, known(market="DE"), taxonomy) == ["special"]


def test_rule_that_does_not_apply_overrides_nothing(taxonomy: Taxonomy) -> None:
    rules = [rule("general"), rule("special", when={"market": ["FR"]}, overrides=("general",))]
    assert order(rules, known(market="DE"), taxonomy) == ["general"]
    assert order(rules, Profile(), taxonomy) == ["general"]


def test_replaced_rule_replaces_nothing(taxonomy: Taxonomy) -> None:
    rules = [rule("a", overrides=("b",)), rule("b", overrides=("c",)), rule("c", overrides=("d",)), rule("d")]
    assert order(rules, Profile(), taxonomy) == ["a", "c"]


def test_rule_may_override_several_and_be_overridden_by_several(taxonomy: Taxonomy) -> None:
    rules = [rule("a", overrides=("c", "d")), rule("b", overrides=("c",)), rule("c"), rule("d"), rule("e")]
    assert order(rules, Profile(), taxonomy) == ["a", "b", "e"]


def test_override_of_a_rule_that_is_not_there_is_harmless(taxonomy: Taxonomy) -> None:
    assert order([rule("a", overrides=("gone", "a"))], Profile(), taxonomy) == ["a"]


def test_of_two_that_override_each_other_the_better_ranked_stays(taxonomy: Taxonomy) -> None:
    rules = [rule("light", weight=1, overrides=("heavy",)), rule("heavy", weight=99, overrides=("light",))]
    assert order(rules, Profile(), taxonomy) == ["heavy"]


def test_of_a_longer_circle_the_best_ranked_stays(taxonomy: Taxonomy) -> None:
    circle = [rule("a", weight=1, overrides=("b",)), rule("b", weight=2, overrides=("c",)), rule("c", weight=3, overrides=("a",))]
    kept = order(circle, Profile(), taxonomy)
    assert "c" in kept and "a" not in kept


def test_rule_overridden_out_of_a_circle_drops_out_however_heavy(taxonomy: Taxonomy) -> None:
    rules = [
        rule("best-of-circle", weight=50, overrides=("other-of-circle", "outside")),
        rule("other-of-circle", weight=40, overrides=("best-of-circle",)),
        rule("outside", weight=99),
    ]
    assert order(rules, Profile(), taxonomy) == ["best-of-circle"]


def test_order_does_not_depend_on_the_order_of_input(taxonomy: Taxonomy) -> None:
    rules = [
        rule(
            f"r{number}",
            weight=number % 3,
            when={"market": ["DE", "EU"]} if number % 2 else {},
            overrides=(f"r{number * 7 % 20}",),
        )
        for number in range(20)
    ]
    expected = order(rules, known(market="DE"), taxonomy)
    chance = random.Random(1)
    for _ in range(20):
        chance.shuffle(rules)
        assert order(rules, known(market="DE"), taxonomy) == expected
    assert expected
