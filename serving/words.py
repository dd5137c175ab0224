"""The adviser's own words and the names of facet values, in both languages, out of the content folder's ``phrases.yml``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from babel import Locale
from babel.dates import format_date

_DATE_LOCALES = {"en": Locale("en", "GB"), "zh": Locale("zh")}


def read_texts(folder: Path) -> Mapping[str, Any]:
    """What ``phrases.yml`` of a content folder holds."""
    texts: Mapping[str, Any] = yaml.safe_load((folder / "phrases.yml").read_text(encoding="utf-8"))
    return texts


@dataclass(frozen=True)
class Words:
    """Fixed texts by key and language, and display names of facet values."""

    texts: Mapping[str, Any]

    def say(self, key: str, language: str, **values: object) -> str:
        """The text at ``key`` (dots descend, as in ``buttons.why``) with ``{values}`` filled in.

        Raises:
            KeyError: there is no such text.
        """
        node: Any = self.texts
        for part in key.split("."):
            node = node[part]
        return str(node[language]).format(**values)

    def value(self, value: str, language: str) -> str:
        """A facet value's name: ours if there is one, else the country's in CLDR's words; unknown values stand for themselves."""
        named = self.texts["values"].get(value)
        return str(named[language] if named else Locale(language).territories.get(value, value))

    def date(self, day: date, language: str) -> str:
        """A day as people of the language write it."""
        return str(format_date(day, format="long", locale=_DATE_LOCALES[language]))

    def join(self, parts: Iterable[str], language: str) -> str:
        """Parts of a list with the language's separator."""
        return self.say("list_separator", language).join(parts)
