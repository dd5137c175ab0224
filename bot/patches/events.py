"""Events without the work that nobody sees.

* Each event that is read has its class looked for among all classes of events, level by level: looked up once for each name.
* Events, entities and slots are copied deeply for log lines on DEBUG, cards of 30 kB several times a turn: copied only if that
  level is on.
"""

from __future__ import annotations

import copy
import logging
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from rasa.core import processor
from rasa.shared.core.events import Event

_original_resolve = Event.resolve_by_type
_original_copy = processor.copy
_rasa_log = logging.getLogger("rasa")


def apply() -> None:
    """Look classes up once, and copy only for a log that is on."""
    Event.resolve_by_type = staticmethod(_resolve)
    processor.copy = SimpleNamespace(deepcopy=_copy_for_log, copy=copy.copy)


def undo() -> None:
    """Put Rasa's own behaviour back."""
    Event.resolve_by_type = staticmethod(_original_resolve)
    processor.copy = _original_copy


@lru_cache(maxsize=256)
def _resolve(type_name: str, default: type[Event] | None = None) -> type[Event] | None:
    return _original_resolve(type_name, default)


def _copy_for_log(value: Any) -> Any:
    """`rasa.core.processor` copies for its debug log only."""
    return copy.deepcopy(value) if _rasa_log.isEnabledFor(logging.DEBUG) else value
