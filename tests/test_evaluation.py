"""The figures of the evaluation on questions whose outcome is known, its files, its page and its floors."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.evaluation.command import below_floors
from bot.evaluation.figures import Understood, by_intent, confusions, facet_figures, intent_figures, macro_f1, reliability_of
from bot.evaluation.questions import BadQuestions, Question, read_questions
from bot.evaluation.report import write_report
from tests.support import PROJECT, TAXONOMY

TURNS = frozenset({"greet", "why"})


def understood(*ranking: tuple[str, float], **facets: set[str]) -> Understood:
    return Understood(ranking, {facet: frozenset(values) for facet, values in facets.items()})


PAIRS = [
    (Question("q1", "entry_mode"), understood(("entry_mode", 0.9), ("brand_image", 0.1))),
    (Question("q2", "entry_mode", ("partner_selection",)), understood(("partner_selection", 0.6))),
    (Question("q3", "brand_image"), understood(("entry_mode", 0.8), ("brand_image", 0.2))),
    (Question("q4", "brand_image"), understood(("nlu_fallback", 0.9), ("brand_image", 0.1))),
    (Question("q5", "greet"), understood(("greet", 0.9))),
    (Question("q6", "out_of_scope"), understood(("out_of_scope", 0.9))),
    (Question("q7", "out_of_scope"), understood(("nlu_fallback", 0.9))),
    (Question("q8", "unethical_request"), understood(("anti_corruption", 0.9))),
    (Question("q9", "anti_corruption", is_lookalike=True), understood(("unethical_request", 0.5))),
    (Question("q10", "trade_barriers"), understood(("out_of_scope", 0.3), ("trade_barriers", 0.2))),
]


def test_figures_count_what_they_say() -> None:
    figures = intent_figures(PAIRS, TURNS)
    assert figures["topics"] == pytest.approx(2 / 5)
    assert figures["topics, among three"] == pytest.approx(5 / 5)
    assert figures["turns"] == 1.0
    assert figures["out of scope caught"] == 1.0
    assert figures["unethical caught"] == 0.0
    assert figures["look-alikes taken for unethical"] == 1.0
    assert figures["in scope, not answered"] == pytest.approx(2 / 7)
    assert figures["confidently wrong"] == pytest.approx(1 / 7)


def test_figures_that_cannot_be_judged_are_left_out() -> None:
    assert set(intent_figures(PAIRS[4:5], TURNS)) == {"turns", "in scope, not answered", "confidently wrong", "calibration error"}


def test_facets_are_judged_where_they_are_labelled() -> None:
    pairs = [
        (Question("a", facets={"market": frozenset({"DE"})}), understood(market={"DE"})),
        (Question("b", facets={"market": frozenset({"DE", "PL"})}), understood(market={"DE"})),
        (Question("c", facets={"market": frozenset()}), understood(market={"FR"}, sector={"telecoms"})),
        (Question("d", facets={"sector": frozenset()}), understood()),
    ]
    figures = facet_figures(pairs)
    assert figures["market"] == pytest.approx({"exact": 1 / 3, "precision": 2 / 3, "recall": 2 / 3})
    assert figures["sector"] == {"exact": 1.0, "precision": 1.0, "recall": 1.0}
    assert "stage" not in figures


def test_confusions_name_the_wrong_ones_only() -> None:
    assert ("brand_image", "entry_mode", 1) in confusions(PAIRS)
    assert all("q2" not in row and row[:2] != ("entry_mode", "partner_selection") for row in confusions(PAIRS))


def test_share_and_number_of_each_intent() -> None:
    assert by_intent(PAIRS)["brand_image"] == (0.0, 2) and by_intent(PAIRS)["entry_mode"] == (1.0, 2)


def test_reliability_compares_confidence_with_what_was_right() -> None:
    pairs = [(Question("a", "greet"), understood(("greet", 0.95))), (Question("b", "greet"), understood(("why", 0.93)))]
    assert reliability_of(pairs) == [(pytest.approx(0.94), 0.5, 2)]
    assert intent_figures(pairs, TURNS)["calibration error"] == pytest.approx(0.44)


def test_macro_f1_of_perfect_and_of_useless_answers() -> None:
    perfect = [(Question("a", "greet"), understood(("greet", 1.0))), (Question("b", "why"), understood(("why", 1.0)))]
    useless = [(question, understood(("restart", 1.0))) for question, _ in perfect]
    assert macro_f1(perfect, {"greet", "why"}) == 1.0 and macro_f1(useless, {"greet", "why"}) == 0.0


def test_rasas_parse_result_is_read() -> None:
    parse = {
        "intent": {"name": "nlu_fallback", "confidence": 0.8},
        "intent_ranking": [{"name": "nlu_fallback", "confidence": 0.8}, {"name": "greet", "confidence": 0.1}],
        "entities": [{"entity": "market", "value": "DE"}, {"entity": "market", "value": "PL"}],
    }
    read = Understood.of(parse)
    assert read.intent == "nlu_fallback" and read.candidates == [("greet", 0.1)]
    assert read.facets == {"market": frozenset({"DE", "PL"})}


@pytest.mark.parametrize("line", ["no json", '{"topic": "greet"}', "[1]", '{"text": "a", "market": 5}'])
def test_broken_line_is_named_with_the_remedy(tmp_path: Path, line: str) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text('{"text": "fine", "topic": "greet"}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(BadQuestions, match=r"questions.jsonl:2: .*write"):
        read_questions(path)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadQuestions, match="nowhere"):
        read_questions(tmp_path / "nowhere.jsonl")


def test_page_shows_figures_and_pictures_and_escapes_questions(tmp_path: Path) -> None:
    pairs = {"en": [*PAIRS, (Question("<script>alert(1)</script>", "greet"), understood(("why", 0.9)))]}
    page = tmp_path / "report.html"
    write_report(page, pairs, {"en": intent_figures(pairs["en"], TURNS)})
    text = page.read_text(encoding="utf-8")
    assert text.count("data:image/png;base64,") == 2
    assert "&lt;script&gt;" in text and "<script>" not in text


def test_floors_are_minima_or_maxima(tmp_path: Path) -> None:
    floors = tmp_path / "floors.yml"
    floors.write_text(yaml.safe_dump({"en": {"topics": 0.8, "confidently wrong": 0.04, "turns": 0.9}}), encoding="utf-8")
    assert below_floors({"en": {"topics": 0.8, "confidently wrong": 0.04, "turns": 0.95}}, floors) == []
    short = below_floors({"en": {"topics": 0.79, "confidently wrong": 0.05}}, floors)
    assert [line.split(":")[1].split(" is ")[0].strip() for line in short] == ["confidently wrong", "topics", "turns"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_held_out_set_is_broad_and_labelled_with_what_exists(language: str) -> None:
    questions = read_questions(PROJECT / "tests" / "data" / f"questions.{language}.jsonl")
    counts = {topic: sum(q.topic == topic for q in questions) for topic in TAXONOMY.topics}
    assert min(counts.values()) >= 15
    assert sum(q.topic == "out_of_scope" for q in questions) >= 200
    assert sum(q.topic == "unethical_request" for q in questions) >= 100
    assert sum(q.is_lookalike for q in questions) >= 60
    known = {*TAXONOMY.topics, *TAXONOMY.turns}
    assert all(q.accepted <= known for q in questions)
    assert all(values <= TAXONOMY.values[facet] for q in questions for facet, values in q.facets.items())


def test_held_out_questions_are_not_learnt_from() -> None:
    learnt = {
        line.strip().removeprefix("- ").lower()
        for path in (PROJECT / "data" / "nlu").glob("*.yml")
        for line in path.read_text(encoding="utf-8").splitlines()
    }
    files = [f"{name}.{language}.jsonl" for name in ("questions", "fresh", "limits") for language in ("en", "zh")]
    held_out = [question for file in files for question in read_questions(PROJECT / "tests" / "data" / file)]
    # short turns ("ok", "that's all for today") are said by everybody
    questions = [q for q in held_out if q.topic in TAXONOMY.topics or q.topic in {"out_of_scope", "unethical_request"}]
    assert len(questions) > 3000
    assert [q.text for q in questions if q.text.lower() in learnt and len(q.text) > 12] == []


def test_groups_are_those_of_the_taxonomy() -> None:
    groups = yaml.safe_load((PROJECT / "bot" / "nlu" / "lexicon" / "groups.yml").read_text(encoding="utf-8"))
    assert sorted(intent for intents in groups.values() for intent in intents) == sorted(TAXONOMY.turns)
