"""Reads one YAML file safely and remembers at which line and column each value stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from actions.rules.errors import Problem

MAX_FILE_BYTES = 5_000_000
"""A content file larger than this is refused: no person writes it, and reading it would stall the assistant."""

_DEEPEST = 100
_HARMLESS_DEPTH = 5_000
"""The C parser calls itself for each level, and from some 20,000 on the process dies of it."""
_LONGEST_NUMBER = 18

Path_ = tuple[str | int, ...]


class UnreadableFile(Exception):
    """The file is no YAML that we accept; carries the single problem that says why."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


class Document:
    """The plain data of a YAML file, and where each value stands in it."""

    def __init__(self, name: str, root: yaml.Node | None) -> None:
        """Args:
        name: the name under which problems refer to the file.
        root: the file's parsed tree; ``None`` for an empty file.

        Raises:
            UnreadableFile: a value used twice through an alias, or a key given twice.
        """
        self.name = name
        self._root = root
        self.data: object = {} if root is None else _plain(root, name, set())

    def position(self, path: Path_) -> tuple[int, int]:
        """Line and column (from 1) of the value at ``path``, or of the nearest enclosing value that exists."""
        node = self._root
        for part in path:
            inner = _child(node, part)
            if inner is None:
                break
            node = inner
        return (1, 1) if node is None else (node.start_mark.line + 1, node.start_mark.column + 1)

    def value(self, path: Path_) -> object:
        """The value at ``path``; ``None`` if there is none."""
        value = self.data
        for part in path:
            try:
                value = value[part]  # type: ignore[index]
            except (LookupError, TypeError):
                return None
        return value

    def problem(self, path: Path_, message: str) -> Problem:
        """A problem at ``path`` of this document."""
        line, column = self.position(path)
        return Problem(self.name, line, column, ".".join(self._labels(path)), message)

    def _labels(self, path: Path_) -> Iterator[str]:
        """The steps of ``path`` as an author knows them: an entry goes by its id, not by its number."""
        for depth, part in enumerate(path, start=1):
            value = self.value(path[:depth])
            yield str(value["id"]) if isinstance(value, dict) and "id" in value else str(part)


def _child(node: yaml.Node | None, part: str | int) -> yaml.Node | None:
    """The value under a key or an index; ``None`` if there is no such value."""
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == part), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        inner: yaml.Node = node.value[part]
        return inner
    return None


class _Loader(yaml.CSafeLoader):  # type: ignore[misc,name-defined]
    """The safe loader, with fewer words that turn into something else."""


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
    try:
        _check_depth(text, name)
        return Document(name, yaml.compose(text, Loader=_Loader))
    except RecursionError:
        raise _too_deep(name) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        reason = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
        raise UnreadableFile(Problem(name, line, column, "", f"is not valid YAML: {reason}")) from None


def _check_depth(text: str, name: str) -> None:
    """Refuse what nests too deeply for the parser. Only a text that might is looked at: a level needs a bracket or a column."""
    longest_line = max(map(len, text.splitlines()), default=0)
    if text.count("[") + text.count("{") + 2 * longest_line <= _HARMLESS_DEPTH:
        return
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise _too_deep(name)


def _too_deep(name: str) -> UnreadableFile:
    return UnreadableFile(Problem(name, 1, 1, "", "is nested too deeply; a content file has a few levels only"))


def _plain(node: yaml.Node, name: str, met: set[int]) -> object:
    """The data of ``node``. A node met twice is an alias: authors need none, and nested ones would expand without bound."""
    if id(node) in met:
        raise _unreadable(name, node, "", "is used again through an alias (*); write the value out")
    met.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, name, met) for item in node.value]
    mapping: dict[str, object] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        if key in mapping:
            raise _unreadable(name, key_node, key, "is given twice; keep one of the two")
        mapping[key] = _plain(value_node, name, met)
    return mapping


def _unreadable(name: str, node: yaml.Node, field: str, message: str) -> UnreadableFile:
    return UnreadableFile(Problem(name, node.start_mark.line + 1, node.start_mark.column + 1, field, message))


def _scalar(node: yaml.ScalarNode) -> object:
    if node.style is None and node.value in _BOOLEANS:
        return _BOOLEANS[node.value]
    if node.tag == "tag:yaml.org,2002:null":
        return None
    if node.tag == "tag:yaml.org,2002:int" and node.value.lstrip("+-").isdigit():
        return int(node.value) if len(node.value) <= _LONGEST_NUMBER else node.value
    return str(node.value)
