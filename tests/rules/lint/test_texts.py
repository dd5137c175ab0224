"""What the texts say: language, figures, length and wording."""

from __future__ import annotations

import pytest

from actions.rules.lint.numbers import figures_of, values_of
from tests.rules.lint.conftest import Lint, ids, said
from tests.support import case_entry, entry


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
