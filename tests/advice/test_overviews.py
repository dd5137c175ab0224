"""Answers across topics: markets side by side."""

from __future__ import annotations

from pathlib import Path

import pytest

from actions.advice import overviews
from actions.advice.adviser import Adviser
from actions.rules.taxonomy import Taxonomy
from tests.advice.test_phrases import ASCII_MARK_IN_CHINESE, HAN
from tests.small_library import TOPIC
from tests.support import LANGUAGES, entry, known, make_adviser, write_content


def cells(row: dict) -> dict[str, list[str]]:
    return {cell["market"]: cell["items"] for cell in row["cells"]}


def test_comparison_sets_what_names_each_market_side_by_side(adviser: Adviser) -> None:
    payload = overviews.compare(adviser, known(market=("ID", "DE"), sector="automotive"), "en", TOPIC).payload
    assert payload["type"] == "comparison" and payload["markets"] == ["ID", "DE"]
    rows = {row["topic"]: cells(row) for row in payload["rows"]}
    assert rows[TOPIC] == {"ID": ["ce-fact-id"], "DE": ["ce-fact-de"]}
    assert rows["entry_readiness"] == {"ID": ["er-fact-id"], "DE": ["er-risk-de"]}


def test_comparison_puts_the_topic_asked_about_first(adviser: Adviser) -> None:
    profile = known(market=("ID", "DE"))
    assert [row["topic"] for row in overviews.compare(adviser, profile, "en", TOPIC).payload["rows"]][0] == TOPIC
    assert [row["topic"] for row in overviews.compare(adviser, profile, "en", "entry_readiness").payload["rows"]][
        0
    ] == "entry_readiness"


def test_market_without_an_item_has_an_empty_cell_that_says_so(adviser: Adviser) -> None:
    answer = overviews.compare(adviser, known(market=("ID", "BT")), "en", TOPIC)
    row = answer.payload["rows"][0]
    assert cells(row) == {"ID": ["ce-fact-id"], "BT": []}
    assert "Bhutan: no reviewed country detail on this" in answer.text


def test_row_in_which_all_markets_share_one_item_is_left_out(adviser: Adviser) -> None:
    rows = overviews.compare(adviser, known(market=("VN", "TH")), "en").payload["rows"]
    assert rows == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("markets", [(), ("DE",)])
def test_comparison_of_fewer_than_two_markets_asks_for_them(adviser: Adviser, markets: tuple[str, ...], language: str) -> None:
    answer = overviews.compare(adviser, known(market=markets), language)
    assert answer.payload["rows"] == [] and answer.payload["markets"] == list(markets)
    assert answer.text == adviser.phrases.say("compare_need", language)


def test_comparison_of_the_project_has_a_cell_for_each_market_in_each_row(project_adviser: Adviser) -> None:
    for language in LANGUAGES:
        payload = overviews.compare(project_adviser, known(market=("HU", "PL", "DE")), language, "investment_screening").payload
        assert len(payload["rows"]) >= 3
        assert all(list(cells(row)) == ["HU", "PL", "DE"] for row in payload["rows"])
        assert all(len(set(map(str, cells(row).values()))) > 1 for row in payload["rows"])


def test_languages_differ_and_chinese_is_punctuated_as_chinese(adviser: Adviser) -> None:
    profile = known(market=("ID", "DE"))
    english, chinese = (overviews.compare(adviser, profile, language) for language in LANGUAGES)
    assert not HAN.search(english.text) and HAN.search(chinese.text)
    assert (english.payload["language"], chinese.payload["language"]) == ("en", "zh")
    assert not any(ASCII_MARK_IN_CHINESE.search(line) for line in chinese.text.splitlines())


def test_difference_is_not_crowded_out_by_rows_that_say_the_same_of_all(tmp_path: Path, taxonomy: Taxonomy) -> None:
    *shared, last = taxonomy.topics
    rules = [entry(f"shared-{n}", topic=topic, kind="fact", when={"market": ["ASEAN"]}) for n, topic in enumerate(shared)]
    rules.append(entry("difference", topic=last, kind="fact", when={"market": ["VN"]}))
    few = make_adviser(
        f"sqlite:///{tmp_path / 'few.db'}", write_content(tmp_path / "content", {"topics/a.yml": {"rules": rules}})
    )
    rows = overviews.compare(few, known(market=("VN", "TH")), "en").payload["rows"]
    assert [(row["topic"], cells(row)) for row in rows] == [(last, {"VN": ["difference"], "TH": []})]
