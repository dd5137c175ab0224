"""Says what runs: the command, environment and checks of every process of the profile, and on which ports."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx

from bot.production import proxy
from bot.production.postgres import PrivatePostgres
from bot.production.process import Spec
from bot.production.schema import Databases
from bot.production.settings import ProductionSettings
from bot.starting import StartFailed, require_free_port

HOST = "127.0.0.1"
_SERVER_READY_SECONDS = 240
_DRAIN_SECONDS = 30
_RECOVERY_SECONDS = 600
"""After a crash PostgreSQL first works through what it had promised to keep."""
_CHECK_SECONDS = 5


class Slots:
    """Ports for one kind of server: one more than there are servers, so that a new one can start beside those it replaces."""

    def __init__(self, first: int, servers: int) -> None:
        self.ports = tuple(range(first, first + servers + 1))
        self._free = list(self.ports)

    def take(self) -> int:
        """A port that no server of ours uses."""
        return self._free.pop(0)

    def give_back(self, port: int) -> None:
        """Its server has ended."""
        self._free.append(port)

    @property
    def addresses(self) -> list[str]:
        """All of them, for nginx."""
        return [f"{HOST}:{port}" for port in self.ports]


class Plan:
    """The processes of one profile."""

    def __init__(self, settings: ProductionSettings, session_secret: str, servers: Databases, redis_url: str) -> None:
        """``servers`` are the databases as the servers' own roles reach them."""
        self.settings = settings
        self.assistants = Slots(settings.assistant.port + 1, settings.replicas)
        self.actions = Slots(settings.action_port + 1, settings.action_replicas)
        scheme = "https" if settings.tls_certificate else "http"
        self.url = f"{scheme}://{settings.assistant.host}:{settings.assistant.port}"
        self._session_secret = session_secret
        self._servers = servers
        self._redis_url = redis_url

    def require_free_ports(self) -> None:
        """Raise :class:`StartFailed` if somebody listens where we are to listen."""
        own = self.settings.assistant
        wanted = [(own.host, own.port, "QIAO_PORT"), (HOST, self.settings.action_port, "QIAO_ACTION_PORT")]
        wanted += [(HOST, port, "QIAO_PORT") for port in self.assistants.ports]
        wanted += [(HOST, port, "QIAO_ACTION_PORT") for port in self.actions.ports]
        seen: set[tuple[str, int]] = set()
        for host, port, variable in wanted:
            if (host, port) in seen:
                raise StartFailed(f"port {port} is wanted twice; set QIAO_PORT and QIAO_ACTION_PORT further apart")
            seen.add((host, port))
            require_free_port(host, port, variable)

    def proxy(self, *, public: bool = True) -> proxy.ProxyPlan:
        """What nginx does; without ``public`` it lets nobody in but goes on serving the assistants."""
        settings, own = self.settings, self.settings.assistant
        return proxy.ProxyPlan(
            listen=f"{own.host}:{own.port}",
            assistants=self.assistants.addresses,
            folder=str(settings.folder / "nginx"),
            listen_actions=f"{HOST}:{settings.action_port}",
            actions=self.actions.addresses,
            address_rate=settings.address_rate,
            proxy_networks=settings.proxy_networks,
            tls_certificate=str(settings.tls_certificate) if settings.tls_certificate else None,
            tls_key=str(settings.tls_key) if settings.tls_key else None,
            user=proxy.worker_account(),
            public=public,
        )

    def nginx(self, program: str, configuration: Path) -> Spec:
        """nginx itself; SIGQUIT lets it finish what it has begun."""
        return Spec(
            name="nginx",
            command=(program, "-c", str(configuration)),
            environment=_environment({}),
            is_ready=lambda: accepts(HOST, self.settings.action_port),
            stop_signal=signal.SIGQUIT,
            stop_within_seconds=_DRAIN_SECONDS,
        )

    def postgres(self, server: PrivatePostgres) -> Spec:
        """The private PostgreSQL; SIGINT ends it without waiting for its clients."""
        return Spec(
            name="postgres",
            command=server.command(),
            environment=_environment({}),
            is_ready=lambda: succeeds(server.question()),
            ready_within_seconds=_RECOVERY_SECONDS,
            stop_signal=signal.SIGINT,
            stop_within_seconds=_DRAIN_SECONDS,
            is_well=lambda: succeeds(server.question()),
            user=server.account,
        )

    def redis(self, program: str, configuration: Path, port: int) -> Spec:
        """The private Redis."""
        return Spec(
            name="redis",
            command=(program, str(configuration)),
            environment=_environment({}),
            is_ready=lambda: accepts(HOST, port),
            port=port,
        )

    def action_server(self, number: int, port: int) -> Spec:
        """An action server; it reads guidance and reads and writes records."""
        own = {
            "QIAO_ACTION_HOST": HOST,
            "QIAO_ACTION_PORT": str(port),
            "QIAO_RULES_URL": self._servers.rules,
            "QIAO_RECORDS_URL": self._servers.records,
            "QIAO_PUBLIC_URL": os.environ.get("QIAO_PUBLIC_URL") or self.url,
        }
        return self._server(f"actions-{number}", ("actions",), own, port)

    def assistant(self, number: int, port: int) -> Spec:
        """A Rasa server; it reads and writes conversations."""
        own = {
            "QIAO_HOST": HOST,
            "QIAO_PORT": str(port),
            "QIAO_ACTION_URL": f"http://{HOST}:{self.settings.action_port}",
            "QIAO_CONVERSATIONS_URL": self._servers.conversations,
            "QIAO_REDIS_URL": self._redis_url,
            "QIAO_SESSION_SECRET": self._session_secret,
            "QIAO_TRUSTED_PROXIES": "1",
            "QIAO_CHANNELS": ",".join(self.settings.channels),
            "QIAO_PUBLIC_URL": os.environ.get("QIAO_PUBLIC_URL") or self.url,
        }
        if self._servers.slack:
            own["QIAO_SLACK_DB_URL"] = self._servers.slack
        return self._server(f"assistant-{number}", ("bot", "serve"), own, port)

    def _server(self, name: str, module: tuple[str, ...], own: Mapping[str, str], port: int) -> Spec:
        folder = self.settings.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        address = f"http://{HOST}:{port}"
        return Spec(
            name=name,
            command=(sys.executable, "-W", "ignore", "-m", *module),
            environment=_environment({**own, "QIAO_VAR": str(folder)}),
            is_ready=lambda: answers(f"{address}/ready"),
            ready_within_seconds=_SERVER_READY_SECONDS,
            stop_within_seconds=_DRAIN_SECONDS,
            is_well=lambda: answers(f"{address}/health"),
            port=port,
        )


_OTHERS = frozenset(
    {
        "QIAO_OWNER_URL",
        "QIAO_CONVERSATIONS_URL",
        "QIAO_RULES_URL",
        "QIAO_RECORDS_URL",
        "QIAO_SLACK_DB_URL",
        "QIAO_REDIS_URL",
        "QIAO_SESSION_SECRET",
    }
)
"""Addresses and secrets that a process gets only if it needs them."""


def _environment(own: Mapping[str, str]) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in _OTHERS}
    quiet = {
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONUNBUFFERED": "1",
    }
    return {**inherited, **quiet, **own}


async def answers(url: str) -> bool:
    """Whether a GET request is answered with 200."""
    async with httpx.AsyncClient(timeout=_CHECK_SECONDS) as client:
        return (await client.get(url)).status_code == 200


async def accepts(host: str, port: int) -> bool:
    """Whether a TCP port accepts connections."""
    _, writer = await asyncio.wait_for(asyncio.open_connection(host, port), _CHECK_SECONDS)
    writer.close()
    return True


async def succeeds(command: tuple[str, ...]) -> bool:
    """Whether a command ends well and soon."""
    silent = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*command, stdin=silent, stdout=silent, stderr=silent)
    try:
        return await asyncio.wait_for(process.wait(), _CHECK_SECONDS) == 0
    except asyncio.TimeoutError:
        process.kill()
        await process.wait()
        return False
