"""Settings of the production profile: what it refuses to run with, and what it opens."""

from __future__ import annotations

import pytest

from bot.production.settings import BadSetting, ProductionSettings


@pytest.fixture(autouse=True)
def no_slack(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_CLIENT_ID", "QIAO_CHANNELS"):
        monkeypatch.delenv(name, raising=False)


def test_the_web_chat_alone_is_open_unless_slack_is_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ProductionSettings.from_environment().channels == ("web",)
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    assert ProductionSettings.from_environment().channels == ("web", "slack")


@pytest.mark.parametrize("channels", ["web,rest", "socketio", "rest"])
def test_channels_without_authentication_are_refused(monkeypatch: pytest.MonkeyPatch, channels: str) -> None:
    monkeypatch.setenv("QIAO_CHANNELS", channels)
    with pytest.raises(BadSetting, match="without a session"):
        ProductionSettings.from_environment()


@pytest.mark.parametrize("name", ["QIAO_CONVERSATIONS_URL", "QIAO_RULES_URL", "QIAO_RECORDS_URL", "QIAO_OWNER_URL"])
def test_files_are_no_databases_for_production(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "sqlite:///x.db")
    with pytest.raises(BadSetting, match=f"{name} must name a PostgreSQL database"):
        ProductionSettings.from_environment()


def test_no_server_is_no_number_of_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIAO_REPLICAS", "0")
    with pytest.raises(BadSetting, match="QIAO_REPLICAS"):
        ProductionSettings.from_environment()


def test_a_certificate_needs_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIAO_TLS_CERTIFICATE", "/c.pem")
    with pytest.raises(BadSetting, match="QIAO_TLS_KEY"):
        ProductionSettings.from_environment()
