"""Guidance as two CSV files, one of rules and one of sources."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from actions.rules.errors import ContentError, Problem
from actions.rules.exchange.cells import decode, encode, guard, unguard
from actions.rules.exchange.columns import LAYOUTS, Layout
from actions.rules.exchange.sheets import Sheet
from actions.rules.snapshots import Entry

_BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes UTF-8 for an old encoding and shows Chinese as rubbish."""
_DELIMITERS = ",;\t"


def csv_paths(path: Path) -> dict[str, Path]:
    """The files of rules and of sources that belong to ``NAME.csv``, ``NAME.rules.csv`` or ``NAME.sources.csv``."""
    stem = path.name.removesuffix(path.suffix)
    for layout in LAYOUTS:
        stem = stem.removesuffix(f".{layout.noun}")
    return {layout.noun: path.with_name(f"{stem}.{layout.noun}.csv") for layout in LAYOUTS}


def csv_text(layout: Layout, entries: Iterable[Entry]) -> str:
    """A table as CSV; cells that a spreadsheet program would take for formulas begin with an apostrophe."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(layout.names)
    for entry in entries:
        writer.writerow([guard(encode(cell)) for cell in layout.cells(entry)])
    return _BYTE_ORDER_MARK + buffer.getvalue()


def read_csv(path: Path) -> list[Sheet]:
    """The tables of rules and sources that belong to ``path``; one of the two files may be missing.

    A file of another name is taken for one of rules.

    Raises:
        ContentError: there is neither file.
    """
    paths = csv_paths(path)
    if path.is_file() and path not in paths.values():
        paths["rules"] = path
    found = [_read(paths[layout.noun], layout) for layout in LAYOUTS if paths[layout.noun].is_file()]
    if not found:
        wanted = " and ".join(wanted.name for wanted in paths.values())
        raise ContentError([Problem(str(path), 1, 1, "", f"does not exist; looked for {wanted} in its folder")])
    return found


def _read(path: Path, layout: Layout) -> Sheet:
    sheet = Sheet(path, path.name, layout)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        sheet.complain(1, 1, "", f'is not UTF-8 (byte {error.start}); save it as "CSV UTF-8"')
        return sheet
    first_line = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first_line.count)  # programs set to German or French write semicolons
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    row = 0
    try:
        for row, cells in enumerate(reader, start=1):
            if row == 1:
                sheet.header = [cell.strip() for cell in cells]
            elif any(cells):
                sheet.rows.append((row, [decode(unguard(cell)) for cell in cells]))
    except csv.Error as error:
        sheet.complain(row + 1, 1, "", f"is not valid CSV: {error}")
    return sheet
