"""Points the actions at the small library, or at whatever else a test needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from actions import advisory
from actions.advice.adviser import Adviser


def forget() -> None:
    """Let the actions read their settings anew."""
    for cached in vars(advisory).values():
        if hasattr(cached, "cache_clear"):
            cached.cache_clear()


@pytest.fixture(scope="module", autouse=True)
def small_store(
    adviser: Adviser, small_content: Path, small_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """All tests of a module share the small library."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("QIAO_RULES_URL", small_url)
        environment.setenv("QIAO_CONTENT", str(small_content))
        environment.setenv("QIAO_RECORDS_URL", f"sqlite:///{tmp_path_factory.mktemp('records') / 'records.db'}")
        for name in ("QIAO_ACTION_DEADLINE", "QIAO_CONTACT"):
            environment.delenv(name, raising=False)
        forget()
        yield
    forget()


@pytest.fixture()
def configure() -> Iterator[Callable[..., None]]:
    """Sets environment variables for one test, and lets the actions read them."""
    with pytest.MonkeyPatch.context() as environment:

        def change(**variables: object) -> None:
            for name, value in variables.items():
                environment.setenv(name, str(value))
            forget()

        yield change
    forget()
