"""``advise``: the answer as in chat, from the files or from any release, with or without the reasons."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from actions.advice.adviser import Adviser
from actions.authoring.cli import app
from tests.small_library import TOPIC
from tests.support import entry, known, write_content


@pytest.fixture()
def store(small_content: Path, tmp_path: Path) -> list[str]:
    """Options that name the small library and a database in which it is loaded."""
    options = ["--content", str(small_content), "--database", f"sqlite:///{tmp_path / 'rules.db'}"]
    assert CliRunner().invoke(app, ["load", *options]).exit_code == 0
    return options


def advise(store: list[str], *arguments: str) -> Result:
    return CliRunner().invoke(app, ["advise", *arguments, *store])


def test_answer_is_that_of_the_chat(store: list[str], adviser: Adviser) -> None:
    result = advise(store, TOPIC, "--market", "ID", "--language", "zh", "--json")
    expected = adviser.advise(TOPIC, known(market="ID"), "zh")
    told = json.loads(result.stdout)["answers"][0]
    assert result.exit_code == 0
    assert told["words"] == expected.text
    assert told["items"] == json.loads(json.dumps(expected.payload["items"]))


def test_words_are_printed_in_the_language_asked_for(store: list[str]) -> None:
    assert "Text of ce-principle-id." in advise(store, TOPIC, "--market", "ID").stdout
    assert "ce-principle-id的内容。" in advise(store, TOPIC, "--market", "ID", "--language", "zh").stdout


def test_more_pages_do_not_repeat(store: list[str]) -> None:
    answers = json.loads(advise(store, TOPIC, "--market", "ID", "--pages", "9", "--json").stdout)["answers"]
    shown = [item["id"] for answer in answers for item in answer["items"]]
    assert len(answers) > 1 and len(shown) == len(set(shown)) and answers[-1]["more"] == 0


def test_explain_tells_about_every_published_rule_of_the_topic(store: list[str]) -> None:
    told = json.loads(advise(store, TOPIC, "--market", "ID", "--explain", "--json").stdout)["considered"]
    outcomes = {verdict["id"]: verdict["outcome"] for verdict in told}
    assert outcomes["ce-action-1"] == "overridden" and outcomes["ce-fact-de"] == "other case"
    assert outcomes["ce-fact-id-metals"] == "unknown facet" and outcomes["ce-principle-id"] == "headline"
    assert "ce-draft" not in outcomes
    assert "ce-fact-de" in advise(store, TOPIC, "--market", "ID", "--explain").stdout


def test_files_are_previewed_without_loading(store: list[str], tmp_path: Path) -> None:
    folder = write_content(tmp_path / "edited", {"topics/a.yml": {"rules": [entry("unsaved", topic=TOPIC)]}})
    edited = ["--content", str(folder), *store[2:]]
    assert "Text of unsaved." in advise(edited, TOPIC, "--files").stdout
    assert "Text of unsaved." not in advise(edited, TOPIC).stdout


def test_an_earlier_release_can_be_asked(store: list[str], tmp_path: Path) -> None:
    folder = write_content(tmp_path / "edited", {"topics/a.yml": {"rules": [entry("second", topic=TOPIC)]}})
    edited = ["--content", str(folder), *store[2:]]
    first = json.loads(CliRunner().invoke(app, ["releases", "--json", *store[2:]]).stdout)[0]["release"]
    assert CliRunner().invoke(app, ["load", *edited]).exit_code == 0
    assert "Text of second." in advise(store, TOPIC).stdout
    assert "Text of second." not in advise(store, TOPIC, "--release", first).stdout
    refused = advise(store, TOPIC, "--release", "1999.1.1")
    assert refused.exit_code == 1 and first in refused.stderr


def test_without_a_topic_a_market_gives_a_brief(store: list[str]) -> None:
    told = json.loads(advise(store, "--market", "ID", "--json").stdout)["answers"][0]
    assert told["type"] == "brief" and told["sections"]


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["comunity_engagement"], "did you mean 'community_engagement'"),
        ([TOPIC, "--market", "Germany"], "'Germany' is no known market"),
        ([TOPIC, "--sector", "batery"], "did you mean 'batteries'"),
        ([], "name a topic or a market"),
    ],
)
def test_unknown_ids_are_refused_with_the_nearest(store: list[str], arguments: list[str], said: str) -> None:
    result = advise(store, *arguments)
    assert result.exit_code == 1 and said in result.stderr


def test_nothing_loaded_is_explained(small_content: Path, tmp_path: Path) -> None:
    empty = ["--content", str(small_content), "--database", f"sqlite:///{tmp_path / 'empty.db'}"]
    result = advise(empty, TOPIC)
    assert result.exit_code == 1 and "python -m actions.rules load" in result.stderr
