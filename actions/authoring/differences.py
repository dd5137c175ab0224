"""``diff`` and ``history``: what changed between states of the guidance, and how a rule came to be."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from actions.authoring.app import AsJson, Database, Folder, app, console, engine_of, failing_clearly, read, tell_json
from actions.rules.diff import Changes, Difference, Fields, compare_releases, compare_with_release, history


@app.command()
def diff(
    old: Annotated[
        str | None, typer.Argument(help="A release; without it, the files are compared with the current release.")
    ] = None,
    new: Annotated[str | None, typer.Argument(help="Another release (default: the current one).")] = None,
    content: Folder = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Show what differs between two releases, or between the files and the current release."""
    with failing_clearly(as_json):
        engine = engine_of(database)
        difference = compare_releases(engine, old, new) if old else compare_with_release(engine, read(content, as_json))
    if as_json:
        tell_json(difference.as_dict())
    else:
        tell_difference(difference)


@app.command(name="history")
def show_history(rule_id: str, database: Database = None, as_json: AsJson = False) -> None:
    """Show in which releases a rule was added, changed or removed, and what changed."""
    with failing_clearly(as_json):
        steps = history(engine_of(database), rule_id)
    if as_json:
        tell_json(
            [
                {
                    "release": step.release,
                    "created_at": f"{step.created_at.isoformat()}Z",
                    "event": step.event,
                    "fields": {name: {"old": before, "new": after} for name, (before, after) in step.fields.items()},
                }
                for step in steps
            ]
        )
        return
    for step in steps:
        console.print(f"{step.release}  {step.created_at:%Y-%m-%d %H:%M} UTC  {step.event}")
        if step.event == "added" and step.entry:
            console.print(f"  en: {escape(step.entry.text.en)}\n  zh: {escape(step.entry.text.zh)}")
        elif step.fields:
            console.print(_field_table(step.fields))


def tell_difference(difference: Difference, brief: bool = False) -> None:
    """Print a difference; ``brief`` gives only the numbers."""
    if not difference:
        console.print(f"No difference between {difference.old} and {difference.new}.")
        return
    for noun, changes in (("rules", difference.rules), ("sources", difference.sources)):
        counts = f"{len(changes.added)} added, {len(changes.changed)} changed, {len(changes.removed)} removed"
        console.print(f"{noun}, {difference.old} → {difference.new}: {counts}")
        if not brief:
            _tell_changes(changes)


def _tell_changes(changes: Changes) -> None:
    for id_ in changes.added:
        console.print(f"  [green]+[/] {id_}")
    for id_ in changes.removed:
        console.print(f"  [red]-[/] {id_}")
    for id_, fields in changes.changed.items():
        console.print(f"  [yellow]~[/] {id_}")
        console.print(_field_table(fields))


def _field_table(fields: Fields) -> Table:
    table = Table("field", "before", "after", show_lines=True)
    for name, (before, after) in fields.items():
        for part, old, new in _parts(name, before, after):
            table.add_row(part, escape(str(old)), escape(str(new)))
    return table


def _parts(name: str, before: Any, after: Any) -> list[tuple[str, Any, Any]]:
    """A bilingual text is shown language by language, so that only what changed is read."""
    if isinstance(before, dict) and isinstance(after, dict):
        keys = [*before, *(key for key in after if key not in before)]
        return [(f"{name}.{key}", before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)]
    return [(name, before, after)]
