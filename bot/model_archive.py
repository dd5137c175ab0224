"""Which model is served, and whether its archive is whole: Rasa would start without a model and answer nobody."""

from __future__ import annotations

import json
import tarfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bot.training import TrainingFailed, current_model

_NEEDED = "metadata.json"


class UnusableModel(Exception):
    """There is no model to serve; the message says why and what to do."""


@dataclass(frozen=True)
class ModelArchive:
    """A whole archive."""

    path: Path
    components: frozenset[str] | None
    """The classes, as ``module.Name``, with which it predicts; ``None`` if its description cannot be read."""


def usable_model(folder: Path) -> Path:
    """The archive in ``folder`` that :func:`latest_model` names, read through once.

    Raises:
        UnusableModel: there is none, or it is damaged.
    """
    return read_archive(folder).path


def read_archive(folder: Path) -> ModelArchive:
    """Like :func:`usable_model`, with what the archive says of its components.

    Raises:
        UnusableModel: there is none, or it is damaged.
    """
    path = latest_model(folder)
    is_model, components = False, None
    try:
        with tarfile.open(path, "r:gz") as archive:
            for member in archive:
                if member.name.removeprefix("./") == _NEEDED:
                    is_model, components = True, _components(archive.extractfile(member))
    except FileNotFoundError:
        raise UnusableModel(f"the model {path} is gone; run: make train") from None
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise UnusableModel(f"the model {path} cannot be read ({error}); put a whole one there, or run: make train") from error
    if not is_model:
        raise UnusableModel(f"{path} is no model of Rasa (it holds no {_NEEDED}); remove it, or run: make train")
    return ModelArchive(path, components)


def _components(description: IO[bytes] | None) -> frozenset[str] | None:
    if description is None:
        return None
    try:
        nodes = json.load(description)["predict_schema"]["nodes"]
        return frozenset(str(node["uses"]) for node in nodes.values())
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def latest_model(folder: Path) -> Path:
    """The archive that was trained last: the one that ``trained.json`` names, else the newest. Never one from another folder.

    Raises:
        UnusableModel: there is none, or the record points out of the folder.
    """
    try:
        recorded = current_model(folder)
    except TrainingFailed:
        pass
    else:
        if recorded.parent != folder:
            raise UnusableModel(
                f"{recorded} is not in {folder}, and loading a model from elsewhere could run its code; run: make train"
            )
        return recorded
    archives = sorted(folder.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    if not archives:
        raise UnusableModel(f"there is no model in {folder}; run: make train")
    return archives[-1]
