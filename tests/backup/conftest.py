"""Stores of each kind with something in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine

from actions.records.records import Records
from actions.rules.content import read_library
from actions.rules.database import open_engine
from actions.rules.profile import Profile
from actions.rules.releases import load_release
from bot.channels.slack.database import open_database, upgrade
from bot.starting import free_port
from bot.stores import create_tables, open_conversations
from tests.backup.stores import NAMES, say
from tests.support import entry

VARIABLES = {
    "conversations": "QIAO_CONVERSATIONS_URL",
    "rules": "QIAO_RULES_URL",
    "records": "QIAO_RECORDS_URL",
    "slack": "QIAO_SLACK_DB_URL",
}


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No server of ours answers where the settings say."""
    monkeypatch.setenv("QIAO_PORT", str(free_port()))
    monkeypatch.setenv("QIAO_ACTION_PORT", str(free_port()))
    monkeypatch.setenv("QIAO_VAR", str(tmp_path))


@pytest.fixture(params=["sqlite", "postgresql"])
def urls(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A file for each store, or one database for all."""
    if request.param == "sqlite":
        found = {name: f"sqlite:///{tmp_path / f'{name}.db'}" for name in NAMES}
    else:
        found = dict.fromkeys(NAMES, str(request.getfixturevalue("postgres_schema")))
    for name, url in found.items():
        monkeypatch.setenv(VARIABLES[name], url)
    return found


@pytest.fixture()
def filled(urls: dict[str, str], content: Callable[[dict[str, Any]], Path]) -> Iterator[dict[str, Engine]]:
    """All stores, with something in each."""
    engines = {
        "conversations": open_conversations(urls["conversations"]),
        "rules": open_engine(urls["rules"]),
        "records": open_engine(urls["records"]),
        "slack": open_database(urls["slack"]),
    }
    create_tables(engines["conversations"])
    say(engines["conversations"], "zoe", 20)
    for wording in ("first", "second"):
        rules = [entry("a", text={"en": f"It is {wording} with a \\t and \\N.", "zh": f"是{wording}。"})]
        load_release(engines["rules"], read_library(content({"topics/a.yml": {"rules": rules}})))
    Records(engines["records"]).open_ticket("zoe", "zoe@example.org", "为什么？\n\\N", "zh", Profile(market=("DE",)), None)
    upgrade(engines["slack"])
    with engines["slack"].begin() as connection:
        connection.execute(text("INSERT INTO slack_people VALUES ('p', 'zh', 1.5)"))
        inbox = (
            "INSERT INTO slack_inbox (key, lane, is_prompt, received_at, ready_at, attempts, payload, posted) VALUES (:k, 'l', "
        )
        connection.execute(text(inbox + ":no, 1, 1, 0, :payload, 0)"), {"k": "k", "no": False, "payload": b"\x00\xff\n\\sealed"})
    yield engines
    for engine in engines.values():
        engine.dispose()
