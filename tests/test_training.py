"""The model is trained anew when, and only when, what it is trained on has changed."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bot import training
from tests.support import PROJECT


@pytest.fixture()
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what the model is trained on."""
    copy = tmp_path / "project"
    copy.mkdir()
    for name in ("config.yml", "domain.yml"):
        shutil.copy(PROJECT / name, copy / name)
    for folder in ("data", "bot/nlu", "content"):
        shutil.copytree(PROJECT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(training, "PROJECT_FOLDER", copy)
    return copy


def record(folder: Path, fingerprint: str, model: str = "qiao.tar.gz") -> Path:
    folder.mkdir()
    (folder / "trained.json").write_text(json.dumps({"fingerprint": fingerprint, "model": model}))
    (folder / "qiao.tar.gz").touch()
    return folder


def test_fingerprint_is_the_same_for_the_same_project(project: Path) -> None:
    assert training.fingerprint() == training.fingerprint()
    (project / "config.yml").touch()
    assert len({training.fingerprint() for _ in range(2)}) == 1


@pytest.mark.parametrize(
    "name",
    [
        "config.yml",
        "domain.yml",
        "data/rules.yml",
        "data/nlu/trust.zh.yml",
        "bot/nlu/intent_model.py",
        "bot/nlu/lexicon/groups.yml",
        "bot/nlu/text.py",
        "bot/nlu/lexicon/markets.yml",
    ],
)
def test_fingerprint_changes_with_every_input(project: Path, name: str) -> None:
    before = training.fingerprint()
    with (project / name).open("a", encoding="utf-8") as file:
        file.write("\n# changed\n")
    assert training.fingerprint() != before


@pytest.mark.parametrize("change", ["new file", "removed file", "renamed file"])
def test_fingerprint_changes_with_the_set_of_files(project: Path, change: str) -> None:
    before = training.fingerprint()
    known = project / "data" / "nlu" / "trust.en.yml"
    if change == "new file":
        shutil.copy(known, known.with_name("more.en.yml"))
    elif change == "removed file":
        known.unlink()
    else:
        known.rename(known.with_name("trusted.en.yml"))
    assert training.fingerprint() != before


def test_new_guidance_needs_no_training(project: Path) -> None:
    before = training.fingerprint()
    (project / "content" / "markets" / "XX.yml").write_text("rules: []\n")
    assert training.fingerprint() == before


def test_model_of_the_present_inputs_is_up_to_date(project: Path, tmp_path: Path) -> None:
    assert training.is_up_to_date(record(tmp_path / "models", training.fingerprint()))


def test_model_of_other_inputs_is_out_of_date(project: Path, tmp_path: Path) -> None:
    folder = record(tmp_path / "models", training.fingerprint())
    (project / "config.yml").write_text("changed: true\n")
    assert not training.is_up_to_date(folder)


def test_without_record_or_model_nothing_is_up_to_date(project: Path, tmp_path: Path) -> None:
    assert not training.is_up_to_date(tmp_path / "nowhere")
    assert not training.is_up_to_date(record(tmp_path / "gone", training.fingerprint(), "gone.tar.gz"))


@pytest.mark.parametrize("text", ["", "{", "[]", "5", '{"fingerprint": 1}', "null"])
def test_broken_record_counts_as_no_model(project: Path, tmp_path: Path, text: str) -> None:
    folder = record(tmp_path / "models", "x")
    (folder / "trained.json").write_text(text)
    assert not training.is_up_to_date(folder)


def test_a_model_is_not_seen_before_it_is_whole(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "models"
    seen: list[Path] = []

    def rasa_train(command: list[str], **_: Any) -> subprocess.CompletedProcess[bytes]:
        out, name = (Path(command[command.index(option) + 1]) for option in ("--out", "--fixed-model-name"))
        out.mkdir(parents=True)
        (out / f"{name}.tar.gz").write_bytes(b"half")
        seen.extend(folder.glob("*.tar.gz"))
        (out / f"{name}.tar.gz").write_bytes(b"whole")
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", rasa_train)
    model = training.train(folder)
    assert seen == [] and model.read_bytes() == b"whole"
    assert training.is_up_to_date(folder) and training.current_model(folder) == model
