"""Reads the sheets of rules and sources of an Excel workbook."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from actions.rules.errors import ContentError, Problem
from actions.rules.exchange.cells import NO, YES, decode
from actions.rules.exchange.columns import LAYOUTS, Layout
from actions.rules.exchange.sheets import Sheet

_REFUSED = {
    "f": "holds a formula; write its value instead",
    "e": "holds an error of the spreadsheet program; write the value",
}


def read_xlsx(path: Path) -> list[Sheet]:
    """The sheets of rules and of sources; the latter may be missing.

    Raises:
        ContentError: the file is no workbook, or it has no sheet of rules.
    """
    try:
        workbook = load_workbook(path, read_only=True)
    except (InvalidFileException, BadZipFile, KeyError, ValueError, OSError, SyntaxError) as error:
        raise ContentError([Problem(str(path), 1, 1, "", f"is no readable Excel workbook: {error}")]) from None
    try:
        found = [_read(workbook[layout.noun], path, layout) for layout in LAYOUTS if layout.noun in workbook.sheetnames]
    finally:
        workbook.close()
    if not found:
        wanted = " or ".join(repr(layout.noun) for layout in LAYOUTS)
        raise ContentError([Problem(str(path), 1, 1, "", f"has no sheet called {wanted}; name the sheet so")])
    return found


def _read(worksheet: Any, path: Path, layout: Layout) -> Sheet:
    sheet = Sheet(path, f"{path.name}[{layout.noun}]", layout)
    worksheet.reset_dimensions()  # some programs write wrong ones
    for row, cells in enumerate(worksheet.iter_rows(), start=1):
        texts = []
        for column, cell in enumerate(cells, start=1):
            if cell.value is not None and cell.data_type in _REFUSED:
                name = sheet.header[column - 1] if column <= len(sheet.header) else ""
                sheet.complain(row, column, name, _REFUSED[cell.data_type])
            texts.append(_text(cell.value))
        if row == 1:
            sheet.header = _without_empty_end([text.strip() for text in texts])
        elif any(texts):
            sheet.rows.append((row, texts))
    return sheet


def _text(value: Any) -> str:
    """What an author sees in the cell, as text; programs turn dates, numbers and words such as TRUE into values of their own."""
    if value is None:
        return ""
    if isinstance(value, str):
        return decode(value)
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _without_empty_end(header: list[str]) -> list[str]:
    while header and not header[-1]:
        header.pop()
    return header
