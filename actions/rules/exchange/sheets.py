"""A table that was read, and what is wrong with its entries: the same checks as for a content file, told by row and column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from openpyxl.utils import get_column_letter

from actions.rules.errors import Problem
from actions.rules.exchange.columns import Layout
from actions.rules.file_reader import FileContent, FileReader, unknown
from actions.rules.schema import Defaults
from actions.rules.taxonomy import Taxonomy
from actions.rules.yaml_reader import Document, Path_


@dataclass
class Sheet:
    """A table as it was read: rows of cells, with the row numbers that a spreadsheet program shows."""

    path: Path
    name: str
    """The file's name, with that of the sheet if it has several."""
    layout: Layout
    header: list[str] = field(default_factory=list)
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def complain(self, row: int, column: int, field_name: str, message: str) -> None:
        """Note a problem; row and column count from 1."""
        self.problems.append(self.problem(row, column, field_name, message))

    def problem(self, row: int, column: int, field_name: str, message: str) -> Problem:
        """A problem in a cell, named as spreadsheet programs do."""
        place = f"{field_name} (cell {get_column_letter(column)}{row})".strip()
        return Problem(self.name, row, column, place, message)


class SheetDocument(Document):
    """The entries of a sheet as the plain data of a content file, and in which cell each value stands."""

    def __init__(self, sheet: Sheet, entries: Sequence[dict[str, object]]) -> None:
        super().__init__(sheet.name, None)
        self.data = {sheet.layout.noun: entries}
        self._sheet = sheet

    def position(self, path: Path_) -> tuple[int, int]:
        """Row and column (from 1) of the value at ``path``, which begins with the noun and the entry's index."""
        _, index, *inner = path
        column = self._sheet.layout.column_of(inner)
        name = self._sheet.layout.names[column or 0]
        return self._sheet.rows[int(index)][0], self._sheet.header.index(name) + 1

    def problem(self, path: Path_, message: str) -> Problem:
        """A problem at ``path``, named by the entry's id and the column."""
        row, column = self.position(path)
        labels = list(self._labels(path[:2]))
        return self._sheet.problem(row, column, ".".join([*labels, self._sheet.header[column - 1]]), message)


@dataclass(kw_only=True)
class SheetContent(FileContent):
    """What one sheet holds, as :class:`FileContent` is what one file holds."""

    of: SheetDocument

    def document(self) -> SheetDocument:
        """Where the values stand."""
        return self.of


def check_sheet(sheet: Sheet, taxonomy: Taxonomy) -> FileContent:
    """The entries of a sheet, checked one by one; whatever is wrong is in ``problems`` with row and column."""
    if not sheet.problems:
        _check_header(sheet)
    if sheet.problems:
        return FileContent(sheet.path, sheet.name, problems=sheet.problems)
    entries = [sheet.layout.raw_entry(dict(zip(sheet.header, cells))) for _, cells in sheet.rows]
    document = SheetDocument(sheet, entries)
    content = SheetContent(sheet.path, sheet.name, of=document)
    reader = FileReader(document, taxonomy, content)
    for index, entry in enumerate(entries):
        if sheet.layout.noun == "rules":
            reader.add_rule(index, entry, Defaults())
        else:
            reader.add_source(index, entry)
    return content


def _check_header(sheet: Sheet) -> None:
    """Every column must be there, once: a missing one would quietly empty the values of all rules."""
    known = sheet.layout.names
    for column, name in enumerate(sheet.header, start=1):
        if name not in known:
            sheet.complain(1, column, "", unknown(name, known, "column"))
        elif name in sheet.header[: column - 1]:
            sheet.complain(1, column, name, "is given twice; keep one of the two columns")
    for name in _missing(known, sheet.header):
        sheet.complain(1, 1, "", f"the column {name!r} is missing; put it back, with empty cells if it has no values")
    for row, cells in sheet.rows:
        if any(cells[len(sheet.header) :]):
            message = "stands beyond the last named column; move it into one"
            sheet.complain(row, len(sheet.header) + 1, "", message)


def _missing(wanted: Iterable[str], given: Sequence[str]) -> list[str]:
    return [name for name in wanted if name not in given]
