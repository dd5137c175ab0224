"""Our own words: complete in both languages, with the same gaps, in proper Chinese punctuation."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml

from actions.advice.phrases import Phrases
from actions.rules.taxonomy import FACETS, Taxonomy
from tests.support import CONTENT, LANGUAGES, known

HAN = re.compile(r"[\u3400-\u9fff]")
ASCII_MARK_IN_CHINESE = re.compile(r"[\u3400-\u9fff”」）][,.;:?!][\s]*[\u3400-\u9fff“「（]|[\u3400-\u9fff][,.;:?!]$")
SAME_IN_BOTH = {"language_en", "language_zh"}
WITHOUT_WORDS = {
    "list_separator",
    "reason_separator",
    "sentence_separator",
    "item_note",
    "source_short",
    "source_undated",
    "compare_cell",
    "sources_line",
    "plan_step",
    "assessment_reason",
}


def leaves(node: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Mapping[str, str]]]:
    for key, value in node.items():
        name = f"{path}.{key}".strip(".")
        if set(value) & set(LANGUAGES):
            yield name, value
        else:
            yield from leaves(value, name)


PHRASES = dict(leaves(yaml.safe_load((CONTENT / "phrases.yml").read_text(encoding="utf-8"))))


def refusals() -> dict[str, Mapping[str, str]]:
    classes = yaml.safe_load((CONTENT / "integrity.yml").read_text(encoding="utf-8"))["classes"]
    return {f"refusal.{kind['reason']}": kind["refusal"] for kind in classes}


@pytest.fixture(scope="module")
def phrases(taxonomy: Taxonomy) -> Phrases:
    return Phrases.load(CONTENT, taxonomy)


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", PHRASES)
def test_phrase_stands_in_both_languages_with_the_same_gaps(key: str) -> None:
    phrase = PHRASES[key]
    assert set(phrase) == {"en", "zh"}
    assert gaps(phrase["en"]) == gaps(phrase["zh"])
    assert all(phrase.values()) or key == "sentence_separator"


@pytest.mark.parametrize("key", sorted(set(PHRASES) - SAME_IN_BOTH - WITHOUT_WORDS))
def test_english_is_english_and_chinese_is_chinese(key: str) -> None:
    assert HAN.search(PHRASES[key]["zh"]) and not HAN.search(PHRASES[key]["en"])
    assert PHRASES[key]["zh"] != PHRASES[key]["en"]


@pytest.mark.parametrize("key, phrase", [*PHRASES.items(), *refusals().items()])
def test_chinese_holds_no_ascii_marks_between_its_characters(key: str, phrase: Mapping[str, str]) -> None:
    assert not ASCII_MARK_IN_CHINESE.search(phrase["zh"].strip())


def test_every_facet_value_and_region_has_a_name_in_both_languages(phrases: Phrases, taxonomy: Taxonomy) -> None:
    ours = {value for facet in FACETS if facet != "market" for value in taxonomy.values[facet]} | set(taxonomy.regions)
    for value in ours:
        english, chinese = (phrases.value(value, language) for language in LANGUAGES)
        assert english and not HAN.search(english) and "_" not in english
        assert HAN.search(chinese), value


def test_every_facet_has_a_name_in_both_languages(phrases: Phrases) -> None:
    assert all(phrases.say(f"facets.{facet}", language) for facet in FACETS for language in LANGUAGES)


def test_every_country_has_a_name_in_both_languages(phrases: Phrases, taxonomy: Taxonomy) -> None:
    countries = taxonomy.values["market"] - set(taxonomy.regions)
    assert [code for code in countries if phrases.value(code, "en") == code or not HAN.search(phrases.value(code, "zh"))] == []


@pytest.mark.parametrize(
    "code, english, chinese",
    [
        ("DE", "Germany", "德国"),
        ("ID", "Indonesia", "印度尼西亚"),
        ("HK", "Hong Kong", "香港"),
        ("MO", "Macao", "澳门"),
        ("TW", "Taiwan", "台湾"),
    ],
)
def test_places_go_by_their_plain_names(phrases: Phrases, code: str, english: str, chinese: str) -> None:
    assert (phrases.value(code, "en"), phrases.value(code, "zh")) == (english, chinese)


def test_every_topic_and_pillar_has_a_title_in_both_languages(phrases: Phrases, taxonomy: Taxonomy) -> None:
    for titles in [*taxonomy.topics.values(), *taxonomy.pillar_titles.values()]:
        assert HAN.search(titles["zh"]) and titles["en"] and not HAN.search(titles["en"])


def test_profile_is_named_in_the_order_of_the_facets(phrases: Phrases) -> None:
    profile = known(market=("DE", "EU"), sector="batteries", ownership="state_owned", stage="crisis", audience="media")
    assert phrases.profile(profile, "en") == "Germany, European Union, batteries, state-owned, in a crisis, media"
    assert phrases.profile(profile, "zh") == "德国、欧盟、电池、国有企业、危机中、媒体"
    assert phrases.profile(known(), "zh") == ""


def test_unknown_phrase_is_an_error(phrases: Phrases) -> None:
    with pytest.raises(KeyError):
        phrases.say("no_such_phrase", "en")
