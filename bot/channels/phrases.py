"""The adviser's own words and the names of things for channels with cards, out of the content folder of this process."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import yaml

from bot.settings import Settings
from serving.words import Words, read_texts


def say(key: str, language: str, **values: object) -> str:
    """The text of ``phrases.yml`` at ``key`` (dots descend, as in ``buttons.why``) with ``{values}`` filled in.

    Raises:
        KeyError: there is no such text.
    """
    return _words().say(key, language, **values)


def value_name(value: str, language: str) -> str:
    """A facet value's name; unknown values stand for themselves."""
    return _words().value(value, language)


def topic_name(topic: str, language: str) -> str:
    """A topic's title; an unknown topic stands for itself."""
    return _topics().get(topic, {}).get(language, topic)


def day(iso: str, language: str) -> str:
    """A day (``2026-11-29``) as people of the language write it."""
    return _words().date(date.fromisoformat(iso), language)


def facet_names(facets: Mapping[str, Any] | None, language: str) -> str:
    """Facet values in words, such as a profile or the reasons of an item; empty when there are none."""
    values = [value for held in (facets or {}).values() for value in (held if isinstance(held, list) else [held])]
    return _words().join((value_name(str(value), language) for value in values if value), language)


@lru_cache(maxsize=1)
def _words() -> Words:
    return Words(read_texts(Settings.from_environment().content_folder))


@lru_cache(maxsize=1)
def _topics() -> dict[str, dict[str, str]]:
    taxonomy = yaml.safe_load((Settings.from_environment().content_folder / "taxonomy.yml").read_text(encoding="utf-8"))
    return {id_: titles for pillar in taxonomy["pillars"].values() for id_, titles in pillar["topics"].items()}
