"""One production profile for all tests that need one; it runs real Rasa and action servers, nginx, PostgreSQL and Redis."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.faults.running import RunningProfile
from bot.settings import Settings
from bot.training import current_model, is_up_to_date, train


@pytest.fixture(scope="session")
def profile() -> Iterator[RunningProfile]:
    models = Settings.from_environment().model_folder
    if not is_up_to_date(models):
        train(models)
    # not pytest's folder: it is closed to others, and PostgreSQL cannot run as root
    folder = Path(tempfile.mkdtemp(prefix="qiao-production-"))
    own_models = folder / "models"
    own_models.mkdir()
    for path in (current_model(models), models / "trained.json"):
        shutil.copy(path, own_models)
    try:
        with RunningProfile(folder, {"QIAO_MODELS": str(own_models)}) as running:
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)
