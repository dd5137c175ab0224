"""Settings of the Slack channel; the only place of the channel that reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from cryptography.fernet import Fernet

from bot.settings import Settings

Mode = Literal["http", "socket"]
Threads = Literal["person", "thread"]

SLACK_API = "https://slack.com/api/"
_TRANSPORT_SECRETS = {"http": "SLACK_SIGNING_SECRET", "socket": "SLACK_APP_TOKEN"}
_PREFIXES = {"SLACK_BOT_TOKEN": "xoxb-", "SLACK_APP_TOKEN": "xapp-"}


class SlackCannotStart(Exception):
    """Slack is switched on but cannot work; the message names the variables to set."""


@dataclass(frozen=True)
class SlackSettings:
    """How the channel reaches Slack, and how it works. Secrets do not show in ``repr``."""

    mode: Mode
    bot_token: str | None = field(repr=False)
    """Of the one workspace that is served; several workspaces bring theirs by installing."""
    signing_secret: str | None = field(repr=False)
    app_token: str | None = field(repr=False)
    client_id: str | None
    client_secret: str | None = field(repr=False)
    app_id: str | None
    """The app whose events are taken; others are refused."""
    database_url: str = field(repr=False)
    keys: tuple[str, ...] = field(repr=False)
    """Fernet keys for what is stored: the first encrypts, all decrypt."""
    secret: str | None = field(repr=False)
    """Makes the ids of conversations; without it the one of the web sessions does."""
    threads: Threads
    """Whether each person has a conversation of their own in a channel's thread, or all share one."""
    language: str
    """Of a person who has not written yet."""
    at_once: int
    """Messages that one process answers at the same time."""
    messages_per_minute: int
    """Of one person; 0 means any number."""
    lease_seconds: float
    """After so long without a sign of life from its process, a message is answered by another."""
    team_url: str | None
    """A page of the team behind the adviser, for the App Home."""
    public_url: str | None
    """Under which Slack and installers reach the server."""
    api_url: str

    @property
    def has_installations(self) -> bool:
        """Whether workspaces install the app by themselves."""
        return self.client_id is not None

    @classmethod
    def from_environment(cls) -> SlackSettings:
        """Read the ``SLACK_…`` and ``QIAO_SLACK_…`` variables that README lists.

        Raises:
            SlackCannotStart: something is missing or contradicts something else.
        """
        get = {name: value.strip() for name, value in os.environ.items()}.get
        common = Settings.from_environment()
        settings = cls(
            mode=_one_of("SLACK_MODE", get("SLACK_MODE") or "http", ("http", "socket")),  # type: ignore[arg-type]
            bot_token=get("SLACK_BOT_TOKEN") or None,
            signing_secret=get("SLACK_SIGNING_SECRET") or None,
            app_token=get("SLACK_APP_TOKEN") or None,
            client_id=get("SLACK_CLIENT_ID") or None,
            client_secret=get("SLACK_CLIENT_SECRET") or None,
            app_id=get("SLACK_APP_ID") or _app_of(get("SLACK_APP_TOKEN")),
            database_url=database_url(common),
            keys=tuple(key for key in (get("QIAO_SLACK_KEY") or "").replace(",", " ").split() if key),
            secret=common.session_secret,
            threads=_one_of("QIAO_SLACK_THREADS", get("QIAO_SLACK_THREADS") or "person", ("person", "thread")),  # type: ignore[arg-type]
            language=_one_of("QIAO_SLACK_LANGUAGE", get("QIAO_SLACK_LANGUAGE") or "en", ("en", "zh")),
            at_once=_number("QIAO_SLACK_AT_ONCE", get("QIAO_SLACK_AT_ONCE") or "16", least=1),
            messages_per_minute=_number("QIAO_SLACK_RATE", get("QIAO_SLACK_RATE") or "30", least=0),
            lease_seconds=_number("QIAO_SLACK_LEASE", get("QIAO_SLACK_LEASE") or "30", least=2),
            team_url=get("QIAO_SLACK_TEAM_URL") or None,
            public_url=get("QIAO_PUBLIC_URL") or None,
            api_url=get("SLACK_API_URL") or SLACK_API,
        )
        settings._check({name: get(name) or "" for name in (*_PREFIXES, *_TRANSPORT_SECRETS.values())})
        return settings

    def _check(self, given: Mapping[str, str]) -> None:
        needed = _TRANSPORT_SECRETS[self.mode]
        faults = [f"set {needed} (SLACK_MODE is {self.mode})"] if not given[needed] else []
        if bool(self.client_id) != bool(self.client_secret):
            faults.append("set both SLACK_CLIENT_ID and SLACK_CLIENT_SECRET, or neither")
        elif self.client_id and self.bot_token:
            faults.append("set either SLACK_BOT_TOKEN (one workspace) or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET (several)")
        elif not self.client_id and not self.bot_token:
            faults.append("set SLACK_BOT_TOKEN, or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET to serve several workspaces")
        if self.client_id and not self.keys:
            faults.append("set QIAO_SLACK_KEY, which encrypts the tokens of the workspaces; `python -m bot slack key` makes one")
        faults += [
            f"{name} must begin with {prefix}"
            for name, prefix in _PREFIXES.items()
            if given[name] and not given[name].startswith(prefix)
        ]
        faults += ["QIAO_SLACK_KEY must hold Fernet keys" for key in self.keys if not _is_key(key)][:1]
        if faults:
            raise SlackCannotStart(f"Slack is in QIAO_CHANNELS, but it cannot work: {'; '.join(faults)}. See docs/slack.md")


def _is_key(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True


def _app_of(app_token: str | None) -> str | None:
    """The app's id, which stands in its app-level token (``xapp-1-A…-…``)."""
    parts = (app_token or "").split("-")
    return parts[2] if len(parts) > 3 and parts[2].startswith("A") else None


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise SlackCannotStart(f"{name} is {value!r}, but must be one of {', '.join(allowed)}")
    return value


def _number(name: str, value: str, least: int) -> int:
    if not value.isdecimal() or int(value) < least:
        raise SlackCannotStart(f"{name} is {value!r}, but must be a whole number of at least {least}")
    return int(value)


def database_url(common: Settings) -> str:
    """Where the channel keeps its inbox, whether it is open or not."""
    return os.environ.get("QIAO_SLACK_DB_URL", "").strip() or f"sqlite:///{common.var_folder / 'slack.db'}"
