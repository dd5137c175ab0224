"""Every request has an id, a line in the log and a figure; ``/metrics`` is for those who run the server."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.logs import begin_request, current_request_id, pseudonym
from tests.telemetry.conftest import SmallServer

Start = Callable[..., SmallServer]


def test_sane_request_id_is_kept_in_reply_log_and_onward_call(server: SmallServer) -> None:
    reply = httpx.get(f"{server.url}/things/a", headers={"X-Request-ID": "order-2026-11-29"})
    assert reply.headers["X-Request-ID"] == reply.json()["id"] == "order-2026-11-29"
    assert reply.json()["outgoing"] == {"X-Request-ID": "order-2026-11-29"}
    assert [line["message"] for line in server.lines() if line["request_id"] == "order-2026-11-29"][0] == "a thing was asked for"


@pytest.mark.parametrize(
    "given_id", ["short", "a" * 65, "zoe@example.org", "new\tline-0001", "…" * 10, "<script>alert(1)</script>"]
)
def test_other_request_id_is_replaced(server: SmallServer, given_id: str) -> None:
    reply = httpx.get(f"{server.url}/things/a", headers={"X-Request-ID": given_id.encode()})
    assert re.fullmatch(r"[0-9a-f]{32}", reply.headers["X-Request-ID"])
    assert given_id not in server.log.read_text(encoding="utf-8")


@given(st.text())
def test_request_id_is_always_short_and_plain(given_id: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{8,64}", begin_request(given_id))


async def test_concurrent_requests_keep_their_ids(server: SmallServer) -> None:
    async with httpx.AsyncClient() as client:
        import asyncio

        names = [f"request-{number:04d}" for number in range(20)]
        replies = await asyncio.gather(*(client.get(f"{server.url}/things/x", headers={"X-Request-ID": name}) for name in names))
    assert [reply.json()["id"] for reply in replies] == names
    asked = [line["request_id"] for line in server.lines() if line["message"] == "a thing was asked for"]
    assert sorted(id_ for id_ in asked if id_ in names) == names


def test_access_line_tells_method_route_status_and_time_only(server: SmallServer) -> None:
    before = len(server.lines())
    httpx.get(f"{server.url}/things/Token-of-somebody?secret=squirrel")
    httpx.get(f"{server.url}/none/QWERTYUIOPASDFGHJKLZXCVBNM1234/x?y=squirrel")
    httpx.get(f"{server.url}/ready")
    lines = [line for line in server.lines()[before:] if line["logger"] == "serving.access"]
    assert [(line["method"], line["path"], line["status"]) for line in lines] == [
        ("GET", "/things/<name:str>", 200),
        ("GET", "/none/…/x", 404),
    ]
    assert all(line["ms"] > 0 for line in lines)
    written = server.log.read_text(encoding="utf-8")
    assert "squirrel" not in written and "somebody" not in written and "QWERTY" not in written


def test_failure_is_logged_with_its_place_and_without_the_text(server: SmallServer) -> None:
    said = "我们的锂矿 and the quokka deal"
    assert httpx.post(f"{server.url}/fail", json={"text": said}).status_code == 500
    failed = [line for line in server.lines() if "exc_info" in line and "ValueError" in line["exc_info"]]
    assert "ValueError" in failed[0]["exc_info"] and failed[0]["request_id"] != "-"
    assert "quokka" not in server.log.read_text(encoding="utf-8") and "锂矿" not in server.log.read_text(encoding="utf-8")


def test_text_lines_carry_the_id_too(small_server: Start) -> None:
    server = small_server()
    httpx.get(f"{server.url}/things/a", headers={"X-Request-ID": "order-2026-11-29"})
    assert "INFO bot.small [order-2026-11-29] a thing was asked for" in server.log.read_text(encoding="utf-8")


def test_unknown_log_format_is_refused_with_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    from serving.settings import ServingSettings

    monkeypatch.setenv("QIAO_LOG_FORMAT", "xml")
    with pytest.raises(ValueError, match="QIAO_LOG_FORMAT.*text or json"):
        ServingSettings.from_environment()


def test_requests_are_measured_by_route(server: SmallServer) -> None:
    counted = 'qiao_http_request_seconds_count{method="GET",route="/things/<name:str>",status="200"}'

    def asked() -> float:
        page = httpx.get(f"{server.url}/metrics").text
        return float((re.search(re.escape(counted) + r" (\S+)", page) or ["", "0"])[1])

    before = asked()
    for name in ("a", "b", "c"):
        httpx.get(f"{server.url}/things/{name}")
    httpx.request("BREW", f"{server.url}/things/a")
    httpx.get(f"{server.url}/nowhere")
    page = httpx.get(f"{server.url}/metrics").text
    assert asked() == before + 3
    assert 'method="GET",route="unmatched",status="404"' in page
    assert "BREW" not in page
    assert "qiao_build_info{" in page and "process_resident_memory_bytes" in page


def test_metrics_are_closed_to_what_a_proxy_passes_on(server: SmallServer) -> None:
    for header in ("X-Forwarded-For", "X-Real-IP", "Forwarded"):
        assert httpx.get(f"{server.url}/metrics", headers={header: "203.0.113.7"}).status_code == 403
    passed_on = {"X-Forwarded-For": "203.0.113.7"}
    for given_token, status in (("Bearer let-me-read", 200), ("Bearer wrong", 403), ("let-me-read", 403)):
        assert httpx.get(f"{server.url}/metrics", headers={**passed_on, "Authorization": given_token}).status_code == status


def test_metrics_can_be_made_public(small_server: Start) -> None:
    server = small_server(QIAO_METRICS_PUBLIC="1")
    assert httpx.get(f"{server.url}/metrics", headers={"X-Forwarded-For": "203.0.113.7"}).status_code == 200


def test_pseudonym_is_stable_and_no_way_back() -> None:
    assert pseudonym("web-0123") == pseudonym("web-0123") != pseudonym("web-0124")
    assert "0123" not in pseudonym("web-0123")


def test_outside_of_requests_there_is_no_id() -> None:
    import contextvars

    assert contextvars.Context().run(current_request_id) is None


def test_version_is_that_of_the_project() -> None:
    from serving.version import VERSION
    from tests.support import PROJECT

    assert f'version = "{VERSION}"' in (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
