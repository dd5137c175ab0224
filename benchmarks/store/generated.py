"""Made-up guidance of any size, with conditions spread as in the real library; the same for the same size."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import yaml

from actions.rules.content import Library
from actions.rules.profile import Profile
from actions.rules.schema import RuleEntry, SourceEntry
from actions.rules.taxonomy import Taxonomy, iso_countries

RULES_PER_FILE = 400
RULES_PER_SOURCE = 3
_KINDS = ("action",) * 9 + ("fact",) * 5 + ("risk",) * 3 + ("metric",) * 2 + ("principle",)
_ENGLISH = (
    "the country manager writes to the regulator within thirty days and keeps a log of every promise made to residents suppliers "
    "unions and the press so that the next audit can show what was done when by whom at what cost and with which result"
).split()
_CHINESE = (
    "国别负责人在三十天内致函监管机构并逐条记录对居民供应商工会与媒体的承诺以便下次审计说明何人何时以何种成本做了什么取得何种结果"
)


class Generator:
    """Makes entries and questions out of a seeded source of chance."""

    def __init__(self, size: int, taxonomy: Taxonomy) -> None:
        self._chance = random.Random(size)
        self._size = size
        self._taxonomy = taxonomy
        self._topics = sorted(taxonomy.topics)
        self._countries = sorted(iso_countries())
        self._chance.shuffle(self._countries)
        self._regions = sorted(taxonomy.regions)

    def rules(self) -> Iterator[dict[str, object]]:
        """As many rules as the size says, as authors write them."""
        for number in range(self._size):
            topic = self._topics[number % len(self._topics)]
            entry = {
                "id": f"rule-{number}",
                "topic": topic,
                "kind": self._chance.choice(_KINDS),
                "text": {"en": self._english(number), "zh": self._chinese(number)},
                "when": self._condition(),
                "weight": self._chance.randrange(30, 90),
                "sources": [f"source-{self._chance.randrange(self._size // RULES_PER_SOURCE)}"],
                "as_of": f"{self._chance.randrange(2019, 2027)}-{self._chance.randrange(1, 13):02}",
                "checked_on": "2026-11-22",
                "review_by": "2027-11",
            }
            if self._chance.random() < 0.03:
                entry["unless"] = {"ownership": [self._chance.choice(sorted(self._taxonomy.values["ownership"]))]}
            if self._chance.random() < 0.03 and number >= len(self._topics):
                entry["overrides"] = [f"rule-{self._chance.randrange(number % len(self._topics), number, len(self._topics))}"]
            yield entry

    def sources(self) -> Iterator[dict[str, object]]:
        """The sources that the rules cite."""
        for number in range(self._size // RULES_PER_SOURCE):
            url = f"https://example.org/reports/{number}"
            title = " ".join(self._chance.choices(_ENGLISH, k=9))
            yield {"id": f"source-{number}", "title": title, "publisher": "An institute", "url": url, "published": "2025-06"}

    def questions(self, count: int) -> list[tuple[str, Profile]]:
        """Topics with profiles such as people have: a market mostly, each other facet in about half."""
        return [(self._chance.choice(self._topics), self._profile()) for _ in range(count)]

    def library(self) -> Library:
        """The entries, taken as checked."""
        rules = [RuleEntry.parse_obj(rule) for rule in self.rules()]
        return Library(rules, [SourceEntry.parse_obj(source) for source in self.sources()], f"generated-{self._size}")

    def write(self, folder: Path) -> None:
        """The entries as content files of a size that a person would keep."""
        dump = {"Dumper": yaml.CSafeDumper, "allow_unicode": True, "sort_keys": False, "width": 4000}
        (folder / "topics").mkdir(parents=True)
        rules, sources = list(self.rules()), list(self.sources())
        for at in range(0, max(len(rules), 1), RULES_PER_FILE):
            share = slice(at // RULES_PER_SOURCE, (at + RULES_PER_FILE) // RULES_PER_SOURCE)
            data = {"sources": sources[share], "rules": rules[at : at + RULES_PER_FILE]}
            (folder / "topics" / f"{at:07}.yml").write_text(yaml.dump(data, **dump), encoding="utf-8")  # type: ignore[call-overload]

    def _condition(self) -> dict[str, list[str]]:
        when: dict[str, list[str]] = {}
        draw = self._chance.random()
        if draw < 0.6:
            when["market"] = sorted({self._country() for _ in range(self._chance.choice((1, 1, 1, 2, 3)))})
        elif draw < 0.7:
            when["market"] = [self._chance.choice(self._regions)]
        for facet, share in (("sector", 0.25), ("audience", 0.2), ("ownership", 0.15), ("stage", 0.15)):
            if self._chance.random() < share:
                when[facet] = [self._chance.choice(sorted(self._taxonomy.values[facet]))]
        return when

    def _country(self) -> str:
        """Some countries are written about far more than others."""
        return self._countries[min(int(self._chance.expovariate(1 / 25)), len(self._countries) - 1)]

    def _profile(self) -> Profile:
        facets = {
            facet: self._chance.choice(sorted(self._taxonomy.values[facet])) if self._chance.random() < 0.5 else None
            for facet in ("sector", "ownership", "stage", "audience")
        }
        return Profile(market=(self._country(),) if self._chance.random() < 0.85 else (), **facets)

    def _english(self, number: int) -> str:
        return f"Point {number}: {' '.join(self._chance.choices(_ENGLISH, k=45))}."

    def _chinese(self, number: int) -> str:
        start = self._chance.randrange(len(_CHINESE))
        return f"第{number}点：{(_CHINESE[start:] + _CHINESE)[:90]}。"
