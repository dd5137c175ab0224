"""How the answering of an entry can end, other than well."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

REVOKED = frozenset({"token_revoked", "account_inactive", "invalid_auth", "not_authed", "token_expired"})
"""Slack's answers to a token that it takes no more."""

UNREACHABLE = (SlackApiError, aiohttp.ClientError, asyncio.TimeoutError, OSError)
"""What Slack's client raises."""

_PASSING = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"})
_LIMITED = frozenset({"ratelimited", "rate_limited"})
_DEFAULT_WAIT_SECONDS = 1.0
_LONGEST_WAIT_SECONDS = 600.0


class Outcome(Exception):
    """An entry was not answered, or not to the end."""


class TryLater(Outcome):
    """It may work later. ``seconds`` is ``None`` if nobody says when; ``counts`` if it counts as an attempt."""

    def __init__(self, seconds: float | None, reason: str, *, counts: bool = True) -> None:
        super().__init__(reason)
        self.seconds = seconds
        self.counts = counts

    @classmethod
    def after_failure(cls, reason: str) -> TryLater:
        """After a failure that is expected to pass."""
        return cls(None, reason)


class Undeliverable(Outcome):
    """Slack will not take it, however often it is tried; ``code`` is its reason."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Lost(Outcome):
    """Another process has taken the entry over."""


def failure_of(error: Exception) -> Outcome:
    """What an error of Slack's client means for the entry; says Slack's code only, since responses quote what was sent."""
    if not isinstance(error, SlackApiError):
        return TryLater.after_failure(type(error).__name__)
    code, status = code_of(error), _status_of(error)
    if status == 429 or code in _LIMITED:
        return TryLater(retry_after(error.response.headers), "ratelimited", counts=False)
    passes = code in _PASSING or status >= 500
    return TryLater.after_failure(code) if passes else Undeliverable(code)


def code_of(error: SlackApiError) -> str:
    """Slack's code for what went wrong (``token_revoked``), or the status of its answer if that was no JSON."""
    data = getattr(error.response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    return str(code or f"status_{_status_of(error)}")


def retry_after(headers: Mapping[str, Any]) -> float:
    """The seconds of ``Retry-After``; headers may be lists, as slack_sdk has them."""
    found = next((value for name, value in headers.items() if str(name).lower() == "retry-after"), None)
    value = found[0] if isinstance(found, list) and found else found
    try:
        return min(_LONGEST_WAIT_SECONDS, max(0.0, float(str(value))))
    except ValueError:
        return _DEFAULT_WAIT_SECONDS


def _status_of(error: SlackApiError) -> int:
    """slack_sdk hands over its own response, or aiohttp's where the body was no JSON."""
    return int(getattr(error.response, "status_code", None) or getattr(error.response, "status", None) or 0)
