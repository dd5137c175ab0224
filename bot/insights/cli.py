"""The command that reports insights."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.settings import Settings

DEFAULT_DAYS = 30


def insights(
    since: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day, UTC (default: 30 days ago).")
    ] = None,
    until: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day (default: today).")] = None,
    html: Annotated[Path | None, typer.Option(help="Also write a page with pictures.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
    without_text: Annotated[
        bool,
        typer.Option("--without-text", help="Leave out what people wrote, which is otherwise shown with personal data masked."),
    ] = False,
) -> None:
    """What people ask and what they get: topics, markets, gaps in the guidance, what was not understood, ratings."""
    # matplotlib and the rules take a second to import
    from actions.rules.errors import StoreUnavailable
    from bot.insights.command import gather, report
    from bot.insights.turns import CannotRead

    errors = Console(stderr=True, highlight=False)
    today = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
    first = since.replace(tzinfo=timezone.utc) if since else today - timedelta(days=DEFAULT_DAYS)
    end = (until.replace(tzinfo=timezone.utc) if until else today) + timedelta(days=1)
    if first >= end:
        errors.print("[bold red]--from must not be later than --to[/]")
        raise typer.Exit(1)
    settings = Settings.from_environment()
    try:
        found = gather(settings, first, end, with_text=not without_text)
        report(settings, found, Console(highlight=False), html=html, as_json=as_json)
    except (CannotRead, StoreUnavailable) as error:
        errors.print(f"[bold red]{error}[/]")
        raise typer.Exit(1) from None
