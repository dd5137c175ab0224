"""Personal data in questions is hidden, and what the question is about stays readable."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.insights.masking import LONGEST, mask

HIDDEN = [
    ("write to zoe.li@example.org please", "zoe.li@example.org"),
    ("邮箱 zhang＠example.com.cn", "zhang"),
    ("Call me at +86 138 0013 8000 tomorrow", "138 0013 8000"),
    ("我的手机是13800138000", "13800138000"),
    ("电话：010-62345678", "62345678"),
    ("call (212) 555-0123", "555-0123"),
    ("身份证号 11010519491231002X", "11010519491231002X"),
    ("证件110105194912310021", "110105194912310021"),
    ("passport E12345678", "E12345678"),
    ("card 6222 0212 3456 7890 123", "6222"),
    ("see https://files.example.com/s/AbC123?token=s3cret", "AbC123"),
    ("www.example.com/private/plan.pdf 怎么样", "private"),
    ("我叫李娜，想问关税", "李娜"),
    ("我是王伟，负责海外投资", "王伟"),
    ("我是欧阳明，想了解越南", "欧阳明"),
    ("我姓陈，想问一下", "陈"),
    ("请联系张晓明先生", "张晓明"),
    ("刘总，让我问一下", "刘"),
    ("联系人：赵敏", "赵敏"),
    ("my name is Zoe Li and I ask about tariffs", "Zoe"),
    ("I'm Wang Wei from the Debrecen plant", "Wang Wei"),
    ("This is José Álvarez, about lithium", "José"),
    ("Mr. Schmidt of the ministry refuses us", "Schmidt"),
    ("my WeChat: zoe_li_88", "zoe_li_88"),
    ("加我微信 zoeli1988", "zoeli1988"),
]

KEPT = [
    "How do we choose a local partner in Vietnam?",
    "我是一家央企的采购经理，怎么在印尼选合作伙伴？",
    "我们计划2026年在匈牙利投资12亿欧元建厂",
    "Tariffs 2024-2026 on EVs: 35.3% or 17.4%?",
    "what about the 1,500,000 tonnes quota of 2025-06-30?",
    "we are state-owned and i am responsible for media",
    "在欧盟做光伏，需要满足FSR第20条吗？",
    "Is 5G banned in Germany since 2024-07?",
]


@pytest.mark.parametrize("text, secret", HIDDEN)
def test_personal_data_is_hidden(text: str, secret: str) -> None:
    assert secret in text and secret not in mask(text)


@pytest.mark.parametrize("text", KEPT)
def test_what_is_asked_stays_readable(text: str) -> None:
    assert mask(text) == text


def test_the_host_of_a_link_is_kept() -> None:
    assert mask("we read https://www.reuters.com/world/china/x?id=7 today") == "we read https://www.reuters.com/… today"


@given(st.text(max_size=2000))
def test_masking_any_text_shortens_it_and_never_fails(text: str) -> None:
    assert len(mask(text)) <= 4 * LONGEST and "\n" not in mask(text)


def test_nasty_texts_cost_little() -> None:
    started = time.perf_counter()
    for nasty in ("1 " * 5000, "a@" * 5000, "A b " * 5000, "王" * 5000, "http://" * 2000, "+(" * 5000, "I am " + "A " * 5000):
        mask(nasty)
    assert time.perf_counter() - started < 2
