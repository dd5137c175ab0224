"""Requests made up from our OpenAPI document, and against it: no internal error, and no answer that it does not describe."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bot.channels.sessions import Sessions
from tests.live.assistant import Assistant
from tests.support import PROJECT

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
FUZZING = settings(
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
DOCUMENT = PROJECT / "bot" / "channels" / "openapi.yml"
described = schemathesis.openapi.from_path(DOCUMENT)


@pytest.fixture()
def bearer(assistant: Assistant) -> Callable[[], str]:
    """Makes tokens for new conversations, as the server does, past the limit on sessions of one address."""
    secret = (Path(assistant.folder) / "var" / "session.key").read_text(encoding="ascii").strip()
    sessions = Sessions(secret, 3600)
    return lambda: f"Bearer {sessions.token(sessions.open())}"


@described.parametrize()
@settings(FUZZING, max_examples=25)
def test_every_address_answers_as_it_is_described(
    assistant: Assistant, bearer: Callable[[], str], case: schemathesis.Case
) -> None:
    headers = (
        {"Authorization": bearer()}
        if case.operation.path.startswith("/webhooks/web/") and not case.headers.get("Authorization")
        else None
    )
    case.call_and_validate(base_url=assistant.url, headers=headers, checks=list(CHECKS), timeout=60)


HEADER_VALUES = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF), max_size=60).map(str.strip) | st.sampled_from(
    [
        "http://[",
        "null",
        "https://evil.example",
        "Bearer",
        "Bearer ..",
        "text/event-stream",
        "gzip",
        "*/*",
        "9" * 30,
        "1, 2",
        "for=x",
    ]
)
HEADERS = st.dictionaries(
    st.sampled_from(
        ["Authorization", "Origin", "Accept", "Content-Type", "X-Forwarded-For", "X-Request-ID", "Cookie", "traceparent"]
    ),
    HEADER_VALUES,
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(["/restart", "/greet{", "\ud800", "\x00", "hello"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["message", "id", "language", "title"]) | st.text(max_size=5), inner)
    ),
    max_leaves=6,
)
WEB = {"/webhooks/web/session": "POST", "/webhooks/web/message": "POST", "/webhooks/web/history": "GET"}


@given(
    path=st.sampled_from(sorted(WEB)),
    headers=HEADERS,
    is_signed=st.booleans(),
    body=st.binary(max_size=100) | JSON,
    query=st.text(max_size=20),
)
@settings(FUZZING, max_examples=120)
def test_the_web_channel_refuses_what_it_cannot_take(
    assistant: Assistant, bearer: Callable[[], str], path: str, headers: dict[str, str], is_signed: bool, body: Any, query: str
) -> None:
    sent = {name: value.encode("latin-1") for name, value in headers.items()}
    if is_signed:
        sent["Authorization"] = bearer().encode()
    content = body if isinstance(body, bytes) else _json(body)
    answer = httpx.request(WEB[path], assistant.url + path, headers=sent, content=content, params={"after": query}, timeout=60)
    assert answer.status_code in (200, 400, 401, 403, 413, 429), (answer.status_code, answer.text)
    if answer.status_code == 200:
        assert path.endswith("session") or is_signed
    else:
        assert answer.json()["text"]["zh"]


@given(body=st.binary(max_size=100) | JSON)
@settings(FUZZING, max_examples=60)
def test_rest_takes_or_refuses_any_body(assistant: Assistant, body: Any) -> None:
    content = body if isinstance(body, bytes) else _json(body)
    answer = httpx.post(assistant.url + "/webhooks/rest/webhook", content=content, timeout=60)
    assert answer.status_code in (200, 400), answer.text
    assert answer.json()


def _json(value: Any) -> bytes:
    import json

    return json.dumps(value).encode()
