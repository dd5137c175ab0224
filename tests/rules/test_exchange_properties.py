"""Whatever the schema admits goes out into every format and comes back as it was."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from actions.rules.content import Library
from actions.rules.exchange import carry_out, export_library, format_of, plan_import
from actions.rules.file_reader import read_file
from actions.rules.schema import KINDS, Bilingual, RuleEntry, SourceEntry
from actions.rules.taxonomy import FACETS
from tests.support import TAXONOMY

AWKWARD = [
    *("=1+1", "+86 21", "-5%", "@SUM(A1)", "'=1", "''=1", "'quoted'", "＝1", "＋86", "，；：", "“引号”", "𠮷野家", "😀"),
    *('say "yes"', "back\\slash", "a;b", "a；b", "\\;", "\\e", "\\", "_x0041_", "_x005F_", "a,b", "a\tb", "#N/A", "#5", "# x"),
    *("null", "~", "true", "NO", "2026-11", "1e3", "0x1f", "12", "1.0", "- a", "a: b", "{a}", "[a", "*a", "&a", "!a", "%a", "`a"),
    *("\ufeffx", "x\ufffe", "x\uffff", "a\x80b", "a\x85b", "a\xa0b", "TRUE", "#VALUE!", "a  b", "yes", "\u200bx"),
]
TEXTS = st.sampled_from(AWKWARD) | st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), min_size=1, max_size=60)
IDS = st.sampled_from(["null", "true", "no", "12", "1e3", "0x1f", "2026-11-22", "y"]) | st.from_regex(
    r"[a-z0-9]{1,8}(-[a-z0-9]{1,4}){0,2}", fullmatch=True
)
DATES = st.dates().map(str) | st.dates().map(lambda day: str(day)[:7]) | st.dates().map(lambda day: str(day)[:4])


def _is_valid(text: str) -> bool:
    try:
        Bilingual(en=text, zh=text)
    except ValidationError:
        return False
    return True


def _is_address(url: str) -> bool:
    try:
        SourceEntry(id="a", title="a", publisher="a", url=url)
    except ValidationError:
        return False
    return True


VALID_TEXTS = TEXTS.filter(_is_valid)
BILINGUAL = st.fixed_dictionaries({"en": VALID_TEXTS, "zh": VALID_TEXTS})
TOPICS = st.sampled_from(sorted(TAXONOMY.topics))
CONDITIONS = st.fixed_dictionaries(
    {},
    optional={
        facet: st.lists(st.sampled_from(sorted(TAXONOMY.values[facet])), min_size=1, max_size=60, unique=True) for facet in FACETS
    },
)
URLS = st.none() | TEXTS.map(lambda text: f"https://example.org/{text}").filter(_is_address)
SOURCES = st.builds(
    lambda **fields: SourceEntry.parse_obj(fields),
    id=IDS,
    title=VALID_TEXTS,
    publisher=VALID_TEXTS,
    url=URLS,
    published=st.none() | DATES,
)


@st.composite
def rules(draw: st.DrawFn, id_: str, source_ids: list[str], rule_ids: list[str]) -> RuleEntry:
    fields: dict[str, Any] = {
        "id": id_,
        "topic": draw(TOPICS),
        "kind": draw(st.sampled_from(KINDS)),
        "text": draw(BILINGUAL),
        "when": draw(CONDITIONS),
        "unless": draw(CONDITIONS),
        "weight": draw(st.integers(0, 100)),
        "overrides": draw(st.lists(st.sampled_from(rule_ids), max_size=3)),
        "sources": draw(st.lists(st.sampled_from(source_ids), max_size=3)) if source_ids else [],
        "legal": draw(st.booleans()),
        **{name: draw(DATES) for name in ("as_of", "checked_on", "review_by")},
        "confidence": draw(st.sampled_from(["high", "medium", "low"])),
        "title": draw(st.none() | BILINGUAL),
        "companies": draw(st.lists(VALID_TEXTS, max_size=4)),
        "related_topics": draw(st.lists(TOPICS, max_size=3)),
        "outcome": draw(st.none() | st.sampled_from(["success", "failure", "mixed"])),
    }
    allowed = ["draft", "retired"] if fields["confidence"] == "low" else ["draft", "published", "retired"]
    fields["status"] = draw(st.sampled_from(allowed))
    if fields["kind"] == "case":
        fields |= {"title": draw(BILINGUAL), "outcome": "mixed", "lesson": draw(BILINGUAL)}
    return RuleEntry.parse_obj(fields)


@st.composite
def libraries(draw: st.DrawFn) -> Library:
    sources = draw(st.lists(SOURCES, max_size=3, unique_by=lambda source: source.id))
    rule_ids = draw(st.lists(IDS, min_size=1, max_size=4, unique=True))
    source_ids = [str(source.id) for source in sources]
    return Library([draw(rules(id_, source_ids, rule_ids)) for id_ in rule_ids], sources)


@pytest.mark.parametrize("name", ["out.csv", "out.xlsx", "out.yml"])
@settings(max_examples=50)
@given(library=libraries())
def test_every_entry_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, name: str, library: Library) -> None:
    output: Path = tmp_path_factory.mktemp("exchange") / name
    export_library(library, output, format_of(output))
    folder = output.parent / "content"
    carry_out(plan_import(output, folder, TAXONOMY), folder)
    read = [read_file(path, path.name, TAXONOMY) for path in folder.rglob("*.yml")]
    assert [problem for content in read for problem in content.problems] == []
    assert {rule.digest() for content in read for rule in content.rules.values()} == digests(library.rules)
    assert {source.digest() for content in read for source in content.sources.values()} == digests(library.sources)


def digests(entries: Sequence[RuleEntry] | Sequence[SourceEntry]) -> set[str]:
    return {entry.digest() for entry in entries}
