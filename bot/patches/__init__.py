"""Every change that Qiao makes to Rasa's behaviour, each for Rasa 3.6.21 only and each tested against what it replaces.

| module | what Rasa does |
|---|---|
| `lean_imports` | imports TensorFlow and much else that nothing uses (RasaHQ/rasa#10727, #10194) |
| `action_calls` | sends whole conversations, connects and compiles a schema for each call (RasaHQ/rasa#8238) |
| `events` | looks classes up slowly, and copies for log lines that nobody sees |
| `graph_runs` | makes a dask graph anew for each message and each prediction |
| `predictions` | looks for rules on texts where there are none, and through all rules each time |
| `training_data` | copies all examples and computes their fingerprints at each of five merges |
| `model_packing` | packs the model's archive at gzip's highest level |

The last two concern training alone (``python -m bot.patches train``), the others the server.

``QIAO_PATCHES=0`` leaves Rasa as it is. `lean_imports` must be applied before Rasa is imported, so nothing here imports Rasa
until it is asked to.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

logger = logging.getLogger(__name__)

MADE_FOR = "3.6.21"


def wanted() -> bool:
    """Whether to patch: not with another version of Rasa, which is logged, and not if patches are switched off."""
    if os.environ.get("QIAO_PATCHES") == "0":
        return False
    installed = version("rasa")
    if installed != MADE_FOR:
        logger.warning("the patches are for Rasa %s, not for %s; running without them", MADE_FOR, installed)
        return False
    return True


def apply() -> bool:
    """Apply all patches of the server but the lean imports; tells whether it did."""
    return _apply(_of_the_server)


def apply_to_training() -> bool:
    """Apply all patches of training; tells whether it did."""
    return _apply(_of_training)


def undo() -> None:
    """Put Rasa's own behaviour back."""
    for patch in (*_of_the_server(), *_of_training()):
        patch.undo()


def _apply(patches: Callable[[], tuple[Any, ...]]) -> bool:
    if not wanted():
        return False
    for patch in patches():
        patch.apply()
    return True


async def close() -> None:
    """Give up what patches keep open for the running event loop."""
    from bot.patches import action_calls

    await action_calls.close()


def _of_the_server() -> tuple[Any, ...]:
    from bot.patches import action_calls, events, graph_runs, predictions

    return action_calls, events, graph_runs, predictions


def _of_training() -> tuple[Any, ...]:
    from bot.patches import model_packing, training_data

    return model_packing, training_data
