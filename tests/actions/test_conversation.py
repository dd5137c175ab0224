"""What a turn reads out of the tracker, and what hostile slots and entities cannot do."""

from __future__ import annotations

from typing import Any

import pytest

from actions.conversation import Turn
from actions.rules.profile import Profile
from actions.rules.taxonomy import Taxonomy
from tests.actions.simulator import Conversation
from tests.small_library import TOPIC
from tests.support import known, make_tracker

BAD = [
    "<script>alert(1)</script>",
    "Germany",
    "de",
    "'; DROP TABLE rules; --",
    "",
    None,
    7,
    True,
    1.5,
    {"a": "b"},
    ["x", None, {}],
    [[["DE"]]],
    "x" * 10_000,
]
EMPTY = Profile()


def turn(taxonomy: Taxonomy, **options: Any) -> Turn:
    return Turn.of(make_tracker(**options), taxonomy)


@pytest.mark.parametrize("value", BAD, ids=repr)
@pytest.mark.parametrize("facet", ["market", "sector", "ownership", "stage", "audience", "nonsense"])
def test_bad_entity_values_are_ignored(taxonomy: Taxonomy, facet: str, value: object) -> None:
    assert turn(taxonomy, entities=[{"entity": facet, "value": value}]).profile == EMPTY


@pytest.mark.parametrize("value", BAD, ids=repr)
def test_bad_slot_values_are_ignored(taxonomy: Taxonomy, value: object) -> None:
    slots = dict.fromkeys(
        ["market", "sector", "ownership", "stage", "audience", "last_topic", "last_profile", "language", "chosen_language"], value
    )
    read = turn(taxonomy, slots=slots, language=None)
    assert read.profile == EMPTY and read.shown.topic is None and read.shown.profile == EMPTY
    assert (read.language, read.chosen_language) == ("en", None)


@pytest.mark.parametrize("value", [5, "ce-risk-1", {"a": 1}, [1, None, ["x"]]], ids=repr)
def test_bad_lists_of_ids_do_no_harm(taxonomy: Taxonomy, value: object) -> None:
    read = turn(taxonomy, slots={"last_items": value, "seen_items": value})
    assert all(isinstance(id_, str) for id_ in (*read.shown.ids, *read.seen))


@pytest.mark.parametrize("value", BAD, ids=repr)
@pytest.mark.parametrize("intent", [TOPIC, "more", "why", "inform_profile", "compare_markets", "nlu_fallback"])
async def test_injected_values_get_an_ordinary_answer_and_are_not_remembered(intent: str, value: object) -> None:
    conversation = Conversation(
        last_topic=TOPIC, last_items=value, seen_items=value, last_profile=value, market=value, sector=value
    )
    entities = [{"entity": facet, "value": value} for facet in ("market", "sector", "stage", "last_topic")]
    reply = await conversation.say(intent, "?", entities=entities)
    assert len(reply.payloads) == 1
    assert (conversation.slots["market"], conversation.slots["sector"], conversation.slots["stage"]) == (None, None, None)


def test_good_values_among_bad_ones_are_kept(taxonomy: Taxonomy) -> None:
    entities = [{"entity": "market", "value": value} for value in ("nonsense", "DE", ["FR", 5, "DE"], "EU")]
    entities.append({"entity": "sector", "value": "batteries"})
    assert turn(taxonomy, entities=entities).profile == known(market=("DE", "FR", "EU"), sector="batteries")


def test_message_overrides_what_is_remembered_facet_by_facet(taxonomy: Taxonomy) -> None:
    slots = {"market": ["DE"], "sector": "batteries", "ownership": "private"}
    read = turn(taxonomy, slots=slots, entities=[{"entity": "market", "value": "HU"}, {"entity": "stage", "value": "entering"}])
    assert read.profile == known(market="HU", sector="batteries", ownership="private", stage="entering")
    assert read.mentioned == known(market="HU", stage="entering")


def test_number_of_markets_is_limited(taxonomy: Taxonomy) -> None:
    entities = [{"entity": "market", "value": value} for value in sorted(taxonomy.values["market"])]
    assert 2 <= len(turn(taxonomy, entities=entities).profile.market) <= 10


@pytest.mark.parametrize(
    "spoken, slots, expected",
    [
        ("zh", {"language": "en"}, "zh"),
        (None, {"language": "zh"}, "zh"),
        (None, {}, "en"),
        ("fr", {}, "en"),
        ("en", {"language": "en", "chosen_language": "zh"}, "zh"),
    ],
)
def test_language_is_the_chosen_one_else_that_of_the_message_else_the_last(
    taxonomy: Taxonomy, spoken: str | None, slots: dict[str, str], expected: str
) -> None:
    assert turn(taxonomy, language=spoken, slots=slots).language == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("lin.yue@example.com", "zh"),
        (" @linyue ", "zh"),
        ("https://example.com/about-us", "zh"),
        ("example.com.cn", "zh"),
        ("Call Lin Yue, lin.yue@example.com", "en"),
        ("thanks.", "en"),
    ],
)
def test_an_address_alone_leaves_the_language_as_it_was(taxonomy: Taxonomy, text: str, expected: str) -> None:
    assert turn(taxonomy, text=text, language="en", slots={"language": "zh"}).language == expected


def test_payload_of_a_button_is_no_text(taxonomy: Taxonomy) -> None:
    assert turn(taxonomy, text='/inform_profile{"market": "DE"}').text == ""
    assert turn(taxonomy, text="How?").text == "How?"


def test_message_without_anything_is_read(taxonomy: Taxonomy) -> None:
    tracker = make_tracker()
    tracker.latest_message = {}
    read = Turn.of(tracker, taxonomy)
    assert (read.text, read.intent, read.language, read.profile) == ("", "", "en", EMPTY)
