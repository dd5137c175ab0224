"""Doubtful sources, claims that lack one, and dates."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.lint.conftest import Lint, ids, said
from tests.support import entry, source_entry


@pytest.mark.parametrize(
    "url, check, level",
    [
        ("http://example.org/page", "insecure-url", "warning"),
        ("https://192.168.1.4/page", "local-url", "error"),
        ("https://wiki.internal/page", "local-url", "error"),
        ("https://example.org/", "bare-domain", "warning"),
        ("https://example.org/page?id=4&utm_source=rss", "tracking-parameter", "warning"),
        ("https://bit.ly/abc", "shortened-url", "error"),
    ],
)
def test_doubtful_address(lint: Lint, url: str, check: str, level: str) -> None:
    rule = entry("a", sources=["study"])
    found = lint(check, rule, sources=(source_entry("study", url=url),))
    assert [(finding.id, finding.level) for finding in found] == [("source:study", level)]
    assert lint(check, rule, sources=(source_entry("study", url="https://example.org/page?id=4"),)) == []


def test_one_page_under_two_ids(lint: Lint) -> None:
    rules = [entry("a", sources=["study", "other"]), entry("b", sources=["study"])]
    sources = (source_entry("other", url="https://www.example.org/p/"), source_entry("study", url="https://example.org/p"))
    (found,) = lint("same-url", *rules, sources=sources)
    assert found.id == "source:other" and "study" in found.message


def test_source_that_nobody_cites(lint: Lint) -> None:
    found = lint("unused-source", entry("a", sources=["study"]), sources=(source_entry("study"), source_entry("spare")))
    assert ids(found) == ["source:spare"]


@pytest.mark.parametrize(
    "fields, level",
    [
        ({"kind": "fact"}, "error"),
        ({"confidence": "high"}, "error"),
        ({"legal": True}, "warning"),
        ({"legal": True, "text": said("Register first; verify the limit.", "先登记，限额须核实。")}, None),
        ({"kind": "fact", "status": "retired"}, None),
        ({}, None),
    ],
)
def test_claim_without_source(lint: Lint, fields: Any, level: str | None) -> None:
    found = lint("no-source", entry("a", **fields))
    assert [finding.level for finding in found] == ([level] if level else [])
    assert lint("no-source", entry("a", sources=["study"], **fields), sources=(source_entry("study"),)) == []


@pytest.mark.parametrize(
    "check, fields, wrong",
    [
        ("review-before-check", {"review_by": "2026-10"}, True),
        ("review-before-check", {"review_by": "2026-11"}, False),
        ("checked-in-future", {"checked_on": "2026-11-23"}, True),
        ("checked-in-future", {"checked_on": "2026-11-22"}, False),
        ("as-of-after-check", {"as_of": "2026-12"}, True),
        ("as-of-after-check", {"as_of": "2026"}, False),
        ("old-figure", {"kind": "fact", "as_of": "2022", "text": said("It is 40%.", "占40%。")}, True),
        ("old-figure", {"kind": "fact", "as_of": "2022", "text": said("In 2022 it was 40%.", "2022年占40%。")}, False),
        ("old-figure", {"kind": "fact", "as_of": "2023", "text": said("It is 40%.", "占40%。")}, False),
        ("old-figure", {"kind": "fact", "as_of": "2022", "text": said("The law bars it.", "法律禁止。")}, False),
    ],
)
def test_dates_that_contradict_or_have_passed(lint: Lint, check: str, fields: Any, wrong: bool) -> None:
    assert ids(lint(check, entry("a", **fields))) == (["a"] if wrong else [])
