"""Log lines as text or JSON, each with the id of the request that it belongs to; see :mod:`serving.redaction` for what never
stands in them."""

from __future__ import annotations

import hashlib
import logging
import re
import sys
import uuid
import warnings
from contextvars import ContextVar
from typing import Any

from pythonjsonlogger.core import LogData
from pythonjsonlogger.json import JsonFormatter

from serving.redaction import redact

REQUEST_ID_HEADER = "X-Request-ID"

_SANE_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_OURS = ("bot.", "actions.", "serving.")
_NO_ID = "-"
_OURS_ALONE = frozenset({"time", "level", "logger", "request_id"})
"""Fields in which nothing is hidden: nobody shall hide an error from those who watch for it."""
_CHATTY = ("sanic.root", "sanic.access", "sanic.error", "rasa_sdk.executor", "alembic.runtime.migration", "apscheduler")
"""Loggers of libraries whose remarks below a warning say nothing that we do not."""

_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


def current_request_id() -> str | None:
    """The id of the request that is being worked on, if any."""
    return _request_id.get()


def begin_request(given: str | None = None) -> str:
    """Let all further log lines of this task carry a request id: the given one if it is sane, else a new one."""
    id_ = given if given and _SANE_ID.fullmatch(given) else uuid.uuid4().hex
    _request_id.set(id_)
    return id_


def pseudonym(conversation: str) -> str:
    """What stands for a conversation in the log: always the same, and no way back to the id, which may open it or name
    a person."""
    return hashlib.sha256(conversation.encode("utf-8", "replace")).hexdigest()[:12]


def configure_logs(log_format: str) -> None:
    """Send all log lines from INFO on to standard error, in this format (``text`` or ``json``).

    To be called again after a Sanic application was made, which sets up handlers of its own.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_add_request_id)
    handler.setFormatter(_JsonLines() if log_format == "json" else _TextLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.captureWarnings(True)
    warnings.filterwarnings("ignore", category=DeprecationWarning)  # of pinned libraries; operators cannot act on them
    for name in ("sanic.root", "sanic.error", "sanic.access"):
        logging.getLogger(name).handlers.clear()
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)


def _add_request_id(record: logging.LogRecord) -> bool:
    record.request_id = current_request_id() or _NO_ID
    return True


def _may_quote(record: logging.LogRecord) -> bool:
    """Whether a line may hold words of a message: all but the plain remarks that we word ourselves."""
    return record.levelno >= logging.WARNING or record.exc_info is not None or not record.name.startswith(_OURS)


class _TextLines(logging.Formatter):
    """For people. A message stays in one line whatever it quotes; only a traceback takes several."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The line without its traceback."""
        said = redact(record.message, with_texts=_may_quote(record))
        record.message = said.replace("\r", "\\r").replace("\n", "\\n")
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:
        """The traceback."""
        return redact(super().formatException(ei))


class _JsonLines(JsonFormatter):
    """For a log store: one object in a line, tracebacks included."""

    def __init__(self) -> None:
        super().__init__(
            ["levelname", "name", "request_id", "message"],
            rename_fields={"levelname": "level", "name": "logger"},
            timestamp="time",
            json_ensure_ascii=False,
        )

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        self._with_texts = _may_quote(record)
        return super().format(record)

    def process_log_record(self, log_data: LogData) -> LogData:
        """The fields, redacted."""
        return {key: value if key in _OURS_ALONE else self._safe(value) for key, value in log_data.items()}

    def _safe(self, value: Any) -> Any:
        return redact(value, with_texts=self._with_texts) if isinstance(value, str) else value
