"""Gives guidance out of the store or the content folder, whole or in part, for editing elsewhere."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Literal, get_args

from actions.rules.content import Library
from actions.rules.exchange.columns import LAYOUTS
from actions.rules.exchange.csv_format import csv_paths, csv_text
from actions.rules.exchange.errors import ExchangeError
from actions.rules.exchange.placing import place
from actions.rules.exchange.writing import pending_path, write_files
from actions.rules.exchange.xlsx_writer import write_xlsx
from actions.rules.exchange.yaml_writer import yaml_text
from actions.rules.file_reader import unknown
from actions.rules.json_schema import MODELINE
from actions.rules.schema import Status
from actions.rules.taxonomy import Taxonomy

Format = Literal["yaml", "csv", "xlsx"]

SUFFIXES: dict[str, Format] = {".yml": "yaml", ".yaml": "yaml", "": "yaml", ".csv": "csv", ".xlsx": "xlsx"}
"""The format that a file's name tells; a name without suffix is a folder of YAML files."""


def format_of(path: Path) -> Format:
    """The format that the name of a file or folder tells.

    Raises:
        ExchangeError: it tells none.
    """
    if path.is_dir():
        return "yaml"
    if path.suffix.lower() not in SUFFIXES:
        raise ExchangeError(f"{path}: {path.suffix} is no format that we know; use .yml, .csv, .xlsx or a folder")
    return SUFFIXES[path.suffix.lower()]


def choose(
    library: Library,
    taxonomy: Taxonomy,
    topics: Collection[str] = (),
    markets: Collection[str] = (),
    statuses: Collection[str] = (),
) -> Library:
    """The rules of these topics that name one of these markets and have one of these statuses, and the sources they cite.

    An empty collection admits everything; without any choice the library is given back whole.

    Raises:
        ExchangeError: a topic, market or status is unknown, or no rule is left.
    """
    vocabulary: tuple[tuple[Collection[str], Collection[str], str], ...] = (
        (topics, taxonomy.topics.keys(), "topic"),
        (markets, taxonomy.values["market"], "market"),
        (statuses, get_args(Status), "status"),
    )
    for values, allowed, noun in vocabulary:
        for value in values:
            if value not in allowed:
                raise ExchangeError(unknown(value, allowed, noun))
    if not (topics or markets or statuses):
        return library
    rules = [
        rule
        for rule in library.rules
        if (not topics or rule.topic in topics)
        and (not markets or not set(markets).isdisjoint(rule.when.get("market", ())))
        and (not statuses or rule.status in statuses)
    ]
    if not rules:
        raise ExchangeError("no rule is left; choose other topics, markets or statuses")
    cited = {id_ for rule in rules for id_ in rule.sources}
    return replace(library, rules=rules, sources=[source for source in library.sources if source.id in cited])


def export_library(library: Library, output: Path, format_: Format) -> list[Path]:
    """Write ``library`` and give the files written.

    Args:
        library: the guidance.
        output: the file; for YAML also a folder, for CSV the name of which the two files' names are made.
        format_: the format.

    Raises:
        ExchangeError: ``output`` is a folder with files in it, or it cannot be written.
    """
    if format_ == "xlsx":
        return _export_xlsx(library, output)
    if format_ == "csv":
        paths = csv_paths(output)
        texts = {paths[layout.noun].name: csv_text(layout, getattr(library, layout.noun)) for layout in LAYOUTS}
        return _write(output.parent, texts)
    if output.suffix.lower() in {".yml", ".yaml"} and not output.is_dir():
        return _write(output.parent, {output.name: yaml_text(library.sources, library.rules)})
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise ExchangeError(f"{output} is not an empty folder; name a new one, so that nothing is overwritten")
    files = place(library, library.places)
    return _write(output, {name: yaml_text(held.sources, held.rules, MODELINE) for name, held in files.items()})


def _write(folder: Path, texts: dict[str, str]) -> list[Path]:
    write_files(folder, texts)
    return [folder / name for name in texts]


def _export_xlsx(library: Library, output: Path) -> list[Path]:
    pending = pending_path(output)
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        write_xlsx(pending, library)
        pending.replace(output)
    except OSError as error:
        raise ExchangeError(f"cannot write {output}: {error.strerror}; name a file in a folder that can be written") from error
    finally:
        pending.unlink(missing_ok=True)
    return [output]
