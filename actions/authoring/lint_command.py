"""``lint``: is the guidance good?"""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from actions.authoring.app import AsJson, Folder, app, console, content_folder, failing_clearly, read, tell_json
from actions.rules.lint import CHECKS, Finding, WordLists, lint_library
from actions.rules.taxonomy import Taxonomy

_COLOURS = {"error": "red", "warning": "yellow"}


@app.command()
def lint(
    content: Folder = None,
    only: Annotated[list[str] | None, typer.Option(metavar="CHECK", help="Make only this check; may be repeated.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings also give exit code 1.")] = False,
    as_json: AsJson = False,
) -> None:
    """Find what is well-formed but wrong: items nobody is shown, repetition, bad wording, doubtful sources.

    Faults that `validate` finds are told first. Exit code 1 if there is an error (with --strict: also a warning).
    """
    checks = _known_checks(only or [])
    library = read(content, as_json)
    folder = content_folder(content)
    with failing_clearly(as_json):
        findings = lint_library(library, Taxonomy.load(folder), WordLists.load(folder), only=checks)
    levels = Counter(finding.level for finding in findings)
    if as_json:
        counts = {"errors": levels["error"], "warnings": levels["warning"]}
        tell_json({"rules": len(library.rules), **counts, "findings": [finding.as_dict() for finding in findings]})
    else:
        _tell(findings)
        console.print(f"{len(library.rules)} rules: {levels['error']} errors, {levels['warning']} warnings.")
    if levels["error"] or (strict and findings):
        raise typer.Exit(1)


def _known_checks(asked: list[str]) -> list[str]:
    unknown = [check for check in asked if check not in CHECKS]
    if unknown:
        raise typer.BadParameter(
            f"there is no check {', '.join(unknown)}; the checks are {', '.join(sorted(CHECKS))}", param_hint="--only"
        )
    return asked


def _tell(findings: list[Finding]) -> None:
    """The findings, one table for each file, and how often each check found something."""
    for file, group in groupby(findings, key=lambda finding: finding.file):
        table = Table(title=escape(file), title_justify="left")
        for column in ("level", "id", "check", "finding"):
            table.add_column(column, overflow="fold")
        for finding in group:
            level = f"[{_COLOURS[finding.level]}]{finding.level}[/]"
            table.add_row(level, escape(finding.id), finding.check, escape(finding.message))
        console.print(table)
    if findings:
        counts = Table("check", "found", title="In all", title_justify="left")
        for check, count in sorted(Counter(finding.check for finding in findings).items()):
            counts.add_row(check, str(count))
        console.print(counts)
