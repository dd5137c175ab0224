"""Lint: what is well-formed but wrong is found, with level and remedy; what is right is left alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from actions.authoring import lint_command
from actions.authoring.cli import app
from actions.rules.content import Library, read_library
from actions.rules.errors import ContentError
from actions.rules.lint import CHECKS, Finding, WordLists, lint_library
from actions.rules.lint.numbers import figures_of, values_of
from tests.support import CONTENT, TAXONOMY, case_entry, entry, source_entry

TODAY = date(2026, 11, 22)
WORDS = WordLists.load(CONTENT)

Lint = Callable[..., list[Finding]]


@pytest.fixture()
def lint(content: Callable[[dict[str, Any]], Path]) -> Lint:
    """The findings of one check on these rules and sources."""

    def run(check: str, *rules: dict[str, Any], sources: tuple[dict[str, Any], ...] = ()) -> list[Finding]:
        # As JSON, in which nothing is shared: YAML would write an alias for what stands in two rules.
        folder = content({"topics/a.yml": json.dumps({"sources": sources, "rules": rules})})
        found = lint_library(read_library(folder), TAXONOMY, WORDS, today=TODAY, only=[check])
        assert all(finding.check == check and finding.file == "topics/a.yml" for finding in found)
        return found

    return run


def ids(findings: list[Finding]) -> list[str]:
    return [finding.id for finding in findings]


def said(en: str = "Do it.", zh: str = "去做。") -> dict[str, str]:
    return {"en": en, "zh": zh}


def principle(id_: str, **fields: Any) -> dict[str, Any]:
    return entry(id_, kind="principle", **fields)


# Rules that nobody is shown


@pytest.mark.parametrize(
    "when, unless, never",
    [
        pytest.param({"stage": ["crisis"]}, {"stage": ["crisis", "entering"]}, True, id="same facet"),
        pytest.param({"market": ["DE"]}, {"market": ["EU"]}, True, id="country inside the region"),
        pytest.param({"market": ["EU"]}, {"market": ["EUROPE"]}, True, id="region inside the region"),
        pytest.param({"market": ["EU"]}, {"market": ["DE", "FR"]}, False, id="region is more than some members"),
        pytest.param(
            {"market": ["GCC"]}, {"market": ["AE", "BH", "KW", "OM", "QA", "SA"]}, False, id="the region itself remains"
        ),
        pytest.param({}, {"stage": ["crisis"]}, False, id="stage may be unknown"),
        pytest.param({"stage": ["crisis"]}, {"stage": ["crisis"], "ownership": ["listed"]}, False, id="another facet needed"),
    ],
)
def test_item_whose_exception_always_holds_never_applies(lint: Lint, when: Any, unless: Any, never: bool) -> None:
    found = lint("never-applies", entry("a", when=when, unless=unless))
    assert ids(found) == (["a"] if never else [])
    assert all(finding.level == "error" for finding in found)


def test_value_that_the_exception_takes_out_is_named(lint: Lint) -> None:
    rule = entry("a", when={"stage": ["crisis", "entering"]}, unless={"stage": ["crisis"]})
    (found,) = lint("excluded-value", rule)
    assert "stage crisis" in found.message and found.level == "warning"


@pytest.mark.parametrize(
    "when, overriding, always",
    [
        pytest.param({"market": ["EU"]}, {"when": {"market": ["EU"]}}, True, id="same condition"),
        pytest.param({"market": ["DE"]}, {"when": {"market": ["EU"]}}, True, id="wider market"),
        pytest.param({"market": ["DE"]}, {}, True, id="no condition"),
        pytest.param({}, {"when": {"market": ["DE"]}}, False, id="narrower"),
        pytest.param({"market": ["DE"]}, {"when": {"market": ["DE"], "sector": ["batteries"]}}, False, id="another facet"),
        pytest.param({"market": ["DE"]}, {"unless": {"stage": ["crisis"]}}, False, id="with an exception"),
        pytest.param(
            {"stage": ["entering"]}, {"when": {"stage": ["entering"]}, "unless": {"stage": ["crisis"]}}, True, id="idle exception"
        ),
        pytest.param({"market": ["DE"]}, {"status": "draft"}, False, id="overridden by a draft"),
        pytest.param({"market": ["DE"]}, {"topic": "brand_image"}, False, id="overridden by another topic"),
    ],
)
def test_item_that_is_always_replaced_is_an_error(lint: Lint, when: Any, overriding: Any, always: bool) -> None:
    found = lint("always-replaced", entry("general", when=when), entry("new", overrides=["general"], **overriding))
    assert [(finding.id, finding.level) for finding in found] == ([("general", "error")] if always else [])


def test_item_replaced_by_one_that_is_replaced_itself_may_be_shown(lint: Lint) -> None:
    rules = [
        entry("general"),
        entry("middle", overrides=["general"]),
        entry("top", overrides=["middle"], when={"market": ["DE"]}),
    ]
    assert lint("always-replaced", *rules) == []


@pytest.mark.parametrize(
    "weaker, stronger, never",
    [
        pytest.param({"weight": 40}, {"weight": 60}, True, id="weight"),
        pytest.param({"as_of": "2025-01"}, {"as_of": "2026-01"}, True, id="recency"),
        pytest.param({"when": {"market": ["DE"]}}, {"weight": 60, "when": {"market": ["DE", "FR"]}}, True, id="wider"),
        pytest.param({"when": {"market": ["DE"]}}, {"weight": 60, "when": {"market": ["EU"]}}, False, id="less near"),
        pytest.param({"when": {"market": ["DE"]}}, {"weight": 60}, False, id="less specific"),
        pytest.param({}, {"weight": 60, "unless": {"stage": ["crisis"]}}, False, id="with an exception"),
        pytest.param({}, {"weight": 60, "topic": "brand_image"}, False, id="other topic"),
        pytest.param({}, {"weight": 60, "kind": "action"}, False, id="other kind"),
    ],
)
def test_principle_that_is_never_the_headline(lint: Lint, weaker: Any, stronger: Any, never: bool) -> None:
    found = lint("never-headline", principle("b", **weaker), entry("c", **{"kind": "principle", **stronger}))
    assert ids(found) == (["b"] if never else [])


# Overrides


def test_circles_of_overrides_are_told_once_each(lint: Lint) -> None:
    rules = [
        *(entry(id_, overrides=[other]) for id_, other in (("a", "b"), ("b", "c"), ("c", "a"))),
        *(entry(id_, overrides=[other]) for id_, other in (("x", "y"), ("y", "x"))),
        entry("before", overrides=["a"]),
        entry("straight", overrides=["end"]),
        entry("end"),
    ]
    first, second = lint("override-circle", *rules)
    assert (first.id, second.id, first.level) == ("a", "x", "error")
    assert "a, b, c" in first.message and "before" not in first.message


def test_item_that_overrides_itself(lint: Lint) -> None:
    assert ids(lint("overrides-itself", entry("a", overrides=["a"]), entry("b", overrides=["a"]))) == ["a"]


def test_override_of_another_topic_has_no_effect(lint: Lint) -> None:
    (found,) = lint("overrides-other-topic", entry("a", overrides=["b"]), entry("b", topic="brand_image"))
    assert found.level == "error" and "brand_image" in found.message


@pytest.mark.parametrize(
    "mine, other, check",
    [
        pytest.param({}, {"status": "retired"}, "idle-override", id="retired"),
        pytest.param({"when": {"market": ["DE"]}}, {"when": {"market": ["FR"]}}, "idle-override", id="apart"),
        pytest.param({}, {"when": {"market": ["FR"]}}, "overrides-narrower", id="country against all"),
        pytest.param(
            {"when": {"market": ["EU"]}}, {"when": {"market": ["FR"]}}, "overrides-narrower", id="country against region"
        ),
        pytest.param({"when": {"market": ["FR"]}}, {"when": {"market": ["EU"]}}, None, id="as it should be"),
    ],
)
def test_override_without_effect_or_in_the_wrong_direction(lint: Lint, mine: Any, other: Any, check: str | None) -> None:
    rules = [entry("a", overrides=["b"], **mine), entry("b", **other)]
    for possible in ("idle-override", "overrides-narrower"):
        assert ids(lint(possible, *rules)) == (["a"] if possible == check else [])


# Repetition

LONG = "Within 60 days the site manager opens a complaints desk in each village and posts dust readings on the village board."
LONG_ZH = "现场经理60天内在每个村设投诉台，并在村公告栏公布粉尘读数。"
OTHER_ZH = "总部每季审一次付款权限，超限的退回重批。"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(said(LONG.replace("Within 60 days the", "The"), OTHER_ZH), id="English"),
        pytest.param(said("Headquarters reviews who may pay once a quarter.", LONG_ZH.replace("60天内", "")), id="Chinese"),
    ],
)
def test_item_that_says_the_same_for_the_same_situation(lint: Lint, text: Any) -> None:
    here = {"market": ["ID"]}
    found = lint("duplicate", entry("a", text=said(LONG, LONG_ZH), when=here), entry("b", text=text, when=here))
    assert ids(found) == ["b"] and "a" in found[0].message.split()


@pytest.mark.parametrize("fields", [{"when": {"market": ["VN"]}}, {"topic": "brand_image"}, {"status": "retired"}])
def test_same_text_elsewhere_is_no_duplicate(lint: Lint, fields: Any) -> None:
    text = said(LONG, LONG_ZH)
    assert lint("duplicate", entry("a", text=text), entry("b", text=text, **fields)) == []


TEMPLATE = (
    "In {} the first hire is a {} lawyer who reads the labour code; the second is an accountant; both report monthly.",
    "在{}先招一名本地律师研读劳动法，再招一名会计，两人每月汇报。",
)


def test_template_filled_with_countries_is_found(lint: Lint) -> None:
    filled = [("DE", "Germany", "German", "德国"), ("BR", "Brazil", "Brazilian", "巴西"), ("AE", "the UAE", "Emirati", "阿联酋")]
    rules = [
        entry(
            f"{code.lower()}-hire", text=said(TEMPLATE[0].format(name, people), TEMPLATE[1].format(zh)), when={"market": [code]}
        )
        for code, name, people, zh in filled
    ]
    assert ids(lint("template", *rules)) == ["br-hire", "de-hire"]
    assert lint("template", rules[0], entry("own", text=said(LONG, LONG_ZH), when={"market": ["BR"]})) == []


# Language


@pytest.mark.parametrize(
    "check, en, zh",
    [
        ("not-translated", "Do it.", "Do it."),
        ("not-translated", "Do it.", "Please do it now."),
        ("not-translated", "Do it now.", "请do it now, without any delay。"),
        ("not-translated", "去做。", "去做。"),
        ("mixed-language", "Ask the 村长 first.", "先问村长。"),
        ("full-width-mark", "Ask first，then act.", "先问再做。"),
        ("half-width-mark", "Ask, then act.", "先问,再做。"),
        ("half-width-mark", "Ask: then act.", "先问:再做。"),
        ("half-width-mark", "Ask (first).", "先问(村长)。"),
        ("half-width-mark", 'Say "no".', '说"不"。'),
        ("half-width-mark", "Ask.", "先问."),
        ("half-width-mark", "Wait...", "等等...再说。"),
        ("stray-space", "Ask, then act.", "先问， 再做。"),
        ("stray-space", "Ask, then act.", "先问 再做。"),
    ],
)
def test_text_in_the_wrong_language_or_with_its_marks(lint: Lint, check: str, en: str, zh: str) -> None:
    found = lint(check, entry("a", text=said(en, zh)))
    assert found and set(ids(found)) == {"a"} and found[0].level == "error"


@pytest.mark.parametrize(
    "en, zh",
    [
        (
            "Figures of 1,200 at 10:30; see https://a.example/b?c=1.",
            "1,200个，10:30；见https://a.example/b?c=1。",
        ),
        ("J.D. Power and Dato' (Malaysia) agree.", "J.D. Power与称谓Dato'、Khun一致。"),
        ("The label must say “广告” or 'PR'.", "标签须写“广告”或“PR”。"),
        ("TikTok Shop and A/B tests, 5G.", "TikTok Shop与A/B测试、5G。"),
        ("“Quoted”, he said – twice…", "“引用”，他说——两次……"),
    ],
)
def test_figures_addresses_and_names_keep_their_marks(lint: Lint, en: str, zh: str) -> None:
    for check in ("not-translated", "mixed-language", "full-width-mark", "half-width-mark", "stray-space"):
        assert lint(check, entry("a", text=said(en, zh))) == []


def test_title_and_lesson_are_checked_too(lint: Lint) -> None:
    case = case_entry("case-a", title=said("Title", "标题 一"), lesson=said("Lesson.", "启示, 一。"))
    assert "title.zh" in lint("stray-space", case)[0].message
    assert "lesson.zh" in lint("half-width-mark", case)[0].message


# Figures


@pytest.mark.parametrize(
    "en, zh",
    [
        ("About USD 4.5 billion.", "约45亿美元。"),
        ("RM2.5 million, 15,000 staff.", "250万林吉特，1.5万名员工。"),
        ("20 to 25 million users.", "2000万至2500万用户。"),
        ("Since 1 September 2025.", "自2025年9月1日起。"),
        ("Within 72 hours, twelve people, half a year.", "72小时内，12人，6个月。"),
        ("One third of the top ten.", "前10名的三分之一。"),
        ("30% of them.", "其中三成。"),
        ("Two weeks, twenty-five posts.", "14天，25个岗位。"),
        ("From 12.30 to 3 pm, news at 20:00.", "12:30至15:00，20点新闻。"),
        ("Act LVII of 2018 after 2013-14.", "2013至2014年之后的2018年第57号法。"),
        ("In Q2, the G20 and COVID-19.", "二季度，二十国集团与新冠。"),
        ("Fifty thousand, 200 kW, 500 m.", "5万，200千瓦，500米。"),
    ],
)
def test_same_figures_in_different_words_are_the_same(lint: Lint, en: str, zh: str) -> None:
    assert lint("figures-differ", entry("a", text=said(en, zh))) == []


@pytest.mark.parametrize(
    "en, zh, named",
    [
        ("About USD 4.5 billion.", "约4.5亿美元。", "4.5"),
        ("About 15,000 staff.", "约1.4万名员工。", "15,000"),
        ("Within 72 hours.", "尽快。", "72"),
        ("As soon as possible.", "72小时内。", "72"),
        ("In 2024 it was 61%.", "2024年为16%。", "61"),
    ],
)
def test_figure_that_the_other_language_lacks_is_named(lint: Lint, en: str, zh: str, named: str) -> None:
    found = lint("figures-differ", entry("a", text=said(en, zh)))
    assert found and any(named in finding.message for finding in found)


def test_numerals_have_their_values() -> None:
    assert values_of("三百二十人", "zh") >= {320}
    assert values_of("十二万", "zh") >= {120_000}
    assert [figure.written for figure in figures_of("1.5 billion in 2025, G20", "en")] == ["1.5 billion", "2025"]


# Sources


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


# Length, wording, dates


@pytest.mark.parametrize(
    "check, en, zh, place",
    [
        ("long-item", "One two three. " * 21, "好。", "text.en"),
        ("long-item", "Fine.", "一二三四五六七八九，" * 16, "text.zh"),
        ("long-sentence", "word " * 46 + ".", "好。", "text.en"),
        ("long-sentence", "Fine.", "一二三四五六七八九，" * 9, "text.zh"),
    ],
)
def test_long_item_and_long_sentence(lint: Lint, check: str, en: str, zh: str, place: str) -> None:
    (found,) = lint(check, entry("a", text=said(en, zh)))
    assert place in found.message and found.level == "warning"


def test_semicolon_divides_a_sentence_and_a_point_in_a_figure_does_not(lint: Lint) -> None:
    assert lint("long-sentence", entry("a", text=said("word " * 30 + "; " + "word " * 30))) == []
    assert len(lint("long-sentence", entry("a", text=said("word " * 30 + "1.5 " + "word " * 30)))) == 1


@pytest.mark.parametrize(
    "en, zh, found",
    [
        ("A World-class, win-win plan.", "计划。", ["World-class", "win-win"]),
        ("We can leverage this.", "计划。", ["can leverage"]),
        ("Plan.", "用平台赋能伙伴，打造国际知名品牌。", ["赋能", "打造国际知名品牌"]),
        ("The leverage ratio is low; steel tubes are seamlessness.", "无缝钢管。", []),
        ("Do not say “win-win”.", "不说“共赢”。", []),
    ],
)
def test_hype_is_found_outside_quotations(lint: Lint, en: str, zh: str, found: list[str]) -> None:
    messages = [finding.message for finding in lint("hype", entry("a", text=said(en, zh)))]
    assert len(messages) == len(found) and all(any(word in message for message in messages) for word in found)


def test_exclamation_marks_are_errors(lint: Lint) -> None:
    assert len(lint("exclamation", entry("a", text=said("Do it!", "去做！")))) == 2


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


# The whole


def test_findings_are_sorted_and_always_the_same(project_library: Library) -> None:
    first, again = (lint_library(project_library, TAXONOMY, WORDS, today=TODAY) for _ in range(2))
    shuffled = Library(project_library.rules[::-1], project_library.sources[::-1], "", 0, project_library.places)
    assert first == again == sorted(first) == lint_library(shuffled, TAXONOMY, WORDS, today=TODAY)


def test_project_guidance_has_no_errors_and_few_warnings(project_library: Library) -> None:
    found = lint_library(project_library, TAXONOMY, WORDS, today=TODAY)
    assert [finding for finding in found if finding.level == "error"] == []
    assert len(found) < len(project_library.rules) / 20


def test_word_lists_of_another_folder_win(tmp_path: Path) -> None:
    (tmp_path / "lint.yml").write_text("hype: {en: [splendid], zh: []}\ncountry_words: []\nshorteners: []\n", encoding="utf-8")
    assert WordLists.load(tmp_path).hype["en"] == ("splendid",)
    assert WordLists.load(tmp_path / "nowhere") == WORDS


@pytest.mark.parametrize(
    "text", ["hype: [", "hype: {en: []}", "[]", "hype: {en: ['('], zh: []}\ncountry_words: []\nshorteners: []"]
)
def test_faulty_word_lists_are_explained(tmp_path: Path, text: str) -> None:
    (tmp_path / "lint.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=r"lint\.yml"):
        WordLists.load(tmp_path)


# The command


@pytest.fixture()
def run(content: Callable[[dict[str, Any]], Path]) -> Callable[..., Result]:
    """Runs the command on these rules."""

    def invoke(rules: list[dict[str, Any]], *arguments: str) -> Result:
        folder = content({"topics/a.yml": {"rules": rules}})
        return CliRunner().invoke(app, [lint_command.lint.__name__, "--content", str(folder), *arguments])

    return invoke


GOOD = [entry("good", text=said())]
WARNED = [entry("warned", text=said("Within 72 hours.", "尽快。"))]
WRONG = [entry("wrong", text=said("Do it!", "去做。"))]


@pytest.mark.parametrize(
    "rules, arguments, code",
    [
        (GOOD, ["--strict"], 0),
        (WARNED, [], 0),
        (WARNED, ["--strict"], 1),
        (WRONG, [], 1),
        (WRONG, ["--only", "hype"], 0),
        (WRONG, ["--only", "hype", "--only", "exclamation"], 1),
    ],
)
def test_exit_code(run: Callable[..., Result], rules: Any, arguments: list[str], code: int) -> None:
    assert run(rules, *arguments).exit_code == code


def test_findings_stand_under_their_file_with_counts(run: Callable[..., Result]) -> None:
    result = run([*WARNED, *WRONG])
    assert result.stdout.index("topics/a.yml") < result.stdout.index("wrong")
    assert "2 rules: 1 errors, 1 warnings." in result.stdout


def test_findings_as_json(run: Callable[..., Result]) -> None:
    told = json.loads(run([*WARNED, *WRONG], "--json").stdout)
    assert (told["rules"], told["errors"], told["warnings"]) == (2, 1, 1)
    assert [(f["id"], f["check"], f["level"], f["file"]) for f in told["findings"]] == [
        ("warned", "figures-differ", "warning", "topics/a.yml"),
        ("wrong", "exclamation", "error", "topics/a.yml"),
    ]


def test_faults_of_validation_are_told_first(run: Callable[..., Result]) -> None:
    result = run([entry("a", topic="nonsense", text=said("Do it!", "去做！"))])
    assert result.exit_code == 1
    assert "nonsense" in result.stderr and "exclamation" not in result.stdout


def test_unknown_check_is_refused_with_the_known_ones(run: Callable[..., Result]) -> None:
    result = run(GOOD, "--only", "hipe")
    assert result.exit_code == 2 and "hipe" in result.stderr
    assert len(CHECKS) == len(set(CHECKS))
