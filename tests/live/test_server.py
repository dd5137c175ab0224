"""Health, the contract of /model/parse, and that the rest of Rasa's HTTP API is closed."""

from __future__ import annotations

import pytest

from tests.live.assistant import Assistant


def test_health_and_readiness(assistant: Assistant) -> None:
    assert assistant.get("/health").json() == {"status": "ok"}
    ready = assistant.get("/ready")
    assert ready.status_code == 200
    assert ready.json() | {"release": None} == {
        "ready": True,
        "model": True,
        "action_server": True,
        "store": True,
        "conversations": True,
        "locks": None,
        "release": None,
    }


@pytest.mark.parametrize(
    ("text", "facets"),
    [
        ("Is our cathode plant near Debrecen welcome?", {("market", "HU"), ("sector", "batteries")}),
        (
            "我们是央企，在柏林和欧盟其他地方做光伏",
            {("market", "DE"), ("market", "EU"), ("ownership", "state_owned"), ("sector", "renewables")},
        ),
        (
            "What do Brazilian journalists ask a listed carmaker?",
            {("market", "BR"), ("audience", "media"), ("ownership", "listed"), ("sector", "automotive")},
        ),
    ],
)
def test_parse_returns_canonical_facets_with_their_places(assistant: Assistant, text: str, facets: set[tuple[str, str]]) -> None:
    entities = assistant.parse(text)["entities"]
    assert facets <= {(entity["entity"], entity["value"]) for entity in entities}
    for entity in entities:
        assert 0 <= entity["start"] < entity["end"] <= len(text)


def test_the_log_never_holds_what_people_say(assistant: Assistant) -> None:
    assistant.say("log", "Our zirconium quokka plant in Poland: how do we meet the mayor?")
    assistant.say("log", "钛合金袋鼠厂在波兰，怎么拜访市长？")
    written = assistant.log.read_text(encoding="utf-8")
    assert "action_advise answered" in written
    assert "quokka" not in written
    assert "袋鼠" not in written


def test_nonsense_falls_back(assistant: Assistant) -> None:
    assert assistant.parse("🙂🙂")["intent"]["name"] == "nlu_fallback"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/model"),
        ("POST", "/model/train"),
        ("GET", "/conversations/somebody/tracker"),
        ("POST", "/conversations/somebody/messages"),
        ("GET", "/domain"),
        ("GET", "/status"),
    ],
)
def test_the_rest_of_the_api_is_closed_without_a_token(assistant: Assistant, method: str, path: str) -> None:
    import httpx

    response = httpx.request(method, assistant.url + path, json={}, timeout=30)
    assert response.status_code == 403
