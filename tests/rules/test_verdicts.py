"""Why a rule is shown or not: every rule of a topic gets one verdict, and the verdict is true."""

from __future__ import annotations

from actions.rules.book import RuleBook
from actions.rules.profile import Profile
from actions.rules.verdicts import Verdict, judge
from tests.support import TAXONOMY, known, rule

RULES = [
    rule("principle", kind="principle"),
    rule("germany", when={"market": ["DE"]}, overrides=("replaced",)),
    rule("union", when={"market": ["EU"]}),
    rule("france", when={"market": ["FR"]}),
    rule("crisis", when={"stage": ["crisis"], "market": ["DE"]}),
    rule("not-for-states", unless={"ownership": ["state_owned"]}),
    rule("replaced"),
    *(rule(f"filler-{number}") for number in range(6)),
]


def verdicts(profile: Profile) -> dict[str, Verdict]:
    found = judge(RuleBook.of(RULES, TAXONOMY), "entry_mode", profile, TAXONOMY)
    assert sorted(verdict.rule.id for verdict in found) == sorted(r.id for r in RULES)
    return {verdict.rule.id: verdict for verdict in found}


def test_every_outcome_is_told_with_its_reason() -> None:
    found = verdicts(known(market="DE", ownership="state_owned"))
    outcomes = {id_: (verdict.outcome, verdict.reason) for id_, verdict in found.items()}
    assert outcomes["principle"][0] == "headline"
    assert outcomes["germany"][0] == "page 1" and "market DE" in outcomes["germany"][1]
    assert outcomes["union"][0] == "page 1" and "a region of the market" in outcomes["union"][1]
    assert outcomes["france"] == ("other case", "is for market FR, not for market DE")
    assert outcomes["crisis"] == ("unknown facet", "would be shown if known: stage crisis")
    assert outcomes["not-for-states"] == ("excepted", "not shown when ownership state_owned")
    assert outcomes["replaced"] == ("overridden", "replaced by germany")
    assert outcomes["filler-5"][0] == "page 2"


def test_what_fails_is_told_before_what_is_unknown() -> None:
    assert verdicts(known(market="FR"))["crisis"].outcome == "other case"


def test_shown_rules_come_first_and_in_their_order() -> None:
    found = judge(RuleBook.of(RULES, TAXONOMY), "entry_mode", known(market="DE"), TAXONOMY)
    places = [verdict.outcome for verdict in found]
    shown = [place for place in places if place == "headline" or place.startswith("page")]
    assert places[: len(shown)] == shown and shown[0] == "headline"
    assert shown[1:] == sorted(shown[1:], key=lambda place: int(place.removeprefix("page ")))
    assert found[1].rule.id == "germany"


def test_all_that_replace_a_rule_are_named() -> None:
    circle = [rule("a", weight=9, overrides=("b",)), rule("b", overrides=("c",)), rule("c", overrides=("b",))]
    found = {v.rule.id: v for v in judge(RuleBook.of(circle, TAXONOMY), "entry_mode", Profile(), TAXONOMY)}
    assert found["a"].outcome == "page 1" and found["b"].reason == "replaced by a, c"


def test_a_topic_without_rules_has_no_verdicts() -> None:
    assert judge(RuleBook.of(RULES, TAXONOMY), "transparency", Profile(), TAXONOMY) == []
