"""Facets found in texts: floors on a labelled set, and traps one by one."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from actions.rules.taxonomy import FACETS, Taxonomy
from bot.nlu.gazetteer import LEXICON_FOLDER, Gazetteer, Mention
from tests.support import PROJECT

FLOORS = {"market": 0.97, "sector": 0.82, "ownership": 0.95, "stage": 0.82, "audience": 0.9}
LABELLED = [json.loads(line) for line in (PROJECT / "tests" / "data" / "facets.jsonl").read_text(encoding="utf-8").splitlines()]
GAZETTEER = Gazetteer.default()


FACET_OF_FILE = {
    "markets": "market",
    "places": "market",
    "sectors": "sector",
    "ownership": "ownership",
    "stages": "stage",
    "audiences": "audience",
}


def lexicon(name: str) -> dict:
    return yaml.load((LEXICON_FOLDER / f"{name}.yml").read_text(encoding="utf-8"), yaml.CSafeLoader)


def leaves(node: object) -> Iterator[object]:
    if isinstance(node, dict):
        yield from (key for key in node if key is not None)
        for child in node.values():
            yield from leaves(child)
    elif isinstance(node, list):
        for child in node:
            yield from leaves(child)
    else:
        yield node


def values(text: str, facet: str = "market") -> list[str]:
    """Values told for a facet, in order, without repeats."""
    return list(dict.fromkeys(mention.value for mention in GAZETTEER.situation(text) if mention.facet == facet))


def is_right(example: dict, facet: str) -> bool:
    found = values(example["text"], facet)
    if facet == "market":
        return set(found) == set(example["market"])
    return (found[0] if found else None) == example[facet]


@pytest.mark.parametrize("facet", FACETS)
def test_facets_are_found_at_least_as_well_as_promised(facet: str) -> None:
    wrong = [example["text"] for example in LABELLED if not is_right(example, facet)]
    assert 1 - len(wrong) / len(LABELLED) >= FLOORS[facet], wrong[:20]


@pytest.mark.parametrize("facet", FACETS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_neither_language_falls_far_behind(facet: str, language: str) -> None:
    examples = [e for e in LABELLED if any("\u4e00" <= char <= "\u9fff" for char in e["text"]) is (language == "zh")]
    assert len(examples) >= 100
    assert sum(is_right(example, facet) for example in examples) / len(examples) >= FLOORS[facet] - 0.05


def test_word_lists_hold_only_values_of_the_taxonomy(taxonomy: Taxonomy) -> None:
    files = ["markets", "places", "sectors", "ownership", "stages", "audiences"]
    parts = [(FACET_OF_FILE[name], lexicon(name)) for name in files] + [
        part for name in ("implied", "owned") for part in lexicon(name).items()
    ]
    for facet, listed in parts:
        assert {value for value in listed if value is not None} <= taxonomy.values[facet], facet
        assert all(set(by_language) <= {"en", "zh"} for by_language in listed.values()), facet
    assert {market for markets in lexicon("pairs").values() for market in markets} <= taxonomy.values["market"]
    assert {market for markets in lexicon("languages")["spoken_in"].values() for market in markets.values()} <= taxonomy.values[
        "market"
    ]


def test_word_lists_hold_nothing_but_text() -> None:
    """YAML reads an unquoted No, 1688 or 5e3 as something else."""
    for path in LEXICON_FOLDER.glob("*.yml"):
        assert all(isinstance(leaf, str) for leaf in leaves(lexicon(path.stem))), path.name


def test_every_character_of_a_pair_names_one_market() -> None:
    assert [pair for pair, markets in lexicon("pairs").items() if len(pair) != len(markets)] == []


@pytest.mark.parametrize("facet", ["sector", "ownership", "stage", "audience"])
def test_every_value_can_be_said_in_both_languages(taxonomy: Taxonomy, facet: str) -> None:
    listed = lexicon(next(name for name, of_file in FACET_OF_FILE.items() if of_file == facet))
    assert {
        value for value in taxonomy.values[facet] if not all(listed.get(value, {}).get(lang) for lang in ("en", "zh"))
    } == set()


MARKETS = [
    ("our plant in Turkey", ["TR"]),
    ("roast turkey for the canteen", []),
    ("the Czech Republic", ["CZ"]),
    ("Ivory Coast", ["CI"]),
    ("South Korea", ["KR"]),
    ("We enter Germany", ["DE"]),
    ("our German customers", ["DE"]),
    ("在柏林开店", ["DE"]),
    ("德國工廠", ["DE"]),
    ("ＧＥＲＭＡＮＹ", ["DE"]),
    ("欧盟的规定", ["EU"]),
    ("the European Union's rules", ["EU"]),
    ("a nickel plant on Sulawesi", ["ID"]),
    ("São Paulo", ["BR"]),
    ("Sao Paulo", ["BR"]),
    ("Côte d'Ivoire", ["CI"]),
    ("沙特和阿联酋", ["SA", "AE"]),
    ("compare Hungary, Poland and Czechia", ["HU", "PL", "CZ"]),
    ("越南、泰国还是印尼", ["VN", "TH", "ID"]),
    ("海湾国家", ["GCC"]),
    ("South Korea, not North Korea", ["KR"]),
    ("Niger", ["NE"]),
    ("Nigeria", ["NG"]),
    ("Papua New Guinea", ["PG"]),
    ("Hong Kong", ["HK"]),
    ("香港上市，去墨西哥建厂", ["MX"]),
    ("listed in Hong Kong, entering Mexico", ["MX"]),
]


@pytest.mark.parametrize("text, expected", MARKETS)
def test_markets_are_found_in_either_language(text: str, expected: list[str]) -> None:
    assert values(text) == expected


TRAPS = [
    ("our bone china tableware", []),
    ("a bull in a china shop", []),
    ("turkey sandwich", []),
    ("please polish this text", []),
    ("Can you help us?", []),
    ("tell us about it", []),
    ("Tell US buyers about it", ["US"]),
    ("the US market", ["US"]),
    ("it is in no way clear to me", []),
    ("our CEO will be at it", []),
    ("不是德国，是波兰", ["PL"]),
    ("not Germany but Poland", ["PL"]),
    ("Poland instead of Germany", ["PL"]),
    ("forget Vietnam, what about Thailand", ["TH"]),
    ("越南不去了，去泰国", ["TH"]),
    ("We enter Germanny", ["DE"]),
    ("Indonessia", ["ID"]),
    ("Phillipines", ["PH"]),
    ("Kazakstan", ["KZ"]),
    ("Michael Jordan", []),
]
WORDS_NEAR_NAMES = [
    "organisation",
    "Organization",
    "expansions",
    "handover",
    "province",
    "concession agreement",
    "surname",
    "hangover",
    "germane",
    "expansion",
    "grenade",
]


@pytest.mark.parametrize("text, expected", TRAPS)
def test_traps_are_avoided(text: str, expected: list[str]) -> None:
    assert values(text) == expected


@pytest.mark.parametrize("word", WORDS_NEAR_NAMES)
def test_ordinary_word_is_no_misspelt_market(word: str) -> None:
    assert values(f"What about the {word} this year?") == []


OTHERS = [
    ("sector", "our cathode plant", ["batteries"]),
    ("sector", "动力电池", ["batteries"]),
    ("sector", "we make phones", ["consumer_electronics"]),
    ("sector", "跨境电商", ["ecommerce"]),
    ("ownership", "we are a state-owned enterprise", ["state_owned"]),
    ("ownership", "央企", ["state_owned"]),
    ("ownership", "民营企业", ["private"]),
    ("ownership", "listed in Shenzhen", ["listed"]),
    ("stage", "we are about to enter the market", ["entering"]),
    ("stage", "正在考察市场", ["exploring"]),
    ("audience", "the regulator wants to know", ["regulators"]),
    ("audience", "当地社区", ["communities"]),
    ("audience", "journalists", ["media"]),
]


@pytest.mark.parametrize("facet, text, expected", OTHERS)
def test_other_facets_are_found_in_either_language(facet: str, text: str, expected: list[str]) -> None:
    assert values(text, facet) == expected


def test_every_mention_is_found_with_its_place() -> None:
    text = "从德國到 Germany"
    assert GAZETTEER.find(text) == [Mention("market", "DE", 1, 3), Mention("market", "DE", 5, 12)]


@given(st.text() | st.text(alphabet="Germany德国 USus电池不是not,.batteries"))
def test_mentions_lie_within_the_text_in_order_and_without_overlap(text: str) -> None:
    mentions = GAZETTEER.find(text)
    assert mentions == sorted(mentions, key=lambda mention: (mention.start, mention.end, mention.facet))
    for facet in FACETS:
        ends = [(mention.start, mention.end) for mention in mentions if mention.facet == facet]
        assert all(0 <= start < end <= len(text) for start, end in ends)
        assert all(before[1] <= after[0] for before, after in zip(ends, ends[1:]))


@pytest.mark.parametrize("text", ["", "👍", "?", "\0", "a" * 5000])
def test_texts_without_facets_yield_nothing(text: str) -> None:
    assert GAZETTEER.find(text) == []


def test_two_thousand_unknown_words_are_searched_quickly() -> None:
    text = " ".join(f"germanix{chr(97 + number % 26)}zz" for number in range(200))
    started = time.perf_counter()
    GAZETTEER.find(text)
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    "text, value",
    [
        ("We are a private battery maker", "private"),
        ("a privately owned solar firm", "private"),
        ("as a listed car maker", "listed"),
        ("our private data", None),
        ("private equity fund asks", None),
        ("the items listed below", None),
    ],
)
def test_ownership_is_told_by_what_stands_before_the_kind_of_firm(text: str, value: str | None) -> None:
    found = [mention.value for mention in Gazetteer.default().find(text) if mention.facet == "ownership"]
    assert found == ([value] if value else [])


IMPLIED = [
    ("market", "our PPA is paid in naira", ["NG"]),
    ("market", "our PPA in Ghana is paid in naira", ["GH"]),
    ("market", "CSDDD duties for a harness exporter", ["EU"]),
    ("market", "CSDDD duties of our Polish plant", ["PL"]),
    ("market", "the label is in Finnish", ["FI"]),
    ("market", "the label is in Finnish, for Estonia", ["EE"]),
    ("market", "请说德语", []),
    ("market", "answer in German please", []),
    ("market", "用泰语写标签", ["TH"]),
    ("market", "the band plays at noon", []),
    ("sector", "How did BYD win over the villagers", ["automotive"]),
    ("sector", "How did BYD win with electric buses and batteries, we make batteries", ["batteries"]),
    ("sector", "华为怎么赢的", ["telecoms"]),
    ("sector", "华为的手机电池出了问题，我们也做手机电池", ["batteries"]),
]


@pytest.mark.parametrize("facet, text, expected", IMPLIED)
def test_what_implies_a_value_counts_where_none_is_named(facet: str, text: str, expected: list[str]) -> None:
    assert values(text, facet) == expected


def test_what_is_implied_is_no_mention_of_the_word_lists() -> None:
    assert GAZETTEER.find("paid in naira, like BYD") == []


@pytest.mark.parametrize(
    "text, expected",
    [
        ("日韩市场怎么打", [Mention("market", "JP", 0, 1), Mention("market", "KR", 1, 2)]),
        ("先看新马泰", [Mention("market", "SG", 2, 3), Mention("market", "MY", 3, 4), Mention("market", "TH", 4, 5)]),
    ],
)
def test_markets_named_by_one_character_each(text: str, expected: list[Mention]) -> None:
    assert GAZETTEER.find(text) == expected


SECTORS = [
    ("Our batteries go into the buses of a carmaker", ["batteries"]),
    ("a museum shows our sandals", ["fashion_retail"]),
    ("the bank wants to see the solar farm, the solar panels and the inverters", ["renewables"]),
    ("asset managers ask about us, a maker of heat pumps", ["renewables"]),
    ("our office in Port Louis", []),
    ("our port in Port Louis", ["logistics_ports"]),
]


@pytest.mark.parametrize("text, expected", SECTORS)
def test_one_sector_is_told_the_asker_s_own_if_it_can_be_seen(text: str, expected: list[str]) -> None:
    assert values(text, "sector") == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Our warehouse caught fire last night", ["crisis"]),
        ("今早码头罢工", ["crisis"]),
        ("we have been in Ghana for eleven years", ["operating"]),
        ("what if the workers go on strike one day", []),
        ("丰田召回那次怎么赢回来的", []),
    ],
)
def test_stage_is_the_asker_s_own_and_a_crisis_is_happening(text: str, expected: list[str]) -> None:
    assert values(text, "stage") == expected


@given(st.text(alphabet="日韩德法Germany not rivals换成，.越南 port") | st.text())
def test_what_is_told_has_one_value_of_each_facet_but_the_market(text: str) -> None:
    told = GAZETTEER.situation(text)
    for facet in set(FACETS) - {"market"}:
        assert len({mention.value for mention in told if mention.facet == facet}) <= 1
    assert all(0 <= mention.start < mention.end <= len(text) for mention in told)


def test_long_text_full_of_names_is_read_quickly() -> None:
    started = time.perf_counter()
    GAZETTEER.situation("not the port of Germany or 日韩电池, " * 2000)
    assert time.perf_counter() - started < 5
