"""Helpers that several test modules share: content folders, rules, stores and trackers."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa_sdk import Tracker
from sqlalchemy.engine import Engine

from actions.advice.adviser import Adviser
from actions.advice.phrases import Phrases
from actions.rules.content import read_library
from actions.rules.database import open_engine, upgrade_schema, writing
from actions.rules.errors import ContentError, Problem
from actions.rules.guidance import Rule
from actions.rules.matcher import Match
from actions.rules.profile import Profile
from actions.rules.releases import load_release
from actions.rules.store import RuleStore
from actions.rules.taxonomy import Taxonomy

PROJECT = Path(__file__).resolve().parents[1]
CONTENT = PROJECT / "content"
VOCABULARY = (
    "taxonomy.yml",
    "regions.yml",
    "phrases.yml",
    "integrity.yml",
    "assessment.yml",
    "references.yml",
    "roles.yml",
)
LANGUAGES = ("en", "zh")
TAXONOMY = Taxonomy.load(CONTENT)
SLOTS = tuple(yaml.safe_load((PROJECT / "domain.yml").read_text(encoding="utf-8"))["slots"])


def write_content(folder: Path, files: Mapping[str, str | bytes | dict[str, Any]]) -> Path:
    """A content folder with the project's vocabulary and the given guidance files (text, bytes or plain data)."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in VOCABULARY:
        shutil.copy(CONTENT / name, folder / name)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, dict):
            content = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def entry(id_: str, **fields: Any) -> dict[str, Any]:
    """A rule as an author writes it; a field given as ``None`` is left out."""
    complete = {
        "id": id_,
        "topic": "entry_mode",
        "kind": "action",
        "text": {"en": f"Text of {id_}.", "zh": f"{id_}的内容。"},
        "as_of": "2026-11",
        "checked_on": "2026-11-22",
        "review_by": "2027-11",
        **fields,
    }
    return {name: value for name, value in complete.items() if value is not None}


def case_entry(id_: str, **fields: Any) -> dict[str, Any]:
    """A complete case as an author writes it."""
    case = {
        "kind": "case",
        "topic": "case_company",
        "title": {"en": f"Title of {id_}", "zh": f"{id_}的标题"},
        "outcome": "success",
        "lesson": {"en": f"Lesson of {id_}.", "zh": f"{id_}的启示。"},
    }
    return entry(id_, **{**case, **fields})


def source_entry(id_: str, **fields: Any) -> dict[str, Any]:
    """A source as an author writes it."""
    return {
        "id": id_,
        "title": f"Study {id_}",
        "publisher": f"Institute {id_}",
        "url": f"https://example.org/{id_}",
        "published": "2024-05",
        **fields,
    }


def rule(id_: str, **fields: Any) -> Rule:
    """A rule as the matcher sees it; conditions may be given as lists."""
    for name in ("when", "unless"):
        fields[name] = {facet: frozenset(values) for facet, values in fields.get(name, {}).items()}
    texts = {"topic": "entry_mode", "kind": "action", "text": {"en": id_, "zh": id_}, "as_of": "2026-11"}
    return Rule(id=id_, **{**texts, **fields})


def ids(matches: Iterable[Match]) -> list[str]:
    """The matches' ids in their order."""
    return [match.rule.id for match in matches]


def problems_of(folder: Path) -> list[Problem]:
    """What reading ``folder`` complains of; fails when it complains of nothing."""
    with pytest.raises(ContentError) as caught:
        read_library(folder)
    return caught.value.problems


def only_problem(folder: Path) -> Problem:
    """The single problem of ``folder``."""
    found = problems_of(folder)
    assert len(found) == 1, found
    return found[0]


def migrate(engine: Engine) -> None:
    """Bring the database's schema up to date."""
    with writing(engine) as connection:
        upgrade_schema(connection)


def make_adviser(url: str, content: Path) -> Adviser:
    """An adviser over ``content``, freshly loaded into the database at ``url``."""
    engine = open_engine(url)
    load_release(engine, read_library(content))
    taxonomy = Taxonomy.load(content)
    return Adviser(RuleStore(engine, taxonomy), taxonomy, Phrases.load(content, taxonomy))


def known(**facets: Any) -> Profile:
    """A profile; ``market`` may be given as a single code."""
    market = facets.pop("market", ())
    return Profile(market=(market,) if isinstance(market, str) else tuple(market), **facets)


def make_tracker(
    intent: str = "greet",
    text: str = "",
    *,
    language: str | None = "en",
    slots: Mapping[str, Any] | None = None,
    entities: Iterable[Mapping[str, Any]] = (),
    channel: str = "rest",
    ranking: Iterable[tuple[str, float]] = (),
) -> Tracker:
    """A conversation whose latest message has this intent, text and language."""
    message = {
        "text": text,
        "intent": {"name": intent, "confidence": 0.9},
        "intent_ranking": [{"name": name, "confidence": confidence} for name, confidence in ranking],
        "entities": [dict(entity) for entity in entities],
        "language": language,
    }
    events = [{"event": "user", "text": text, "input_channel": channel}]
    return Tracker("conversation-1", {**dict.fromkeys(SLOTS), **(slots or {})}, message, events, False, None, {}, None)
