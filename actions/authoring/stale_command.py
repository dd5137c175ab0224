"""``stale``: which rules must be looked at again?"""

from __future__ import annotations

from datetime import date, datetime, timezone
from typing import Annotated

import typer
from pydantic import ValidationError, parse_obj_as

from actions.authoring.app import AsJson, Folder, app, console, read, tell_json
from actions.rules.schema import PartialDate
from actions.rules.stale import Review, last_day, stale_rules


@app.command()
def stale(
    on: Annotated[
        str | None, typer.Option(help="Judge from this day; of YYYY or YYYY-MM the last one (default: today, UTC).")
    ] = None,
    within_days: Annotated[int, typer.Option(min=0, help="Also list what falls due within so many days.")] = 0,
    content: Folder = None,
    as_json: AsJson = False,
) -> None:
    """List the rules whose review_by is past, the longest overdue first. Exit code 1 if there is any."""
    day = _day(on)
    reviews = stale_rules(read(content, as_json), day, within_days)
    past = sum(review.is_past for review in reviews)
    if as_json:
        tell_json({"on": day.isoformat(), "past": past, "rules": [review.as_dict() for review in reviews]})
    else:
        for review in reviews:
            console.print(_line(review), soft_wrap=True, highlight=False)
        soon = f", {len(reviews) - past} due within {within_days} days" if within_days else ""
        console.print(f"On {day}: {past} rules past their review date{soon}.", highlight=False)
    if past:
        raise typer.Exit(1)


def _day(on: str | None) -> date:
    if on is None:
        return datetime.now(timezone.utc).date()
    try:
        return last_day(parse_obj_as(PartialDate, on))
    except ValidationError:
        raise typer.BadParameter(f"{on!r} is no date; write YYYY-MM-DD, YYYY-MM or YYYY", param_hint="--on") from None


def _line(review: Review) -> str:
    style = "red" if review.is_past else "yellow"
    days = f"{review.days_overdue} days overdue" if review.is_past else f"due in {-review.days_overdue} days"
    return f"[{style}]{review.review_by:<10}  {days:<17}[/]  {review.file}  {review.topic}  {review.rule_id}"
