"""Live tests come last."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Live tests run after the fast ones."""
    items.sort(key=lambda item: "/live/" in item.path.as_posix())
