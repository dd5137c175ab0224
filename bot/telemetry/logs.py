"""Log lines of the Rasa server: Rasa's structured log goes the same way as all others, without the fields that quote people."""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from typing import Any

import structlog

from serving.logs import configure_logs

_TOLD = ("event_info", "status", "status_code", "action_name", "url")
"""Fields of Rasa's structured log that are kept; the others hold texts, slots and whole conversations."""


def configure(log_format: str) -> None:
    """Log in this format. Rasa's own set-up would print messages, and tracebacks with all local variables."""
    configure_logs(log_format)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, _plain],
        context_class=dict,
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )


def _plain(_: Any, method: str, event: MutableMapping[str, Any]) -> tuple[tuple[str], dict[str, Any]]:
    """The arguments of the plain log call that stands for a structured one."""
    told = " ".join(str(event[name]) for name in _TOLD if name in event)
    line = f"{event.get('event', '')} {told}".strip()
    return (line,), {"exc_info": event.get("exc_info") or (method == "exception" or None)}
