"""What nginx lets through, what it keeps out, and what it does when a server behind it fails; with nginx itself."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from aiohttp import web

from bot.production import proxy
from bot.starting import StartFailed, free_port

Handler = Callable[[web.Request], Any]


class Server:
    """A server behind nginx that tells what it was asked."""

    def __init__(self) -> None:
        self.port = free_port()
        self.seen: list[web.Request] = []
        self.bodies: list[bytes] = []
        self.breaks_off = False
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application(client_max_size=10_000_000)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(request)
        self.bodies.append(await request.read())
        if self.breaks_off:
            assert request.transport
            request.transport.abort()
        if request.headers.get("Accept") == "text/event-stream":
            stream = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
            await stream.prepare(request)
            await stream.write(b"event: typing\ndata: {}\n\n")
            await asyncio.sleep(0.7)
            await stream.write(b"event: done\ndata: {}\n\n")
            return stream
        return web.json_response({"port": self.port, "filling": "x" * 3000})


class Proxy:
    """nginx in front of two servers."""

    def __init__(self, folder: Path, servers: list[Server], **changes: Any) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        addresses = [f"127.0.0.1:{server.port}" for server in servers]
        self._plan = proxy.ProxyPlan(
            listen=f"127.0.0.1:{self.port}",
            assistants=addresses,
            folder=str(folder / "nginx"),
            user=proxy.worker_account(),
            workers="1",
            **{"address_rate": 0, **changes},
        )
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        path = self._folder / "nginx.conf"
        proxy.write(self._plan, path)
        nginx = proxy.find_nginx(os.environ.get("QIAO_NGINX"))
        proxy.check(nginx, path)
        with (self._folder / "nginx.log").open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(nginx, "-c", str(path), stdout=log, stderr=log)
        for _ in range(100):
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.close()
                return
            await asyncio.sleep(0.05)
        raise AssertionError((self._folder / "nginx.log").read_text())

    async def stop(self) -> None:
        if self._process:
            self._process.send_signal(signal.SIGQUIT)
            await self._process.wait()

    @property
    def log(self) -> str:
        return (self._folder / "nginx.log").read_text(encoding="utf-8")


@pytest_asyncio.fixture()
async def servers() -> AsyncIterator[list[Server]]:
    both = [Server(), Server()]
    for server in both:
        await server.start()
    yield both
    for server in both:
        await server.stop()


@pytest_asyncio.fixture()
async def start_proxy(tmp_path: Path, servers: list[Server]) -> AsyncIterator[Callable[..., Any]]:
    begun: list[Proxy] = []

    async def start(**changes: Any) -> Proxy:
        begun.append(Proxy(tmp_path, servers, **changes))
        await begun[-1].start()
        return begun[-1]

    yield start
    for running in begun:
        await running.stop()


@pytest_asyncio.fixture()
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=20) as opened:
        yield opened


OPEN = ["/", "/widget.js", "/widget/chat-1a2b3c4d.js", "/demo", "/webhooks/web/history", "/documents/x.html", "/health", "/ready"]
CLOSED = [
    "/model", "/model/parse", "/model/train", "/conversations/x/tracker", "/domain", "/status", "/version", "/metrics",
    "/webhooks/rest/webhook", "/webhooks/socketio/", "/socket.io/", "/webhooks/callback/webhook", "/insights", "/.git/config",
    "/webhooks/web/../rest/webhook", "/webhooks/web/%2e%2e/rest/webhook", "//model", "/MODEL",
]  # fmt: skip


async def test_only_what_is_named_is_reached(start_proxy: Any, servers: list[Server], client: httpx.AsyncClient) -> None:
    running = await start_proxy()
    for path in OPEN:
        assert (await client.get(running.url + path)).status_code == 200, path
    passed = sum(len(server.seen) for server in servers)
    for path in CLOSED:
        for method in ("GET", "POST", "PUT"):
            request = client.build_request(method, running.url)
            request.url = request.url.copy_with(raw_path=path.encode())
            reply = await client.send(request)
            assert reply.status_code == 404, (method, path)
            assert reply.json()["text"].keys() == {"en", "zh"}
    assert sum(len(server.seen) for server in servers) == passed


async def test_headers_in_and_out(start_proxy: Any, servers: list[Server], client: httpx.AsyncClient) -> None:
    running = await start_proxy()
    forged = {"X-Request-ID": "mine", "X-Forwarded-For": "198.51.100.7", "Accept-Encoding": "gzip"}
    reply = await client.get(f"{running.url}/health", headers=forged)
    request = next(server.seen[-1] for server in servers if server.seen)
    given = reply.headers["X-Request-ID"]
    assert request.headers["X-Request-ID"] == given != "mine" and len(given) == 32
    assert request.headers["X-Forwarded-For"] == "127.0.0.1"
    assert request.headers["Host"] == f"127.0.0.1:{running.port}"  # with the port, which the check of origins compares
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Server"] == "nginx"
    assert reply.headers["Content-Encoding"] == "gzip"


async def test_address_behind_a_trusted_proxy_is_believed(
    start_proxy: Any, servers: list[Server], client: httpx.AsyncClient
) -> None:
    running = await start_proxy(proxy_networks=["127.0.0.0/8"])
    await client.get(f"{running.url}/health", headers={"X-Forwarded-For": "10.9.9.9, 198.51.100.7", "X-Forwarded-Proto": "https"})
    request = next(server.seen[-1] for server in servers if server.seen)
    assert request.headers["X-Forwarded-For"] == "198.51.100.7"
    assert request.headers["X-Forwarded-Proto"] == "https"


async def test_a_message_is_sent_to_the_other_server_when_one_breaks_off(
    start_proxy: Any, servers: list[Server], client: httpx.AsyncClient
) -> None:
    running = await start_proxy()
    servers[0].breaks_off = True
    for number in range(4):
        reply = await client.post(f"{running.url}/webhooks/web/message", json={"message": "?", "id": f"number-{number}"})
        assert reply.status_code == 200 and reply.json()["port"] == servers[1].port
    assert servers[0].bodies and servers[0].bodies[0] == servers[1].bodies[0]
    ids = {server.seen[0].headers["X-Request-ID"] for server in servers}
    assert len(ids) == 1  # what stands in for a message's id if the client gave none


async def test_an_event_of_slack_is_not_sent_twice(start_proxy: Any, servers: list[Server], client: httpx.AsyncClient) -> None:
    running = await start_proxy()
    for server in servers:
        server.breaks_off = True
    reply = await client.post(f"{running.url}/webhooks/slack/webhook", content=b"{}")
    assert reply.status_code == 503
    assert sum(len(server.seen) for server in servers) == 1


async def test_without_any_server_people_are_told_in_both_languages(
    start_proxy: Any, servers: list[Server], client: httpx.AsyncClient
) -> None:
    running = await start_proxy()
    for server in servers:
        await server.stop()
    reply = await client.post(f"{running.url}/webhooks/web/message", json={"message": "?"})
    assert reply.status_code == 503 and reply.json()["code"] == "unavailable"
    assert reply.headers["Retry-After"] == "5"
    assert "暂时无法使用" in reply.json()["text"]["zh"]


async def test_a_server_that_comes_back_is_used_again(start_proxy: Any, servers: list[Server], client: httpx.AsyncClient) -> None:
    running = await start_proxy()
    await servers[1].stop()
    assert {(await client.get(f"{running.url}/health")).json()["port"] for _ in range(6)} == {servers[0].port}
    await servers[1].start()
    await asyncio.sleep(proxy.BACK_IN_USE_SECONDS)
    assert {(await client.get(f"{running.url}/health")).json()["port"] for _ in range(20)} == {server.port for server in servers}


async def test_a_reply_is_streamed_while_it_is_uttered(start_proxy: Any, client: httpx.AsyncClient) -> None:
    running = await start_proxy()
    loop = asyncio.get_running_loop()
    came: list[tuple[float, str]] = []
    started = loop.time()
    address = f"{running.url}/webhooks/web/message"
    async with client.stream("POST", address, headers={"Accept": "text/event-stream"}, json={}) as reply:
        async for line in reply.aiter_lines():
            came.append((loop.time() - started, line))
    first, last = (next(at for at, line in came if name in line) for name in ("typing", "done"))
    assert last - first > 0.4


async def test_large_bodies_and_headers_are_refused(start_proxy: Any, servers: list[Server], client: httpx.AsyncClient) -> None:
    running = await start_proxy()
    body = await client.post(f"{running.url}/webhooks/web/message", content=b"x" * 100_000)
    header = await client.get(f"{running.url}/health", headers={"X-Long": "x" * 20_000})
    assert body.status_code == 413 and body.json()["code"] == "too_large"
    assert header.status_code == 400
    assert not servers[0].seen and not servers[1].seen


async def test_one_address_may_not_ask_without_end(start_proxy: Any, client: httpx.AsyncClient) -> None:
    running = await start_proxy(address_rate=2)
    replies = [await client.get(f"{running.url}/health") for _ in range(20)]
    passed = [reply for reply in replies if reply.status_code == 200]
    refused = [reply for reply in replies if reply.status_code == 429]
    assert len(passed) + len(refused) == 20 and len(passed) >= 10 and refused
    assert refused[0].json()["code"] == "too_many" and refused[0].headers["Retry-After"] == "2"


async def test_a_client_that_sends_slowly_is_cut_off(start_proxy: Any, servers: list[Server]) -> None:
    running = await start_proxy()
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    writer.write(b"POST /webhooks/web/message HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nhalf")
    await writer.drain()
    with contextlib.suppress(ConnectionResetError):
        assert b"200" not in await asyncio.wait_for(reader.read(), 20)
    assert not servers[0].seen and not servers[1].seen
    writer.close()


async def test_the_log_tells_neither_who_nor_what(start_proxy: Any, client: httpx.AsyncClient) -> None:
    running = await start_proxy()
    await client.post(f"{running.url}/webhooks/web/message?secret=1", json={"message": "confidential"})
    await asyncio.sleep(0.2)
    line = json.loads(running.log.strip().splitlines()[-1])
    assert line["path"] == "/webhooks/web/message" and line["status"] == 200 and len(line["request_id"]) == 32
    assert (
        "confidential" not in running.log
        and "secret" not in running.log
        and "127.0.0.1" not in json.dumps({key: value for key, value in line.items() if key != "upstream"})
    )


async def test_closing_the_doors_keeps_the_way_to_the_action_servers(tmp_path: Path, servers: list[Server]) -> None:
    inner = free_port()
    plan = {"listen_actions": f"127.0.0.1:{inner}", "actions": [f"127.0.0.1:{servers[0].port}"], "public": False}
    running = Proxy(tmp_path, servers, **plan)
    path = tmp_path / "nginx.conf"
    text = proxy.render(running._plan)
    assert f"listen 127.0.0.1:{inner};" in text and f"listen 127.0.0.1:{running.port}" not in text
    proxy.write(running._plan, path)
    proxy.check(proxy.find_nginx(os.environ.get("QIAO_NGINX")), path)


def test_missing_nginx_is_named_with_the_remedy() -> None:
    with pytest.raises(StartFailed, match="apt-get install nginx"):
        proxy.find_nginx("/nowhere/nginx")


def test_tls_is_spoken_when_a_certificate_is_given() -> None:
    text = proxy.render(
        proxy.ProxyPlan("0.0.0.0:443", ["127.0.0.1:1"], "/tmp/x", tls_certificate="/etc/c.pem", tls_key="/etc/k.pem")  # noqa: S108
    )
    assert "listen 0.0.0.0:443 ssl http2;" in text and "ssl_certificate_key /etc/k.pem;" in text
    assert "Strict-Transport-Security" in text
