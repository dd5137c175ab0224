"""``coverage``: for which topics and markets is the guidance thin?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from actions.authoring.app import AsJson, Folder, app, console, content_folder, failing_clearly, read, tell_json
from actions.authoring.coverage_page import coverage_page
from actions.rules.coverage import Cell, Coverage, coverage_of
from actions.rules.errors import RulesError
from actions.rules.file_reader import unknown
from actions.rules.preview import rules_of
from actions.rules.taxonomy import Taxonomy

_TOPIC_WIDTH = 22


@app.command()
def coverage(
    minimum: Annotated[int, typer.Option(min=1, help="Fewer items than this for a topic and market are a gap.")] = 5,
    market: Annotated[list[str] | None, typer.Option(help="Look at this country or region too (repeatable).")] = None,
    html: Annotated[Path | None, typer.Option(help="Also write a heat map to this HTML file.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit code 1 if there is any gap.")] = False,
    content: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Count what applies for each topic and market, and name the gaps: too few items, no local one, a language lacking.

    Each number is that of the published items (without cases) which a person sees who tells only the market; the number after
    the stroke is that of those among them which name the market or a region of it.
    """
    library = read(content, as_json)
    with failing_clearly(as_json):
        taxonomy = Taxonomy.load(content_folder(content))
        found = coverage_of(rules_of(library), taxonomy, _known(market or [], taxonomy))
        if html:
            _write(html, coverage_page(found, taxonomy, minimum))
    gaps = found.gaps(minimum)
    if as_json:
        cells = [cell.as_dict() for cell in found.cells.values()]
        named = [{"topic": cell.topic, "market": cell.market, "faults": cell.faults(minimum)} for cell in gaps]
        tell_json({"minimum": minimum, "cells": cells, "gaps": named})
    else:
        for markets in _fitting(found.markets):
            console.print(_table(found, markets, minimum))
        _tell_gaps(gaps, minimum)
        if html:
            console.print(f"Wrote {html}.", soft_wrap=True)
    if strict and gaps:
        raise typer.Exit(1)


def _known(markets: Sequence[str], taxonomy: Taxonomy) -> Sequence[str]:
    for market in markets:
        if market not in taxonomy.values["market"]:
            raise RulesError(unknown(market, taxonomy.values["market"], "market"))
    return markets


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise RulesError(f"cannot write {path}: {error.strerror}; name a file in a folder that exists") from None


def _fitting(markets: Sequence[str]) -> Iterator[list[str]]:
    """The markets in groups whose columns fit the terminal side by side."""
    group: list[str] = []
    room = console.width - _TOPIC_WIDTH
    for market in markets:
        width = max(len("99/99"), *map(len, market.split("_"))) + 1
        if group and width > room:
            yield group
            group, room = [], console.width - _TOPIC_WIDTH
        group.append(market)
        room -= width
    if group:
        yield group


def _table(found: Coverage, markets: Sequence[str], minimum: int) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0))
    table.add_column("topic", width=_TOPIC_WIDTH - 1, no_wrap=True)
    for market in markets:
        table.add_column(market.replace("_", "\n"), justify="right", no_wrap=True)
    for topic in found.topics:
        table.add_row(topic, *(_number(found.cells[topic, market], minimum) for market in markets))
    return table


def _number(cell: Cell, minimum: int) -> str:
    style = "bold red" if cell.items < minimum else "yellow" if cell.faults(minimum) else "green"
    return f"[{style}]{cell.items}/{cell.local}[/]"


def _tell_gaps(gaps: Sequence[Cell], minimum: int) -> None:
    console.print(f"{len(gaps)} gaps." if gaps else f"No gaps: {minimum} items or more everywhere, local ones among them.")
    for topic, cells in groupby(gaps, key=lambda cell: cell.topic):
        by_fault: dict[str, list[str]] = {}
        for cell in cells:
            by_fault.setdefault(", ".join(cell.faults(minimum)), []).append(cell.market)
        told = "; ".join(f"{fault}: {', '.join(markets)}" for fault, markets in by_fault.items())
        console.print(f"  [bold]{topic}[/]  {told}", highlight=False)
