"""All patches, for one test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot import patches


@pytest.fixture()
def patched() -> Iterator[None]:
    """Rasa with all patches that do not concern imports."""
    assert patches.apply()
    yield
    patches.undo()
