"""Takes guidance that was edited elsewhere into a content folder; checks everything before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from actions.rules.content import GUIDANCE_FOLDERS, Library, assemble, guidance_files, read_files
from actions.rules.diff import Difference, compare
from actions.rules.errors import ContentError, Problem
from actions.rules.exchange.csv_format import read_csv
from actions.rules.exchange.exporting import format_of
from actions.rules.exchange.placing import FileEntries, place
from actions.rules.exchange.sheets import check_sheet
from actions.rules.exchange.writing import write_files
from actions.rules.exchange.xlsx_reader import read_xlsx
from actions.rules.exchange.yaml_writer import opening_comment, yaml_text
from actions.rules.file_reader import FileContent, read_file
from actions.rules.json_schema import MODELINE
from actions.rules.snapshots import LibrarySnapshot
from actions.rules.taxonomy import Taxonomy


@dataclass(frozen=True)
class Import:
    """A checked import: what it changes, and the content files that it writes (``None``: removes)."""

    difference: Difference
    files: dict[str, str | None]


def plan_import(source: Path, folder: Path, taxonomy: Taxonomy, *, replace: bool = False) -> Import:
    """Check an import and work out what it changes; nothing is written.

    Args:
        source: a YAML, CSV or XLSX file, or a folder of YAML files.
        folder: the content folder; it may be empty or not exist yet.
        taxonomy: the vocabulary.
        replace: whether entries that ``source`` lacks are removed; otherwise they stay as they are.

    Raises:
        ContentError: ``source`` or ``folder`` has faults; the error lists all of one or the other.
        ExchangeError: ``source`` is of no format that we know.
    """
    existing = assemble(_folder_contents(folder, taxonomy))
    given = _contents(source, taxonomy)
    _refuse_emptiness(source, given, replace)
    together = given if replace else [_retained(existing, given, folder), *given]
    merged = _in_order_of(existing, assemble(together))
    difference = compare(LibrarySnapshot(existing, str(folder)), LibrarySnapshot(merged, source.name))
    return Import(difference, _changed_files(existing, merged, folder))


def carry_out(planned: Import, folder: Path) -> None:
    """Write what was planned; an error leaves the folder as it was.

    Raises:
        ExchangeError: the folder cannot be written, or a file would be too large.
    """
    write_files(folder, planned.files)


def _contents(source: Path, taxonomy: Taxonomy) -> list[FileContent]:
    """What ``source`` holds, checked entry by entry."""
    format_ = format_of(source)
    if format_ == "csv":
        return [check_sheet(sheet, taxonomy) for sheet in read_csv(source)]
    if not source.exists():
        raise ContentError([Problem(str(source), 1, 1, "", "does not exist; name a file or folder to import")])
    if format_ == "xlsx":
        return [check_sheet(sheet, taxonomy) for sheet in read_xlsx(source)]
    return _folder_contents(source, taxonomy) if source.is_dir() else [read_file(source, source.name, taxonomy)]


def _folder_contents(folder: Path, taxonomy: Taxonomy) -> list[FileContent]:
    return list(read_files(guidance_files(folder), folder, taxonomy))


def _refuse_emptiness(source: Path, given: Sequence[FileContent], replace: bool) -> None:
    """An import of nothing is a mistake, and with ``replace`` one that would remove everything."""
    has_rules = any(content.mentioned for content in given)
    has_sources = any(content.sources for content in given)
    if any(content.problems for content in given) or has_rules or (has_sources and not replace):
        return
    message = f"holds no rules ({', '.join(f'{name}/' for name in GUIDANCE_FOLDERS)} of a folder, or the rules of a file)"
    raise ContentError([Problem(str(source), 1, 1, "", message)])


def _retained(existing: Library, given: Sequence[FileContent], folder: Path) -> FileContent:
    """The entries of the folder that the import does not speak of."""
    rule_ids = {id_ for content in given for id_ in content.mentioned}
    source_ids = {source.id for content in given for source in content.sources.values()}
    rules = [rule for rule in existing.rules if rule.id not in rule_ids]
    sources = [source for source in existing.sources if source.id not in source_ids]
    return FileContent(
        folder, str(folder), dict(enumerate(sources)), dict(enumerate(rules)), mentioned={rule.id for rule in rules}
    )


def _in_order_of(existing: Library, library: Library) -> Library:
    """``library`` with what existed before in its old order, and new entries after it."""
    rules = {rule.id: position for position, rule in enumerate(existing.rules)}
    sources = {source.id: position for position, source in enumerate(existing.sources)}
    return Library(
        sorted(library.rules, key=lambda rule: rules.get(rule.id, len(rules))),
        sorted(library.sources, key=lambda source: sources.get(source.id, len(sources))),
    )


def _changed_files(existing: Library, merged: Library, folder: Path) -> dict[str, str | None]:
    """The files to write and to remove; a file whose entries stay as they are is not touched."""
    before = place(existing, existing.places)
    after = place(merged, existing.places)
    files: dict[str, str | None] = dict.fromkeys(before.keys() - after.keys())
    for name, held in sorted(after.items()):
        if held != before.get(name):
            files[name] = _rendered(held, folder / name)
    return files


def _rendered(held: FileEntries, path: Path) -> str:
    opening = opening_comment(path.read_text(encoding="utf-8")) if path.is_file() else MODELINE
    return yaml_text(held.sources, held.rules, opening)
