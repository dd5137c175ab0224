"""Commands for operators: start the assistant, train it, talk to it in the terminal."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from bot.backup.cli import backup, restore
from bot.channels.slack.commands import app as slack_app
from bot.endpoints import write_endpoints
from bot.insights.cli import insights
from bot.launcher import run as run_servers
from bot.launcher import stop_on_signals
from bot.model_archive import UnusableModel, read_archive
from bot.production.commands import app as production_app
from bot.settings import PROJECT_FOLDER, Settings
from bot.starting import StartFailed
from bot.training import TrainingFailed, current_model, is_up_to_date
from bot.training import train as train_model

app = typer.Typer(
    help="Run and train the assistant.", no_args_is_help=True, add_completion=False, pretty_exceptions_show_locals=False
)
app.add_typer(production_app, name="production")
app.add_typer(slack_app, name="slack")
app.command()(backup)
app.command()(restore)
app.command()(insights)
console = Console(stderr=True, highlight=False)

HELD_OUT = [PROJECT_FOLDER / "tests" / "data" / f"questions.{language}.jsonl" for language in ("en", "zh")]

ActionPort = Annotated[int, typer.Option(envvar="QIAO_ACTION_PORT", help="Port of the action server on loopback.")]


@app.command()
def run(action_port: ActionPort = 5055) -> None:
    """Load the guidance, train if needed, start both servers and serve the web chat."""
    settings = Settings.from_environment()
    _load_guidance()
    _train_if_needed(settings)
    try:
        run_servers(settings, action_port)
    except StartFailed as error:
        _fail(error)


@app.command()
def train(force: Annotated[bool, typer.Option(help="Train even if nothing changed.")] = False) -> None:
    """Train the model if its inputs changed since the last training."""
    settings = Settings.from_environment()
    if not force and is_up_to_date(settings.model_folder):
        console.print("The model is up to date.")
        return
    _train_if_needed(settings, force=True)


@app.command(name="eval")
def evaluate(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Labelled questions (JSON lines); default: the held-out set.")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Also write an HTML page with pictures.")] = None,
    figures_file: Annotated[Path | None, typer.Option("--json", help="Also write the figures as JSON.")] = None,
    floors: Annotated[Path | None, typer.Option(help="Exit with 1 if a figure falls short of those in this YAML file.")] = None,
    curve: Annotated[
        bool, typer.Option("--learning-curve", help="Also learn from shares of the examples (ten minutes).")
    ] = False,
) -> None:
    """Judge the trained model on labelled questions that it has not learnt from."""
    # importing the plots and Rasa takes long, so only the command that needs them does
    import bot.quiet  # noqa: F401
    from bot.evaluation import command
    from bot.evaluation.questions import BadQuestions
    from bot.evaluation.report import write_report

    settings = Settings.from_environment()
    _train_if_needed(settings)
    told = Console(highlight=False)
    try:
        pairs, figures = command.evaluate(current_model(settings.model_folder), files or HELD_OUT, console)
    except BadQuestions as error:
        _fail(error)
    command.tell(pairs, figures, told)
    curves = command.learning_curves(pairs, console) if curve else {}
    if report:
        write_report(report, pairs, figures, curves)
    if figures_file:
        command.save(figures, figures_file)
    short = command.below_floors(figures, floors) if floors else []
    for line in short:
        console.print(f"[bold red]{line}[/]")
    raise typer.Exit(1 if short else 0)


@app.command()
def serve() -> None:
    """Start the Rasa server alone; the action server must run beside it."""
    # importing Rasa takes ten seconds, so only the command that needs it does
    from bot.patches import lean_imports, wanted

    settings = Settings.from_environment()
    try:
        model = read_archive(settings.model_folder)
    except UnusableModel as error:
        _fail(error)
    # one sentence is too little work to share among cores; threads that wait for each other cost three times its time
    for library in ("OPENBLAS", "OMP", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    if wanted():
        lean_imports.apply_for(model.components)
    import bot.quiet  # noqa: F401
    from bot.server import serve as serve_forever

    serve_forever(settings)


@app.command()
def shell() -> None:
    """Talk to the assistant in the terminal (rasa shell)."""
    settings = Settings.from_environment()
    _load_guidance()
    _train_if_needed(settings)
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "PYTHONWARNINGS": "ignore", "TF_CPP_MIN_LOG_LEVEL": "3"}
    log = settings.var_folder / "actions.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    stop_on_signals()
    with log.open("ab") as sink:
        actions = subprocess.Popen(
            [sys.executable, "-m", "actions"], cwd=PROJECT_FOLDER, env=environment, stdout=sink, stderr=sink
        )
        try:
            command = [sys.executable, "-W", "ignore", "-m", "rasa", "shell", "--model", str(settings.model_folder)]
            command += ["--endpoints", str(write_endpoints(settings)), "--port", str(settings.port)]
            command += ["--interface", settings.host, "--request-timeout", "60"]
            raise typer.Exit(subprocess.run(command, cwd=PROJECT_FOLDER, env=environment, check=False).returncode)
        finally:
            actions.terminate()
            actions.wait()


@app.command()
def tickets(
    close: Annotated[str | None, typer.Option(help="Close the ticket with this reference.")] = None,
    note: Annotated[str | None, typer.Option(help="What was done; kept with the closed ticket.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Also list closed tickets.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the list as JSON.")] = False,
) -> None:
    """List the questions that people want a person to answer, or close one."""
    from bot.upkeep import close_ticket, list_tickets

    if close:
        if not close_ticket(close, note):
            _fail(ValueError(f"there is no open ticket {close}; see: python -m bot tickets"))
        console.print(f"Ticket {close} is closed.")
        return
    list_tickets(Console(highlight=False), with_closed=every, as_json=as_json)


@app.command()
def forget(
    who: Annotated[str, typer.Argument(help="A conversation's id, what stands for it in the log, or a ticket's reference.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
) -> None:
    """Delete a conversation with all that it has left: messages, assessments, tickets, feedback, documents."""
    from sqlalchemy.exc import SQLAlchemyError

    from actions.rules.errors import StoreUnavailable
    from bot.upkeep import find_conversation
    from bot.upkeep import forget as forget_now

    settings = Settings.from_environment()
    try:
        conversation = find_conversation(settings, who)
        if conversation is None:
            _fail(ValueError(f"nothing is stored of {who}"))
        if not yes:
            typer.confirm(f"Delete conversation {conversation}?", abort=True)
        events, records = forget_now(settings, conversation)
    except (SQLAlchemyError, StoreUnavailable) as error:
        _fail(error)
    console.print(f"Deleted {events} events and {records} records. Backups still hold them; see docs/operations.md.")


@app.command()
def expire(
    days: Annotated[float | None, typer.Option(help="Days of silence (default: QIAO_RETENTION_DAYS).")] = None,
) -> None:
    """Delete conversations that have been silent for long, and records and documents of that age."""
    import bot.quiet  # noqa: F401
    from bot.upkeep import expire as expire_now

    settings = Settings.from_environment()
    kept = settings.retention_days if days is None else days
    conversations, records = expire_now(settings, kept)
    console.print(f"Deleted {conversations} conversations and {records} records older than {kept:g} days.")


def _load_guidance() -> None:
    """Load the guidance; if it is broken, say so and go on with the last good release, if there is one."""
    command = [sys.executable, "-m", "actions.rules", "load"]
    if subprocess.run(command, cwd=PROJECT_FOLDER, check=False).returncode != 0:
        console.print("[bold red]The guidance above was not loaded;[/] the last good release stays in use.")


def _train_if_needed(settings: Settings, *, force: bool = False) -> None:
    if not force and is_up_to_date(settings.model_folder):
        return
    started = time.monotonic()
    console.print("Training the model; this takes a few minutes the first time …")
    try:
        model = train_model(settings.model_folder)
    except TrainingFailed as error:
        _fail(error)
    console.print(f"Trained {model.name} in {time.monotonic() - started:.0f} s.")


def _fail(error: Exception) -> NoReturn:
    console.print(f"[bold red]{error}[/]")
    raise typer.Exit(1)
