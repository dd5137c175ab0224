"""Full-text search over the guidance, in both languages."""

from __future__ import annotations

import pytest

from actions.rules.search import TextSearch
from tests.support import rule

RULES = [
    rule("dam", text={"en": "Tailings dams need a standard (GISTM).", "zh": "尾矿库须符合全球标准（GISTM）。"}),
    rule("halal", text={"en": "Halal certificates are due for imports.", "zh": "进口食品须取得清真认证。"}),
    rule(
        "case",
        kind="case",
        title={"en": "Piraeus", "zh": "比雷埃夫斯港"},
        text={"en": "A port.", "zh": "港口。"},
        companies=("COSCO",),
    ),
]
SEARCH = TextSearch(RULES)


@pytest.mark.parametrize(
    "question, id_",
    [
        ("which standard for tailings?", "dam"),
        ("尾矿库用什么标准", "dam"),
        ("GISTM", "dam"),
        ("halal certification imports", "halal"),
        ("清真认证", "halal"),
        ("cosco", "case"),
        ("比雷埃夫斯港", "case"),
    ],
)
def test_telling_words_find_their_rule(question: str, id_: str) -> None:
    assert SEARCH.find(question, 3)[0] == id_


@pytest.mark.parametrize(
    "question", ["", "???", "how do I cook soup", "what is the", "锅炉怎么修", '" OR 1=1 --', "NEAR( AND *", "的"]
)
def test_nothing_near_finds_nothing_and_syntax_does_no_harm(question: str) -> None:
    assert SEARCH.find(question, 3) == []
