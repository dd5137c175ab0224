"""The learning curve: shares of the examples, spread over their order, judged like the whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.evaluation import learning
from bot.evaluation.learning import Example, learning_curve, training_examples
from bot.evaluation.questions import Question
from bot.evaluation.report import write_report
from bot.nlu.intent_model import IntentModel


def _examples() -> list[Example]:
    words = {
        "greet": "hello good morning",
        "anti_corruption": "bribery gifts officials",
        "out_of_scope": "recipe football weather",
    }
    return [Example(f"{said} {place}", intent, place, 64) for intent, said in words.items() for place in range(64)]


def test_shares_grow_and_are_judged(tmp_path: Path) -> None:
    questions = [
        Question("good morning", "greet"),
        Question("gifts and bribery", "anti_corruption"),
        Question("weather", "out_of_scope"),
    ]
    done: list[float] = []
    points = learning_curve(_examples(), questions, done.append)
    assert [point.examples for point in points] == [12, 24, 48, 96, 192]
    assert points[-1].figures["topics"] == points[-1].figures["out of scope caught"] == 1.0
    assert done == sorted(done) and abs(done[-1] - 1) < 1e-9
    write_report(tmp_path / "page.html", {}, {}, {"en": points})
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "Learning curve, en" in page and "192" in page and "data:image/png" in page


def test_a_share_is_spread_over_the_order_in_which_examples_were_written(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[int]] = []

    def fit(texts: list[str], labels: list[str], kinds: object) -> IntentModel:
        seen.append([int(text.rsplit(" ", 1)[1]) for text, label in zip(texts, labels) if label == "greet"])
        return IntentModel({})

    monkeypatch.setattr(learning.IntentModel, "fit", fit)
    learning_curve(_examples(), [Question("hello", "greet")])
    assert seen[0] == [15, 31, 47, 63] and seen[-1] == list(range(64))


def test_annotation_is_left_out(tmp_path: Path) -> None:
    annotated = '- enter [Poland]{"entity": "market", "value": "PL"} or [越南](market)'
    text = f"nlu:\n- intent: entry_mode\n  examples: |\n    {annotated}\n    - how\n"
    (tmp_path / "x.en.yml").write_text(text, encoding="utf-8")
    found = list(training_examples(tmp_path, "en"))
    assert [example.text for example in found] == ["enter Poland or 越南", "how"]
    assert [(example.place, example.of) for example in found] == [(0, 2), (1, 2)]
