"""Which pages may talk to the channel, beside Rasa's own handling of other origins."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.channels.web.serving import Client, Server, serving

ALLOWED = "https://www.example.com"


@pytest_asyncio.fixture()
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    """A server that one other origin may use."""
    pages = tmp_path / "pages"
    pages.mkdir()
    for name in ("index.html", "widget.js", "chat-0123456789.js"):
        (pages / name).write_text(f"content of {name}", encoding="utf-8")
    async with serving(tmp_path, pages=pages, allowed_origins=(ALLOWED, "https://second.example")) as running:
        yield running


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "https://www.example.com.evil.example", "http://www.example.com", "null", "", "https://"]
)
async def test_other_origins_are_refused_before_anything_happens(server: Server, visitor: Client, origin: str) -> None:
    headers = {**visitor.headers, "Origin": origin}
    replies = [
        await server.http.post("/webhooks/web/session", headers=headers),
        await server.http.post("/webhooks/web/message", json={"message": "hello"}, headers=headers),
        await server.http.get("/webhooks/web/history", headers=headers),
        await server.http.options("/webhooks/web/message", headers={**headers, "Access-Control-Request-Method": "POST"}),
    ]
    for reply in replies:
        assert (reply.status_code, reply.json()["code"]) == (403, "origin")
        assert "access-control-allow-origin" not in reply.headers
    assert server.adviser.understood == []


async def test_configured_origin_may_do_everything_without_credentials(server: Server, visitor: Client) -> None:
    headers = {**visitor.headers, "Origin": ALLOWED}
    preflight = await server.http.options(
        "/webhooks/web/message",
        headers={
            "Origin": ALLOWED,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type",
        },
    )
    assert preflight.status_code == 204
    assert {"authorization", "content-type"} <= {
        name.strip().lower() for name in preflight.headers["access-control-allow-headers"].split(",")
    }
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert int(preflight.headers["access-control-max-age"]) >= 600
    refused = await server.http.post("/webhooks/web/message", json={}, headers=headers)
    answered = await server.http.post("/webhooks/web/message", json={"message": "hello"}, headers=headers)
    streamed = await server.http.post(
        "/webhooks/web/message", json={"message": "hello"}, headers={**headers, "Accept": "text/event-stream"}
    )
    unsigned = await server.http.get("/webhooks/web/history", headers={"Origin": ALLOWED})
    assert [reply.status_code for reply in (refused, answered, streamed, unsigned)] == [400, 200, 200, 401]
    for reply in (preflight, refused, answered, streamed, unsigned):
        assert reply.headers.get_list("access-control-allow-origin") == [ALLOWED]
        assert "access-control-allow-credentials" not in reply.headers
        assert "Origin" in reply.headers["vary"] and reply.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_own_origin_is_allowed_also_behind_a_proxy_that_ends_tls(server: Server, scheme: str) -> None:
    own = server.url.replace("http://", f"{scheme}://")
    assert (await server.http.post("/webhooks/web/session", headers={"Origin": own})).status_code == 200


async def test_programs_that_send_no_origin_are_let_in(server: Server) -> None:
    reply = await server.http.post("/webhooks/web/session")
    assert reply.status_code == 200 and "access-control-allow-origin" not in reply.headers


@pytest.mark.parametrize("path", ["/widget.js", "/widget/chat-0123456789.js"])
@pytest.mark.parametrize("origin", [None, ALLOWED, "https://anybody.example"])
async def test_scripts_may_be_loaded_by_any_page(server: Server, path: str, origin: str | None) -> None:
    reply = await server.http.get(path, headers={"Origin": origin} if origin else {})
    assert reply.headers.get_list("access-control-allow-origin") == ["*"]
    assert reply.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "access-control-allow-credentials" not in reply.headers


async def test_configured_origins_may_frame_the_page(server: Server) -> None:
    policy = (await server.http.get("/")).headers["content-security-policy"]
    assert f"frame-ancestors 'self' {ALLOWED} https://second.example" in policy
