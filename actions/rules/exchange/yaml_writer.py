"""Writes entries as a content file in the authors' style (docs/authoring.md)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from yaml import ScalarNode
from yaml.resolver import Resolver

from actions.rules.schema import RuleEntry, SourceEntry

_RULE_FIELDS = (
    *("id", "kind", "topic", "title", "companies", "related_topics", "outcome", "text", "lesson", "when", "unless", "weight"),
    *("overrides", "sources", "legal", "as_of", "checked_on", "review_by", "confidence", "status"),
)
_DEFAULTS = {name: field.get_default() for name, field in RuleEntry.__fields__.items() if not field.required}
_CONDITIONS = ("when", "unless")
_DATES = ("as_of", "checked_on", "review_by")

_LINE_LENGTH = 130
_STEP = "  "
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_RESOLVER = Resolver()
_STRING_TAG = "tag:yaml.org,2002:str"
_TO_ESCAPE = re.compile('["\\\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]')
_OPENING = re.compile(r"\ufeff?((?:[ \t]*(?:#[^\n]*|\r)?\n)*)")


def yaml_text(sources: Iterable[SourceEntry], rules: Iterable[RuleEntry], opening: str = "") -> str:
    """A content file.

    Args:
        sources: its sources, in order.
        rules: its rules, in order.
        opening: comment lines to stand at the top.
    """
    parts = [opening]
    for name, entries in (("sources", map(_source, sources)), ("rules", map(_rule, rules))):
        items = ["".join(_item(entry)) for entry in entries]
        if items:
            parts += [f"{name}:\n", *items]
    return "".join(parts)


def opening_comment(text: str) -> str:
    """The comment lines with which a file begins; empty if there are none."""
    found = _OPENING.match(text)
    lines = found.group(1).replace("\r\n", "\n") if found else ""
    return lines if "#" in lines else ""


def _item(lines: Iterable[str]) -> Iterator[str]:
    """The lines of an entry as one item of a list."""
    lead = "- "
    for line in lines:
        yield f"{_STEP}{lead}{line}\n"
        lead = _STEP


def _source(entry: SourceEntry) -> Iterator[str]:
    yield f"id: {_word(entry.id)}"
    for name in ("title", "publisher", "url", "published"):
        value = getattr(entry, name)
        yield f"{name}: {'null' if value is None else _quoted(value)}"


def _rule(entry: RuleEntry) -> Iterator[str]:
    values = entry.dict()
    for name in _RULE_FIELDS:
        value = values[name]
        if name not in _DEFAULTS or value != _DEFAULTS[name]:
            yield from _field(name, value)


def _field(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, bool):
        yield f"{name}: {str(value).lower()}"
    elif isinstance(value, int):
        yield f"{name}: {value}"
    elif isinstance(value, list):
        yield from _list(name, [_quoted(item) if name == "companies" else _word(item) for item in value])
    elif name in _CONDITIONS:
        yield from _condition(name, value)
    elif isinstance(value, dict):
        yield f"{name}:"
        yield from (f"{_STEP}{language}: {_quoted(text)}" for language, text in value.items())
    else:
        yield f"{name}: {_quoted(value) if name in _DATES else _word(value)}"


def _condition(name: str, condition: dict[str, list[str]]) -> Iterator[str]:
    facets = {facet: [_word(value) for value in values] for facet, values in condition.items()}
    line = f"{name}: {{{', '.join(f'{facet}: {_flow(values)}' for facet, values in facets.items())}}}"
    if len(line) <= _LINE_LENGTH:
        yield line
        return
    yield f"{name}:"
    for facet, values in facets.items():
        yield from (_STEP + inner for inner in _list(facet, values))


def _list(name: str, items: Sequence[str]) -> Iterator[str]:
    line = f"{name}: {_flow(items)}"
    if len(line) <= _LINE_LENGTH:
        yield line
        return
    yield f"{name}:"
    yield from (f"{_STEP}- {item}" for item in items)


def _flow(items: Iterable[str]) -> str:
    return f"[{', '.join(items)}]"


def _word(text: str) -> str:
    """An id or a word of the vocabulary; quoted if YAML would read something else, as NO (Norway) for false."""
    is_text = _WORD.fullmatch(text) and _RESOLVER.resolve(ScalarNode, text, (True, False)) == _STRING_TAG
    return text if is_text else _quoted(text)


def _quoted(text: str) -> str:
    return f'"{_TO_ESCAPE.sub(_escape, text)}"'


def _escape(found: re.Match[str]) -> str:
    char = found.group()
    return f"\\{char}" if char in '"\\' else f"\\u{ord(char):04X}"
