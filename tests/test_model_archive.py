"""No server runs without a model: one that is missing, cut off or none at all is named with the remedy, and the server ends."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rasa.core.utils import AvailableEndpoints

from bot.endpoints import write_endpoints
from bot.model_archive import UnusableModel, read_archive, usable_model
from bot.pacing import Pace
from bot.server import _load_agent
from bot.settings import PROJECT_FOLDER, Settings


def archive(path: Path, *names: str) -> Path:
    content = path.parent / "content"
    content.write_bytes(os.urandom(50_000))
    with tarfile.open(path, "w:gz") as opened:
        for name in names:
            opened.add(content, arcname=name)
    return path


def test_the_recorded_model_is_taken_even_if_another_is_newer(tmp_path: Path) -> None:
    recorded = archive(tmp_path / "a.tar.gz", "metadata.json")
    archive(tmp_path / "b.tar.gz", "metadata.json")
    (tmp_path / "trained.json").write_text(json.dumps({"model": "a.tar.gz"}), encoding="utf-8")
    assert usable_model(tmp_path) == recorded


def test_without_a_record_the_newest_is_taken(tmp_path: Path) -> None:
    os.utime(archive(tmp_path / "a.tar.gz", "./metadata.json"), (1, 1))
    assert usable_model(archive(tmp_path / "b.tar.gz", "./metadata.json").parent).name == "b.tar.gz"


def test_missing_models_are_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(UnusableModel, match="no model in .*make train"):
        usable_model(tmp_path)
    (tmp_path / "trained.json").write_text(json.dumps({"model": "gone.tar.gz"}), encoding="utf-8")
    with pytest.raises(UnusableModel, match="gone.tar.gz is gone"):
        usable_model(tmp_path)


@pytest.mark.parametrize("name", ["../elsewhere.tar.gz", "/tmp/elsewhere.tar.gz", "sub/a.tar.gz"])
def test_an_archive_outside_the_folder_is_never_taken(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "models"
    (folder / "sub").mkdir(parents=True)
    archive(tmp_path / "elsewhere.tar.gz", "metadata.json")
    archive(folder / "sub" / "a.tar.gz", "metadata.json")
    archive(folder / "good.tar.gz", "metadata.json")
    (folder / "trained.json").write_text(json.dumps({"model": name}), encoding="utf-8")
    with pytest.raises(UnusableModel, match="is not in .*models.*make train"):
        usable_model(folder)


@pytest.mark.parametrize("cut", [0, 10, 25_000])
def test_a_damaged_archive_is_refused(tmp_path: Path, cut: int) -> None:
    path = archive(tmp_path / "a.tar.gz", "metadata.json")
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(UnusableModel, match="cannot be read"):
        usable_model(tmp_path)


def test_an_archive_of_something_else_is_refused(tmp_path: Path) -> None:
    archive(tmp_path / "a.tar.gz", "photo.jpg")
    with pytest.raises(UnusableModel, match="no model of Rasa"):
        usable_model(tmp_path)


def test_its_components_are_told_as_far_as_the_archive_describes_them(tmp_path: Path) -> None:
    archive(tmp_path / "a.tar.gz", "metadata.json")
    assert read_archive(tmp_path).components is None
    described = {"predict_schema": {"nodes": {"a": {"uses": "bot.nlu.X"}, "b": {"uses": "rasa.Y"}}}}
    (tmp_path / "metadata.json").write_text(json.dumps(described), encoding="utf-8")
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as opened:
        opened.add(tmp_path / "metadata.json", arcname="./metadata.json")
    assert read_archive(tmp_path).components == {"bot.nlu.X", "rasa.Y"}


@pytest.mark.parametrize("content", [None, b"junk"])
def test_the_server_ends_with_the_reason(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "a.tar.gz").write_bytes(content)
    environment = {**os.environ, "QIAO_MODELS": str(tmp_path), "QIAO_VAR": str(tmp_path / "var"), "COLUMNS": "500"}
    command = [sys.executable, "-W", "ignore", "-m", "bot", "serve"]
    result = subprocess.run(
        command, cwd=PROJECT_FOLDER, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert result.returncode == 1
    assert "make train" in result.stderr and "Traceback" not in result.stderr


async def test_a_model_that_rasa_cannot_load_ends_the_server_too(tmp_path: Path) -> None:
    archive(tmp_path / "a.tar.gz", "metadata.json")
    settings = dataclasses.replace(
        Settings.from_environment(),
        model_folder=tmp_path,
        var_folder=tmp_path,
        conversations_url=f"sqlite:///{tmp_path / 'c.db'}",
        redis_url=None,
    )
    endpoints = AvailableEndpoints.read_endpoints(str(write_endpoints(settings)))
    app: Any = SimpleNamespace(ctx=SimpleNamespace())
    with pytest.raises(UnusableModel, match="could not be loaded"):
        await _load_agent(settings, endpoints, Pace(), app, asyncio.get_running_loop())
