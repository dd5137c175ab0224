"""What is missing or wrong is said before the server starts, by the names of the variables."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from bot.channels.slack import SlackInput
from bot.channels.slack.settings import SLACK_API, SlackCannotStart, SlackSettings

KEY = Fernet.generate_key().decode()
HTTP = {"SLACK_BOT_TOKEN": "xoxb-1-secret", "SLACK_SIGNING_SECRET": "signing-secret"}
SOCKET = {"SLACK_MODE": "socket", "SLACK_BOT_TOKEN": "xoxb-1-secret", "SLACK_APP_TOKEN": "xapp-1-A0QIAO-2-secret"}
SEVERAL = {
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "client-secret",
    "SLACK_SIGNING_SECRET": "signing-secret",
    "QIAO_SLACK_KEY": KEY,
}


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith(("SLACK_", "QIAO_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("QIAO_VAR", str(tmp_path))


def read(monkeypatch: pytest.MonkeyPatch, **values: str) -> SlackSettings:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return SlackSettings.from_environment()


@pytest.mark.parametrize("values", [HTTP, SOCKET, SEVERAL], ids=["http", "socket", "several workspaces"])
def test_the_secrets_suffice(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> None:
    settings = read(monkeypatch, **values)
    assert (settings.threads, settings.language, settings.api_url) == ("person", "en", SLACK_API)
    assert settings.has_installations == (values is SEVERAL)
    assert settings.app_id == ("A0QIAO" if values is SOCKET else None)


@pytest.mark.parametrize(
    "values, said",
    [
        ({}, ["SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN"]),
        ({"SLACK_MODE": "socket"}, ["SLACK_APP_TOKEN", "SLACK_BOT_TOKEN"]),
        ({**HTTP, "SLACK_MODE": "carrier pigeon"}, ["SLACK_MODE", "http, socket"]),
        ({**HTTP, "SLACK_CLIENT_ID": "1.2"}, ["SLACK_CLIENT_SECRET"]),
        ({**HTTP, **SEVERAL}, ["either SLACK_BOT_TOKEN"]),
        ({**SEVERAL, "QIAO_SLACK_KEY": ""}, ["QIAO_SLACK_KEY"]),
        ({**HTTP, "QIAO_SLACK_KEY": "short"}, ["QIAO_SLACK_KEY must hold Fernet keys"]),
        ({**HTTP, "SLACK_BOT_TOKEN": "xoxp-1-secret"}, ["SLACK_BOT_TOKEN must begin with xoxb-"]),
        ({**SOCKET, "SLACK_APP_TOKEN": "xoxb-1-secret"}, ["SLACK_APP_TOKEN must begin with xapp-"]),
        ({**HTTP, "QIAO_SLACK_THREADS": "all"}, ["QIAO_SLACK_THREADS"]),
        ({**HTTP, "QIAO_SLACK_LANGUAGE": "fr"}, ["QIAO_SLACK_LANGUAGE"]),
        ({**HTTP, "QIAO_SLACK_AT_ONCE": "0"}, ["QIAO_SLACK_AT_ONCE"]),
        ({**HTTP, "QIAO_SLACK_RATE": "many"}, ["QIAO_SLACK_RATE"]),
    ],
)
def test_what_is_wrong_is_named_and_no_secret_with_it(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], said: list[str]
) -> None:
    with pytest.raises(SlackCannotStart) as caught:
        read(monkeypatch, **values)
    assert all(word in str(caught.value) for word in said)
    assert "secret" not in str(caught.value).replace("SECRET", "") and "short" not in str(caught.value)


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = repr(read(monkeypatch, **{**SEVERAL, "QIAO_SLACK_DB_URL": "postgresql://qiao:secret@db/slack"}))
    assert "secret" not in shown and KEY not in shown


async def nobody(_: Any) -> None:
    raise AssertionError("nobody was spoken to")


def test_unless_it_is_switched_on_the_channel_needs_nothing_and_takes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIAO_CHANNELS", "web")
    routes = SlackInput.from_credentials({}).blueprint(nobody)
    assert [route.uri for route in routes._future_routes] == ["/"]


def test_switched_on_without_its_secrets_it_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIAO_CHANNELS", "web,slack")
    with pytest.raises(SlackCannotStart, match="Slack is in QIAO_CHANNELS, but it cannot work: set SLACK_SIGNING_SECRET"):
        SlackInput.from_credentials({}).blueprint(nobody)


def test_a_database_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**HTTP, "QIAO_CHANNELS": "slack"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("QIAO_SLACK_DB_URL", "postgresql://qiao:secret@127.0.0.1:1/slack")
    with pytest.raises(SlackCannotStart, match="QIAO_SLACK_DB_URL") as caught:
        SlackInput.from_credentials({}).blueprint(nobody)
    assert "secret" not in str(caught.value)
