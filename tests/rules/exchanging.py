"""What the tests of exporting and importing share: guidance, and reading and editing the tables."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from actions.authoring.cli import app
from actions.rules.content import Library, read_library
from actions.rules.errors import ContentError, Problem
from actions.rules.exchange import carry_out, export_library, format_of, plan_import
from tests.support import TAXONOMY, case_entry, entry, source_entry

Make = Callable[[dict[str, Any]], Path]
FORMATS = ["out.csv", "out.xlsx", "out.yml", "out"]
TABLES = ["out.csv", "out.xlsx"]
FILES: dict[str, Any] = {
    "topics/entry_mode.yml": {
        "sources": [source_entry("study"), source_entry("unused", url=None, published=None)],
        "rules": [
            entry("general", sources=["study"]),
            entry("special", kind="fact", when={"market": ["DE", "FR"], "sector": ["batteries"]}, overrides=["general"]),
            entry("local", when={"market": ["DE"]}, topic="brand_image"),
            entry("draft", status="draft", confidence="low"),
        ],
    },
    "cases/company.yml": {"rules": [case_entry("case-a", companies=["Alpha; Beta", "阿尔法"], when={"market": ["VN"]})]},
}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def digests(library: Library) -> set[str]:
    return {entry.digest() for entry in (*library.rules, *library.sources)}


def export(library: Library, path: Path) -> Path:
    export_library(library, path, format_of(path))
    return path


def take_in(source: Path, folder: Path, **options: bool) -> Library:
    carry_out(plan_import(source, folder, TAXONOMY, **options), folder)
    return read_library(folder)


def problems_of_import(source: Path, folder: Path) -> list[Problem]:
    with pytest.raises(ContentError) as caught:
        plan_import(source, folder, TAXONOMY)
    return caught.value.problems


def texts_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def read_table(path: Path) -> list[dict[str, str]]:
    """The rows of rules of a CSV or XLSX export."""
    if path.suffix == ".xlsx":
        header, *rows = load_workbook(path)["rules"].iter_rows(values_only=True)
        return [dict(zip(header, ("" if cell is None else str(cell) for cell in row))) for row in rows]
    with path.with_suffix(".rules.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write_table(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Put these rows in the place of an export's rows of rules."""
    rows = list(rows)
    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    if path.suffix == ".xlsx":
        workbook = load_workbook(path)
        del workbook["rules"]
        sheet = workbook.create_sheet("rules")
        for line in lines:
            sheet.append([cell if cell != "" else None for cell in line])
        workbook.save(path)
        return
    with path.with_suffix(".rules.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(lines)


def edit(path: Path, id_: str, **cells: Any) -> Path:
    """Change cells of the row of a rule."""
    write_table(path, [{**row, **(cells if row["id"] == id_ else {})} for row in read_table(path)])
    return path
