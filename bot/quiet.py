"""Keeps other people's deprecation warnings out of the operators' log; import it before anything heavy.

Sanic asks for every DeprecationWarning to be shown, and Rasa's pinned libraries raise dozens at each start.
"""

from __future__ import annotations

import logging
import warnings

import sanic.app  # noqa: F401  (sets its filter on import; ours must come after it)

warnings.filterwarnings("ignore", category=DeprecationWarning)
warnings.filterwarnings("ignore", category=UserWarning, message=".*(pkg_resources|MovedIn20).*")
logging.getLogger("sanic.root").propagate = False
