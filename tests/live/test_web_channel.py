"""The web channel: signed sessions, messages, history, and the page itself."""

from __future__ import annotations

from tests.live.assistant import Assistant


def _open(assistant: Assistant) -> dict[str, str]:
    session = assistant.post("/webhooks/web/session").json()
    return {"Authorization": f"Bearer {session['session']}"}


def test_an_unsigned_or_altered_session_is_refused(assistant: Assistant) -> None:
    signed = _open(assistant)["Authorization"]
    for header in (
        {},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": signed[:-4] + "AAAA"},
        {"Authorization": signed[7:]},
    ):
        assert assistant.post("/webhooks/web/message", json={"message": "hello"}, headers=header).status_code == 401
        assert assistant.get("/webhooks/web/history", headers=header).status_code == 401


def test_a_session_is_answered_and_keeps_its_own_history(assistant: Assistant) -> None:
    mine, other = _open(assistant), _open(assistant)
    reply = assistant.post("/webhooks/web/message", json={"message": "在印尼怎么跟村民沟通？"}, headers=mine).json()
    assert any(message.get("custom", {}).get("type") == "advice" for message in reply["messages"])
    history = assistant.get("/webhooks/web/history", headers=mine).json()["messages"]
    assert history[0]["from"] == "user"
    assert history[0]["text"] == "在印尼怎么跟村民沟通？"
    assert any("custom" in message for message in history[1:])
    assert assistant.get("/webhooks/web/history", headers=other).json()["messages"] == []


def test_the_page_and_the_script_are_served_with_a_strict_policy(assistant: Assistant) -> None:
    page = assistant.get("/")
    assert page.headers["content-type"].startswith("text/html")
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "qiao-chat" in page.text
    script = assistant.get("/widget.js")
    assert script.status_code == 200
    assert "javascript" in script.headers["content-type"]
