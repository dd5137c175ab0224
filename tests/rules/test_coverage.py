"""How much guidance there is by topic and market: the numbers, the gaps, and how they are shown."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from actions.authoring.cli import app
from actions.authoring.coverage_page import coverage_page
from actions.rules.content import read_library
from actions.rules.coverage import Coverage, coverage_of
from actions.rules.guidance import Rule
from actions.rules.preview import rules_of
from tests.support import TAXONOMY, case_entry, entry, rule, source_entry

Make = Callable[[dict[str, Any]], Path]


def written(id_: str, **fields: Any) -> Rule:
    """A rule with a text in either language."""
    return rule(id_, text={"en": id_, "zh": f"{id_}的内容"}, **fields)


RULES = [
    *(written(f"general-{number}") for number in range(4)),
    written("de", when={"market": ["DE"]}),
    written("eu", when={"market": ["EU"]}),
    written("eu-batteries", when={"market": ["EU"], "sector": ["batteries"]}),
    written("id", topic="brand_image", when={"market": ["ID"]}),
    written("case", topic="case_company", kind="case", when={"market": ["VN"]}),
    written("case-general", topic="case_company"),
]


@pytest.fixture(scope="module")
def found() -> Coverage:
    return coverage_of(RULES, TAXONOMY)


def coverage(folder: Path, *arguments: object) -> Result:
    return CliRunner().invoke(app, ["coverage", "--content", str(folder), *map(str, arguments)])


def counts(found: Coverage, topic: str, market: str) -> tuple[int, int]:
    cell = found.cells[topic, market]
    return cell.items, cell.local


def test_items_and_local_items_are_counted_as_a_person_gets_them(found: Coverage) -> None:
    assert counts(found, "entry_mode", "DE") == (6, 2), "the country's and its region's items are local"
    assert counts(found, "entry_mode", "EU") == (5, 1), "a country's item does not hold for its region"
    assert counts(found, "entry_mode", "ID") == (4, 0)
    assert counts(found, "brand_image", "ID") == (1, 1)
    assert counts(found, "brand_image", "DE") == (0, 0)


def test_markets_are_those_with_guidance_of_their_own_countries_first(found: Coverage) -> None:
    assert list(found.markets) == ["DE", "ID", "EU"]


def test_another_market_can_be_looked_at() -> None:
    found = coverage_of(RULES, TAXONOMY, ["FR"])
    assert list(found.markets) == ["DE", "FR", "ID", "EU"] and counts(found, "entry_mode", "FR") == (5, 1)


def test_every_topic_but_those_of_cases_is_looked_at(found: Coverage) -> None:
    assert set(TAXONOMY.topics) - set(found.topics) == {"case_company"}
    assert counts(found, "transparency", "DE") == (0, 0)


def test_a_gap_is_too_few_items_or_no_local_one(found: Coverage) -> None:
    faults = {(cell.topic, cell.market): cell.faults(5) for cell in found.gaps(5)}
    assert ("entry_mode", "DE") not in faults
    assert faults["entry_mode", "ID"] == ["4 of 5 items", "no local item"]
    assert faults["brand_image", "ID"] == ["1 of 5 items"]
    assert ("brand_image", "ID") not in {(cell.topic, cell.market) for cell in found.gaps(1)}


def test_a_text_that_lacks_a_language_is_a_gap() -> None:
    rules = [
        rule("good", text={"en": "Do it.", "zh": "去做。"}, when={"market": ["DE"]}),
        rule("copied", text={"en": "Do it.", "zh": "Do it."}),
        rule("untitled", text={"en": "Do it.", "zh": "去做。"}, title={"en": "题目", "zh": "题目"}),
    ]
    cell = coverage_of(rules, TAXONOMY).cells["entry_mode", "DE"]
    assert cell.texts == {"en": 2, "zh": 2}
    assert cell.faults(1) == ["1 without en text", "1 without zh text"]


def test_only_published_rules_count_and_their_sources_are_resolved(content: Make) -> None:
    rules = [entry("shown", sources=["study"]), entry("draft", status="draft"), entry("gone", status="retired")]
    folder = content({"topics/a.yml": {"sources": [source_entry("study")], "rules": [*rules, case_entry("case-a")]}})
    made = {rule.id: rule for rule in rules_of(read_library(folder))}
    assert set(made) == {"shown", "case-a"}
    assert [source.title for source in made["shown"].sources] == ["Study study"]
    assert made["case-a"].lesson == {"en": "Lesson of case-a.", "zh": "case-a的启示。"}


class _Page(HTMLParser):
    """Collects the tags, the text and the cells of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def test_page_needs_nothing_else_and_names_topics_in_both_languages(found: Coverage) -> None:
    html = coverage_page(found, TAXONOMY, 5)
    page = _Page()
    page.feed(html)
    assert not page.tags & {"script", "link", "img", "iframe"} and not page.attributes & {"src", "href", "onclick"}
    assert "url(" not in html and "@import" not in html
    for topic in found.topics:
        assert all(TAXONOMY.topics[topic][language] in page.text for language in ("en", "zh"))
    assert "6/2" in page.text and "4/0" in page.text and "Germany 德国" in html


def test_page_marks_gaps_by_more_than_colour(found: Coverage) -> None:
    html = coverage_page(found, TAXONOMY, 5)
    cells = dict(re.findall(r'title="(entry_mode, \w+): [^"]*">([^<]*)<', html))
    assert cells == {"entry_mode, DE": "6/2", "entry_mode, ID": "4/0", "entry_mode, EU": "5/1"}
    assert re.search(r'class="s0 gap" title="entry_mode, ID: 4 of 5 items; no local item"', html)
    assert re.search(r'class="s2" title="entry_mode, DE: no gap"', html)
    assert "dashed" in html


def test_page_escapes_what_it_shows(found: Coverage) -> None:
    titles = {topic: {"en": f"<b>{topic}</b> & more", "zh": '"<i>'} for topic in TAXONOMY.topics}
    html = coverage_page(found, replace(TAXONOMY, topics=titles), 5)
    assert "<b>" not in html and "<i>" not in html and "&lt;b&gt;entry_mode&lt;/b&gt; &amp; more" in html


FILES = {
    "topics/a.yml": {"rules": [entry(f"general-{number}") for number in range(5)]},
    "markets/de.yml": {"rules": [entry("de", when={"market": ["DE"]})]},
}


def test_command_tells_numbers_and_gaps(content: Make) -> None:
    result = coverage(content(FILES))
    assert result.exit_code == 0
    assert re.search(r"entry_mode +6/1", result.stdout)
    assert re.search(r"brand_image  0 of 5 items, no local item: DE", result.stdout)


def test_command_gives_the_same_as_json(content: Make) -> None:
    told = json.loads(coverage(content(FILES), "--json", "--minimum", 7).stdout)
    cells = {(cell["topic"], cell["market"]): cell for cell in told["cells"]}
    assert cells["entry_mode", "DE"] == {
        "topic": "entry_mode",
        "market": "DE",
        "items": 6,
        "local": 1,
        "texts": {"en": 6, "zh": 6},
    }
    assert {"topic": "entry_mode", "market": "DE", "faults": ["6 of 7 items"]} in told["gaps"]


def test_strict_fails_only_if_there_are_gaps(content: Make) -> None:
    topics = [topic for topic in TAXONOMY.topics if not topic.startswith("case_")]
    full = {"rules": [entry(topic.replace("_", "-"), topic=topic, when={"market": ["DE"]}) for topic in topics]}
    cases = {"rules": [case_entry(f"c{n}", topic=topic) for n, topic in enumerate(set(TAXONOMY.topics) - set(topics))]}
    assert coverage(content({"markets/de.yml": full, "cases/a.yml": cases}), "--strict", "--minimum", 1).exit_code == 0
    assert coverage(content(FILES), "--strict").exit_code == 1


def test_command_writes_the_page(content: Make, tmp_path: Path) -> None:
    assert coverage(content(FILES), "--html", tmp_path / "map.html").exit_code == 0
    assert "6/1" in (tmp_path / "map.html").read_text(encoding="utf-8")
    result = coverage(content(FILES), "--html", tmp_path / "none" / "map.html")
    assert result.exit_code == 1 and "cannot write" in result.stderr


def test_unknown_market_is_refused_with_a_suggestion(content: Make) -> None:
    result = coverage(content(FILES), "--market", "de")
    assert result.exit_code == 1 and "did you mean 'DE'" in result.stderr
