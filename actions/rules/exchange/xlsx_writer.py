"""Guidance as an Excel workbook: a sheet of rules, one of sources, and one that says how to edit them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from actions.rules.content import Library
from actions.rules.exchange.cells import encode
from actions.rules.exchange.columns import LAYOUTS, Layout
from actions.rules.exchange.errors import ExchangeError
from actions.rules.snapshots import Entry

READ_ME = "read me"

_Sheet = Any
"""A write-only worksheet, which takes little memory; the stubs lack most of its attributes."""

_LONGEST_CELL = 32_767
"""Characters; Excel holds no more in a cell."""
_LAST_ROW = 1_048_576
_FIXED = "id"
_TEXT_FORMAT = "@"

_WRAPPED = Alignment(wrap_text=True, vertical="top")
_HEADER_FONT = Font(bold=True)
_HEADER_FILL = PatternFill("solid", fgColor="DDE6F0")
_FIXED_FILL = PatternFill("solid", fgColor="EEEEEE")

_HOW_TO = (
    "Guidance of Qiao: edit it here, then bring it back with: python -m actions.rules import FILE --into content",
    "Keep the header row and every column. The order of rows and columns does not matter; columns you hide are kept.",
    "Grey cells (id) must not be changed: a changed id is another rule. For a new rule, add a row with a new id.",
    "Removing a row does not remove the rule: set its status to retired.",
    "Several values in one cell are separated by semicolons: DE; FR. A semicolon inside a value is written \\;",
    "Write dates as text (2026-11 or 2026-11-22), each text on one line, and the English and the Chinese together.",
)


def write_xlsx(path: Path, library: Library) -> None:
    """Write the workbook.

    Raises:
        ExchangeError: a value is too long for a cell, or there are too many entries for a sheet.
    """
    workbook = Workbook(write_only=True)
    entries: dict[str, Sequence[Entry]] = {"rules": library.rules, "sources": library.sources}
    for layout in LAYOUTS:
        _write_table(workbook.create_sheet(layout.noun), layout, entries[layout.noun])
    _write_read_me(workbook.create_sheet(READ_ME))
    workbook.save(path)


def _write_table(sheet: _Sheet, layout: Layout, entries: Sequence[Entry]) -> None:
    if len(entries) >= _LAST_ROW:
        raise ExchangeError(
            f"a sheet holds no more than {_LAST_ROW:,} rows; export yaml or csv, or choose a part of the guidance"
        )
    sheet.freeze_panes = "B2"
    _set_columns(sheet, [column.width for column in layout.columns])
    sheet.append([_header_cell(sheet, name) for name in layout.names])
    for entry in entries:
        sheet.append(list(_row(sheet, layout, entry)))
    last = len(entries) + 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(layout.columns))}{last}"
    _add_choices(sheet, layout)


def _set_columns(sheet: _Sheet, widths: Iterable[int]) -> None:
    """Widths, and text as the format of cells that are still empty: a date typed there must stay as it is typed."""
    for number, width in enumerate(widths, start=1):
        column = sheet.column_dimensions[get_column_letter(number)]
        column.width = width
        column.number_format = _TEXT_FORMAT
        column.alignment = _WRAPPED


def _header_cell(sheet: _Sheet, text: str) -> Cell:
    cell = WriteOnlyCell(sheet, text)
    cell.font, cell.fill = _HEADER_FONT, _HEADER_FILL
    return cell


def _row(sheet: _Sheet, layout: Layout, entry: Entry) -> Iterator[Cell | None]:
    for column, written in zip(layout.columns, layout.cells(entry)):
        if not written:
            yield None
            continue
        if column.is_number:
            yield WriteOnlyCell(sheet, int(written))
            continue
        text = encode(written)
        if len(text) > _LONGEST_CELL:
            raise ExchangeError(f"{entry.id}: {column.name} is longer than a cell can hold; export it as yaml or csv")
        cell = _text_cell(sheet, text)
        if column.name == _FIXED:
            cell.fill = _FIXED_FILL
        yield cell


def _text_cell(sheet: _Sheet, text: str) -> Cell:
    """A cell that stays text: no formula, and "2026-11" no date even after somebody edits it."""
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    cell.number_format = _TEXT_FORMAT
    cell.quotePrefix = text.startswith(("=", "+", "-", "@"))
    cell.alignment = _WRAPPED
    return cell


def _add_choices(sheet: _Sheet, layout: Layout) -> None:
    for number, column in enumerate(layout.columns, start=1):
        if column.choices:
            rule = DataValidation("list", formula1=f'"{",".join(column.choices)}"', allow_blank=True)
            rule.error = f"Choose one of: {', '.join(column.choices)}"
        elif column.is_number:
            rule = DataValidation("whole", operator="between", formula1="0", formula2="100", allow_blank=True)
            rule.error = "Write a whole number from 0 to 100"
        else:
            continue
        rule.showErrorMessage = True
        letter = get_column_letter(number)
        rule.add(f"{letter}2:{letter}{_LAST_ROW}")
        sheet.data_validations.append(rule)


def _write_read_me(sheet: _Sheet) -> None:
    for letter, width in zip("ABCD", (12, 20, 12, 90)):
        sheet.column_dimensions[letter].width = width
    for line in _HOW_TO:
        sheet.append([line])
    sheet.append([])
    sheet.append([_header_cell(sheet, name) for name in ("sheet", "column", "editable", "meaning")])
    for layout in LAYOUTS:
        for column in layout.columns:
            editable = "no" if column.name == _FIXED else "yes"
            choices = f" One of: {', '.join(column.choices)}." if column.choices else ""
            several = " Several: separate by semicolons." if column.is_list else ""
            about = f"{column.about.rstrip('.')}.{choices}{several}"
            sheet.append([layout.noun, column.name, editable, about])
