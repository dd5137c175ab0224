"""The fixed vocabulary of the guidance: topics, facets and their values, and which countries a region covers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml
from babel import Locale

FACETS = ("market", "sector", "ownership", "stage", "audience")
"""The facets in the order in which they are shown and asked for."""

LANGUAGES = ("en", "zh")

CONTENT_FOLDER = Path(__file__).resolve().parents[2] / "content"
"""Where the guidance of a checkout stands."""


@dataclass(frozen=True)
class Taxonomy:
    """Topic ids with their titles and pillars, facet values, and region membership."""

    topics: Mapping[str, Mapping[str, str]]
    pillars: Mapping[str, tuple[str, ...]]
    pillar_titles: Mapping[str, Mapping[str, str]]
    turns: tuple[str, ...]
    values: Mapping[str, frozenset[str]]
    regions: Mapping[str, frozenset[str]]

    @classmethod
    def load(cls, folder: Path = CONTENT_FOLDER) -> Taxonomy:
        """Read ``taxonomy.yml`` and ``regions.yml`` from ``folder``."""
        raw = yaml.safe_load((folder / "taxonomy.yml").read_text(encoding="utf-8"))
        members = yaml.safe_load((folder / "regions.yml").read_text(encoding="utf-8"))
        regions = {region: frozenset(members[region]) for region in raw["facets"]["market"]["regions"]}
        values = {facet: frozenset(raw["facets"][facet]["values"]) for facet in FACETS if facet != "market"}
        values["market"] = iso_countries() | frozenset(regions)
        return cls(
            topics={id_: names for pillar in raw["pillars"].values() for id_, names in pillar["topics"].items()},
            pillars={name: tuple(pillar["topics"]) for name, pillar in raw["pillars"].items()},
            pillar_titles={name: {"en": p["en"], "zh": p["zh"]} for name, p in raw["pillars"].items()},
            turns=tuple(raw["turns"]),
            values=values,
            regions=regions,
        )

    @cached_property
    def coverage(self) -> Mapping[str, frozenset[str]]:
        """For each region: itself, its member countries, and the regions that lie wholly inside it."""
        return {
            region: members | {inner for inner, countries in self.regions.items() if countries <= members}
            for region, members in self.regions.items()
        }

    def is_region(self, market: str) -> bool:
        """Whether ``market`` is a region rather than a country."""
        return market in self.regions

    def regions_of(self, market: str) -> list[str]:
        """The regions that cover ``market``, the smallest first."""
        covering = [region for region, inside in self.coverage.items() if market in inside and market != region]
        return sorted(covering, key=lambda region: (len(self.regions[region]), region))


def iso_countries() -> frozenset[str]:
    """The two-letter codes of all countries and territories that CLDR names (ISO 3166-1)."""
    not_countries = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"}
    territories = map(str, Locale("en").territories)
    return frozenset(code for code in territories if len(code) == 2 and code.isalpha()) - not_countries
