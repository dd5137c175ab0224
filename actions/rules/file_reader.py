"""Reads and checks one guidance file on its own; what concerns several files is checked in ``content``."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from pydantic import ValidationError

from actions.rules.errors import Problem
from actions.rules.schema import ContentFile, Defaults, RuleEntry, SourceEntry
from actions.rules.taxonomy import FACETS, Taxonomy
from actions.rules.yaml_reader import Document, Path_, UnreadableFile, read_document

_SHOWN = 60
"""How many characters of a bad value a message repeats."""


@dataclass
class FileContent:
    """What one file holds: its entries by their position in the file, and its problems.

    ``mentioned`` are the ids of all its rules, also of those that were refused, so that a rule which overrides one of them is
    not reported as well.
    """

    path: Path
    name: str
    sources: dict[int, SourceEntry] = field(default_factory=dict)
    rules: dict[int, RuleEntry] = field(default_factory=dict)
    mentioned: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def document(self) -> Document:
        """The file's tree, read again: it is needed only to say where a problem is."""
        return read_document(self.path, self.name)


def read_file(path: Path, name: str, taxonomy: Taxonomy) -> FileContent:
    """Read one file; whatever is wrong with it is in ``problems``, with the place.

    Args:
        path: the file.
        name: the name by which problems refer to it.
        taxonomy: the vocabulary that its topics and facets must belong to.
    """
    content = FileContent(path, name)
    try:
        document = read_document(path, name)
    except UnreadableFile as error:
        content.problems.append(error.problem)
        return content
    reader = FileReader(document, taxonomy, content)
    try:
        raw = ContentFile.parse_obj(document.data)
    except ValidationError as error:
        reader.report((), error, ContentFile.__fields__)
        return content
    for index, source in enumerate(raw.sources):
        reader.add_source(index, source)
    for index, rule in enumerate(raw.rules):
        reader.add_rule(index, rule, raw.defaults)
    for entry in (*content.sources.values(), *content.rules.values()):
        entry.digest()  # here, where several processes share the work
    return content


class FileReader:
    """Checks raw entries one by one and adds them, or their problems, to the content."""

    def __init__(self, document: Document, taxonomy: Taxonomy, content: FileContent) -> None:
        """Args:
        document: says where a problem is.
        taxonomy: the vocabulary.
        content: what is added to.
        """
        self._document = document
        self._taxonomy = taxonomy
        self._content = content

    def add_source(self, index: int, raw: dict[str, object]) -> None:
        """Check and add the source at ``index`` of the file's list."""
        try:
            self._content.sources[index] = SourceEntry.parse_obj(raw)
        except ValidationError as error:
            self.report(("sources", index), error, SourceEntry.__fields__)

    def add_rule(self, index: int, raw: dict[str, object], defaults: Defaults) -> None:
        """Fill in the file's defaults, check and add the rule at ``index`` of the file's list."""
        self._content.mentioned.add(str(raw.get("id")))
        try:
            entry = RuleEntry.parse_obj(_with_defaults(raw, defaults))
        except ValidationError as error:
            self.report(("rules", index), error, RuleEntry.__fields__)
            return
        self._content.rules[index] = entry
        self._check_vocabulary(("rules", index), entry)

    def _check_vocabulary(self, path: Path_, entry: RuleEntry) -> None:
        self._known((*path, "topic"), entry.topic, self._taxonomy.topics.keys(), "topic")
        for index, topic in enumerate(entry.related_topics):
            self._known((*path, "related_topics", index), topic, self._taxonomy.topics.keys(), "topic")
        for field_name, condition in (("when", entry.when), ("unless", entry.unless)):
            for facet, values in condition.items():
                if not self._known((*path, field_name, facet), facet, FACETS, "facet"):
                    continue
                if not values:
                    self._complain((*path, field_name, facet), "lists no value; remove it or give one")
                for index, value in enumerate(values):
                    self._known((*path, field_name, facet, index), value, self._taxonomy.values[facet], facet)

    def _known(self, path: Path_, value: str, allowed: Collection[str], noun: str) -> bool:
        if value in allowed:
            return True
        self._complain(path, unknown(value, allowed, noun))
        return False

    def _complain(self, path: Path_, message: str) -> None:
        self._content.problems.append(self._document.problem(path, message))

    def report(self, path: Path_, error: ValidationError, fields: Iterable[str]) -> None:
        """Turn pydantic's faults into problems that name the bad value and the nearest good one."""
        for fault in error.errors():
            location = tuple(part for part in fault["loc"] if part != "__root__")
            message = fault["msg"]
            if fault["type"] == "value_error.extra":
                message = f"is no field that we know{_suggestion(str(location[-1]), set(fields))}"
            elif fault["type"] == "value_error.missing":
                message = "is missing"
            elif fault["type"] == "value_error.const":
                message = unknown(
                    str(fault["ctx"]["given"]), [str(value) for value in fault["ctx"]["permitted"]], str(location[-1])
                )
            else:
                message += self._given((*path, *location))
            self._complain((*path, *location), message)

    def _given(self, path: Path_) -> str:
        """The bad value in brackets; nothing for a list, a mapping or a value that comes from the file's defaults."""
        value = self._document.value(path)
        if value is None or isinstance(value, (dict, list)):
            return ""
        words = repr(value)
        return f" (given: {words if len(words) <= _SHOWN else words[:_SHOWN] + '…'})"


def unknown(value: str, allowed: Collection[str], noun: str) -> str:
    """The message for a value outside a vocabulary, with the nearest one that is in it."""
    return f"{value!r} is no known {noun}{_suggestion(value, allowed)}"


def _with_defaults(raw: dict[str, object], defaults: Defaults) -> dict[str, object]:
    filled: dict[str, object] = defaults.dict(exclude_none=True)
    filled.update(raw)
    if defaults.when and isinstance(raw.get("when"), dict):
        filled["when"] = {**defaults.when, **raw["when"]}  # type: ignore[dict-item]
    if filled.get("kind") != "fact" and "as_of" not in filled and isinstance(filled.get("checked_on"), str):
        filled["as_of"] = str(filled["checked_on"])[:7]
    return filled


def _suggestion(value: str, allowed: Collection[str]) -> str:
    by_fold = {candidate.casefold(): candidate for candidate in allowed}
    near = get_close_matches(value.casefold(), list(by_fold), n=1, cutoff=0.5)
    if near:
        return f"; did you mean {by_fold[near[0]]!r}?"
    if len(allowed) <= 30:
        return f"; allowed: {', '.join(sorted(allowed))}"
    return ""
