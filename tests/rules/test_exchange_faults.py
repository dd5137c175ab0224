"""What cannot be exported or imported is refused with the place and the remedy, and nothing is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from actions.rules.content import read_library
from actions.rules.database import open_engine
from actions.rules.releases import load_release
from tests.rules.exchanging import (
    FILES,
    TABLES,
    Make,
    edit,
    export,
    problems_of_import,
    read_table,
    run,
    texts_of,
    write_table,
)
from tests.support import entry


@pytest.fixture()
def folder(content: Make) -> Path:
    return content(FILES)


# the cells of a row, the column that the problem names, a part of the message
CELL_FAULTS = [
    pytest.param({"topic": "brand_imgae"}, "topic", "did you mean 'brand_image'", id="unknown topic"),
    pytest.param({"kind": "tip"}, "kind", "", id="unknown kind"),
    pytest.param({"text_zh": ""}, "text_zh", "is missing", id="Chinese is missing"),
    pytest.param({"text_en": "A <b>bold</b> claim."}, "text_en", "HTML", id="HTML"),
    pytest.param({"text_en": "Two\nlines."}, "text_en", "line", id="line break"),
    pytest.param({"when_market": "DE; XX"}, "when_market", "'XX'", id="unknown country"),
    pytest.param({"unless_stage": "growing"}, "unless_stage", "'growing'", id="unknown value"),
    pytest.param({"weight": "101"}, "weight", "100", id="weight too great"),
    pytest.param({"sources": "studdy"}, "sources", "did you mean 'study'", id="unknown source"),
    pytest.param({"overrides": "generall"}, "overrides", "did you mean 'general'", id="unknown override"),
    pytest.param({"review_by": "2027-02-30"}, "review_by", "", id="30 February"),
    pytest.param({"checked_on": "", "as_of": "2026"}, "checked_on", "is missing", id="no date"),
    pytest.param({"confidence": "low"}, "status", "low confidence", id="low confidence published"),
    pytest.param({"title_en": "Title"}, "title_zh", "is missing", id="half a title"),
    pytest.param({"legal": "perhaps"}, "legal", "boolean", id="neither yes nor no"),
    pytest.param({"id": "Upper_Case"}, "id", "", id="badly formed id"),
    pytest.param({"id": "special"}, "id", "already used", id="id used twice"),
]


def test_an_unknown_release_is_explained(folder: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'rules.db'}"
    load_release(open_engine(url), read_library(folder))
    result = run("export", tmp_path / "out.csv", "--release", "1.2.3", "--database", url)
    assert result.exit_code == 1 and "1.2.3" in result.stderr


def test_replacing_by_nothing_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.yml").write_text("rules: []\n", encoding="utf-8")
    texts = texts_of(folder)
    result = run("import", tmp_path / "empty.yml", "--into", folder, "--replace")
    assert result.exit_code == 1 and "holds no rules" in result.stderr
    assert texts_of(folder) == texts


@pytest.mark.parametrize("option, value, hint", [("--topic", "brand_imgae", "brand_image"), ("--market", "de", "DE")])
def test_an_unknown_choice_is_refused_with_a_suggestion(folder: Path, tmp_path: Path, option: str, value: str, hint: str) -> None:
    result = run("export", tmp_path / "out.csv", "--content", folder, option, value)
    assert result.exit_code == 1 and hint in result.stderr and not list(tmp_path.glob("out*"))


def test_export_never_overwrites_a_folder(folder: Path) -> None:
    texts = texts_of(folder)
    result = run("export", folder, "--format", "yaml", "--content", folder)
    assert result.exit_code == 1 and "not an empty folder" in result.stderr
    assert texts_of(folder) == texts


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("cells, column, said", CELL_FAULTS)
def test_a_faulty_cell_is_named_and_nothing_is_written(
    folder: Path, tmp_path: Path, name: str, cells: dict[str, Any], column: str, said: str
) -> None:
    texts = texts_of(folder)
    source = edit(export(read_library(folder), tmp_path / name), "local", **cells)
    problems = problems_of_import(source, folder)
    assert len(problems) == 1, problems
    problem = problems[0]
    rows = [row["id"] for row in read_table(source)]
    row = len(rows) - 1 - rows[::-1].index(cells.get("id", "local")) + 2
    names = list(read_table(source)[0])
    assert (problem.line, problem.column) == (row, names.index(column) + 1)
    assert f".{column} " in problem.field and said in problem.message
    assert problem.file == {"out.csv": "out.rules.csv", "out.xlsx": "out.xlsx[rules]"}[name]
    result = run("import", source, "--into", folder)
    assert result.exit_code == 1 and column in result.stderr
    assert texts_of(folder) == texts


@pytest.mark.parametrize("name", TABLES)
def test_a_missing_column_is_refused_since_it_would_empty_all_rules(folder: Path, tmp_path: Path, name: str) -> None:
    source = export(read_library(folder), tmp_path / name)
    write_table(source, [{key: value for key, value in row.items() if key != "companies"} for row in read_table(source)])
    assert [(p.line, "'companies' is missing" in p.message) for p in problems_of_import(source, folder)] == [(1, True)]


@pytest.mark.parametrize("name", TABLES)
def test_an_unknown_column_is_refused_with_a_suggestion(folder: Path, tmp_path: Path, name: str) -> None:
    source = export(read_library(folder), tmp_path / name)
    write_table(source, [{**row, "wieght2": "1"} for row in read_table(source)])
    assert "did you mean 'weight'" in problems_of_import(source, folder)[0].message


def test_csv_in_another_encoding_is_refused_with_the_remedy(folder: Path, tmp_path: Path) -> None:
    export(read_library(folder), tmp_path / "out.csv")
    path = tmp_path / "out.rules.csv"
    path.write_bytes(path.read_text(encoding="utf-8-sig").encode("gb18030"))
    problem = problems_of_import(path, folder)[0]
    assert problem.file == "out.rules.csv" and 'save it as "CSV UTF-8"' in problem.message


def test_a_formula_in_a_workbook_is_refused(folder: Path, tmp_path: Path) -> None:
    source = export(read_library(folder), tmp_path / "out.xlsx")
    workbook = load_workbook(source)
    workbook["rules"]["F3"] = "=A1&B1"
    workbook.save(source)
    problem = problems_of_import(source, folder)[0]
    assert (problem.line, problem.column) == (3, 6) and "formula" in problem.message and "F3" in problem.field


@pytest.mark.parametrize("name", ["missing.csv", "missing.xlsx", "missing.yml", "missing"])
def test_an_import_that_does_not_exist_is_explained(folder: Path, tmp_path: Path, name: str) -> None:
    result = run("import", tmp_path / name, "--into", folder)
    assert result.exit_code == 1 and "does not exist" in result.stderr and "Traceback" not in result.stderr


def test_files_that_are_no_guidance_are_explained(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"not a workbook")
    (tmp_path / "a.doc").write_bytes(b"")
    Workbook().save(tmp_path / "other.xlsx")
    for name, said in (("a.xlsx", "no readable Excel workbook"), ("a.doc", "no format"), ("other.xlsx", "has no sheet")):
        result = run("import", tmp_path / name, "--into", folder)
        assert result.exit_code == 1 and said in result.stderr


def test_a_faulty_content_folder_is_not_written_into(content: Make, folder: Path, tmp_path: Path) -> None:
    broken = content({"topics/a.yml": {"rules": [entry("a", topic="nonsense")]}})
    problem = problems_of_import(export(read_library(folder), tmp_path / "out.csv"), broken)[0]
    assert (problem.file, problem.field) == ("topics/a.yml", "rules.a.topic")


def test_a_folder_that_cannot_be_written_stays_as_it_was(folder: Path, tmp_path: Path) -> None:
    source = edit(export(read_library(folder), tmp_path / "out.csv"), "local", text_en="Changed.")
    edit(source, "case-a", text_en="Changed too.", topic="case_cultural")
    (folder / "topics" / ".entry_mode.yml.pending").mkdir()
    texts = texts_of(folder)
    result = run("import", source, "--into", folder)
    assert result.exit_code == 1 and "cannot write" in result.stderr
    assert texts_of(folder) == texts
