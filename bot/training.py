"""Trains the model when, and only when, what it is trained on has changed."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from bot.settings import PROJECT_FOLDER

_RECORD = "trained.json"
_LEARNT_FROM = {".py", ".yml", ".npz", ".onnx"}
MODELS_KEPT = 2
"""The current model and the one before it, to go back to."""


class TrainingFailed(Exception):
    """Rasa could not train a model; its own output says why."""


def fingerprint() -> str:
    """A digest of everything that the trained model depends on."""
    digest = hashlib.sha256(f"rasa {version('rasa')} scikit-learn {version('scikit-learn')}".encode())
    for path in _inputs():
        digest.update(path.relative_to(PROJECT_FOLDER).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def is_up_to_date(model_folder: Path) -> bool:
    """Whether ``model_folder`` holds a model trained on exactly what stands in the project now."""
    try:
        record = json.loads((model_folder / _RECORD).read_text(encoding="utf-8"))
        return record["fingerprint"] == fingerprint() and (model_folder / record["model"]).is_file()
    except (OSError, ValueError, KeyError, TypeError):
        return False


def current_model(model_folder: Path) -> Path:
    """The archive of the model that was trained last.

    Raises:
        TrainingFailed: nothing was trained yet.
    """
    try:
        return model_folder / str(json.loads((model_folder / _RECORD).read_text(encoding="utf-8"))["model"])
    except (OSError, ValueError, KeyError) as error:
        raise TrainingFailed("no model is trained yet; run: make train") from error


def train(model_folder: Path) -> Path:
    """Train a model into ``model_folder`` and record what it was trained on.

    Raises:
        TrainingFailed: the training data or the configuration is broken.
    """
    before = fingerprint()
    name = f"qiao-{before[:12]}"
    unfinished = model_folder / ".training"  # a server that starts meanwhile must not find half an archive
    command = [
        sys.executable,
        "-m",
        "bot.patches",
        "train",
        "--out",
        str(unfinished),
        "--fixed-model-name",
        name,
        "--skip-validation",
    ]
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "PYTHONWARNINGS": "ignore", "TF_CPP_MIN_LOG_LEVEL": "3"}
    if subprocess.run(command, cwd=PROJECT_FOLDER, env=environment, check=False).returncode != 0:
        raise TrainingFailed("training failed; the messages above say which file to mend")
    model = (unfinished / f"{name}.tar.gz").replace(model_folder / f"{name}.tar.gz")
    record = unfinished / _RECORD
    record.write_text(json.dumps({"fingerprint": before, "model": model.name}), encoding="utf-8")
    record.replace(model_folder / _RECORD)
    _remove_old_models(model_folder)
    return model


def _remove_old_models(model_folder: Path) -> None:
    models = sorted(model_folder.glob("qiao-*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in models[MODELS_KEPT:]:
        path.unlink()


def _inputs() -> Iterator[Path]:
    for name in ("config.yml", "domain.yml"):
        yield PROJECT_FOLDER / name
    yield from sorted((PROJECT_FOLDER / "data").rglob("*.yml"))
    yield from sorted(path for path in (PROJECT_FOLDER / "bot" / "nlu").rglob("*") if path.suffix in _LEARNT_FROM)
