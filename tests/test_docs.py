"""What people read names everything that the program knows."""

from __future__ import annotations

import re

import pytest
import yaml

from actions.rules.taxonomy import Taxonomy
from tests.support import PROJECT

TAXONOMY = Taxonomy.load()
INTENTS = [*TAXONOMY.topics, *TAXONOMY.turns]
MINIMUM_OF_EXAMPLES = 100
SETTINGS = (
    "actions/settings.py",
    "bot/settings.py",
    "bot/production/settings.py",
    "serving/settings.py",
    "bot/channels/slack/settings.py",
)


@pytest.mark.parametrize("intent", INTENTS)
def test_every_intent_stands_in_the_list_of_what_can_be_asked(intent: str) -> None:
    row = re.search(
        rf"^\| `{intent}` \| (.+) \| (.+) \|$", (PROJECT / "docs" / "topics.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert row is not None
    assert re.search(r"[\u4e00-\u9fff]", row[2])


def test_every_setting_stands_in_the_readme() -> None:
    code = "".join((PROJECT / path).read_text(encoding="utf-8") for path in SETTINGS)
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert {name for name in re.findall(r"\b(?:QIAO|SLACK)_[A-Z_]+(?=\")", code) if f"`{name}`" not in readme} == set()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_intent_has_examples_in_both_languages(language: str) -> None:
    counts: dict[str, int] = {}
    for path in (PROJECT / "data" / "nlu").glob(f"*.{language}.yml"):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            counts[entry["intent"]] = counts.get(entry["intent"], 0) + len(entry["examples"].splitlines())
    assert [intent for intent in INTENTS if counts.get(intent, 0) < MINIMUM_OF_EXAMPLES] == []
