"""Reads one YAML file safely and remembers at which line and column each value stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from actions.rules.errors import Problem

MAX_FILE_BYTES = 5_000_000
"""A content file larger than this is refused: no person writes it, and reading it would stall the assistant."""

Path_ = tuple[str | int, ...]


class UnreadableFile(Exception):
    """The file is no YAML that we accept; carries the single problem that says why."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


@dataclass
class Document:
    """The plain data of a YAML file and the position of every value in it."""

    name: str
    data: object
    marks: dict[Path_, tuple[int, int]] = field(default_factory=dict)

    def position(self, path: Path_) -> tuple[int, int]:
        """Line and column (from 1) of the value at ``path``, or of the nearest enclosing value that exists."""
        while path and path not in self.marks:
            path = path[:-1]
        return self.marks.get(path, (1, 1))

    def problem(self, path: Path_, message: str) -> Problem:
        """A problem at ``path`` of this document."""
        line, column = self.position(path)
        return Problem(self.name, line, column, ".".join(self._labels(path)), message)

    def _labels(self, path: Path_) -> Iterator[str]:
        """The steps of ``path`` as an author knows them: an entry goes by its id, not by its number."""
        value: object = self.data
        for part in path:
            try:
                value = value[part]  # type: ignore[index]
            except (LookupError, TypeError):
                value = None
            yield str(value["id"]) if isinstance(value, dict) and "id" in value else str(part)


class _Loader(yaml.CSafeLoader):  # type: ignore[misc,name-defined]
    """The safe loader without aliases: authors do not need them, and nested ones expand without bound."""


# "NO" (Norway) and "ON" are words to an author; only true and false are booleans (as in YAML 1.2).
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp"}]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
_BOOLEANS = {"true": True, "false": False}


def read_document(path: Path, name: str) -> Document:
    """Read the YAML file at ``path``.

    Args:
        path: the file to read.
        name: the name under which problems refer to it.

    Raises:
        UnreadableFile: too large, not UTF-8, no YAML, an alias, or a key given twice.
    """
    if path.stat().st_size > MAX_FILE_BYTES:
        raise UnreadableFile(Problem(name, 1, 1, "", f"is larger than {MAX_FILE_BYTES:,} bytes; split it"))
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableFile(Problem(name, 1, 1, "", f"is not UTF-8 (byte {error.start}); save it as UTF-8")) from None
    document = Document(name, None)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, yaml.AliasEvent):
                mark = event.start_mark
                assert mark is not None
                problem = Problem(
                    name, mark.line + 1, mark.column + 1, "", f"uses the alias *{event.anchor}; write the value out"
                )
                raise UnreadableFile(problem)
        root = yaml.compose(text, Loader=_Loader)
        document.data = _plain(root, (), document) if root is not None else {}
    except RecursionError:
        raise UnreadableFile(Problem(name, 1, 1, "", "is nested too deeply; a content file has a few levels only")) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        reason = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
        raise UnreadableFile(Problem(name, line, column, "", f"is not valid YAML: {reason}")) from None
    return document


def _plain(node: yaml.Node, path: Path_, document: Document) -> object:
    document.marks[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, object] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in mapping:
                mark = key_node.start_mark
                raise UnreadableFile(
                    Problem(document.name, mark.line + 1, mark.column + 1, key, "is given twice; keep one of the two")
                )
            mapping[key] = _plain(value_node, (*path, key), document)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, index), document) for index, item in enumerate(node.value)]
    assert isinstance(node, yaml.ScalarNode)
    return _scalar(node)


def _scalar(node: yaml.ScalarNode) -> object:
    if node.style is None and node.value in _BOOLEANS:
        return _BOOLEANS[node.value]
    if node.tag == "tag:yaml.org,2002:null":
        return None
    if node.tag == "tag:yaml.org,2002:int" and node.value.lstrip("+-").isdigit():
        return int(node.value)
    return str(node.value)
