"""Every change that Qiao makes to Rasa's behaviour, each for Rasa 3.6.21 only and each tested against what it replaces.

| module | what Rasa does |
|---|---|
| `lean_imports` | imports TensorFlow and much else that nothing uses (RasaHQ/rasa#10727, #10194) |
| `action_calls` | sends whole conversations, connects and compiles a schema for each call (RasaHQ/rasa#8238) |
| `events` | looks classes up slowly, and copies for log lines that nobody sees |

``QIAO_PATCHES=0`` leaves Rasa as it is. `lean_imports` must be applied before Rasa is imported, so nothing here imports Rasa
until it is asked to.
"""

from __future__ import annotations

import logging
import os
from importlib.metadata import version

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
    from bot.patches import action_calls, events

    if not wanted():
        return False
    action_calls.apply()
    events.apply()
    return True


def undo() -> None:
    """Put Rasa's own behaviour back."""
    from bot.patches import action_calls, events

    action_calls.undo()
    events.undo()


async def close() -> None:
    """Give up what patches keep open for the running event loop."""
    from bot.patches import action_calls

    await action_calls.close()
