"""``python -m bot production``: run the profile, replace its servers, see how it does, stop it."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import sys
import time
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console
from rich.logging import RichHandler
from rich.table import Table

if TYPE_CHECKING:
    from bot.production.state import State, StateFile

app = typer.Typer(help="Run several assistants and action servers behind nginx, with PostgreSQL and Redis.")
console = Console(stderr=True, highlight=False)

_REPLACED_WITHIN_SECONDS = 900
_STOPPED_WITHIN_SECONDS = 120


@app.callback(invoke_without_command=True)
def production(context: typer.Context) -> None:
    """Start everything and serve until Ctrl-C or SIGTERM."""
    if context.invoked_subcommand:
        return
    # what runs the profile takes a second to import; the other commands only read a file
    from bot.model_archive import UnusableModel
    from bot.production.profile import Profile
    from bot.production.schema import MigrationFailed
    from bot.production.settings import BadSetting, ProductionSettings
    from bot.production.state import AlreadyRunning
    from bot.starting import StartFailed

    logging.basicConfig(level=logging.INFO, format="%(message)s", handlers=[RichHandler(console=console, show_path=False)])
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)

    async def run() -> None:
        await Profile(ProductionSettings.from_environment()).run()

    try:
        asyncio.run(run())
    except (BadSetting, StartFailed, UnusableModel, MigrationFailed, AlreadyRunning) as error:
        _fail(error)


@app.command()
def migrate(
    assistant_role: Annotated[str | None, typer.Option(help="Role of the assistants, which gets what it needs.")] = None,
    actions_role: Annotated[str | None, typer.Option(help="Role of the action servers, likewise.")] = None,
) -> None:
    """Make or update all tables, as the role that QIAO_CONVERSATIONS_URL, QIAO_RULES_URL and QIAO_RECORDS_URL name here."""
    import bot.quiet  # noqa: F401
    from actions.settings import Settings as ActionSettings
    from bot.production.schema import Databases, MigrationFailed, grant
    from bot.production.schema import migrate as bring_up_to_date
    from bot.settings import Settings

    actions = ActionSettings.from_environment()
    slack_url = os.environ.get("QIAO_SLACK_DB_URL") or None
    owner = Databases(Settings.from_environment().conversations_url, actions.rules_url, actions.records_url, slack_url)
    try:
        bring_up_to_date(owner)
        if assistant_role and actions_role:
            grant(owner, assistant_role, actions_role)
    except MigrationFailed as error:
        _fail(error)
    console.print("The tables are up to date.")


@app.command(name="as-owner", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def as_owner(context: typer.Context) -> None:
    """Run a command on the profile's databases as their owner, such as: as-owner bot backup --to /backups."""
    from bot.production.profile import Profile
    from bot.production.settings import BadSetting, ProductionSettings

    if not context.args:
        _fail(ValueError("name a module and what it is to do, such as: as-owner actions.rules load"))
    try:
        environment = Profile(ProductionSettings.from_environment()).owner_environment()
    except BadSetting as error:
        _fail(error)
    command = [sys.executable, "-W", "ignore", "-m", *context.args]
    raise typer.Exit(subprocess.run(command, env=environment, check=False).returncode)


@app.command()
def reload() -> None:
    """Replace all servers one by one, without turning anybody away: after a new model or new code."""
    state_file = _state_file()
    before = _state()
    os.kill(before.pid, signal.SIGHUP)
    deadline = time.monotonic() + _REPLACED_WITHIN_SECONDS
    with console.status("Replacing the servers one by one …"):
        while time.monotonic() < deadline:
            time.sleep(0.3)
            last = state_file.read().reload
            if last.number > before.reload.number and last.state in ("done", "failed"):
                if last.state == "failed":
                    _fail(RuntimeError(f"Not replaced; the servers that run go on: {last.message}"))
                console.print("All servers are replaced.")
                return
    _fail(RuntimeError(f"not done after {_REPLACED_WITHIN_SECONDS} s; see the logs"))


@app.command()
def status(as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False) -> None:
    """Say what runs."""
    state = _state()
    if as_json:
        import json
        from dataclasses import asdict

        print(json.dumps(asdict(state)))
        return
    table = Table("process", "pid", "port", "state", "restarts", "since", title=state.url)
    for name, member in sorted(state.processes.items()):
        since = f"{datetime.fromtimestamp(member.since):%Y-%m-%d %H:%M:%S}"
        table.add_row(name, str(member.pid or ""), str(member.port or ""), member.state, str(member.restarts), since)
    Console(highlight=False).print(table)


@app.command()
def stop() -> None:
    """Let what is in progress finish, and stop everything."""
    from bot.production.state import NotRunning

    state_file = _state_file()
    os.kill(_state().pid, signal.SIGTERM)
    deadline = time.monotonic() + _STOPPED_WITHIN_SECONDS
    while time.monotonic() < deadline:
        time.sleep(0.2)
        try:
            state_file.read()
        except NotRunning:
            console.print("Stopped.")
            return
    _fail(RuntimeError(f"not stopped after {_STOPPED_WITHIN_SECONDS} s"))


def _state_file() -> StateFile:
    from bot.production.state import StateFile
    from bot.settings import Settings

    return StateFile(Settings.from_environment().var_folder / "production")


def _state() -> State:
    from bot.production.state import NotRunning

    try:
        return _state_file().read()
    except NotRunning as error:
        _fail(error)


def _fail(error: Exception) -> NoReturn:
    console.print(f"[bold red]{error}[/]")
    raise typer.Exit(1)
