"""What is closed, what is limited, and what no answer tells."""

from __future__ import annotations

import socket
import statistics
import time
from collections.abc import Callable

import httpx
import pytest

from tests.live.assistant import Assistant

RASAS_API = [
    ("GET", "/status"),
    ("GET", "/version"),
    ("GET", "/domain"),
    ("PUT", "/model"),
    ("DELETE", "/model"),
    ("POST", "/model/train"),
    ("POST", "/model/test/stories"),
    ("POST", "/model/predict"),
    ("GET", "/conversations/web-0/tracker"),
    ("GET", "/conversations/web-0/story"),
    ("POST", "/conversations/web-0/messages"),
    ("POST", "/conversations/web-0/execute"),
]
WAYS_AROUND = ["/{}", "//{}", "/./{}", "/x/../{}", "/;/{}", "/%2f{}", "/{}/", "/{}?token=", "/{}#", "/{}%00", "/{}%20"]


def send(assistant: Assistant, raw: bytes, seconds: float = 30) -> bytes:
    """What comes back for bytes that no client library would send."""
    with socket.create_connection(("127.0.0.1", assistant.port), timeout=seconds) as line:
        line.sendall(raw)
        answer = b""
        while part := line.recv(65536):
            answer += part
        return answer


def head(method: str, target: str, *headers: str) -> bytes:
    lines = [f"{method} {target} HTTP/1.1", "Host: x", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


@pytest.mark.parametrize(("method", "path"), RASAS_API)
@pytest.mark.parametrize("way", WAYS_AROUND)
def test_rasas_api_is_closed_by_whatever_path(assistant: Assistant, method: str, path: str, way: str) -> None:
    answer = send(assistant, head(method, way.format(path[1:]), "Content-Length: 0"))
    status = int(answer.split(b" ")[1])
    assert status in (400, 403, 404), answer[:300]


def test_parsing_is_open_for_a_text_of_a_messages_length_only(assistant: Assistant) -> None:
    assert assistant.post("/model/parse", json={"text": "a" * 2000}).status_code == 200
    for body in ({"text": "a" * 2001}, {"text": 5}, {"text": None}, {}, [], "text"):
        answer = assistant.post("/model/parse", json=body)
        assert answer.status_code == 400 and "2000 characters" in answer.json()["error"]
    assert assistant.post("/model/parse", content=b"{").status_code == 400


def test_figures_are_for_the_own_network(assistant: Assistant) -> None:
    assert assistant.get("/metrics").status_code == 200
    for header in ("X-Forwarded-For", "X-Real-IP", "Forwarded"):
        assert assistant.get("/metrics", headers={header: "203.0.113.7"}).status_code == 403


@pytest.mark.parametrize("target", ["*", "http://x/", "/nothing", "/documents/x", "/webhooks/nothing"])
@pytest.mark.parametrize("accept", ["text/html", "application/json", "*/*"])
def test_no_answer_names_the_program_or_shows_its_inside(assistant: Assistant, target: str, accept: str) -> None:
    for method in ("GET", "POST", "TRACE", "OPTIONS"):
        answer = send(assistant, head(method, target, f"Accept: {accept}", "Content-Length: 0"))
        assert not answer.startswith(b"HTTP/1.1 5")
        for telling in (b"rasa", b"sanic", b"python", b"traceback", b"3.6.21", b"/work", b"\r\nserver:", b"x-powered-by"):
            assert telling not in answer.lower(), answer[:600]


def test_an_address_comes_back_as_text_only(assistant: Assistant) -> None:
    answer = send(assistant, head("GET", "/<script>alert(1)</script>", "Accept: text/html"))
    assert b"<script>alert" not in answer


@pytest.mark.parametrize(
    "path", ["/", "/demo", "/widget.js", "/health", "/webhooks/web/history", "/documents/" + "a" * 40 + ".html"]
)
def test_no_answer_sets_a_cookie(assistant: Assistant, path: str) -> None:
    assert "set-cookie" not in assistant.get(path).headers


@pytest.mark.parametrize("path", ["/", "/demo"])
def test_pages_tell_the_browser_what_they_need_and_no_more(assistant: Assistant, path: str) -> None:
    headers = assistant.get(path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["frame-ancestors"] == "'self'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "microphone=()" in headers["permissions-policy"]


@pytest.mark.parametrize(
    "name",
    [
        "..%2f..%2fsettings.py",
        "%2e%2e%2fvar%2fsession.key",
        "..",
        "a" * 40 + ".py",
        "a" * 40 + ".html%00.png",
        "a" * 40 + ".html",
        "a" * 300 + ".svg",
    ],
)
def test_no_document_but_a_known_one(assistant: Assistant, name: str) -> None:
    answer = send(assistant, head("GET", f"/documents/{name}"))
    assert answer.split(b" ")[1] == b"404"


@pytest.mark.parametrize(
    "path", ["/widget/../../settings.py", "/widget/%2e%2e/%2e%2e/settings.py", "/widget//etc/passwd", "/widget/..%5csettings.py"]
)
def test_no_file_but_those_of_the_chat(assistant: Assistant, path: str) -> None:
    assert send(assistant, head("GET", path)).split(b" ")[1] == b"404"


def test_large_bodies_and_headers_are_refused(assistant: Assistant) -> None:
    assert assistant.post("/webhooks/rest/webhook", content=b" " * 1_000_001).status_code == 413
    assert assistant.post("/webhooks/web/session", content=b" " * 16_385).status_code == 413

    def parts() -> object:
        for _ in range(20):
            yield b" " * 100_000

    assert httpx.post(assistant.url + "/webhooks/rest/webhook", content=parts(), timeout=60).status_code == 413  # type: ignore[arg-type]
    assert send(assistant, head("GET", "/health", "X: " + "a" * 20_000)).split(b" ")[1] in (b"413", b"431")


@pytest.mark.parametrize("sender", ["\ud800", "\x00", "a\x00b", "\ud83d x", "\u202e", "x" * 100_000])
def test_no_name_of_a_conversation_stops_the_server(assistant: Assistant, sender: str) -> None:
    assert assistant.say(sender, "hello").payload
    assert assistant.get("/ready").status_code == 200


def test_an_open_channel_reaches_no_web_conversation(assistant: Assistant) -> None:
    opened = assistant.post("/webhooks/web/session").json()
    header = {"Authorization": f"Bearer {opened['session']}"}
    assistant.post(
        "/webhooks/web/message", json={"message": "We are a battery maker in Hungary. Who are our neighbours?"}, headers=header
    )
    reply = assistant.say(opened["conversation"], "what do you know about us?")
    assert reply.payload["profile"]["market"] == []
    assert reply.messages[0]["recipient_id"] != opened["conversation"]


PATHOLOGICAL = {
    "one word": "a" * 2000,
    "blanks": "in" + " " * 1996 + "DE",
    "one sign": "？" * 2000,
    "one character": "中" * 2000,
    "markets": ("Germany, Poland and Indonesia; " * 65)[:2000],
    "markets in Chinese": ("德国和波兰以及印尼，" * 200)[:2000],
    "misspelt markets": ("Indonezia Germeny Polandd Vietnamm " * 58)[:2000],
    "denials": ("not in Germany, " * 125)[:2000],
    "near an expression": ("private " + "a-" * 20 + " ") * 41,
    "many scripts": "".join(chr(0x400 + n % 0x3000) for n in range(2000)),
    "emoji": "🙂" * 2000,
    "combining": "e" + "\u0301" * 1999,
    "figures": "1,234.56 " * 222,
    "brackets": "([{<" * 500,
}
ORDINARY = ("How do we win the trust of neighbours and regulators for a battery plant? " * 30)[:2000]


def test_a_pathological_text_costs_little_more_than_an_ordinary_one(assistant: Assistant) -> None:
    def seconds(text: str) -> float:
        took = []
        for _ in range(3):
            started = time.perf_counter()
            assert assistant.post("/model/parse", json={"text": text}).status_code == 200
            took.append(time.perf_counter() - started)
        return min(took)

    ordinary = statistics.median(seconds(ORDINARY) for _ in range(3))
    assert {
        name: round(cost / ordinary, 1)
        for name, text in PATHOLOGICAL.items()
        for cost in [seconds(text[:2000])]
        if cost > 6 * ordinary
    } == {}


def test_a_client_that_sends_slowly_holds_nobody_up(assistant: Assistant, open_line: Callable[[], socket.socket]) -> None:
    lines = [open_line() for _ in range(50)]
    for line in lines:
        line.sendall(b"POST /webhooks/web/session HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
    assert assistant.get("/health").status_code == 200
    assert assistant.say("beside slow clients", "hello").payload


@pytest.fixture()
def open_line(assistant: Assistant) -> object:
    lines: list[socket.socket] = []

    def opened() -> socket.socket:
        lines.append(socket.create_connection(("127.0.0.1", assistant.port), timeout=30))
        return lines[-1]

    yield opened
    for line in lines:
        line.close()
