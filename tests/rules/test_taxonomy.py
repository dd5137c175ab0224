"""The vocabulary: topics, facet values and what regions cover."""

from __future__ import annotations

import pytest

from actions.rules.taxonomy import FACETS, Taxonomy, iso_countries


def test_every_facet_has_values(taxonomy: Taxonomy) -> None:
    assert set(taxonomy.values) == set(FACETS)
    assert {facet: len(values) for facet, values in taxonomy.values.items() if facet != "market"} == {
        "sector": 21,
        "ownership": 3,
        "stage": 5,
        "audience": 8,
    }


def test_markets_are_all_countries_and_the_regions(taxonomy: Taxonomy) -> None:
    assert {"DE", "ID", "NO", "TW", "HK", "XK", "CN"} <= iso_countries()
    assert taxonomy.values["market"] == iso_countries() | set(taxonomy.regions)
    assert not {"UN", "ZZ", "EZ"} & taxonomy.values["market"]


def test_members_of_regions_are_countries(taxonomy: Taxonomy) -> None:
    assert {region: members - iso_countries() for region, members in taxonomy.regions.items() if members - iso_countries()} == {}
    assert len(taxonomy.regions) == 11
    assert (len(taxonomy.regions["EU"]), len(taxonomy.regions["GCC"]), len(taxonomy.regions["ASEAN"])) == (27, 6, 11)


@pytest.mark.parametrize(
    "region, inside", [("EUROPE", "EU"), ("MENA", "GCC"), ("AFRICA", "SSA"), ("ASIA_PACIFIC", "ASEAN"), ("EU", "EU")]
)
def test_region_covers_regions_within_it(taxonomy: Taxonomy, region: str, inside: str) -> None:
    assert inside in taxonomy.coverage[region]


def test_region_covers_no_region_that_only_overlaps(taxonomy: Taxonomy) -> None:
    assert "MENA" not in taxonomy.coverage["AFRICA"]
    assert "EUROPE" not in taxonomy.coverage["EU"]


def test_regions_of_a_country_come_smallest_first(taxonomy: Taxonomy) -> None:
    assert taxonomy.regions_of("DE") == ["EU", "EUROPE"]
    assert taxonomy.regions_of("AE") == ["GCC", "MENA"]
    assert taxonomy.regions_of("EU") == ["EUROPE"]


def test_turns_and_topics_do_not_share_names(taxonomy: Taxonomy) -> None:
    assert not set(taxonomy.turns) & set(taxonomy.topics)
    assert {topic for topics in taxonomy.pillars.values() for topic in topics} == set(taxonomy.topics)
