"""Two projects that learn the same examples: ours, and what `rasa init` would have made of them."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.evaluation.learning import training_examples
from bot.settings import PROJECT_FOLDER

_STOCK = {
    "recipe": "default.v1",
    "assistant_id": "stock",
    "language": "en",
    "pipeline": [
        {"name": "WhitespaceTokenizer"},
        {"name": "RegexFeaturizer"},
        {"name": "LexicalSyntacticFeaturizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        {"name": "DIETClassifier", "epochs": 100, "constrain_similarities": True},
        {"name": "EntitySynonymMapper"},
        {"name": "ResponseSelector", "epochs": 100, "constrain_similarities": True},
        {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
    ],
    "policies": [
        {"name": "MemoizationPolicy"},
        {"name": "RulePolicy"},
        {"name": "UnexpecTEDIntentPolicy", "max_history": 5, "epochs": 100},
        {"name": "TEDPolicy", "max_history": 5, "epochs": 100, "constrain_similarities": True},
    ],
}
"""What Rasa 3.6.21 fills in for the empty configuration that `rasa init` leaves."""


@dataclass(frozen=True)
class Trained:
    """A trained project, and what training it took."""

    folder: Path
    seconds: float
    peak_megabytes: float


def write_examples(folder: Path, each: int) -> int:
    """Write ``each`` examples of every intent, spread over all that there are, half of them Chinese; gives their number."""
    count = 0
    blocks = []
    for language in ("en", "zh"):
        by_intent: dict[str, list[str]] = {}
        for example in training_examples(PROJECT_FOLDER / "data" / "nlu", language):
            by_intent.setdefault(example.intent, []).append(example.text)
        for intent, texts in by_intent.items():
            chosen = [texts[number * len(texts) * 2 // each] for number in range(each // 2)]
            count += len(chosen)
            blocks.append({"intent": intent, "examples": "".join(f"- {text}\n" for text in chosen)})
    folder.mkdir(parents=True)
    merged: dict[str, str] = {}
    for block in blocks:
        merged[block["intent"]] = merged.get(block["intent"], "") + block["examples"]
    nlu = [{"intent": intent, "examples": examples} for intent, examples in merged.items()]
    (folder / "nlu.yml").write_text(yaml.safe_dump({"version": "3.1", "nlu": nlu}, allow_unicode=True), encoding="utf-8")
    shutil.copy(PROJECT_FOLDER / "data" / "rules.yml", folder / "rules.yml")
    return count


def train(name: str, folder: Path, data: Path) -> Trained:
    """Train the project ``ours`` or ``stock`` on ``data``, without Rasa's cache of earlier trainings."""
    folder.mkdir()
    config = PROJECT_FOLDER / "config.yml"
    if name == "stock":
        config = folder / "config.yml"
        config.write_text(yaml.safe_dump(_STOCK, sort_keys=False), encoding="utf-8")
    command = [sys.executable, "-W", "ignore", "-m", "rasa", "train", "--config", str(config), "--data", str(data)]
    command += ["--domain", str(PROJECT_FOLDER / "domain.yml"), "--out", str(folder / "models"), "--skip-validation"]
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "RASA_MAX_CACHE_SIZE": "0"}
    started = time.perf_counter()
    with (folder / "train.log").open("wb") as log:
        done = subprocess.run(command, cwd=PROJECT_FOLDER, env=environment, stdout=log, stderr=log, check=False)
    if done.returncode != 0:
        raise SystemExit(f"training {name} failed; see {folder / 'train.log'}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    return Trained(folder, time.perf_counter() - started, peak)
