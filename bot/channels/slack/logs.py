"""The log of Slack's libraries: warnings and errors only, since they log bodies and addresses below that."""

from __future__ import annotations

import logging
import re

_NAME = "bot.channels.slack.library"
_TICKET = re.compile(r"(ticket=)[^&\s'\"]+|(response_url[^h]{0,6})https://\S+|\b(x(?:ox[a-z]|app))-[\w-]+")
_HIDDEN = r"\1\2\3‹hidden›"


_NEEDLESS = "As you gave `client` as well"
"""Bolt reads SLACK_BOT_TOKEN by itself, and warns that it does not use it."""


class _Scrub(logging.Filter):
    """Takes tickets of Socket Mode, response addresses and tokens out of what is logged, also out of tracebacks."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is worth logging."""
        if record.getMessage().startswith(_NEEDLESS):
            return False
        record.msg, record.args = _TICKET.sub(_HIDDEN, record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = _TICKET.sub(_HIDDEN, logging.Formatter().formatException(record.exc_info))
        return True


def library_logger(level: int = logging.WARNING) -> logging.Logger:
    """The logger to hand to Bolt and to Slack's clients."""
    logger = logging.getLogger(f"{_NAME}.{logging.getLevelName(level).lower()}")
    logger.setLevel(level)
    if not logger.filters:
        logger.addFilter(_Scrub())
    return logger
