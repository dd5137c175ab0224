"""What the Slack channel itself says, out of ``texts.yml``."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml


def text(key: str, language: str, **values: object) -> str:
    """The text at ``key`` (dots descend) with ``{values}`` filled in.

    Raises:
        KeyError: there is no such text.
    """
    node: Any = _texts()
    for part in key.split("."):
        node = node[part]
    return str(node[language]).format(**values)


@lru_cache(maxsize=1)
def _texts() -> dict[str, Any]:
    return yaml.safe_load(Path(__file__).parents[1].joinpath("texts.yml").read_text(encoding="utf-8"))
