"""Finds every regular expression of the product: literal ones in the source, those put together there, those in data files."""

from __future__ import annotations

import ast
import importlib
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import yaml

from tests.support import CONTENT, PROJECT

PACKAGES = ("actions", "bot", "serving")
_FUNCTIONS = frozenset({"compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"})
_MATCH, _FULL_MATCH = frozenset({"match"}), frozenset({"fullmatch"})


@dataclass(frozen=True)
class Expression:
    """A compiled expression, where it stands, and by which methods it is used."""

    place: str
    pattern: re.Pattern[str]
    methods: frozenset[str] = frozenset({"search"})

    @property
    def is_anchored(self) -> bool:
        """Whether it is only ever tried at the beginning of a text."""
        return self.methods <= {"match", "fullmatch"}

    def anchored(self, text: str) -> None:
        """Try it as the product does."""
        for method in self.methods:
            getattr(self.pattern, method)(text)


@lru_cache(maxsize=1)
def in_source() -> list[Expression | str]:
    """The expressions that stand in the source, or depend on nothing but their module's constants.

    Of one that is put together from other values its place is given (file and function), for which :data:`BUILT` must account.
    """
    paths = [path for package in PACKAGES for path in sorted((PROJECT / package).rglob("*.py")) if "migrations" not in path.parts]
    return [found for path in paths if "import re\n" in path.read_text(encoding="utf-8") for found in _in_file(path)]


def _in_file(path: Path) -> Iterator[Expression | str]:
    name = path.relative_to(PROJECT).as_posix()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    uses = _uses(tree)
    for function, call in _calls(tree):
        place = f"{name}:{function}"
        try:
            written, flags = _value(call.args[0], path), _flags(call, path)
        except NameError:
            yield place
            continue
        if isinstance(written, str):
            yield Expression(f"{name}:{call.lineno}", re.compile(written, flags), _methods(call, uses))


def _calls(tree: ast.AST, function: str = "") -> Iterator[tuple[str, ast.Call]]:
    for node in ast.iter_child_nodes(tree):
        inner = node.name if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) else function
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr in _FUNCTIONS
        ):
            yield inner, node
        yield from _calls(node, inner)


def _flags(call: ast.Call, path: Path) -> int:
    assert isinstance(call.func, ast.Attribute)
    named = [word.value for word in call.keywords if word.arg == "flags"]
    given = named or (call.args[1:] if call.func.attr == "compile" else [])
    return int(_value(given[0], path)) if given else 0


def _value(node: ast.expr, path: Path) -> Any:
    """What an expression of the source comes to among its module's constants."""
    try:
        return ast.literal_eval(node)
    except ValueError:
        return eval(compile(ast.Expression(node), path.name, "eval"), dict(vars(_module(path))))


def _uses(tree: ast.AST) -> dict[str, set[str]]:
    """For each name that an expression is assigned to, the methods that are called on it in the file."""
    named: dict[ast.AST, str] = {
        node.value: node.targets[0].id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    uses: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in _FUNCTIONS:
            uses.setdefault(node.value.id, set()).add(node.attr)
    return {str(value.lineno): uses.get(name, set()) for value, name in named.items() if isinstance(value, ast.Call)}


def _methods(call: ast.Call, uses: dict[str, set[str]]) -> frozenset[str]:
    assert isinstance(call.func, ast.Attribute)
    used = {call.func.attr} if call.func.attr != "compile" else uses.get(str(call.lineno), set())
    return frozenset(used or {"search"})


def _module(path: Path) -> object:
    name = ".".join(path.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__")
    return sys.modules.get(name) or importlib.import_module(name)


# --- expressions that are put together at run time, by the place where that happens -------------------------------------------


def _gazetteer() -> Iterator[Expression]:
    from bot.nlu.gazetteer import Gazetteer

    yield from (Expression(f"patterns.yml, {value}", pattern) for _, value, pattern in Gazetteer.default()._patterns)


def _cues() -> Iterator[Expression]:
    """Those that look at what stands before a mention see its last few characters only, see ``_CONTEXT``."""
    from bot.nlu.gazetteer import Gazetteer

    for name, pattern in vars(Gazetteer.default()._cues).items():
        if isinstance(pattern, re.Pattern) and not name.endswith("_before"):
            yield Expression(f"cues.yml, {name}", pattern, _MATCH if name.endswith("_after") else _FULL_MATCH)


def _words() -> Iterator[Expression]:
    from bot.nlu.features import _WORD

    yield from (Expression(f"tokens, {pattern}", re.compile(pattern)) for pattern in (_WORD, r"\S+"))


def _glue() -> Iterator[Expression]:
    from bot.nlu.ellipsis import _glue

    yield Expression("ellipsis.yml", _glue(), _FULL_MATCH)


def _openers() -> Iterator[Expression]:
    from bot.nlu.features import _openers, _telling

    yield Expression("openers.yml", _openers(), _MATCH)
    yield Expression("telling.yml", _telling())


def _doer() -> Iterator[Expression]:
    from actions.advice.planning import _doer

    yield Expression("a role in planning", _doer("country manager"))


def _companies() -> Iterator[Expression]:
    yield Expression("a company's name", re.compile(rf"(?<![a-z0-9]){re.escape('catl')}(?![a-z0-9])"))


def _integrity() -> Iterator[Expression]:
    from actions.advice.integrity import _any_of

    yield Expression("words of integrity.yml", _any_of(("how to", "how", "怎么", "怎么样")))


def _hype() -> Iterator[Expression]:
    from actions.rules.lint.word_lists import WordLists
    from actions.rules.lint.wording import _patterns

    yield from (Expression(f"hype in lint.yml, {language}", each) for language, each in _patterns(WordLists.load().hype).items())


def _countries() -> Iterator[Expression]:
    from actions.rules.lint.duplicates import country_names
    from actions.rules.lint.word_lists import WordLists

    yield from (Expression(f"countries, {each}", country_names(each, WordLists.load().country_words)) for each in ("en", "zh"))


def _references() -> Iterator[Expression]:
    listed = yaml.safe_load((CONTENT / "references.yml").read_text(encoding="utf-8"))
    words = [pattern for by_number in listed["words"].values() for patterns in by_number.values() for pattern in patterns]
    numbers = [pattern for patterns in listed["number"].values() for pattern in patterns]
    yield from (Expression(f"references.yml, {pattern}", re.compile(pattern)) for pattern in (*numbers, *words))


def _escaped(written: str) -> Iterator[Expression]:
    yield Expression(f"as {written}", re.compile(written))


BUILT: dict[str, Callable[[], Iterator[Expression]]] = {
    "bot/nlu/gazetteer.py:__init__": _gazetteer,
    "bot/nlu/cues.py:__init__": _cues,
    "bot/nlu/cues.py:_before": _cues,
    "bot/nlu/cues.py:_after": _cues,
    "bot/nlu/tokens.py:words": _words,
    "bot/nlu/ellipsis.py:_glue": _glue,
    "bot/nlu/features.py:_openers": _openers,
    "bot/nlu/features.py:_telling": _openers,
    "actions/advice/planning.py:_doer": _doer,
    "actions/advice/cases.py:_mentions": _companies,
    "actions/advice/integrity.py:_any_of": _integrity,
    "actions/rules/lint/word_lists.py:load": _hype,
    "actions/rules/lint/wording.py:_patterns": _hype,
    "actions/rules/lint/duplicates.py:country_names": _countries,
    "actions/dialogues/references.py:number_in": _references,
    "bot/channels/web/origins.py:keep_rasas_cors_off": partial(_escaped, r"/(?!webhooks/web/|widget)"),
}
"""What each place that puts expressions together makes of the project's own data."""
