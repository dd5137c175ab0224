"""Every intent over the project's own guidance: one text and one payload of the documented type."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from actions.advice.adviser import Adviser
from tests.actions.conftest import forget
from tests.actions.simulator import ANSWERED_BY, Conversation
from tests.support import CONTENT, LANGUAGES

TYPES = {
    "more": "advice",
    "next_steps": "advice",
    "why": "explanation",
    "sources": "sources",
    "example": "cases",
    "compare_markets": "comparison",
    "brief": "brief",
    "readiness_assessment": "assessment",
    "change_profile": "advice",
    "inform_profile": "advice",
    "switch_language": "profile",
    "forget_me": "privacy",
    "restart": "smalltalk",
    "feedback_positive": "feedback",
    "feedback_negative": "feedback",
    "human_handoff": "handoff",
    "unethical_request": "refusal",
    "out_of_scope": "out_of_scope",
    "nlu_fallback": "clarify",
    **dict.fromkeys(["greet", "goodbye", "thanks", "affirm", "deny", "help", "bot_challenge"], "smalltalk"),
}


@pytest.fixture(scope="module", autouse=True)
def small_store(project_adviser: Adviser, project_url: str) -> Iterator[None]:
    """This module uses the project's guidance instead of the small library."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("QIAO_RULES_URL", project_url)
        environment.setenv("QIAO_CONTENT", str(CONTENT))
        forget()
        yield
    forget()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("intent", sorted(ANSWERED_BY))
async def test_every_intent_gets_one_text_and_one_payload_of_its_type(intent: str, language: str) -> None:
    conversation = Conversation()
    await conversation.say("entry_mode", "How do we enter?", market="DE", sector="batteries")
    facets = {"market": ["HU", "PL"]} if intent in ("compare_markets", "inform_profile", "change_profile") else {}
    reply = await conversation.say(
        intent, "我们有一个问题" if language == "zh" else "We have a question.", language=language, **facets
    )
    assert len(reply.messages) == 2 and len(reply.texts) == len(reply.payloads) == 1
    assert reply.payload["type"] == TYPES.get(intent, "advice")
    if intent != "switch_language":
        assert reply.payload["language"] == language
    assert set(reply.payload["profile"]) == {"market", "sector", "ownership", "stage", "audience"}
    assert isinstance(reply.payload["profile"]["market"], list)


async def test_more_reads_a_whole_topic_without_repeats() -> None:
    conversation = Conversation()
    reply = await conversation.say("investment_screening", "?", market="DE", sector="batteries", ownership="state_owned")
    given = [reply.payload["headline_id"], *reply.ids]
    promised = reply.payload["more"]
    while reply.payload["items"]:
        reply = await conversation.say("more")
        given += reply.ids
    assert len(given) == len(set(given))
    assert len(given) >= promised
    assert "That was everything" in reply.text


async def test_comparison_of_neighbours_shows_where_they_differ() -> None:
    for markets in (["HU", "PL"], ["DE", "FR"], ["ID", "VN"], ["MY", "SG"], ["TH", "MY"], ["SA", "AE"], ["ID", "DE", "BR", "US"]):
        reply = await Conversation().say("compare_markets", "?", market=markets)
        assert reply.payload["markets"] == markets
        assert len(reply.payload["rows"]) >= 4, markets
