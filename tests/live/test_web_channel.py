"""The web channel of the real servers: signed sessions, streaming, messages understood once, also by two replicas, and limits."""

from __future__ import annotations

import json
import socket
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from bot.starting import free_port
from tests.channels.conftest import RedisServer
from tests.live.assistant import Assistant

QUESTION = "How do we choose a local partner in Vietnam?"
PARTNER = "https://www.example.com"


class Visitor:
    """A browser with one session."""

    def __init__(self, url: str, headers: dict[str, str] | None = None) -> None:
        self.url = f"{url}/webhooks/web"
        if headers is None:
            headers = {"Authorization": f"Bearer {httpx.post(f'{self.url}/session', timeout=60).json()['session']}"}
        self.headers = headers

    def say(self, message: str, **fields: str) -> httpx.Response:
        return httpx.post(f"{self.url}/message", json={"message": message, **fields}, headers=self.headers, timeout=60)

    def stream(self, message: str, **fields: str) -> list[tuple[str, Any]]:
        headers = {**self.headers, "Accept": "text/event-stream"}
        body = httpx.post(f"{self.url}/message", json={"message": message, **fields}, headers=headers, timeout=60).text
        blocks = [block.split("\n") for block in body.strip().split("\n\n") if not block.startswith(":")]
        return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in blocks]

    def history(self) -> list[dict[str, Any]]:
        return httpx.get(f"{self.url}/history", headers=self.headers, timeout=60).json()["messages"]

    def asked(self) -> list[str]:
        """The person's own messages, as the history shows them."""
        return [message["text"] for message in self.history() if message["from"] == "user"]


def kinds(messages: list[dict[str, Any]]) -> list[str]:
    return [message["custom"]["type"] for message in messages if "custom" in message]


def without_times(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in message.items() if key != "at"} for message in messages]


def test_an_unsigned_or_altered_session_is_refused(assistant: Assistant) -> None:
    signed = Visitor(assistant.url).headers["Authorization"]
    for header in (
        {},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": signed[:-4] + "AAAA"},
        {"Authorization": signed[7:]},
    ):
        assert assistant.post("/webhooks/web/message", json={"message": "hello"}, headers=header).status_code == 401
        assert assistant.get("/webhooks/web/history", headers=header).status_code == 401


def test_a_session_is_answered_and_keeps_its_own_history(assistant: Assistant) -> None:
    mine, other = Visitor(assistant.url), Visitor(assistant.url)
    reply = mine.say("在印尼怎么跟村民沟通？").json()
    assert kinds(reply["messages"]) == ["advice"]
    asked, *answered = mine.history()
    assert (asked["from"], asked["text"], asked["id"]) == ("user", "在印尼怎么跟村民沟通？", reply["id"])
    assert without_times(answered) == without_times(reply["messages"])
    assert other.history() == []


def test_a_stream_ends_with_done_and_holds_what_the_history_holds(assistant: Assistant) -> None:
    visitor = Visitor(assistant.url)
    names, data = zip(*visitor.stream(QUESTION, id="live-stream-1"))
    assert names[0] == "typing" and names[-1] == "done" and set(names[1:-1]) == {"message"}
    assert data[-1] == {"id": "live-stream-1"}
    assert without_times(list(data[1:-1])) == without_times(visitor.history()[1:])


def test_copies_of_a_message_are_one_turn_and_a_pressed_button_shows_its_title(assistant: Assistant) -> None:
    visitor = Visitor(assistant.url)
    with ThreadPoolExecutor(20) as senders:
        replies = list(senders.map(lambda _: visitor.say(QUESTION, id="twenty-copies").json()["messages"], range(20)))
    assert all(without_times(reply) == without_times(replies[0]) for reply in replies)
    button = next(button for message in replies[0] for button in message.get("buttons", []))
    pressed = visitor.say(button["payload"], id="the-button", title=button["title"]).json()
    assert pressed["messages"]
    assert visitor.asked() == [QUESTION, button["title"]]
    assert without_times(visitor.say(button["payload"], id="the-button").json()["messages"]) == without_times(pressed["messages"])
    assert visitor.asked() == [QUESTION, button["title"]]


def test_who_is_forgotten_gets_the_reply_and_a_retry_does_not_begin_anew(assistant: Assistant) -> None:
    visitor = Visitor(assistant.url)
    visitor.say("Our project marabou-12 is a solar park in Chile")
    visitor.say("forget everything about me")
    confirm = {"message": '/affirm{"choice": "forget:yes"}', "id": "forget-for-good", "title": "Yes, delete"}
    first, again = (visitor.say(**confirm).json()["messages"] for _ in range(2))
    assert without_times(first) == without_times(again)
    assert next(message["custom"]["state"] for message in first if "custom" in message) == "deleted"
    assert visitor.history() == []
    late = visitor.say(confirm["message"], id="another-tab").json()["messages"]  # a tab that still shows the button
    assert "no longer open" in late[0]["text"]
    with sqlite3.connect(assistant.folder / "var" / "conversations.db") as database:
        assert database.execute("SELECT count(*) FROM events WHERE data LIKE '%marabou-12%'").fetchone() == (0,)


def test_another_page_is_refused_and_the_servers_own_let_in(assistant: Assistant) -> None:
    assert assistant.post("/webhooks/web/session", headers={"Origin": "https://evil.example"}).status_code == 403
    assert assistant.post("/webhooks/web/session", headers={"Origin": assistant.url}).status_code == 200


def test_the_page_and_the_script_are_served_with_a_strict_policy(assistant: Assistant) -> None:
    page = assistant.get("/")
    assert page.headers["content-type"].startswith("text/html")
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "unsafe-inline" not in page.headers["content-security-policy"]
    script = assistant.get("/widget.js")
    assert script.status_code == 200
    assert "javascript" in script.headers["content-type"]


# --- two replicas with Redis and narrow limits -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def replicas(trained_model: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Assistant, str, str]]:
    """An assistant with two servers, and their addresses."""
    folder = tmp_path_factory.mktemp("replicas")
    redis = RedisServer(folder, free_port())
    redis.start()
    settings = {"QIAO_REDIS_URL": redis.url, "QIAO_RATE_SESSION_MESSAGES": "30", "QIAO_ALLOWED_ORIGINS": PARTNER}
    running = Assistant(folder, **settings)
    running.start()
    try:
        yield running, running.url, running.start_replica()
    finally:
        running.stop()
        redis.stop()


def test_two_replicas_answer_a_message_once_and_take_each_others_tokens(replicas: tuple[Assistant, str, str]) -> None:
    _, one, two = replicas
    here = Visitor(one)
    there = Visitor(two, here.headers)
    with ThreadPoolExecutor(8) as senders:
        sent = [senders.submit(client.say, QUESTION, id="to-both-replicas") for client in (here, there) * 4]
    replies = [future.result().json()["messages"] for future in sent]
    assert kinds(replies[0]) == ["advice"]
    assert all(without_times(reply) == without_times(replies[0]) for reply in replies)
    assert there.asked() == [QUESTION]


def test_a_limit_holds_across_replicas_and_for_one_session_only(replicas: tuple[Assistant, str, str]) -> None:
    _, one, two = replicas
    here = Visitor(one)
    clients = [here, Visitor(two, here.headers)]
    replies = [clients[number % 2].say("hello", id="the-same-one") for number in range(31)]
    assert [reply.status_code for reply in replies] == [200] * 30 + [429]
    refusal = replies[-1].json()
    assert refusal["code"] == "too_many" and str(refusal["retry_after"]) in refusal["text"]["zh"]
    assert Visitor(one).say("hello").status_code == 200


def test_an_allowed_page_reads_the_reply_and_any_page_loads_the_script(replicas: tuple[Assistant, str, str]) -> None:
    _, one, _ = replicas
    preflight = {"Origin": PARTNER, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    replies = [
        httpx.options(f"{one}/webhooks/web/message", headers=preflight),
        httpx.post(f"{one}/webhooks/web/session", headers={"Origin": PARTNER}),
    ]
    for reply in replies:
        assert reply.headers.get_list("access-control-allow-origin") == [PARTNER]
        assert "access-control-allow-credentials" not in reply.headers
    script = httpx.get(f"{one}/widget.js", headers={"Origin": PARTNER})
    assert script.headers.get_list("access-control-allow-origin") == ["*"]
    assert f"frame-ancestors 'self' {PARTNER}" in httpx.get(f"{one}/").headers["content-security-policy"]


def test_a_server_that_dies_in_the_middle_loses_and_doubles_nothing(replicas: tuple[Assistant, str, str]) -> None:
    assistant, one, two = replicas
    here = Visitor(one)
    kept = here.say(QUESTION, id="before-the-crash").json()["messages"]
    sending = threading.Thread(target=lambda: _say_until_the_line_breaks(here))
    sending.start()
    assistant.kill("rasa")
    sending.join()
    there = Visitor(two, here.headers)
    assert without_times(there.say(QUESTION, id="before-the-crash").json()["messages"]) == without_times(kept)
    answered = [
        there.say(f"and in Chile, question {number}", id=f"in-the-crash-{number}").json()["messages"] for number in range(3)
    ]
    assert all(kinds(messages) for messages in answered)
    assert there.asked() == [QUESTION, *(f"and in Chile, question {number}" for number in range(3))]


def test_a_request_of_negative_length_does_not_stop_the_server(replicas: tuple[Assistant, str, str]) -> None:
    address = httpx.URL(replicas[2])
    with socket.create_connection((address.host, address.port), timeout=30) as line:
        line.sendall(b"POST /webhooks/web/session HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\nhello")
        assert line.recv(100).startswith(b"HTTP/1.1 400 ")
    assert httpx.get(f"{replicas[2]}/health", timeout=30).status_code == 200


def _say_until_the_line_breaks(visitor: Visitor) -> None:
    for number in range(3):
        try:
            visitor.say(f"and in Chile, question {number}", id=f"in-the-crash-{number}")
        except httpx.HTTPError:
            return
