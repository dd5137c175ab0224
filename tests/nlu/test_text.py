"""Folding of texts and telling their language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.text import fold, language_of


@given(st.text())
def test_folding_keeps_the_length(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(st.text(alphabet=st.characters(blacklist_categories=["Cn"])))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(), st.text())
def test_folding_works_character_by_character(one: str, other: str) -> None:
    assert fold(one + other) == fold(one) + fold(other)


@pytest.mark.parametrize(
    "text, folded",
    [
        ("Germany", "germany"),
        ("ＧＥＲＭＡＮＹ　２０２６！", "germany 2026!"),
        ("São Paulo, Côte d’Ivoire, Türkiye", "sao paulo, cote d'ivoire, turkiye"),
        ("德國與歐盟的電動車市場", "德国与欧盟的电动车市场"),
        ("İzmir", "izmir"),
        ("straße", "straße"),
        ("ﬁnance", "ﬁnance"),
        ("🚗电池🔋", "🚗电池🔋"),
        ("", ""),
    ],
)
def test_folding_makes_one_of_many_ways_of_writing(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    "text, language",
    [
        ("How do we enter Germany?", "en"),
        ("我们怎么进入德国市场？", "zh"),
        ("我們怎麼進入德國市場？", "zh"),
        ("Hungary", "en"),
        ("匈牙利", "zh"),
        ("怎么应对 EU 的 FSR 审查？", "zh"),
        ("我们的 ESG report 要怎么写", "zh"),
        ("KOL 营销", "zh"),
        ("What does 国资委 expect from us?", "en"),
        ("How do we explain 一带一路 to the media?", "en"),
        ("CATL 宁德时代", "zh"),
        ("ＥＵ的规定", "zh"),
        ("👍", None),
        ("👍 好的", "zh"),
        ("👍 ok", "en"),
        ("123 %", None),
        ("？！…", None),
        ("", None),
        ("   \n", None),
    ],
)
def test_language_of_a_text(text: str, language: str | None) -> None:
    assert language_of(text) == language


@given(st.text())
def test_any_text_has_one_of_our_languages_or_none(text: str) -> None:
    assert language_of(text) in {"en", "zh", None}
