"""The pages and scripts of the chat: where they are, how they are kept, and what stands there until they are built."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
import yaml

from tests.channels.web.serving import Server, serving

FILES = {
    "index.html": "<!doctype html><title>chat</title>" + " " * 2000,
    "demo.html": "<!doctype html><title>demo</title>",
    "widget.js": "/* loader */" * 200,
    "chat-0a1b2c3d4e.js": "/* 聊天 */" * 500,
    "index-0a1b2c3d4e.css": "body{}",
    "licences.txt": "MIT",
    "fonts/icons-0a1b2c3d4e.woff2": "not text",
}


@pytest_asyncio.fixture()
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    """A server with a built chat."""
    for name, text in FILES.items():
        path = tmp_path / "dist" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    async with serving(tmp_path, pages=tmp_path / "dist") as running:
        yield running


@pytest.mark.parametrize(
    "path, name, kind",
    [
        ("/", "index.html", "text/html; charset=utf-8"),
        ("/demo", "demo.html", "text/html; charset=utf-8"),
        ("/widget.js", "widget.js", "text/javascript; charset=utf-8"),
        ("/widget/chat-0a1b2c3d4e.js", "chat-0a1b2c3d4e.js", "text/javascript; charset=utf-8"),
        ("/widget/index-0a1b2c3d4e.css", "index-0a1b2c3d4e.css", "text/css; charset=utf-8"),
        ("/widget/licences.txt", "licences.txt", "text/plain; charset=utf-8"),
        ("/widget/fonts/icons-0a1b2c3d4e.woff2", "fonts/icons-0a1b2c3d4e.woff2", "font/woff2"),
    ],
)
async def test_each_file_is_served_in_its_place(server: Server, path: str, name: str, kind: str) -> None:
    reply = await server.http.get(path)
    assert (reply.status_code, reply.text, reply.headers["content-type"]) == (200, FILES[name], kind)
    assert reply.headers["x-content-type-options"] == "nosniff"
    head = await server.http.head(path)
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", reply.headers["etag"])


async def test_pages_run_only_our_own_scripts_and_styles(server: Server) -> None:
    for path in ("/", "/demo"):
        headers = (await server.http.get(path)).headers
        policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
        assert policy["default-src"] == "'none'" and policy["script-src"] == "'self'" and policy["style-src"] == "'self'"
        assert "unsafe" not in headers["content-security-policy"]
        assert policy["frame-ancestors"] == "'self'"
        assert headers["referrer-policy"] and "camera=()" in headers["permissions-policy"]


@pytest.mark.parametrize("path", ["/", "/demo", "/widget.js", "/widget/licences.txt"])
async def test_what_keeps_its_name_is_asked_for_again_and_not_sent_again(server: Server, path: str) -> None:
    first = await server.http.get(path)
    assert first.headers["cache-control"] == "no-cache"
    for known in (first.headers["etag"], f'"other", W/{first.headers["etag"]}', "*"):
        again = await server.http.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"") and again.headers["etag"] == first.headers["etag"]
    assert (await server.http.get(path, headers={"If-None-Match": '"other"'})).status_code == 200


async def test_what_carries_its_contents_hash_is_kept_for_ever(server: Server) -> None:
    for path in ("/widget/chat-0a1b2c3d4e.js", "/widget/fonts/icons-0a1b2c3d4e.woff2"):
        assert (await server.http.get(path)).headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    "accepted, coding",
    [("gzip, deflate, br", "gzip"), ("GZIP;q=0.5", "gzip"), ("*", "gzip"), ("br", None), ("gzip;q=0", None), ("", None)],
)
async def test_texts_are_compressed_for_who_can_read_it(server: Server, accepted: str, coding: str | None) -> None:
    request = server.http.build_request("GET", "/widget/chat-0a1b2c3d4e.js", headers={"Accept-Encoding": accepted})
    reply = await server.http.send(request, stream=True)
    raw = b"".join([part async for part in reply.aiter_raw()])
    assert reply.headers.get("content-encoding") == coding and reply.headers["vary"] == "Accept-Encoding"
    assert (gzip.decompress(raw) if coding else raw).decode() == FILES["chat-0a1b2c3d4e.js"]


@pytest.mark.parametrize("path", ["none.js", "../settings.py", "..%2f..%2fsettings.py", "index.html"])
async def test_nothing_else_is_served(server: Server, path: str) -> None:
    assert (await server.http.get(f"/widget/{path}")).status_code == 404


async def test_until_the_chat_is_built_the_pages_name_the_remedy(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        for path in ("/", "/demo", "/widget.js", "/widget/chat-0a1b2c3d4e.js"):
            reply = await server.http.get(path)
            assert reply.status_code == 503 and "make setup" in reply.text and "尚未构建" in reply.text
            assert reply.headers["cache-control"] == "no-store"
        assert (await server.visitor()).conversation


async def test_our_addresses_are_described(server: Server) -> None:
    reply = await server.http.get("/openapi.yml")
    described = yaml.safe_load(reply.text)
    assert reply.status_code == 200 and described["openapi"].startswith("3.")
    async with httpx.AsyncClient(base_url=server.url) as http:
        for path in (path for path in described["paths"] if path.startswith("/webhooks/web/")):
            method = next(iter(described["paths"][path]))
            reply = await http.request(method, path)
            assert str(reply.status_code) in described["paths"][path][method]["responses"]
