"""A small library with one item for every way in which guidance can apply."""

from __future__ import annotations

from typing import Any

from tests.support import case_entry, entry, source_entry

TOPIC = "community_engagement"


def _item(id_: str, kind: str, **fields: Any) -> dict[str, Any]:
    return entry(id_, topic=TOPIC, kind=kind, **fields)


GENERAL = [
    _item("ce-principle", "principle", weight=40),
    _item("ce-principle-strong", "principle", weight=60),
    *(_item(f"ce-action-{number}", "action", weight=70 - number) for number in range(1, 6)),
    _item("ce-risk-1", "risk", weight=60),
    _item("ce-risk-2", "risk", weight=50),
    _item("ce-metric-1", "metric"),
]
LOCAL = [
    _item("ce-principle-id", "principle", when={"market": ["ID"]}),
    _item("ce-fact-id", "fact", when={"market": ["ID"]}, legal=True, as_of="2024-05", sources=["study"], confidence="high"),
    _item("ce-fact-id-metals", "fact", when={"market": ["ID"], "sector": ["mining_metals"]}, sources=["study", "notice"]),
    _item("ce-fact-asean", "fact", when={"market": ["ASEAN"]}),
    _item("ce-fact-de", "fact", when={"market": ["DE"]}),
    _item("ce-action-id", "action", when={"market": ["ID"]}, overrides=["ce-action-1"]),
    _item("ce-action-state", "action", when={"ownership": ["state_owned"]}),
    _item("ce-draft", "action", status="draft"),
    _item("ce-retired", "action", status="retired"),
]
READINESS = [
    entry("er-principle", topic="entry_readiness", kind="principle"),
    *(entry(f"er-action-{number}", topic="entry_readiness", weight=60 - number) for number in range(1, 4)),
    entry("er-metric", topic="entry_readiness", kind="metric"),
    entry("er-fact-id", topic="entry_readiness", kind="fact", when={"market": ["ID"]}),
    entry("er-risk-de", topic="entry_readiness", kind="risk", when={"market": ["DE"]}),
]
CASES = [
    case_entry(
        "case-alpha", companies=["Alpha", "阿尔法"], when={"market": ["ID"], "sector": ["mining_metals"]}, related_topics=[TOPIC]
    ),
    case_entry("case-beta", companies=["Beta Motors"], when={"market": ["DE"], "sector": ["automotive"]}, outcome="failure"),
    case_entry("case-gamma", companies=["Gamma"], when={"market": ["VN"]}, outcome="mixed", weight=90),
    case_entry("case-delta", topic="case_infrastructure", companies=["Delta"], when={"market": ["GR"]}),
]
SOURCES = [source_entry("study"), source_entry("notice", url=None, published=None)]

FILES: dict[str, Any] = {
    "topics/community_engagement.yml": {"rules": GENERAL},
    "topics/entry_readiness.yml": {"rules": READINESS},
    "markets/local.yml": {"sources": SOURCES, "rules": LOCAL},
    "cases/company.yml": {"rules": CASES},
}
