"""Which cases are worth telling, and in what order."""

from __future__ import annotations

import pytest

from actions.advice.cases import find_cases
from actions.rules.guidance import Rule
from actions.rules.profile import Profile
from actions.rules.taxonomy import Taxonomy
from tests.support import ids, known, rule


def case(id_: str, **fields: object) -> Rule:
    return rule(id_, kind="case", topic=fields.pop("topic", "case_company"), **fields)


CASES = [
    case("greece", when={"market": ["GR"], "sector": ["logistics_ports"]}, companies=("COSCO", "中远海运")),
    case("germany", when={"market": ["DE"], "sector": ["automotive"]}, companies=("BYD", "比亚迪"), weight=10),
    case(
        "hungary",
        when={"market": ["HU"], "sector": ["batteries"]},
        companies=("CATL", "宁德时代"),
        related_topics=("community_engagement",),
    ),
    case("everywhere", topic="case_cultural", companies=("AI House",)),
]


def found(profile: Profile, taxonomy: Taxonomy, **how: str | None) -> list[str]:
    return ids(find_cases(CASES, profile, taxonomy, **how))


@pytest.mark.parametrize("text", ["How did BYD do it?", "byd's story", "比亚迪在德国怎么做的", "BYD在德国"])
def test_named_company_is_told_alone(taxonomy: Taxonomy, text: str) -> None:
    assert found(known(market="HU"), taxonomy, text=text) == ["germany"]


@pytest.mark.parametrize("text", ["BYDX went abroad", "what about abydos", "my AI Housekeeping robot"])
def test_company_name_counts_only_as_a_whole_word(taxonomy: Taxonomy, text: str) -> None:
    assert found(known(), taxonomy, text=text) == []


def test_without_a_company_a_case_must_share_topic_market_or_sector(taxonomy: Taxonomy) -> None:
    assert found(known(), taxonomy) == []
    assert found(known(market="GR"), taxonomy) == ["greece"]
    assert found(known(sector="batteries"), taxonomy) == ["hungary"]
    assert found(known(), taxonomy, topic="community_engagement") == ["hungary"]
    assert found(known(), taxonomy, topic="case_cultural") == ["everywhere"]


def test_nearer_market_and_sector_come_first(taxonomy: Taxonomy) -> None:
    assert found(known(market="DE", sector="batteries"), taxonomy) == ["germany", "hungary"]


def test_region_asked_for_brings_the_cases_of_its_countries(taxonomy: Taxonomy) -> None:
    assert set(found(known(market="EU"), taxonomy)) == {"greece", "germany", "hungary"}
    assert found(known(market="ASEAN"), taxonomy) == []


def test_order_does_not_depend_on_the_order_of_input(taxonomy: Taxonomy) -> None:
    profile = known(market="EU")
    assert ids(find_cases(CASES, profile, taxonomy)) == ids(find_cases(reversed(CASES), profile, taxonomy))


def test_because_names_what_case_and_profile_share(taxonomy: Taxonomy) -> None:
    match = find_cases(CASES, known(market="HU", sector="batteries"), taxonomy)[0]
    assert dict(match.because) == {"market": ("HU",), "sector": ("batteries",)}
