"""Reads and checks the whole content folder; either everything is right, or every fault is reported at once."""

from __future__ import annotations

import hashlib
import multiprocessing
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from actions.rules.errors import ContentError, Problem
from actions.rules.file_reader import FileContent, read_file, unknown
from actions.rules.schema import RuleEntry, SourceEntry
from actions.rules.taxonomy import CONTENT_FOLDER, Taxonomy

GUIDANCE_FOLDERS = ("topics", "markets", "sectors", "cases")

Progress = Callable[[int, int], None]
"""Told how many of how many steps are done."""

_WORTH_SHARING_BYTES = 8_000_000
"""From this size on, files are read by several processes; below it, starting them costs more than they save."""


@dataclass
class Library:
    """All guidance of a content folder, checked."""

    rules: list[RuleEntry] = field(default_factory=list)
    sources: list[SourceEntry] = field(default_factory=list)
    digest: str = ""
    """Changes when any entry changes; not when a comment does, or the file in which an entry stands."""
    file_count: int = 0
    places: dict[str, str] = field(default_factory=dict)
    """Where each rule (by id) and each source (by ``source:id``) stands: the file's name."""


def read_library(folder: Path = CONTENT_FOLDER, progress: Progress | None = None) -> Library:
    """Read every guidance file under ``folder``.

    Args:
        folder: the content folder.
        progress: told after each file how many of how many are read.

    Raises:
        ContentError: any file has a fault; the error lists the faults of all files.
    """
    try:
        taxonomy = Taxonomy.load(folder)
    except FileNotFoundError as error:
        remedy = "is missing; name the content folder with --content or QIAO_CONTENT"
        raise ContentError([Problem(str(error.filename), 1, 1, "", remedy)]) from None
    paths = guidance_files(folder)
    if not paths:
        message = f"holds no guidance files ({', '.join(f'{name}/' for name in GUIDANCE_FOLDERS)})"
        raise ContentError([Problem(str(folder), 1, 1, "", message)])
    return assemble(_told(read_files(paths, folder, taxonomy), len(paths), progress))


def guidance_files(folder: Path) -> list[Path]:
    """The guidance files of a content folder, in order."""
    return [path for name in GUIDANCE_FOLDERS for path in sorted((folder / name).glob("**/*.y*ml"))]


def assemble(contents: Iterable[FileContent]) -> Library:
    """The contents of several files as one library.

    Raises:
        ContentError: an entry has a fault, an id is used twice, or something that is referred to does not exist.
    """
    assembly = _Assembly()
    for content in contents:
        assembly.add(content)
    assembly.check_references()
    if assembly.problems:
        raise ContentError(assembly.problems)
    return assembly.library()


def _told(contents: Iterator[FileContent], total: int, progress: Progress | None) -> Iterator[FileContent]:
    """The contents, with their progress told."""
    for count, content in enumerate(contents, start=1):
        yield content
        if progress:
            progress(count, total)


def read_files(paths: list[Path], folder: Path, taxonomy: Taxonomy) -> Iterator[FileContent]:
    """The contents of the files, in their order."""
    read = partial(_read_named, folder=folder, taxonomy=taxonomy)
    if sum(path.stat().st_size for path in paths) < _WORTH_SHARING_BYTES:
        yield from map(read, paths)
        return
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(read, paths)


def _read_named(path: Path, folder: Path, taxonomy: Taxonomy) -> FileContent:
    return read_file(path, path.relative_to(folder).as_posix(), taxonomy)


@dataclass(frozen=True)
class _Place:
    """Where an entry stands."""

    content: FileContent
    list_name: str
    index: int

    def problem(self, field_path: tuple[str | int, ...], message: str) -> Problem:
        return self.content.document().problem((self.list_name, self.index, *field_path), message)

    def __str__(self) -> str:
        line, _ = self.content.document().position((self.list_name, self.index))
        return f"{self.content.name}:{line}"


class _Assembly:
    """Puts the files' entries together and checks what concerns more than one of them."""

    def __init__(self) -> None:
        """Begin without any entry."""
        self.problems: list[Problem] = []
        self._rules: dict[str, tuple[RuleEntry, _Place]] = {}
        self._sources: dict[str, tuple[SourceEntry, _Place]] = {}
        self._mentioned: set[str] = set()
        self._file_count = 0

    def add(self, content: FileContent) -> None:
        """Take a file's entries and problems; an id that was taken before is a problem."""
        self._file_count += 1
        self.problems += content.problems
        self._mentioned |= content.mentioned
        for index, source in content.sources.items():
            place = _Place(content, "sources", index)
            if source.id in self._sources:
                self._duplicate(source.id, place, self._sources[source.id][1])
            else:
                self._sources[source.id] = (source, place)
        for index, rule in content.rules.items():
            place = _Place(content, "rules", index)
            if rule.id in self._rules:
                self._duplicate(rule.id, place, self._rules[rule.id][1])
            else:
                self._rules[rule.id] = (rule, place)

    def _duplicate(self, id_: str, place: _Place, other: _Place) -> None:
        self.problems.append(place.problem(("id",), f"{id_!r} is already used in {other}; choose another id"))

    def check_references(self) -> None:
        """Every cited source and every overridden item must exist."""
        for entry, place in self._rules.values():
            self._check(place, "sources", entry.sources, self._sources.keys(), "source")
            self._check(place, "overrides", entry.overrides, self._mentioned, "item")

    def _check(self, place: _Place, field_name: str, ids: Sequence[str], known: Collection[str], noun: str) -> None:
        for at, id_ in enumerate(ids):
            if id_ not in known:
                self.problems.append(place.problem((field_name, at), unknown(id_, known, noun)))

    def library(self) -> Library:
        """All entries, with a digest of what they say."""
        rules = [entry for entry, _ in self._rules.values()]
        sources = [entry for entry, _ in self._sources.values()]
        digest = hashlib.sha256()
        for entry_digest in sorted(entry.digest() for entry in (*rules, *sources)):
            digest.update(entry_digest.encode())
        places = {id_: place.content.name for id_, (_, place) in self._rules.items()}
        places |= {f"source:{id_}": place.content.name for id_, (_, place) in self._sources.items()}
        return Library(rules, sources, digest.hexdigest(), self._file_count, places)
