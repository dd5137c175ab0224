"""The JSON Schema that editors check guidance with: it accepts what we accept, and refuses what it can know to be wrong."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
import yaml

from actions.rules.json_schema import MODELINE, SCHEMA_FILE, guidance_schema
from tests.support import CONTENT, TAXONOMY, case_entry, entry, source_entry

SCHEMA = guidance_schema(TAXONOMY)
FILES = sorted(path for folder in ("topics", "markets", "sectors", "cases") for path in (CONTENT / folder).glob("**/*.yml"))


class _Loader(yaml.CSafeLoader):  # type: ignore[misc,name-defined]
    """Reads "NO" as a word, as our reader and editors with YAML 1.2 do."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":bool", ":timestamp"))]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def faults(data: dict[str, Any]) -> list[str]:
    return [error.message for error in jsonschema.Draft7Validator(SCHEMA).iter_errors(data)]


def test_schema_is_a_schema() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)


def test_schema_is_the_same_each_time() -> None:
    assert guidance_schema(TAXONOMY) == SCHEMA


def test_published_schema_is_the_generated_one() -> None:
    published = json.loads((CONTENT / SCHEMA_FILE).read_text(encoding="utf-8"))
    assert published == SCHEMA, "run: python -m actions.rules schema"


def test_schema_accepts_every_file_of_the_project() -> None:
    for path in FILES:
        text = path.read_text(encoding="utf-8").replace("legal: true", 'legal: "yes"')
        data = yaml.load(text, Loader=_Loader)
        assert [fault for fault in faults(data) if fault != "'yes' is not of type 'boolean'"] == [], path.name


def test_every_file_of_the_project_names_the_schema() -> None:
    lacking = [path.name for path in FILES if not path.read_text(encoding="utf-8").startswith(MODELINE)]
    assert lacking == []


def test_schema_accepts_a_case_a_source_and_defaults() -> None:
    sparse = {"id": "a", "kind": "action", "text": {"en": "Do.", "zh": "做。"}}
    data = {
        "defaults": {"topic": "entry_mode", "when": {"market": ["DE"]}, "checked_on": "2026-11-22"},
        "sources": [source_entry("study", url=None, published=None)],
        "rules": [sparse, case_entry("b")],
    }
    assert faults(data) == []


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"topic": "nonsense"}, id="topic"),
        pytest.param({"kind": "hint"}, id="kind"),
        pytest.param({"when": {"market": ["XX"]}}, id="market"),
        pytest.param({"when": {"colour": ["red"]}}, id="facet"),
        pytest.param({"when": {"sector": []}}, id="empty condition"),
        pytest.param({"unless": {"stage": ["never"]}}, id="exception"),
        pytest.param({"id": "Not An Id"}, id="id"),
        pytest.param({"weight": 900}, id="weight"),
        pytest.param({"as_of": "yesterday"}, id="date"),
        pytest.param({"txt": "typo"}, id="unknown field"),
        pytest.param({"text": {"en": "only English"}}, id="missing language"),
        pytest.param({"related_topics": ["nonsense"]}, id="related topic"),
        pytest.param({"confidence": "total"}, id="confidence"),
    ],
)
def test_schema_refuses(fields: dict[str, Any]) -> None:
    assert faults({"rules": [entry("a")]}) == []
    assert faults({"rules": [{**entry("a"), **fields}]})
