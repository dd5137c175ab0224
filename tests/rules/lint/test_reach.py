"""Items that nobody is shown, overrides that contradict each other, and repetition."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.lint.conftest import Lint, ids, said
from tests.support import entry


def principle(id_: str, **fields: Any) -> dict[str, Any]:
    return entry(id_, kind="principle", **fields)


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
