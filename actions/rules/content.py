"""Reads and checks the whole content folder; either everything is right, or every fault is reported at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from pydantic import ValidationError

from actions.rules.errors import ContentError, Problem
from actions.rules.schema import ContentFile, Defaults, RuleEntry, SourceEntry
from actions.rules.taxonomy import CONTENT_FOLDER, FACETS, Taxonomy
from actions.rules.yaml_reader import Document, UnreadableFile, read_document

GUIDANCE_FOLDERS = ("topics", "markets", "sectors", "cases")


@dataclass
class Library:
    """All guidance of a content folder: checked entries, and a digest that changes when any of them changes."""

    rules: list[RuleEntry] = field(default_factory=list)
    sources: list[SourceEntry] = field(default_factory=list)
    digest: str = ""
    file_count: int = 0


def read_library(folder: Path = CONTENT_FOLDER) -> Library:
    """Read every guidance file under ``folder``.

    Raises:
        ContentError: any file has a fault; the error lists the faults of all files.
    """
    try:
        taxonomy = Taxonomy.load(folder)
    except FileNotFoundError as error:
        remedy = "is missing; name the content folder with --content or QIAO_CONTENT"
        raise ContentError([Problem(str(error.filename), 1, 1, "", remedy)]) from None
    reader = _Reader(taxonomy)
    files = [path for name in GUIDANCE_FOLDERS for path in sorted((folder / name).glob("**/*.y*ml"))]
    digest = hashlib.sha256()
    for path in files:
        reader.read(path, path.relative_to(folder).as_posix())
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    reader.check_references()
    if not files:
        reader.problems.append(Problem(str(folder), 1, 1, "", "holds no guidance files (topics/, markets/, sectors/, cases/)"))
    if reader.problems:
        raise ContentError(reader.problems)
    return Library(
        [entry for entry, _, _ in reader.rules.values()],
        [entry for entry, _, _ in reader.sources.values()],
        digest.hexdigest(),
        len(files),
    )


class _Reader:
    """Collects entries and problems over all files."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self.problems: list[Problem] = []
        self.rules: dict[str, tuple[RuleEntry, Document, int]] = {}
        self.sources: dict[str, tuple[SourceEntry, Document, int]] = {}
        self._mentioned_rules: set[str] = set()

    def read(self, path: Path, name: str) -> None:
        """Add the entries of one file, or the problems that keep them out."""
        try:
            document = read_document(path, name)
        except UnreadableFile as error:
            self.problems.append(error.problem)
            return
        try:
            content = ContentFile.parse_obj(document.data)
        except ValidationError as error:
            self._report(document, (), error, ContentFile.__fields__)
            return
        for index, raw in enumerate(content.sources):
            self._add_source(document, index, raw)
        for index, raw in enumerate(content.rules):
            self._add_rule(document, index, raw, content.defaults)

    def _add_source(self, document: Document, index: int, raw: dict[str, object]) -> None:
        path = ("sources", index)
        try:
            entry = SourceEntry.parse_obj(raw)
        except ValidationError as error:
            self._report(document, path, error, SourceEntry.__fields__)
            return
        if entry.id in self.sources:
            _, other, at = self.sources[entry.id]
            self._duplicate(document, path, entry.id, other, ("sources", at))
            return
        self.sources[entry.id] = (entry, document, index)

    def _add_rule(self, document: Document, index: int, raw: dict[str, object], defaults: Defaults) -> None:
        path = ("rules", index)
        self._mentioned_rules.add(str(raw.get("id")))
        try:
            entry = RuleEntry.parse_obj(_with_defaults(raw, defaults))
        except ValidationError as error:
            self._report(document, path, error, RuleEntry.__fields__)
            return
        if entry.id in self.rules:
            _, other, at = self.rules[entry.id]
            self._duplicate(document, path, entry.id, other, ("rules", at))
            return
        self.rules[entry.id] = (entry, document, index)
        self._check_vocabulary(document, path, entry)

    def _duplicate(
        self, document: Document, path: tuple[str | int, ...], id_: str, other: Document, at: tuple[str | int, ...]
    ) -> None:
        line = other.position(at)[0]
        self.problems.append(
            document.problem((*path, "id"), f"{id_!r} is already used in {other.name}:{line}; choose another id")
        )

    def _check_vocabulary(self, document: Document, path: tuple[str | int, ...], entry: RuleEntry) -> None:
        self._known(document, (*path, "topic"), entry.topic, self.taxonomy.topics, "topic")
        for index, topic in enumerate(entry.related_topics):
            self._known(document, (*path, "related_topics", index), topic, self.taxonomy.topics, "topic")
        for field_name, condition in (("when", entry.when), ("unless", entry.unless)):
            for facet, values in condition.items():
                if not self._known(document, (*path, field_name, facet), facet, FACETS, "facet"):
                    continue
                if not values:
                    self.problems.append(document.problem((*path, field_name, facet), "lists no value; remove it or give one"))
                for index, value in enumerate(values):
                    self._known(document, (*path, field_name, facet, index), value, self.taxonomy.values[facet], facet)

    def check_references(self) -> None:
        """Every cited source and every overridden item must exist."""
        for entry, document, index in self.rules.values():
            for at, source in enumerate(entry.sources):
                self._known(document, ("rules", index, "sources", at), source, self.sources, "source")
            for at, overridden in enumerate(entry.overrides):
                self._known(document, ("rules", index, "overrides", at), overridden, self._mentioned_rules, "item")

    def _known(self, document: Document, path: tuple[str | int, ...], value: str, allowed: Iterable[str], noun: str) -> bool:
        allowed = set(allowed)
        if value in allowed:
            return True
        self.problems.append(document.problem(path, f"{value!r} is no known {noun}{_suggestion(value, allowed)}"))
        return False

    def _report(self, document: Document, path: tuple[str | int, ...], error: ValidationError, fields: Iterable[str]) -> None:
        for fault in error.errors():
            location = tuple(part for part in fault["loc"] if part != "__root__")
            message = fault["msg"]
            if fault["type"] == "value_error.extra":
                message = f"is no field that we know{_suggestion(str(location[-1]), set(fields))}"
            elif fault["type"] == "value_error.missing":
                message = "is missing"
            self.problems.append(document.problem((*path, *location), message))


def _with_defaults(raw: dict[str, object], defaults: Defaults) -> dict[str, object]:
    filled: dict[str, object] = defaults.dict(exclude_none=True)
    filled.update(raw)
    if defaults.when and isinstance(raw.get("when"), dict):
        filled["when"] = {**defaults.when, **raw["when"]}  # type: ignore[dict-item]
    if filled.get("kind") != "fact" and "as_of" not in filled and isinstance(filled.get("checked_on"), str):
        filled["as_of"] = str(filled["checked_on"])[:7]
    return filled


def _suggestion(value: str, allowed: set[str]) -> str:
    by_fold = {candidate.casefold(): candidate for candidate in allowed}
    near = get_close_matches(value.casefold(), list(by_fold), n=1, cutoff=0.5)
    if near:
        return f"; did you mean {by_fold[near[0]]!r}?"
    if len(allowed) <= 30:
        return f"; allowed: {', '.join(sorted(allowed))}"
    return ""
