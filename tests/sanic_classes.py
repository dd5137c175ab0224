"""Lets several Sanic servers be started in one process.

Sanic rewrites methods of its own classes when a server starts. A method that was rewritten cannot be a second time, and the
server does not work with one that never was.
"""

from __future__ import annotations

import threading
from unittest.mock import patch

from sanic import Sanic
from sanic.touchup import TouchUp

_rewrite = TouchUp.run
_lock = threading.Lock()
_rewritten: set[tuple[type, str]] = set()


def rewrite_once() -> None:
    """From now on each method is rewritten when the first server starts that knows of it."""
    TouchUp.run = _rewrite_new  # type: ignore[method-assign]


def _rewrite_new(app: Sanic) -> None:
    with _lock:
        new = TouchUp._registry - _rewritten
        with patch.object(TouchUp, "_registry", new):
            _rewrite(app)
        _rewritten.update(new)
