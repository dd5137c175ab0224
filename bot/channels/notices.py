"""What a channel itself says to people, in both languages; the words stand in ``messages.yml``."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml


def notice(name: str, **values: object) -> dict[str, str]:
    """The words called ``name`` by language, with ``values`` filled in."""
    return {language: text.format(**values) for language, text in _texts()[name].items()}


@lru_cache(maxsize=1)
def _texts() -> dict[str, dict[str, str]]:
    return yaml.safe_load(Path(__file__).with_name("messages.yml").read_text(encoding="utf-8"))
