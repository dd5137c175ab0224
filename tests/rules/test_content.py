"""Reading and checking content files: what is accepted, and what each fault says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from actions.rules.content import read_library
from tests.support import case_entry, entry, only_problem, problems_of, source_entry

Make = Callable[[dict[str, Any]], Path]

GOOD = """\
defaults:
  topic: entry_mode
  when: {market: [DE]}
  checked_on: "2026-11-22"
  review_by: "2027-11"
sources:
  - id: study
    title: A study
    publisher: An institute
    url: https://example.org/study
    published: "2024"
rules:
  - id: first
    kind: action
    text: {en: Do it., zh: 去做。}
    sources: [study]
  - id: second
    kind: fact
    topic: brand_image
    as_of: "2025-03"
    when: {sector: [batteries]}
    text: {en: So it is., zh: 如此。}
  - id: third
    kind: risk
    when: {market: [EU]}
    text: {en: Beware., zh: 小心。}
"""


def test_good_file_is_read_with_its_defaults(content: Make) -> None:
    library = read_library(content({"topics/good.yml": GOOD}))
    rules = {rule.id: rule for rule in library.rules}
    assert list(rules) == ["first", "second", "third"]
    assert [source.id for source in library.sources] == ["study"]
    assert rules["first"].topic == "entry_mode" and rules["second"].topic == "brand_image"
    assert rules["first"].weight == 50 and rules["first"].status == "published"
    assert rules["first"].text.zh == "去做。"


def test_default_conditions_are_merged_facet_by_facet(content: Make) -> None:
    rules = {rule.id: rule for rule in read_library(content({"topics/good.yml": GOOD})).rules}
    assert rules["first"].when == {"market": ["DE"]}
    assert rules["second"].when == {"market": ["DE"], "sector": ["batteries"]}
    assert rules["third"].when == {"market": ["EU"]}


def test_as_of_defaults_to_the_month_of_the_check_except_for_facts(content: Make) -> None:
    rules = {rule.id: rule for rule in read_library(content({"topics/good.yml": GOOD})).rules}
    assert rules["first"].as_of == "2026-11"
    problem = only_problem(content({"topics/a.yml": {"rules": [entry("undated", kind="fact", as_of=None)]}}))
    assert (problem.field, problem.message) == ("rules.undated.as_of", "is missing")


def test_files_of_all_four_folders_are_read(content: Make) -> None:
    folders = ("topics", "markets", "sectors", "cases")
    library = read_library(content({f"{name}/a.yml": {"rules": [entry(f"in-{name}")]} for name in folders}))
    assert {rule.id for rule in library.rules} == {f"in-{name}" for name in folders}
    assert library.file_count == 4


def test_file_with_byte_order_mark_and_windows_line_ends_is_read(content: Make) -> None:
    folder = content({"topics/a.yml": b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()})
    assert len(read_library(folder).rules) == 3


def test_norway_is_a_country_not_a_boolean(content: Make) -> None:
    text = GOOD.replace("{market: [DE]}", "{market: [NO]}")
    assert read_library(content({"topics/a.yml": text})).rules[0].when == {"market": ["NO"]}


def test_folder_without_guidance_is_a_fault(content: Make) -> None:
    assert "no guidance files" in only_problem(content({})).message


@pytest.mark.parametrize(
    "old, new, line, said",
    [
        pytest.param("  - id: second", "  - id: [second", 18, "not valid YAML", id="bad YAML"),
        pytest.param("    kind: fact", "\tkind: fact", 18, "not valid YAML", id="tab"),
        pytest.param("    kind: fact", "    kind: fact\n    kind: risk", 19, "given twice", id="duplicate key"),
        pytest.param("sources: [study]", "sources: *study", 16, "undefined alias", id="alias of nothing"),
        pytest.param("    sources: [study]", "    sources: &s [study]\n    overrides: *s", 16, "through an alias", id="alias"),
        pytest.param("title: A study", "title: &t A study\n    publisher: *t", 7, "through an alias", id="alias of a text"),
        pytest.param("A study", "A \0 study", 1, "not valid YAML", id="null byte"),
        pytest.param("rules:", "---\nrules:", 12, "not valid YAML", id="two documents"),
    ],
)
def test_unreadable_file_is_reported_at_its_place(content: Make, old: str, new: str, line: int, said: str) -> None:
    assert old in GOOD
    problem = only_problem(content({"topics/broken.yml": GOOD.replace(old, new)}))
    assert problem.file == "topics/broken.yml"
    assert said in problem.message
    assert abs(problem.line - line) <= 1, problem


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_file_in_another_encoding_is_refused(content: Make, encoding: str) -> None:
    problem = only_problem(content({"markets/legacy.yml": GOOD.encode(encoding)}))
    assert problem.file == "markets/legacy.yml"
    assert "not UTF-8" in problem.message


def test_nesting_without_end_is_a_fault_and_no_crash(content: Make) -> None:
    folder = content({"topics/deep.yml": "rules: " + "[" * 5000 + "]" * 5000})
    assert problems_of(folder)[0].file == "topics/deep.yml"


@pytest.mark.parametrize("text", ["- just\n- a list\n", "rules: {a: b}\n", "rules: [words]\n", "defaults: 5\n", "rule: []\n"])
def test_file_of_another_shape_is_a_fault(content: Make, text: str) -> None:
    assert problems_of(content({"topics/a.yml": text}))[0].file == "topics/a.yml"


# field of the rule, its value, the field that the problem names, a part of the message
RULE_FAULTS = [
    pytest.param("wieght", 60, "wieght", "did you mean 'weight'", id="unknown field"),
    pytest.param("topic", "brand_imgae", "topic", "did you mean 'brand_image'", id="unknown topic"),
    pytest.param("topic", None, "topic", "is missing", id="no topic"),
    pytest.param("kind", "tip", "kind", "", id="unknown kind"),
    pytest.param("when", {"sektor": ["batteries"]}, "when.sektor", "did you mean 'sector'", id="unknown facet"),
    pytest.param("when", {"sector": ["battery"]}, "when.sector.0", "did you mean 'batteries'", id="unknown value"),
    pytest.param("when", {"market": ["DE", "XX"]}, "when.market.1", "'XX'", id="unknown country"),
    pytest.param("when", {"market": ["de"]}, "when.market.0", "did you mean 'DE'", id="country in small letters"),
    pytest.param("when", {"market": "DE"}, "when.market", "list", id="value outside a list"),
    pytest.param("when", {"market": []}, "when.market", "no value", id="no value"),
    pytest.param("unless", {"stage": ["growing"]}, "unless.stage.0", "'growing'", id="unknown value in exception"),
    pytest.param("related_topics", ["brand"], "related_topics.0", "did you mean 'brand_image'", id="unknown related topic"),
    pytest.param("text", {"en": "Only English."}, "text.zh", "is missing", id="Chinese is missing"),
    pytest.param("text", {"zh": "只有中文。"}, "text.en", "is missing", id="English is missing"),
    pytest.param("text", {"en": " ", "zh": "好。"}, "text.en", "", id="empty text"),
    pytest.param("text", {"en": "x" * 1201, "zh": "好。"}, "text.en", "1200", id="text too long"),
    pytest.param("text", {"en": "A <b>bold</b> claim.", "zh": "好。"}, "text.en", "HTML", id="HTML"),
    pytest.param("text", {"en": "Good.", "zh": "<script>alert(1)</script>"}, "text.zh", "HTML", id="script"),
    pytest.param("text", {"en": "See JavaScript:alert(1)", "zh": "好。"}, "text.en", "HTML", id="script address"),
    pytest.param("text", {"en": "Two\nlines.", "zh": "好。"}, "text.en", "line", id="line break"),
    pytest.param("weight", 101, "weight", "100", id="weight too great"),
    pytest.param("weight", "heavy", "weight", "integer", id="weight in words"),
    pytest.param("status", "live", "status", "", id="unknown status"),
    pytest.param("id", "Upper_Case", "id", "", id="badly formed id"),
    pytest.param("lesson", {"en": "Learn.", "zh": "学。"}, "lesson", "case", id="lesson without case"),
    pytest.param("sources", ["studdy"], "sources.0", "did you mean 'study'", id="unknown source"),
    pytest.param("overrides", ["frist"], "overrides.0", "did you mean 'first'", id="unknown override"),
    pytest.param("as_of", "2026-13", "as_of", "", id="month 13"),
    pytest.param("as_of", "2026-1", "as_of", "", id="month of one digit"),
    pytest.param("as_of", "May 2026", "as_of", "", id="month in words"),
    pytest.param("checked_on", "22.11.2026", "checked_on", "", id="German date"),
    pytest.param("review_by", "2027-02-30", "review_by", "", id="30 February"),
    pytest.param("review_by", None, "review_by", "is missing", id="no review date"),
]


@pytest.mark.parametrize("field, value, named, said", RULE_FAULTS)
def test_faulty_rule_is_reported_with_file_line_and_field(content: Make, field: str, value: Any, named: str, said: str) -> None:
    rules = [entry("first"), entry("faulty", **{field: value})]
    data = {"sources": [source_entry("study")], "rules": rules}
    problem = only_problem(content({"markets/some.yml": data}))
    id_ = rules[1]["id"]
    assert problem.file == "markets/some.yml"
    assert problem.field == f"rules.{id_}.{named}"
    assert said in problem.message
    lines = yaml.safe_dump(data, allow_unicode=True, sort_keys=False).splitlines()
    assert problem.line >= lines.index(f"- id: {id_}") + 1 and problem.line <= len(lines)


def test_fault_is_reported_at_the_very_line_of_its_value(content: Make) -> None:
    problem = only_problem(content({"topics/a.yml": GOOD.replace("[batteries]", "[bateries]")}))
    assert (problem.file, problem.line, problem.column) == ("topics/a.yml", 21, 21)
    assert str(problem).startswith("topics/a.yml:21:21: rules.second.when.sector.0:")


SOURCE_FAULTS = [
    pytest.param("url", "javascript:alert(1)", id="script"),
    pytest.param("url", "ftp://example.org/a", id="other scheme"),
    pytest.param("url", "https://", id="no host"),
    pytest.param("url", "example.org/a", id="no scheme"),
    pytest.param("url", 'https://example.org/"><b>', id="markup"),
    pytest.param("url", "https://example.org/a b", id="space"),
    pytest.param("published", "2024-5", id="date"),
    pytest.param("title", "", id="empty title"),
    pytest.param("title", "a\0b", id="null character"),
    pytest.param("publisher", None, id="no publisher"),
]


@pytest.mark.parametrize("field, value", SOURCE_FAULTS)
def test_faulty_source_is_reported_with_file_and_field(content: Make, field: str, value: str | None) -> None:
    data = {"sources": [source_entry("study", **{field: value})], "rules": [entry("first")]}
    problem = only_problem(content({"topics/a.yml": data}))
    assert (problem.file, problem.field) == ("topics/a.yml", f"sources.study.{field}")


@pytest.mark.parametrize("date", ["2026", "2026-11", "2026-11-30", 2026])
def test_dates_may_be_as_exact_as_they_are_known(content: Make, date: str | int) -> None:
    folder = content({"topics/a.yml": {"rules": [entry("first", as_of=date)]}})
    assert read_library(folder).rules[0].as_of == str(date)


def test_unquoted_dates_are_read_as_written(content: Make) -> None:
    folder = content({"topics/a.yml": GOOD.replace('"2026-11-22"', "2026-11-22").replace('"2024"', "2024")})
    library = read_library(folder)
    assert (library.rules[0].checked_on, library.sources[0].published) == ("2026-11-22", "2024")


@pytest.mark.parametrize("missing", ["title", "outcome", "lesson"])
def test_case_needs_title_outcome_and_lesson(content: Make, missing: str) -> None:
    problem = only_problem(content({"cases/a.yml": {"rules": [case_entry("case-a", **{missing: None})]}}))
    assert problem.file == "cases/a.yml" and "a case needs title, outcome and lesson" in problem.message


@pytest.mark.parametrize("status", ["published", None], ids=["said", "by default"])
def test_item_of_low_confidence_cannot_be_published(content: Make, status: str | None) -> None:
    problem = only_problem(content({"topics/a.yml": {"rules": [entry("unsure", confidence="low", status=status)]}}))
    assert problem.file == "topics/a.yml" and "low confidence" in problem.message


def test_item_of_low_confidence_may_be_a_draft(content: Make) -> None:
    folder = content({"topics/a.yml": {"rules": [entry("unsure", confidence="low", status="draft")]}})
    assert read_library(folder).rules[0].status == "draft"


def test_id_used_twice_names_both_places(content: Make) -> None:
    folder = content({"topics/a.yml": {"rules": [entry("same")]}, "topics/b.yml": {"rules": [entry("same")]}})
    problem = only_problem(folder)
    assert (problem.file, problem.field) == ("topics/b.yml", "rules.same.id")
    assert "topics/a.yml:2" in problem.message


def test_source_id_used_twice_names_both_places(content: Make) -> None:
    file = {"sources": [source_entry("same")], "rules": []}
    problem = only_problem(content({"topics/a.yml": file, "topics/b.yml": file}))
    assert problem.file == "topics/b.yml" and "topics/a.yml:2" in problem.message


def test_source_and_override_may_stand_in_another_file(content: Make) -> None:
    first = {"rules": [entry("special", sources=["study"], overrides=["general"])]}
    other = {"sources": [source_entry("study")], "rules": [entry("general")]}
    assert len(read_library(content({"markets/a.yml": first, "topics/b.yml": other})).rules) == 2


def test_all_faults_of_all_files_are_reported_at_once(content: Make) -> None:
    folder = content(
        {
            "topics/a.yml": {"rules": [entry("one", topic="nonsense"), entry("two", kind="tip", weight=500)]},
            "topics/b.yml": "rules: [",
            "markets/c.yml": {"sources": [source_entry("s", url="javascript:x")], "rules": [entry("three", sources=["gone"])]},
            "cases/d.yml": GOOD.encode("utf-16"),
        }
    )
    found = {(problem.file, problem.field) for problem in problems_of(folder)}
    assert found == {
        ("topics/a.yml", "rules.one.topic"),
        ("topics/a.yml", "rules.two.kind"),
        ("topics/a.yml", "rules.two.weight"),
        ("topics/b.yml", ""),
        ("markets/c.yml", "sources.s.url"),
        ("markets/c.yml", "rules.three.sources.0"),
        ("cases/d.yml", ""),
    }


def test_digest_changes_with_the_content_only(content: Make) -> None:
    same, again = (read_library(content({"topics/a.yml": GOOD})).digest for _ in range(2))
    other = read_library(content({"topics/a.yml": GOOD.replace("Do it.", "Do it now.")})).digest
    assert same == again != other


@pytest.mark.parametrize(
    "name, said", [("", "is empty"), ("  ", "is empty"), ("A <b>Company</b>", "HTML"), ("A\nCompany", "line break")]
)
def test_company_without_a_plain_name_is_a_fault(content: Make, name: str, said: str) -> None:
    problem = only_problem(content({"cases/a.yml": {"rules": [case_entry("case-a", companies=["Alpha", name])]}}))
    assert problem.field == "rules.case-a.companies.1" and said in problem.message


@pytest.mark.parametrize(
    "fields, said",
    [
        ({"kind": "principel"}, "'principel' is no known kind; did you mean 'principle'?"),
        ({"kind": "zzz"}, "'zzz' is no known kind; allowed: action, case, fact, metric, principle, risk"),
        ({"confidence": "hihg"}, "'hihg' is no known confidence; did you mean 'high'?"),
        ({"weight": 900}, "(given: 900)"),
        ({"as_of": "last week"}, "(given: 'last week')"),
        ({"id": "Not An Id"}, "(given: 'Not An Id')"),
        ({"text": {"en": "x" * 3000, "zh": "好。"}}, "(given: 'xxxx"),
    ],
)
def test_fault_names_the_bad_value_and_what_is_allowed(content: Make, fields: dict[str, Any], said: str) -> None:
    problem = only_problem(content({"topics/a.yml": {"rules": [{**entry("a"), **fields}]}}))
    assert said in problem.message and len(problem.message) < 250


def test_huge_file_is_refused_unread(content: Make) -> None:
    folder = content({"topics/huge.yml": "# " + "x" * 50_000_000 + "\n", "topics/good.yml": GOOD})
    problem = only_problem(folder)
    assert problem.file == "topics/huge.yml" and "is larger than 5,000,000 bytes; split it" in problem.message


def test_nested_aliases_are_refused_before_they_expand(content: Make) -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]" for before, name in zip("abcdefgh", "bcdefghi")]
    problem = only_problem(content({"topics/bomb.yml": "\n".join(lines) + "\n"}))
    assert "alias" in problem.message


@pytest.mark.parametrize("id_", ["../../etc", "a b", "A", "a_b", "ä", "a--b", "-a", "a" * 81, "'; DROP TABLE rules; --"])
def test_id_with_odd_characters_is_refused(content: Make, id_: str) -> None:
    problem = only_problem(content({"topics/a.yml": {"rules": [entry(id_)]}}))
    assert problem.field.endswith(".id")


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "Click <a href=x>here</a>", "<img src=x onerror=y>", "javascript:alert(1)", "</p>"]
)
def test_markup_in_a_text_is_refused(content: Make, text: str) -> None:
    problem = only_problem(content({"topics/a.yml": {"rules": [entry("a", text={"en": text, "zh": "好。"})]}}))
    assert problem.field == "rules.a.text.en" and "plain text" in problem.message


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "ftp://example.org/x", "example.org", "http://", "https://a b.org"]
)
def test_address_that_is_no_web_address_is_refused(content: Make, url: str) -> None:
    problem = only_problem(content({"topics/a.yml": {"sources": [source_entry("study", url=url)], "rules": [entry("a")]}}))
    assert problem.field == "sources.study.url"


def test_truncated_file_is_a_fault(content: Make) -> None:
    cut = GOOD[: GOOD.index("zh: 小心") + 6]
    assert "not valid YAML" in only_problem(content({"topics/cut.yml": cut})).message
