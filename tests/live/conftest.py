"""One assistant for all live tests, and one of its own for tests that break things."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.settings import Settings
from bot.training import is_up_to_date, train
from tests.live.assistant import Assistant


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Live tests run after the fast ones."""
    items.sort(key=lambda item: "/live/" in item.path.as_posix())


@pytest.fixture(scope="session")
def trained_model() -> None:
    folder = Settings.from_environment().model_folder
    if not is_up_to_date(folder):
        train(folder)


@pytest.fixture(scope="session")
def assistant(trained_model: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    running = Assistant(tmp_path_factory.mktemp("assistant"))
    running.start()
    yield running
    running.stop()
