"""The word lists of the checks, which authors keep in ``content/lint.yml``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from actions.rules.errors import ContentError, Problem
from actions.rules.taxonomy import CONTENT_FOLDER, LANGUAGES

LINT_FILE = "lint.yml"


@dataclass(frozen=True)
class WordLists:
    """Expressions that guidance avoids, and names that the checks must know."""

    hype: Mapping[str, tuple[str, ...]]
    """For each language the regular expressions of hype and clichés."""
    country_words: tuple[str, ...] = ()
    """Names of countries and their people that CLDR does not give (UK, American, Emirati)."""
    shorteners: frozenset[str] = frozenset()
    """Hosts that only forward to other addresses."""

    @classmethod
    def load(cls, folder: Path = CONTENT_FOLDER) -> WordLists:
        """Read ``lint.yml`` of ``folder``; a folder that has none is held to the project's own.

        Raises:
            ContentError: the file is not YAML of the right form, or holds a faulty regular expression.
        """
        path = folder / LINT_FILE
        if not path.is_file():
            path = CONTENT_FOLDER / LINT_FILE
        try:
            raw = yaml.safe_load(path.read_text(encoding="utf-8"))
            lists = cls(
                hype={language: _texts(raw["hype"][language]) for language in LANGUAGES},
                country_words=_texts(raw["country_words"]),
                shorteners=frozenset(_texts(raw["shorteners"])),
            )
            for expression in (expression for expressions in lists.hype.values() for expression in expressions):
                re.compile(expression)
        except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError) as error:
            message = f"is not as it should be ({error}); it needs hype (en, zh), country_words and shorteners, each a list"
            raise ContentError([Problem(path.name, 1, 1, "", message)]) from None
        except re.error as error:
            message = f"holds a faulty regular expression {error.pattern!r}: {error}; put \\ before a sign that stands for itself"
            raise ContentError([Problem(path.name, 1, 1, "hype", message)]) from None
        return lists


def _texts(raw: object) -> tuple[str, ...]:
    if not isinstance(raw, list) or not all(isinstance(item, str) for item in raw):
        raise TypeError(f"expected a list of texts, found {raw!r}")
    return tuple(raw)
