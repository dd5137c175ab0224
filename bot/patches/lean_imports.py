"""Starts Rasa without the libraries that its configuration does not use.

Rasa 3.6.21 imports TensorFlow (for the type hints and base classes of components that are not in the pipeline), scikit-learn, and
the clients of every channel and store that it could be configured with. Those that the model, the endpoints and the channels
at hand do not need are replaced by placeholders: names can be read, inherited from and used as decorators and in annotations,
as at import; whoever calls one gets :class:`LeftOut`, which says how to have the real library.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Collection, Iterable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

import yaml

from bot.settings import PROJECT_FOLDER

_LEARNING = frozenset({"tensorflow", "tensorflow_addons", "keras", "matplotlib", "sklearn", "sklearn_crfsuite"})
_CHANNELS = frozenset({"aiogram", "webexteamssdk", "twilio", "fbmessenger", "mattermostwrapper", "rocketchat_API"})
_STORES = frozenset({"boto3", "botocore", "pymongo"})
_BROKERS = frozenset({"aio_pika", "aiormq", "pika", "kafka", "confluent_kafka"})
_TERMINAL = frozenset({"questionary", "prompt_toolkit"})
"""What `rasa shell` asks questions with; a server has no terminal."""
_LAZY = ("rasa.core.jobs",)
"""Modules of Rasa's that are imported as a whole and seldom used: loaded when first used (the scheduler of reminders)."""

_FREE_OF_LEARNING = (
    "bot.",
    "rasa.graph_components.",
    "rasa.core.policies.ensemble.",
    "rasa.core.policies.rule_policy.",
    "rasa.nlu.classifiers.fallback_classifier.",
    "rasa.nlu.classifiers.regex_message_handler.",
)
"""Where the components come from that predict without any of these libraries."""
_OWN_STORES = (None, "", "sql", "in_memory", "redis")


class LeftOut(ImportError):
    """Something was used of a library that this process has left out."""


class _Placeholder(type):
    """A class that stands for anything of a library that was left out."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _placeholder(f"{cls.__module__}.{cls.__name__}", name)

    def __call__(cls, *arguments: Any, **named: Any) -> Any:
        if "_left_out" not in cls.__dict__:
            raise LeftOut(f"{cls.__name__} needs a library that was left out at the start; set QIAO_PATCHES=0 to load it")
        if len(arguments) == 1 and callable(arguments[0]) and not named:
            return arguments[0]  # used as a decorator
        if not arguments:
            return lambda decorated: decorated  # a decorator with settings
        raise LeftOut(f"{cls.__module__}.{cls.__name__} was left out at the start; set QIAO_PATCHES=0 to load it")


def _placeholder(module: str, name: str) -> _Placeholder:
    # an exception, so that it may also stand in an `except` clause
    return _Placeholder(name, (Exception,), {"_left_out": True, "__module__": module})


class _LeftOutModule(ModuleType):
    __path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = _placeholder(self.__name__, name)
        setattr(self, name, made)
        return made


class _Finder:
    """Finds placeholders for the libraries left out, and delays the lazy modules."""

    def __init__(self, left_out: Collection[str]) -> None:
        self.left_out = frozenset(left_out)

    def find_spec(self, name: str, path: Sequence[str] | None = None, _target: ModuleType | None = None) -> ModuleSpec | None:
        if name.partition(".")[0] in self.left_out:
            return ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]
        if name in _LAZY:
            spec = next(
                (found for finder in sys.meta_path if finder is not self and (found := finder.find_spec(name, path))), None
            )
            if spec is not None and spec.loader is not None:
                spec.loader = importlib.util.LazyLoader(spec.loader)
            return spec
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _LeftOutModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing has to be run."""


def apply(left_out: Collection[str]) -> None:
    """Leave libraries out from now on; those that are imported already stay as they are."""
    missing = [name for name in left_out if name not in sys.modules]
    sys.meta_path.insert(0, _Finder(missing))  # type: ignore[arg-type]


def apply_for(components: Collection[str] | None) -> None:
    """Leave out what a server with these components, ``endpoints.yml`` and ``credentials.yml`` does not use."""
    endpoints = yaml.safe_load((PROJECT_FOLDER / "endpoints.yml").read_text(encoding="utf-8"))
    channels = yaml.safe_load((PROJECT_FOLDER / "credentials.yml").read_text(encoding="utf-8"))
    apply(unneeded(components, endpoints, channels))


def unneeded(components: Collection[str] | None, endpoints: dict[str, Any], channels: Iterable[str]) -> frozenset[str]:
    """The libraries that a server with these classes of components and channels and these endpoints never calls."""
    left_out = set(_TERMINAL)
    if components is not None and all(used.startswith(_FREE_OF_LEARNING) for used in components):
        left_out |= _LEARNING
    if all(name.startswith("bot.") for name in channels):
        left_out |= _CHANNELS
    store = str((endpoints.get("tracker_store") or {}).get("type") or "")
    if store.lower() in _OWN_STORES or store.startswith("bot."):
        left_out |= _STORES
    if not endpoints.get("event_broker"):
        left_out |= _BROKERS
    return frozenset(left_out)
