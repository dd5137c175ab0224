"""Every change that Qiao makes to Rasa's behaviour, each for Rasa 3.6.21 only and each tested against what it replaces.

| module | what Rasa does |
|---|---|
| `lean_imports` | imports TensorFlow and much else that nothing uses (RasaHQ/rasa#10727, #10194) |
| `action_calls` | sends whole conversations, connects and compiles a schema for each call (RasaHQ/rasa#8238) |
| `events` | looks classes up slowly, and copies for log lines that nobody sees |
| `graph_runs` | makes a dask graph anew for each message and each prediction |
| `predictions` | looks for rules on texts where there are none, and through all rules each time |

``QIAO_PATCHES=0`` leaves Rasa as it is. `lean_imports` must be applied before Rasa is imported, so nothing here imports Rasa
until it is asked to.
"""

from __future__ import annotations

import logging
import os
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
    """Apply all patches but the lean imports; tells whether it did."""
    if not wanted():
        return False
    for patch in _all():
        patch.apply()
    return True


def undo() -> None:
    """Put Rasa's own behaviour back."""
    for patch in _all():
        patch.undo()


async def close() -> None:
    """Give up what patches keep open for the running event loop."""
    from bot.patches import action_calls

    await action_calls.close()


def _all() -> tuple[Any, ...]:
    from bot.patches import action_calls, events, graph_runs, predictions

    return action_calls, events, graph_runs, predictions
