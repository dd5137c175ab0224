"""The adviser's own words and the names of things in both languages, out of the content folder, for channels with cards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from babel import Locale
from babel.dates import format_date

from bot.settings import Settings

_DATE_LOCALES = {"en": Locale("en", "GB"), "zh": Locale("zh")}


def say(key: str, language: str, **values: object) -> str:
    """The text of ``phrases.yml`` at ``key`` (dots descend, as in ``buttons.why``) with ``{values}`` filled in.

    Raises:
        KeyError: there is no such text.
    """
    node: Any = _read("phrases.yml")
    for part in key.split("."):
        node = node[part]
    return str(node[language]).format(**values)


def value_name(value: str, language: str) -> str:
    """A facet value's name: ours if there is one, else the country's in CLDR's words; unknown values stand for themselves."""
    named = _read("phrases.yml")["values"].get(value)
    return str(named[language] if named else Locale(language).territories.get(value, value))


def topic_name(topic: str, language: str) -> str:
    """A topic's title; an unknown topic stands for itself."""
    pillars = _read("taxonomy.yml")["pillars"].values()
    return str(next((pillar["topics"][topic][language] for pillar in pillars if topic in pillar["topics"]), topic))


def day(iso: str, language: str) -> str:
    """A day (``2026-11-29``) as people of the language write it."""
    return str(format_date(date.fromisoformat(iso), format="long", locale=_DATE_LOCALES[language]))


def join(parts: Iterable[str], language: str) -> str:
    """Parts of a list with the language's separator."""
    return say("list_separator", language).join(parts)


def facet_names(facets: Mapping[str, Any] | None, language: str) -> str:
    """Facet values in words, such as a profile or the reasons of an item; empty when there are none."""
    values = [value for held in (facets or {}).values() for value in (held if isinstance(held, list) else [held])]
    return join((value_name(str(value), language) for value in values if value), language)


def _read(name: str) -> Mapping[str, Any]:
    return _read_file(Settings.from_environment().content_folder / name)


@lru_cache(maxsize=8)
def _read_file(path: Path) -> Mapping[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))
