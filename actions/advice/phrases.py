"""The adviser's own words and the names of things, in both languages, out of ``content/``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from babel import Locale
from babel.dates import format_date

from actions.rules.profile import Profile
from actions.rules.taxonomy import FACETS, Taxonomy

_DATE_LOCALES = {"en": Locale("en", "GB"), "zh": Locale("zh")}


@dataclass(frozen=True)
class Phrases:
    """Fixed texts by key and language, and display names of topics and facet values."""

    texts: Mapping[str, Any]
    taxonomy: Taxonomy

    @classmethod
    def load(cls, folder: Path, taxonomy: Taxonomy) -> Phrases:
        """Read ``phrases.yml`` of the content folder."""
        return cls(yaml.safe_load((folder / "phrases.yml").read_text(encoding="utf-8")), taxonomy)

    def say(self, key: str, language: str, **values: object) -> str:
        """The text at ``key`` (dots descend, as in ``buttons.why``) with ``{values}`` filled in.

        Raises:
            KeyError: there is no such text.
        """
        node: Any = self.texts
        for part in key.split("."):
            node = node[part]
        return str(node[language]).format(**values)

    def topic(self, topic: str, language: str) -> str:
        """A topic's title."""
        return self.taxonomy.topics[topic][language]

    def value(self, value: str, language: str) -> str:
        """A facet value's name: a country in CLDR's words, anything else in ours."""
        named = self.texts["values"].get(value)
        return str(named[language] if named else Locale(language).territories.get(value, value))

    def date(self, day: date, language: str) -> str:
        """A day as people of the language write it."""
        return str(format_date(day, format="long", locale=_DATE_LOCALES[language]))

    def join(self, parts: Iterable[str], language: str) -> str:
        """Parts of a list with the language's separator."""
        return self.say("list_separator", language).join(parts)

    def profile(self, profile: Profile, language: str) -> str:
        """The known facets of a profile in words; empty when nothing is known."""
        known = [self.value(value, language) for facet in FACETS for value in profile.values(facet)]
        return self.join(known, language)
