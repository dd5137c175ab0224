"""An emulated Slack, the channel's settings for it, and servers of the channel."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from cryptography.fernet import Fernet

from tests.slack.emulator import FakeSlack, Workspace
from tests.slack.emulator.slack import SIGNING_SECRET


@pytest_asyncio.fixture()
async def slack() -> AsyncIterator[FakeSlack]:
    """Slack, with one workspace. What it would not take of a message fails the test."""
    async with FakeSlack() as running:
        yield running
        assert running.problems == []


@pytest.fixture()
def key() -> str:
    """A key for what is stored."""
    return Fernet.generate_key().decode()


@pytest.fixture()
def slack_settings(slack: FakeSlack, tmp_path: Path, key: str, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The environment of a server that serves this Slack's workspace over HTTP; a test may change it further."""
    for name in [name for name in os.environ if name.startswith("SLACK_") or name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    values = {
        **slack.environment,
        "QIAO_CHANNELS": "slack",
        "QIAO_VAR": str(tmp_path / "var"),
        "QIAO_SLACK_KEY": key,
        "QIAO_DRAIN_SECONDS": "2",
        "SLACK_BOT_TOKEN": Workspace().token,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


@pytest.fixture(scope="session")
def result_card() -> dict[str, Any]:
    """The card of an assessment's result, as the adviser recorded it, with its chart."""
    recorded = json.loads((Path(__file__).parent / "payloads" / "en.json").read_text(encoding="utf-8"))
    return next(message["custom"] for message in recorded["assessment_result"] if "custom" in message)


@pytest.fixture()
def database_url_of(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """Gives the URL of an empty database of a kind (``sqlite``, ``postgresql``)."""

    def url(kind: str) -> str:
        return f"sqlite:///{tmp_path / 'shared.db'}" if kind == "sqlite" else str(request.getfixturevalue("postgres_schema"))

    return url
