"""Settings of both processes: defaults that need nothing, and what the environment changes."""

from __future__ import annotations

import pytest

from actions.settings import Settings as ActionSettings
from bot.settings import Settings as BotSettings
from tests.support import CONTENT, PROJECT


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in [name for name in os.environ if name.startswith("QIAO_")]:
        monkeypatch.delenv(name)


def test_nothing_needs_to_be_set() -> None:
    action, bot = ActionSettings.from_environment(), BotSettings.from_environment()
    assert (action.action_host, action.action_port, action.content_folder) == ("127.0.0.1", 5055, CONTENT)
    assert action.rules_url == f"sqlite:///{PROJECT / 'var' / 'rules.db'}"
    assert action.contact is None and 0 < action.action_deadline_seconds <= 10
    assert (bot.host, bot.port, bot.action_url) == ("127.0.0.1", 5005, "http://127.0.0.1:5055")
    assert bot.allowed_origins == () and bot.session_secret is None and bot.api_token is None


def test_environment_changes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {
        "QIAO_PORT": "6005",
        "QIAO_ACTION_PORT": "6055",
        "QIAO_RULES_URL": "sqlite:////tmp/r.db",
        "QIAO_ALLOWED_ORIGINS": "https://a.example,https://b.example",
        "QIAO_VAR": "/tmp/var",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    action, bot = ActionSettings.from_environment(), BotSettings.from_environment()
    assert (action.action_port, action.rules_url) == (6055, "sqlite:////tmp/r.db")
    assert (bot.port, bot.action_url) == (6005, "http://127.0.0.1:6055")
    assert bot.allowed_origins == ("https://a.example", "https://b.example")
    assert bot.conversations_url == "sqlite:////tmp/var/conversations.db"


def test_empty_value_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QIAO_PORT", "QIAO_ACTION_PORT", "QIAO_RULES_URL", "QIAO_CONTACT", "QIAO_SESSION_SECRET"):
        monkeypatch.setenv(name, "")
    action, bot = ActionSettings.from_environment(), BotSettings.from_environment()
    assert (action.action_port, bot.port, action.contact, bot.session_secret) == (5055, 5005, None, None)


def test_limits_of_the_web_chat_can_be_changed_and_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = BotSettings.from_environment().web_limits
    assert min(limits.session_messages, limits.address_messages, limits.address_sessions, limits.running) > 0
    monkeypatch.setenv("QIAO_RATE_SESSION_MESSAGES", "0")
    monkeypatch.setenv("QIAO_RATE_RUNNING", "7")
    monkeypatch.setenv("QIAO_TRUSTED_PROXIES", "2")
    changed = BotSettings.from_environment()
    assert (changed.web_limits.session_messages, changed.web_limits.running, changed.trusted_proxies) == (0, 7, 2)


def test_allowed_origins_may_be_written_with_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIAO_ALLOWED_ORIGINS", " https://a.example, https://b.example ,")
    assert BotSettings.from_environment().allowed_origins == ("https://a.example", "https://b.example")
