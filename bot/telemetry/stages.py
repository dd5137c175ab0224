"""Times the stages of a turn where Rasa has no hook for it: around its methods, which do what they did.

``undo`` takes the clocks away again. The tests fail if Rasa renames one of the methods.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from rasa.core.processor import MessageProcessor

from bot.telemetry import metrics
from bot.telemetry.turns import is_in_turn
from serving import tracing

STAGE_OF = {
    "get_tracker": "reading",
    "parse_message": "understanding",
    "predict_next_with_tracker_if_should": "policy",
    "save_tracker": "writing",
}

_originals: dict[str, Callable[..., Any]] = {}


def observe(known_intents: frozenset[str]) -> None:
    """Time the stages of all messages from now on, and count what messages are understood as."""
    undo()
    for name, stage in STAGE_OF.items():
        _originals[name] = getattr(MessageProcessor, name)
        setattr(MessageProcessor, name, _timed(_originals[name], stage, known_intents))


def undo() -> None:
    """Put Rasa's own methods back."""
    for name, original in _originals.items():
        setattr(MessageProcessor, name, original)
    _originals.clear()


def _timed(method: Callable[..., Any], stage: str, known_intents: frozenset[str]) -> Callable[..., Any]:
    if not inspect.iscoroutinefunction(method):

        @functools.wraps(method)
        def timed(*args: Any, **kwargs: Any) -> Any:
            with metrics.timed_stage(stage), tracing.span(stage):
                return method(*args, **kwargs)

        return timed

    @functools.wraps(method)
    async def timed_async(*args: Any, **kwargs: Any) -> Any:
        with metrics.timed_stage(stage), tracing.span(stage):
            result = await method(*args, **kwargs)
            if stage == "understanding" and is_in_turn():
                intent = str(result["intent"].get("name"))
                metrics.count_intent(intent, known_intents)
                tracing.annotate({"intent": intent})
        return result

    return timed_async
