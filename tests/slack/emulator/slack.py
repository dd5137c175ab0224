"""The servers of the emulated Slack, and what they have seen."""

from __future__ import annotations

import asyncio
import json
import threading
import time
import uuid
from collections import defaultdict, deque
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from tests.slack.emulator.payloads import APP, BOT_USER, TEAM, as_request
from tests.slack.limits import message_faults, view_faults

SIGNING_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
APP_TOKEN = f"xapp-1-{APP}-111-s3cr3tappt0ken"
CLIENT_ID, CLIENT_SECRET = "111.222", "cl1ents3cr3t"


@dataclass
class Workspace:
    """A workspace that may install the app."""

    team: str = TEAM
    token: str = "xoxb-111-222-s3cr3tb0tt0ken"
    bot_user: str = BOT_USER
    bot_id: str = "B0BOT"
    is_revoked: bool = False


@dataclass
class Fault:
    """How a call fails. ``accepts`` if Slack does what it was asked for all the same; ``drops`` if it hangs up."""

    error: str | None = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    accepts: bool = False
    drops: bool = False


@dataclass(frozen=True)
class Call:
    """A call of the Web API."""

    method: str
    team: str | None
    arguments: dict[str, Any]
    at: float


@dataclass(frozen=True)
class Posted:
    """A message that people see."""

    team: str
    channel: str
    thread: str | None
    ts: str
    text: str
    blocks: list[dict[str, Any]]
    metadata: dict[str, Any] | None = None

    @property
    def shown(self) -> str:
        """All its words."""
        return self.text + json.dumps(self.blocks, ensure_ascii=False)


class FakeSlack:
    """Start it with ``async with``."""

    def __init__(self, *workspaces: Workspace, checks: bool = True) -> None:
        """``checks`` if blocks and views are held against Slack's limits."""
        self._checks = checks
        self.workspaces = {workspace.team: workspace for workspace in workspaces or (Workspace(),)}
        self.calls: list[Call] = []
        self.posted: list[Posted] = []
        self.responses: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.uploads: list[dict[str, Any]] = []
        self.homes: dict[str, dict[str, Any]] = {}
        self.opened: list[dict[str, Any]] = []
        self.problems: list[str] = []
        self.faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.installs_as = TEAM
        self.sockets: list[web.WebSocketResponse] = []
        self._connected = asyncio.Event()
        self._acks: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._numbers = iter(range(1, 1_000_000))

    async def __aenter__(self) -> FakeSlack:
        app = web.Application(client_max_size=20_000_000)
        app.router.add_post("/api/{method}", self._call)
        app.router.add_get("/api/{method}", self._call)
        app.router.add_post("/respond/{id}", self._respond)
        app.router.add_post("/upload/{id}", self._take_file)
        app.router.add_get("/link", self._link)
        app.router.add_get("/documents/{name}", self._document)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, backlog=1024)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=60))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()
        await self._runner.cleanup()

    @property
    def environment(self) -> dict[str, str]:
        """Settings under which the channel takes this for Slack."""
        return {"SLACK_API_URL": f"{self.url}/api/", "QIAO_ACTION_URL": self.url}

    def response_url(self) -> str:
        """A new address at which an interaction can be answered."""
        return f"{self.url}/respond/{uuid.uuid4().hex}"

    def in_thread(self, thread: str | None) -> list[Posted]:
        """What was posted in a thread, or outside of all."""
        return [message for message in self.posted if message.thread == thread]

    def called(self, method: str) -> list[Call]:
        """The calls of one method."""
        return [call for call in self.calls if call.method == method]

    # --- what Slack sends ---------------------------------------------------------------------------------------------------

    async def send(
        self, url: str, body: dict[str, Any], *, secret: str = SIGNING_SECRET, age: float = 0, retry: int = 0, **headers: str
    ) -> tuple[int, str, float]:
        """Send a payload over HTTP; gives the status, the body and the seconds of the reply."""
        raw, content_type = as_request(body)
        signed = {"Content-Type": content_type, **sign(raw, secret, age)}
        if retry:
            signed |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"}
        started = time.perf_counter()
        async with self._session.post(f"{url}/webhooks/slack/webhook", data=raw, headers={**signed, **headers}) as reply:
            return reply.status, await reply.text(), time.perf_counter() - started

    async def push(self, body: dict[str, Any], seconds: float = 10) -> dict[str, Any]:
        """Send a payload over the newest socket, and wait for its acknowledgement."""
        kind = "slash_commands" if "command" in body else "events_api" if "event" in body else "interactive"
        envelope = uuid.uuid4().hex
        ack = self._acks[envelope] = asyncio.get_running_loop().create_future()
        message = {"envelope_id": envelope, "type": kind, "payload": body, "accepts_response_payload": kind != "events_api"}
        await self.sockets[-1].send_json(message)
        return await asyncio.wait_for(ack, seconds)

    async def connected(self, seconds: float = 20) -> None:
        """Wait for a socket."""
        await asyncio.wait_for(self._connected.wait(), seconds)
        self._connected.clear()

    # --- what Slack is asked for --------------------------------------------------------------------------------------------

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        is_json = request.content_type == "application/json"
        arguments = await request.json() if is_json else {**request.query, **(await request.post())}
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or str(arguments.pop("token", ""))
        workspace = next((w for w in self.workspaces.values() if w.token == token), None)
        team = workspace.team if workspace else None
        self.calls.append(Call(method, team, dict(arguments), time.monotonic()))
        fault = self.faults[method].popleft() if self.faults[method] else None
        if fault is not None:
            await asyncio.sleep(fault.delay)
            if fault.accepts:
                self._answer(method, workspace, arguments)
            if fault.drops:
                request.transport.close()  # type: ignore[union-attr]
                return web.Response(status=500)
            if fault.error or fault.status != 200:
                return web.json_response({"ok": False, "error": fault.error}, status=fault.status, headers=fault.headers)
        if method == "apps.connections.open":
            ok = token == APP_TOKEN
            url = f"ws://127.0.0.1:{self.port}/link?ticket=s3cr3tt1cket"
            return web.json_response({"ok": True, "url": url} if ok else {"ok": False, "error": "invalid_auth"})
        if method == "oauth.v2.access":
            return web.json_response(self._install(request, arguments))
        if workspace is None or workspace.is_revoked:
            return web.json_response({"ok": False, "error": "token_revoked" if workspace else "invalid_auth"})
        return web.json_response(self._answer(method, workspace, arguments))

    def _answer(self, method: str, workspace: Workspace | None, arguments: dict[str, Any]) -> dict[str, Any]:
        assert workspace is not None
        answer = getattr(self, "_" + method.replace(".", "_"), None)
        return {"ok": True, **(answer(workspace, arguments) or {})} if answer else {"ok": True}

    def _auth_test(self, workspace: Workspace, _: dict[str, Any]) -> dict[str, Any]:
        named = {"team_id": workspace.team, "team": "One", "user": "qiao", "user_id": workspace.bot_user}
        return {**named, "bot_id": workspace.bot_id, "url": "https://one.slack.com/", "is_enterprise_install": False}

    def _chat_postMessage(self, workspace: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
        ts = f"{int(time.time())}.9{next(self._numbers):05d}"
        channel = str(arguments["channel"])
        channel = f"D{channel[1:]}" if channel[0] in "UW" else channel
        blocks = arguments.get("blocks") or []
        if "blocks" in arguments and self._checks:
            self.problems += message_faults({"text": arguments.get("text"), "blocks": blocks})
        if arguments.get("unfurl_links") is not False and "metadata" in arguments:
            self.problems.append("links would unfurl")
        thread, metadata = arguments.get("thread_ts"), arguments.get("metadata")
        self.posted.append(Posted(workspace.team, channel, thread, ts, str(arguments.get("text")), blocks, metadata))
        return {"channel": channel, "ts": ts}

    def _conversations_open(self, _: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
        return {"channel": {"id": f"D{str(arguments['users'])[1:]}"}}

    def _conversations_history(self, workspace: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
        return self._history(workspace, arguments, None)

    def _conversations_replies(self, workspace: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
        return self._history(workspace, arguments, str(arguments["ts"]))

    def _history(self, workspace: Workspace, arguments: dict[str, Any], thread: str | None) -> dict[str, Any]:
        found = [
            {"ts": message.ts, "text": message.text, "metadata": message.metadata}
            for message in self.posted
            if (message.team, message.channel, message.thread) == (workspace.team, arguments["channel"], thread)
            and float(message.ts) >= float(arguments.get("oldest", 0))
        ]
        return {"messages": found}

    def _views_publish(self, _: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
        view = _decoded(arguments["view"])
        self.problems += view_faults(view)
        self.homes[str(arguments["user_id"])] = view
        return {"view": {"id": "V0"}}

    def _views_open(self, _: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
        view = _decoded(arguments["view"])
        self.problems += view_faults(view)
        self.opened.append(view)
        return {"view": {"id": "V1"}}

    def _files_getUploadURLExternal(self, _: Workspace, __: dict[str, Any]) -> dict[str, Any]:
        id_ = f"F{next(self._numbers)}"
        return {"upload_url": f"{self.url}/upload/{id_}", "file_id": id_}

    def _files_completeUploadExternal(self, _: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
        files = _decoded(arguments["files"])
        self.uploads.append({**arguments, "files": files})
        return {"files": files}

    async def _take_file(self, request: web.Request) -> web.Response:
        assert await request.read()
        return web.Response(text="OK")

    async def _document(self, request: web.Request) -> web.Response:
        return web.Response(body=b"\x89PNG\r\n", content_type="image/png")

    async def _respond(self, request: web.Request) -> web.Response:
        body, url = await request.json(), f"{self.url}{request.path}"
        fault = self.faults["response_url"].popleft() if self.faults["response_url"] else None
        if fault is not None:
            return web.Response(text=fault.error or "", status=fault.status, headers=fault.headers)
        if len(self.responses[url]) >= 5:
            return web.Response(text="used_url", status=404)
        self.problems += message_faults({"text": body.get("text"), "blocks": body.get("blocks") or []})
        self.responses[url].append(body)
        return web.Response(text="ok")

    def _install(self, request: web.Request, arguments: dict[str, Any]) -> dict[str, Any]:
        basic = aiohttp.encode_basic_auth(CLIENT_ID, CLIENT_SECRET)
        given = (arguments.get("client_id"), arguments.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        if arguments.get("code") != "good" or not (given or request.headers.get("Authorization") == basic):
            return {"ok": False, "error": "invalid_code"}
        workspace = self.workspaces[self.installs_as]
        return {
            "ok": True,
            "app_id": APP,
            "access_token": workspace.token,
            "token_type": "bot",
            "scope": "chat:write",
            "bot_user_id": workspace.bot_user,
            "team": {"id": workspace.team, "name": "One"},
            "enterprise": None,
            "authed_user": {"id": "U0ADMIN"},
            "is_enterprise_install": False,
        }

    # --- Socket Mode --------------------------------------------------------------------------------------------------------

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": APP}})
        self.sockets.append(socket)
        self._connected.set()
        async for message in socket:
            if message.type == aiohttp.WSMsgType.TEXT:
                told = json.loads(message.data)
                ack = self._acks.get(told.get("envelope_id"))
                if ack is not None and not ack.done():
                    ack.set_result(told)
        return socket


def sign(raw: bytes, secret: str = SIGNING_SECRET, age: float = 0) -> dict[str, str]:
    """The headers by which Slack proves that a request is its own."""
    timestamp = str(int(time.time() - age))
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=raw.decode())
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": str(signature)}


def _decoded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


class Background:
    """A :class:`FakeSlack` in a thread of its own, for tests that wait for real servers; ``with`` starts and stops it."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Background:
        self._thread.start()
        self.slack: FakeSlack = self.run(_started())
        return self

    def __exit__(self, *_: object) -> None:
        self.run(self.slack.__aexit__())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def run(self, coroutine: Coroutine[Any, Any, Any], seconds: float = 120) -> Any:
        """What the coroutine gives."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(seconds)


async def _started() -> FakeSlack:
    return await FakeSlack().__aenter__()
