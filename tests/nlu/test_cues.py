"""What the words around a mention say of it: denials, rivals, the home country, and what is the asker's own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.nlu.test_gazetteer import values


@pytest.mark.parametrize(
    "text",
    [
        "We are a Chinese company",
        "China",
        "中国企业",
        "我们是一家中国公司",
        "CHINA",
        "mainland China",
        "from the People's Republic of China",
        "中国大陆",
        "Shenzhen",
        "北京总部",
    ],
)
def test_home_country_is_never_a_market(text: str) -> None:
    assert values(text) == []


@given(st.text(alphabet="China中国chineseCN 北京PRC.,") | st.text())
def test_no_text_at_all_yields_the_home_country(text: str) -> None:
    assert "CN" not in values(text)


DENIALS = [
    ("neither Kenya nor Uganda, Tanzania", ["TZ"]),
    ("forget Chile and Peru, only Colombia matters", ["CO"]),
    ("肯尼亚乌干达都不去，去坦桑", ["TZ"]),
    ("智利和秘鲁先不管，看哥伦比亚", ["CO"]),
    ("Kenya? No. Rwanda.", ["RW"]),
    ("不像越南，老挝的部委不回信", ["LA"]),
    ("unlike in Vietnam, the ministry in Laos answers", ["LA"]),
    ("把沙特改成卡塔尔", ["QA"]),
    ("秘鲁的标准改成欧六了", ["PE"]),
    ("是不是德国也要申报", ["DE"]),
    ("去不去越南还没定", ["VN"]),
    ("除了德国还想去波兰", ["DE", "PL"]),
    ("不打算进美国，先看加拿大", ["CA"]),
    ("we ruled out Germany and look at Poland", ["PL"]),
]


@pytest.mark.parametrize("text, expected", DENIALS)
def test_denial_reaches_as_far_as_it_is_meant(text: str, expected: list[str]) -> None:
    assert values(text) == expected


@pytest.mark.parametrize(
    "facet, text, expected",
    [
        ("sector", "not batteries, solar panels", ["renewables"]),
        ("sector", "行业由电商改为游戏公司", ["social_media_gaming"]),
        ("sector", "change sector: from toys to baby food", ["food_beverage"]),
        ("sector", "我们不做手机，做储能了", ["batteries"]),
        ("audience", "not the regulators but the media", ["media"]),
        ("ownership", "不是国企，是上市公司", ["listed"]),
    ],
)
def test_other_facets_can_be_denied_too(facet: str, text: str, expected: list[str]) -> None:
    assert values(text, facet) == expected


RIVALS_AND_ADVISERS = [
    ("our Spanish rivals sell the same SUV for less in Portugal", ["PT"]),
    ("our Japanese competitor bribes, do we report it", []),
    ("韩国竞争对手说我们在印尼抄", ["ID"]),
    ("a Swedish consultant told us to be modest in Oman", ["OM"]),
    ("a Swedish consultant told us to be modest", ["SE"]),
    ("瑞典顾问让我们在阿曼低调", ["OM"]),
    ("we pulled out of India, now Bangladesh", ["BD"]),
    ("we pulled out of India, what do we tell the staff", ["IN"]),
    ("去年退出俄罗斯，现在看哈萨克", ["KZ"]),
    ("An Aussie radio host asks about Taiwan", ["AU"]),
]


@pytest.mark.parametrize("text, expected", RIVALS_AND_ADVISERS)
def test_only_where_the_asker_goes_is_a_market(text: str, expected: list[str]) -> None:
    assert values(text) == expected


OWN = [
    ("our hotel in Bali needs local chefs", "real_estate_hospitality"),
    ("they met us in a hotel in Bali", None),
    ("we run a university in Kedah", "education_culture"),
    ("a university in Kedah wrote about us", None),
    ("a bridge contractor asks for advice", "construction_infrastructure"),
    ("villagers stand on the bridge", None),
    ("我们做酒店的，员工罢工", "real_estate_hospitality"),
    ("在酒店等部长", None),
    ("医院集团想去越南", "pharma_medtech"),
    ("送工人去医院", None),
    ("we run a university and sell solar panels", "renewables"),
]


@pytest.mark.parametrize("text, expected", OWN)
def test_general_words_tell_a_sector_only_as_the_asker_s_own(text: str, expected: str | None) -> None:
    assert (values(text, "sector") or [None]) == [expected]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("SGR lot 5 near Dodoma", ["TZ"]),
        ("our SGR depot", ["KE"]),
        ("rules of origin under USMCA, plant in Puebla", ["MX"]),
        ("rules of origin under USMCA", ["NORTH_AMERICA"]),
        ("DP World wants our berth in Djibouti", ["DJ"]),
        ("卫报记者在查我们", ["GB"]),
        ("在汉堡的办公室", ["DE"]),
        ("我们开汉堡店", []),
    ],
)
def test_companies_and_treaties_give_way_to_the_market_that_is_named(text: str, expected: list[str]) -> None:
    assert values(text) == expected
