"""Training data are merged, and models packed, with the same result as by Rasa itself."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from tarsafe import TarSafe

from bot import patches
from bot.patches import training_data


@pytest.fixture()
def patched_training() -> Iterator[None]:
    assert patches.apply_to_training()
    yield
    patches.undo()


def example(text: str, intent: str, **others: Any) -> Message:
    return Message.build(text=text, intent=intent, **others)


def parts() -> list[TrainingData | None]:
    """Three parts with an example said twice, a space at the end of a label, and some of all else that training data hold."""
    market = {"start": 4, "end": 9, "value": "Kenya", "entity": "market"}
    return [
        TrainingData(
            [example("hello", "greet "), example("for Kenya", "choose_market", entities=[market])],
            {"KE": "Kenya"},
            [{"name": "year", "pattern": "20[0-9]{2}"}],
            [{"name": "market", "elements": ["Kenya"]}],
            {"faq/visa": [{"text": "Ask."}]},
        ),
        None,
        TrainingData([example("hello", "greet"), example("a visa?", "faq/visa")], {"UK": "United Kingdom", "KE": "KENYA"}),
        TrainingData(
            [example("hello", "goodbye")], None, [{"name": "sum", "pattern": "[0-9]+"}], None, {"faq/visa": [{"text": "Look."}]}
        ),
    ]


def contents(data: TrainingData) -> tuple[Any, ...]:
    examples = [(each.data, each.fingerprint()) for each in data.training_examples]
    return examples, data.entity_synonyms, data.regex_features, data.lookup_tables, data.responses, data.fingerprint()


def merged() -> TrainingData:
    first, *others = parts()
    assert first is not None
    with pytest.warns(UserWarning, match="inconsistent entity synonyms"):  # KE stands for two values
        return first.merge(*others)


def test_merged_data_are_those_of_rasa() -> None:
    expected = contents(merged())
    training_data.apply()
    try:
        assert contents(merged()) == expected
    finally:
        training_data.undo()
    assert len(expected[0]) == 4


def test_what_was_merged_stays_as_it_was(patched_training: None) -> None:
    first, second = TrainingData([example("hello", "greet")]), TrainingData([example("bye", "goodbye")])
    second.lookup_tables = [{"name": "market", "elements": ["Kenya"]}]
    both = first.merge(second)
    both.lookup_tables[0]["elements"].append("Chad")
    both.training_examples.clear()
    assert [each.get("text") for each in (*first.training_examples, *second.training_examples)] == ["hello", "bye"]
    assert second.lookup_tables == [{"name": "market", "elements": ["Kenya"]}]


def test_archives_are_packed_at_the_level_and_read_as_before(patched_training: None, tmp_path: Path) -> None:
    content = tmp_path / "weights"
    content.write_bytes(bytes(range(256)) * 400)
    with TarSafe.open(tmp_path / "model.tar.gz", "w:gz") as archive:
        archive.add(content, arcname="weights")
    with TarSafe.open(tmp_path / "model.tar.gz", "r:gz") as archive:
        read = archive.extractfile("weights")
        assert read is not None and read.read() == content.read_bytes()
    assert (tmp_path / "model.tar.gz").read_bytes()[8] == 0  # gzip's header: 2 would say "packed at the highest level"


def test_undone_patches_leave_nothing() -> None:
    patches.apply_to_training()
    patches.undo()
    assert TarSafe.gzopen.__func__ is tarfile.TarFile.gzopen.__func__
    assert TrainingData.merge is training_data._original_merge
    assert TrainingData([example("hello", "greet ")]).training_examples[0].get("intent") == "greet"
