"""Brings the profile up in order, replaces its servers on request, and takes it down in order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import psutil
from rich.console import Console
from sqlalchemy.engine import make_url

from bot.model_archive import UnusableModel, usable_model
from bot.production import proxy, schema
from bot.production.plan import HOST, Plan
from bot.production.postgres import DATABASE, SUPERUSER, PrivatePostgres
from bot.production.redis_server import redis_program, write_configuration
from bot.production.schema import Databases
from bot.production.secrets import Secrets
from bot.production.settings import ProductionSettings
from bot.production.state import Reload, StateFile
from bot.production.supervisor import Supervisor
from bot.settings import PROJECT_FOLDER
from bot.starting import StartFailed, free_port

OWNER, ASSISTANT, ACTIONS = "qiao_owner", "qiao_assistant", "qiao_actions"
_DRAIN_SECONDS = 20

logger = logging.getLogger(__name__)
console = Console(stderr=True, highlight=False)


class Profile:
    """The production profile of one machine."""

    def __init__(self, settings: ProductionSettings) -> None:
        self._settings = settings
        self._secrets = Secrets(settings.folder / "secrets")
        self._state_file = StateFile(settings.folder)
        self._postgres = PrivatePostgres(settings.folder / "postgres", self._secrets.get("postgres"))
        self._reload_wanted = asyncio.Event()
        self._configuration = settings.folder / "nginx" / "nginx.conf"

    async def run(self) -> None:
        """Serve until SIGTERM or Ctrl-C; SIGHUP replaces the servers.

        Raises:
            StartFailed, UnusableModel, MigrationFailed, AlreadyRunning: why it could not be brought up.
        """
        self._state_file.claim()
        nginx = proxy.find_nginx(self._settings.nginx)
        usable_model(self._settings.assistant.model_folder)
        stopped = self._listen_to_signals()
        redis_port = free_port()
        plan = Plan(self._settings, self._session_secret(), self._server_databases(), self._redis_url(redis_port))
        plan.require_free_ports()
        supervisor = Supervisor(self._settings.folder / "logs", self._state_file, plan.url, os.getpid())
        ending = asyncio.create_task(stopped.wait())
        try:
            bringing_up = asyncio.create_task(self._bring_up(plan, supervisor, nginx, redis_port))
            await asyncio.wait({bringing_up, ending}, return_when=asyncio.FIRST_COMPLETED)
            if bringing_up.done():
                bringing_up.result()
                supervisor.tell(is_ready=True)
                console.print(f"\n[bold]Qiao is ready:[/] {plan.url}/   (Ctrl-C stops it; logs: {self._settings.folder}/logs)\n")
                await self._serve(plan, supervisor, ending)
            else:
                bringing_up.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await bringing_up
        finally:
            ending.cancel()
            await self._take_down(plan, supervisor)
            self._state_file.remove()

    def _listen_to_signals(self) -> asyncio.Event:
        stopped = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stopped.set)
        loop.add_signal_handler(signal.SIGHUP, self._reload_wanted.set)
        return stopped

    async def _bring_up(self, plan: Plan, supervisor: Supervisor, nginx: str, redis_port: int) -> None:
        settings = self._settings
        proxy.write(plan.proxy(), self._configuration)
        proxy.check(nginx, self._configuration)
        if not settings.redis_url:
            with _told("Redis"):
                path = write_configuration(settings.folder / "redis", redis_port, self._secrets.get("redis"))
                await supervisor.start(plan.redis(redis_program(), path, redis_port))
        if self._is_private:
            with _told("PostgreSQL"):
                await asyncio.to_thread(self._postgres.make)
                await supervisor.start(plan.postgres(self._postgres))
                await _until_ready(self._make_roles)
        with _told("tables and rights"):
            await asyncio.to_thread(self._migrate)
        with _told("guidance"):
            await asyncio.to_thread(_load_guidance, self._owner_databases())
        with _told("nginx"):
            await supervisor.start(plan.nginx(nginx, self._configuration))
        with _told(f"{settings.action_replicas} action servers"):
            await supervisor.start(
                *(plan.action_server(number + 1, plan.actions.take()) for number in range(settings.action_replicas))
            )
        with _told(f"{settings.replicas} assistants"):
            await supervisor.start(*(plan.assistant(number + 1, plan.assistants.take()) for number in range(settings.replicas)))

    async def _serve(self, plan: Plan, supervisor: Supervisor, ending: asyncio.Task[bool]) -> None:
        while not ending.done():
            wanted = asyncio.create_task(self._reload_wanted.wait())
            await asyncio.wait({wanted, ending}, return_when=asyncio.FIRST_COMPLETED)
            if wanted.done():
                self._reload_wanted.clear()
                replacing = asyncio.create_task(self._reload(plan, supervisor))
                await asyncio.wait({replacing, ending}, return_when=asyncio.FIRST_COMPLETED)
                if not replacing.done():
                    replacing.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await replacing
            wanted.cancel()

    async def _reload(self, plan: Plan, supervisor: Supervisor) -> None:
        """Replace all servers one by one; if a new one fails, those that are left serve on."""
        number = supervisor.last_reload.number + 1
        supervisor.tell(reload=Reload(number, "running"))
        console.print("Replacing the servers one by one …")
        try:
            await asyncio.to_thread(usable_model, self._settings.assistant.model_folder)
            for name in sorted(supervisor.names("actions-")):
                await supervisor.replace(name, int(name.rpartition("-")[2]), plan.action_server, plan.actions)
            for name in sorted(supervisor.names("assistant-")):
                await supervisor.replace(name, int(name.rpartition("-")[2]), plan.assistant, plan.assistants)
        except (StartFailed, UnusableModel) as error:
            console.print(f"[bold red]Not replaced; the servers that run go on:[/] {error}")
            supervisor.tell(reload=Reload(number, "failed", str(error)))
            return
        console.print("All servers are replaced.")
        supervisor.tell(reload=Reload(number, "done"))

    async def _take_down(self, plan: Plan, supervisor: Supervisor) -> None:
        """First nobody is let in any more and what is in progress finishes, then the servers go, at last the databases."""
        console.print("Stopping …")
        try:
            await self._close_doors(plan, supervisor)
        except Exception:
            logger.exception("nobody was kept out while stopping; messages that come now may have to be sent again")
        await supervisor.stop(*supervisor.names("assistant-"))
        await supervisor.stop(*supervisor.names("actions-"))
        await supervisor.stop("nginx")
        await supervisor.stop(*supervisor.names())
        console.print("Stopped.")

    async def _close_doors(self, plan: Plan, supervisor: Supervisor) -> None:
        """Let nginx close the public port; the workers that serve it now end when their last answer is sent."""
        master = supervisor.process("nginx")
        if master is None or master.pid is None:
            return
        workers = psutil.Process(master.pid).children()
        proxy.write(plan.proxy(public=False), self._configuration)
        master.signal(signal.SIGHUP)
        await asyncio.to_thread(psutil.wait_procs, workers, _DRAIN_SECONDS)

    @property
    def _is_private(self) -> bool:
        named = self._settings
        urls = (named.conversations_url, named.rules_url, named.records_url)
        if any(urls) and not all(urls):
            raise StartFailed("set all of QIAO_CONVERSATIONS_URL, QIAO_RULES_URL and QIAO_RECORDS_URL, or none of them")
        return not any(urls)

    @property
    def _has_slack(self) -> bool:
        return "slack" in self._settings.channels

    def _session_secret(self) -> str:
        return self._settings.assistant.session_secret or self._secrets.get("session")

    def _redis_url(self, port: int) -> str:
        return self._settings.redis_url or f"redis://:{self._secrets.get('redis')}@{HOST}:{port}/0"

    def _server_databases(self) -> Databases:
        """The databases as the servers reach them."""
        named = self._settings
        if self._is_private:
            assistant, actions = (self._postgres.url(role, self._secrets.get(role)) for role in (ASSISTANT, ACTIONS))
            return Databases(assistant, actions, actions, assistant if self._has_slack else None)
        assert named.conversations_url and named.rules_url and named.records_url
        slack = (named.slack_url or named.conversations_url) if self._has_slack else None
        return Databases(named.conversations_url, named.rules_url, named.records_url, slack)

    def owner_environment(self) -> dict[str, str]:
        """The environment in which a command of ours works as the owner of the tables."""
        return _owner_environment(self._owner_databases())

    def _owner_databases(self) -> Databases:
        """The databases as the owner of the tables reaches them."""
        url = self._postgres.url(OWNER, self._secrets.get(OWNER)) if self._is_private else self._settings.owner_url
        return Databases(url, url, url, url if self._has_slack else None) if url else self._server_databases()

    def _make_roles(self) -> None:
        admin = self._postgres.url(SUPERUSER, self._secrets.get("postgres"), SUPERUSER)
        roles = {role: self._secrets.get(role) for role in (ASSISTANT, ACTIONS)}
        schema.make_roles(admin, (OWNER, self._secrets.get(OWNER)), roles, DATABASE)

    def _migrate(self) -> None:
        owner, servers = self._owner_databases(), self._server_databases()
        command = ["bot", "production", "migrate"]
        if owner != servers:
            command += ["--assistant-role", str(make_url(servers.conversations).username)]
            command += ["--actions-role", str(make_url(servers.records).username)]
        result = _run(command, owner)
        if result.returncode != 0:
            raise StartFailed(f"the tables could not be made or updated:\n{result.stderr.strip()}")


class _told:
    """Says that a step begins and how long it took."""

    def __init__(self, what: str) -> None:
        self._what = what

    def __enter__(self) -> None:
        self._started = time.monotonic()
        self._status = console.status(f"{self._what} …")
        self._status.start()

    def __exit__(self, kind: object, *_: object) -> None:
        self._status.stop()
        if kind is None:
            console.print(f"  [green]✓[/] {self._what} ({time.monotonic() - self._started:.1f} s)")


def _run(module: list[str], owner: Databases) -> subprocess.CompletedProcess[str]:
    """Run a module of ours to its end as the owner of the tables."""
    command = [sys.executable, "-W", "ignore", "-m", *module]
    environment = _owner_environment(owner)
    return subprocess.run(command, cwd=PROJECT_FOLDER, env=environment, capture_output=True, text=True, check=False)


def _owner_environment(owner: Databases) -> dict[str, str]:
    return {
        **os.environ,
        "QIAO_CONVERSATIONS_URL": owner.conversations,
        "QIAO_RULES_URL": owner.rules,
        "QIAO_RECORDS_URL": owner.records,
        **({"QIAO_SLACK_DB_URL": owner.slack} if owner.slack else {}),
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }


def _load_guidance(owner: Databases) -> None:
    """Load the guidance as the owner of its tables; if it is broken, the last good release stays in use."""
    result = _run(["actions.rules", "load"], owner)
    if result.returncode != 0:
        console.print(f"{result.stdout}{result.stderr}")
        console.print("[bold red]The guidance above was not loaded;[/] the last good release, if there is one, stays in use.")


async def _until_ready(action: Callable[[], None], seconds: float = 30) -> None:
    """A server that accepts connections may still be recovering."""
    from sqlalchemy.exc import OperationalError

    deadline = time.monotonic() + seconds
    while True:
        try:
            await asyncio.to_thread(action)
            return
        except OperationalError as error:
            if time.monotonic() > deadline:
                raise StartFailed(f"the private PostgreSQL does not answer: {error.orig}") from error
            await asyncio.sleep(0.3)
