"""The JSON Schema of guidance files, generated from the pydantic models and the vocabulary, for editors."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from actions.rules.schema import ContentFile, RuleEntry, SourceEntry
from actions.rules.taxonomy import FACETS, Taxonomy

SCHEMA_FILE = "guidance.schema.json"
MODELINE = f"# yaml-language-server: $schema=../{SCHEMA_FILE}\n"
"""The first line of a guidance file, by which editors find the schema."""

_FROM_DEFAULTS = ("topic", "as_of", "checked_on", "review_by")
"""Fields that a rule needs but may get from the file's defaults."""


def guidance_schema(taxonomy: Taxonomy) -> dict[str, Any]:
    """The schema of one guidance file (JSON Schema draft 7).

    It knows the topics, facets and values of ``taxonomy``. What concerns several entries (unknown sources, duplicate ids) only
    ``validate`` can tell.
    """
    whole = _schema_of(ContentFile)
    definitions: dict[str, Any] = whole.pop("definitions", {})
    models: tuple[type[BaseModel], ...] = (RuleEntry, SourceEntry)
    for model in models:
        entry = _schema_of(model)
        definitions |= entry.pop("definitions", {})
        definitions[model.__name__] = entry
    rule, defaults = definitions["RuleEntry"], definitions["Defaults"]
    rule["required"] = [name for name in rule["required"] if name not in _FROM_DEFAULTS]
    topics = {"enum": sorted(taxonomy.topics)}
    for entry in (rule, defaults):
        entry["properties"]["topic"] |= topics
        entry["properties"]["when"] = {"$ref": "#/definitions/Condition"}
    rule["properties"]["unless"] = {"$ref": "#/definitions/Condition"}
    rule["properties"]["related_topics"]["items"] |= topics
    definitions["Condition"] = {
        "type": "object",
        "description": "All facets must hold; any value of a facet suffices.",
        "additionalProperties": False,
        "properties": {
            facet: {"type": "array", "minItems": 1, "items": {"enum": sorted(taxonomy.values[facet])}} for facet in FACETS
        },
    }
    whole["properties"]["rules"] = {"type": "array", "items": {"$ref": "#/definitions/RuleEntry"}}
    whole["properties"]["sources"] = {"type": "array", "items": {"$ref": "#/definitions/SourceEntry"}}
    _allow_null(definitions["SourceEntry"], ("url", "published"))
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        **whole,
        "title": "Guidance of Qiao",
        "description": "One topic, market, sector or set of cases; see docs/authoring.md.",
        "definitions": definitions,
    }


def write_schema(path: Path, taxonomy: Taxonomy) -> None:
    """Write the schema to ``path``."""
    path.write_text(json.dumps(guidance_schema(taxonomy), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """A model's own schema; a copy, since pydantic keeps what it gives and would give our changes to the next caller."""
    return deepcopy(model.schema(ref_template="#/definitions/{model}"))


def _allow_null(entry: dict[str, Any], names: tuple[str, ...]) -> None:
    """pydantic 1 leaves out that an optional field may be null."""
    for name in names:
        entry["properties"][name]["type"] = [entry["properties"][name]["type"], "null"]
