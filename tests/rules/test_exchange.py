"""Exporting guidance, editing it elsewhere, and importing it: what comes back, and what is left alone."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from pathlib import Path

import pytest
import yaml
from openpyxl import load_workbook

from actions.rules.content import Library, read_library
from actions.rules.database import open_engine
from actions.rules.releases import load_release
from tests.rules.exchanging import (
    FILES,
    FORMATS,
    TABLES,
    Make,
    digests,
    edit,
    export,
    read_table,
    run,
    take_in,
    texts_of,
    write_table,
)
from tests.support import case_entry, entry, source_entry, write_content


@pytest.fixture()
def folder(content: Make) -> Path:
    return content(FILES)


@pytest.mark.parametrize("name", FORMATS)
def test_the_projects_guidance_comes_back_without_loss(project_library: Library, tmp_path: Path, name: str) -> None:
    back = take_in(export(project_library, tmp_path / name), write_content(tmp_path / "content", {}))
    assert digests(back) == digests(project_library)
    assert len(back.rules) == len(project_library.rules)


def test_a_release_comes_back_without_loss(folder: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'rules.db'}"
    release = load_release(open_engine(url), read_library(folder)).version
    (folder / "topics" / "entry_mode.yml").unlink()
    for chosen in ("current", release):
        output = tmp_path / chosen
        assert run("export", output, "--format", "yaml", "--release", chosen, "--database", url).exit_code == 0
        back = take_in(output, write_content(tmp_path / f"content-{chosen}", {}))
        assert {rule.id for rule in back.rules} == {"general", "special", "local", "draft", "case-a"}


def test_rows_show_both_languages_and_readable_conditions(folder: Path, tmp_path: Path) -> None:
    for name in TABLES:
        rows = {row["id"]: row for row in read_table(export(read_library(folder), tmp_path / name))}
        assert rows["special"]["when_market"] == "DE; FR" and rows["special"]["when_sector"] == "batteries"
        assert rows["special"]["text_en"] == "Text of special." and rows["special"]["text_zh"] == "special的内容。"
        assert rows["general"]["sources"] == "study" and rows["special"]["overrides"] == "general"
        assert rows["case-a"]["companies"] == "Alpha\\; Beta; 阿尔法"


def test_csv_begins_with_a_byte_order_mark_so_that_excel_shows_chinese(folder: Path, tmp_path: Path) -> None:
    export(read_library(folder), tmp_path / "out.csv")
    for name in ("out.rules.csv", "out.sources.csv"):
        assert (tmp_path / name).read_bytes().startswith(b"\xef\xbb\xbfid,")


def test_workbook_is_made_for_editing(folder: Path, tmp_path: Path) -> None:
    workbook = load_workbook(export(read_library(folder), tmp_path / "out.xlsx"))
    assert workbook.sheetnames == ["rules", "sources", "read me"]
    sheet = workbook["rules"]
    letters = {cell.value: cell.column_letter for cell in sheet[1]}
    assert sheet.freeze_panes == "B2"
    assert sheet[f"{letters['text_zh']}2"].alignment.wrap_text
    assert sheet.column_dimensions[letters["text_en"]].width > sheet.column_dimensions[letters["kind"]].width
    lists = {str(rule.sqref).split("2:")[0]: rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert lists[letters["status"]] == '"draft,published,retired"'
    assert lists[letters["confidence"]] == '"high,medium,low"'
    assert "principle" in lists[letters["kind"]]
    editable = {row[1]: row[2] for row in workbook["read me"].iter_rows(values_only=True) if row[0] == "rules"}
    assert editable["id"] == "no" and editable["text_zh"] == "yes" and list(editable) == list(letters)


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+86 10", "-5% a year", "@all", "'=1", "＝1", "＋1"])
def test_text_is_never_a_formula(content: Make, tmp_path: Path, text: str) -> None:
    library = read_library(content({"topics/a.yml": {"rules": [entry("a", text={"en": text, "zh": text})]}}))
    cell = load_workbook(export(library, tmp_path / "out.xlsx"))["rules"]["F2"]
    assert (cell.value, cell.data_type) == (text, "s")
    export(library, tmp_path / "out.csv")
    assert read_table(tmp_path / "out.csv")[0]["text_en"] == f"'{text}"
    for name in TABLES:
        back = take_in(tmp_path / name, write_content(tmp_path / f"from-{name}", {}))
        assert [rule.text.en for rule in back.rules] == [text]


@pytest.mark.parametrize("name", TABLES)
def test_an_edited_cell_is_taken_in_and_all_else_stays(folder: Path, tmp_path: Path, name: str) -> None:
    before = {rule.id: rule.digest() for rule in read_library(folder).rules}
    cases = (folder / "cases" / "company.yml").read_bytes()
    source = edit(export(read_library(folder), tmp_path / name), "local", text_zh="新的内容。", when_market="DE；PL", weight="70")
    after = {rule.id: rule for rule in take_in(source, folder).rules}
    assert after["local"].text.zh == "新的内容。" and after["local"].weight == 70
    assert after["local"].when == {"market": ["DE", "PL"]}
    assert {id_ for id_, rule in after.items() if rule.digest() != before[id_]} == {"local"}
    assert (folder / "cases" / "company.yml").read_bytes() == cases


@pytest.mark.parametrize("name", FORMATS)
def test_a_part_taken_in_again_removes_nothing(folder: Path, tmp_path: Path, name: str) -> None:
    before = digests(read_library(folder))
    texts = texts_of(folder)
    result = run("export", tmp_path / name, "--topic", "brand_image", "--content", folder)
    assert result.exit_code == 0 and "1 rules and 0 sources" in result.stdout
    assert run("import", tmp_path / name, "--into", folder).exit_code == 0
    assert digests(read_library(folder)) == before and texts_of(folder) == texts


def test_replace_removes_what_the_import_lacks(folder: Path, tmp_path: Path) -> None:
    library = read_library(folder)
    library.rules = [rule for rule in library.rules if rule.id in {"general", "special"}]
    back = take_in(export(library, tmp_path / "out.csv"), folder, replace=True)
    assert {rule.id for rule in back.rules} == {"general", "special"}
    assert not (folder / "cases" / "company.yml").exists()


@pytest.mark.parametrize(
    "options, ids",
    [
        (["--topic", "brand_image"], {"local"}),
        (["--market", "DE"], {"special", "local"}),
        (["--status", "draft"], {"draft"}),
        (["--market", "DE", "--topic", "entry_mode"], {"special"}),
        (["--topic", "brand_image", "--topic", "case_company"], {"local", "case-a"}),
        ([], {"general", "special", "local", "draft", "case-a"}),
    ],
)
def test_what_is_exported_can_be_chosen(folder: Path, tmp_path: Path, options: list[str], ids: set[str]) -> None:
    result = run("export", tmp_path / "out.csv", "--content", folder, "--json", *options)
    assert json.loads(result.stdout)["rules"] == len(ids)
    assert {row["id"] for row in read_table(tmp_path / "out.csv")} == ids


@pytest.mark.parametrize("name", TABLES)
def test_rows_and_columns_may_stand_in_any_order_with_empty_rows_between(folder: Path, tmp_path: Path, name: str) -> None:
    before = digests(read_library(folder))
    source = export(read_library(folder), tmp_path / name)
    rows = read_table(source)
    mixed = [dict(reversed(row.items())) for row in reversed(rows)]
    write_table(source, [mixed[0], dict.fromkeys(mixed[0], ""), *mixed[1:]])
    assert digests(take_in(source, folder)) == before


def test_csv_with_semicolons_as_some_countries_excel_writes_it_is_read(folder: Path, tmp_path: Path) -> None:
    before = digests(read_library(folder))
    export(read_library(folder), tmp_path / "out.csv")
    rows = read_table(tmp_path / "out.csv")
    with (tmp_path / "out.rules.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([list(rows[0]), *(list(row.values()) for row in rows)])
    assert digests(take_in(tmp_path / "out.rules.csv", folder)) == before


def test_values_that_excel_made_its_own_are_read_as_they_look(folder: Path, tmp_path: Path) -> None:
    source = export(read_library(folder), tmp_path / "out.xlsx")
    workbook = load_workbook(source)
    sheet = workbook["rules"]
    at = {cell.value: cell.column_letter for cell in sheet[1]}
    row = next(cell.row for cell in sheet["A"] if cell.value == "local")
    sheet[f"{at['weight']}{row}"] = 70.0
    sheet[f"{at['legal']}{row}"] = True
    sheet[f"{at['as_of']}{row}"] = 2025
    sheet[f"{at['checked_on']}{row}"] = datetime(2026, 11, 21)
    workbook.save(source)
    local = next(rule for rule in take_in(source, folder).rules if rule.id == "local")
    assert (local.weight, local.legal, local.as_of, local.checked_on) == (70, True, "2025", "2026-11-21")


def test_new_rules_get_a_file_by_market_topic_or_cases(folder: Path, tmp_path: Path) -> None:
    new = [
        entry("new-de", when={"market": ["DE"]}),
        entry("new-both", when={"market": ["DE", "FR"]}),
        entry("new-plain", topic="brand_image", sources=["new-study"]),
        case_entry("case-new", topic="case_cultural"),
        entry("local", topic="brand_image", when={"market": ["PL"]}),
    ]
    data = {"sources": [source_entry("new-study"), source_entry("new-unused")], "rules": new}
    path = tmp_path / "new.yml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    places = take_in(path, folder).places
    assert places["new-de"] == "markets/DE.yml"
    assert places["new-both"] == "topics/entry_mode.yml"
    assert places["new-plain"] == places["source:new-study"] == "topics/brand_image.yml"
    assert places["case-new"] == "cases/cultural.yml"
    assert places["local"] == "topics/entry_mode.yml", "a known rule stays where it stands"
    assert places["source:new-unused"] == "topics/sources.yml"


def test_import_may_begin_a_folder(folder: Path, tmp_path: Path) -> None:
    before = digests(read_library(folder))
    source = export(read_library(folder), tmp_path / "out.xlsx")
    assert run("import", source, "--into", tmp_path / "begun").exit_code == 0
    assert digests(take_in(tmp_path / "begun", write_content(tmp_path / "content", {}))) == before


def test_dry_run_shows_the_difference_and_writes_nothing(folder: Path, tmp_path: Path) -> None:
    texts = texts_of(folder)
    source = edit(export(read_library(folder), tmp_path / "out.csv"), "local", text_en="Changed.")
    result = run("import", source, "--into", folder, "--dry-run")
    assert result.exit_code == 0 and "local" in result.stdout and "Changed." in result.stdout
    changes = json.loads(run("import", source, "--into", folder, "--dry-run", "--json").stdout)
    assert list(changes["changes"]["rules"]["changed"]) == ["local"] and changes["files"] == ["topics/entry_mode.yml"]
    assert texts_of(folder) == texts


def test_yaml_is_written_as_authors_write_it(content: Make, tmp_path: Path) -> None:
    existing = "# Editors: ask before changing.\n# 第二行\n\nrules: []\n"
    folder = content({"topics/entry_mode.yml": existing, "topics/b.yml": {"rules": [entry("other", topic="brand_image")]}})
    rule = entry(
        "norway", kind="fact", when={"market": ["NO", "SE"]}, text={"en": 'He said "no".', "zh": "他说“不”，𠮷。"}, legal=True
    )
    (tmp_path / "new.yml").write_text(yaml.safe_dump({"sources": [source_entry("s", url=None)], "rules": [rule]}), "utf-8")
    take_in(tmp_path / "new.yml", folder)
    assert (folder / "topics" / "entry_mode.yml").read_text(encoding="utf-8") == (
        "# Editors: ask before changing.\n# 第二行\n\n"
        "rules:\n"
        "  - id: norway\n"
        "    kind: fact\n"
        "    topic: entry_mode\n"
        "    text:\n"
        '      en: "He said \\"no\\"."\n'
        '      zh: "他说“不”，𠮷。"\n'
        '    when: {market: ["NO", SE]}\n'
        "    legal: true\n"
        '    as_of: "2026-11"\n'
        '    checked_on: "2026-11-22"\n'
        '    review_by: "2027-11"\n'
    )
