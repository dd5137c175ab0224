"""The project's own guidance: valid, complete and varied enough to advise from."""

from __future__ import annotations

from collections import Counter

import pytest
import yaml

from actions.rules.content import Library
from actions.rules.taxonomy import Taxonomy
from tests.support import CONTENT

TOPICS = [
    topic
    for pillar in yaml.safe_load((CONTENT / "taxonomy.yml").read_text(encoding="utf-8"))["pillars"].values()
    for topic in pillar["topics"]
]
NEEDED = {"principle": 1, "action": 3, "risk": 1, "metric": 1}


def test_there_are_34_topics() -> None:
    assert len(TOPICS) == len(set(TOPICS)) == 34


@pytest.mark.parametrize("topic", TOPICS)
def test_topic_has_general_guidance_of_every_kind(project_library: Library, topic: str) -> None:
    general = [rule for rule in project_library.rules if rule.topic == topic and not rule.when and rule.status == "published"]
    counts = Counter(rule.kind for rule in general)
    assert {kind: counts[kind] for kind in NEEDED if counts[kind] < NEEDED[kind]} == {}


def test_twelve_countries_and_more_have_guidance_of_their_own(project_library: Library, taxonomy: Taxonomy) -> None:
    published = [rule for rule in project_library.rules if rule.status == "published" and rule.kind != "case"]
    named = {market for rule in published for market in rule.when.get("market", []) if not taxonomy.is_region(market)}
    assert len(named) >= 12


def test_every_fact_cites_a_source(project_library: Library) -> None:
    assert [rule.id for rule in project_library.rules if rule.kind == "fact" and not rule.sources] == []


def test_every_override_stays_within_its_topic(project_library: Library) -> None:
    topics = {rule.id: rule.topic for rule in project_library.rules}
    crossing = [(rule.id, other) for rule in project_library.rules for other in rule.overrides if topics[other] != rule.topic]
    assert crossing == []
