"""Several workspaces: they install the app by OAuth, are told apart, and their tokens are encrypted and can be taken away."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
import pytest_asyncio
from cryptography.fernet import Fernet
from sqlalchemy import create_engine, text

from tests.slack.emulator import FakeSlack, Workspace
from tests.slack.emulator import payloads as said
from tests.slack.emulator.slack import CLIENT_ID, CLIENT_SECRET
from tests.slack.replica import Echo, Replica, eventually

OTHER = Workspace("T0TWO", "xoxb-222-s3cr3t-other", "U0BOT2", "B0BOT2")


@pytest_asyncio.fixture()
async def slack() -> AsyncIterator[FakeSlack]:
    """Slack, with two workspaces."""
    async with FakeSlack(Workspace(), OTHER) as running:
        yield running
        assert running.problems == []


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, slack_settings: pytest.MonkeyPatch) -> str:
    """Where installations are stored; the settings of a server for several workspaces."""
    database = str(request.getfixturevalue("database_url_of")(request.param))
    slack_settings.delenv("SLACK_BOT_TOKEN")
    values = {"SLACK_CLIENT_ID": CLIENT_ID, "SLACK_CLIENT_SECRET": CLIENT_SECRET, "QIAO_SLACK_DB_URL": database}
    for name, value in {**values, "QIAO_PUBLIC_URL": "https://qiao.example.com"}.items():
        slack_settings.setenv(name, value)
    return database


async def install(slack: FakeSlack, replica: Replica, team: str, code: str = "good", state: str | None = None) -> tuple[int, str]:
    """Install the app as an administrator's browser does."""
    slack.installs_as = team
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as browser:
        async with browser.get(f"{replica.url}/webhooks/slack/install") as page:
            cookie = page.headers["Set-Cookie"].partition(";")[0]
            link = re.search(r'href="(https://slack\.com/oauth/v2/authorize[^"]+)"', await page.text())
        assert link is not None
        asked = parse_qs(urlsplit(link[1].replace("&amp;", "&")).query)
        assert asked["redirect_uri"] == ["https://qiao.example.com/webhooks/slack/oauth_redirect"]
        assert "chat:write" in asked["scope"][0] and asked["client_id"] == [CLIENT_ID]
        query = {"code": code, "state": state or asked["state"][0]}
        redirect = f"{replica.url}/webhooks/slack/oauth_redirect"
        async with browser.get(redirect, params=query, headers={"Cookie": cookie}) as done:
            return done.status, await done.text()


def stored(url: str, table: str) -> list[Any]:
    engine = create_engine(url, future=True)
    with engine.connect() as connection:
        found = connection.execute(text(f"SELECT * FROM {table}")).mappings().all()
    engine.dispose()
    return list(found)


async def test_workspaces_install_the_app_and_are_told_apart(slack: FakeSlack, url: str) -> None:
    echo = Echo()
    async with Replica(echo) as replica:
        assert (await slack.send(replica.url, said.direct("too early")))[0] == 403
        for team in (said.TEAM, OTHER.team):
            status, page = await install(slack, replica, team)
            assert status == 200 and "Thank you" in page
        for team in (said.TEAM, OTHER.team):
            assert (await slack.send(replica.url, said.direct("a question", team=team)))[0] == 200
        await eventually(lambda: len(slack.posted) == 2)
    assert {message.team for message in slack.posted} == {said.TEAM, OTHER.team}
    assert len({conversation for conversation, _ in echo.said}) == 2
    for table in ("slack_bots", "slack_installations"):
        tokens = [row["bot_token"] for row in stored(url, table)]
        assert len(tokens) == 2 and not [token for token in tokens if "xoxb" in token or "s3cr3t" in token]
    assert stored(url, "slack_oauth_states") == []


async def test_a_second_installation_takes_the_place_of_the_first(slack: FakeSlack, url: str) -> None:
    async with Replica(Echo()) as replica:
        await install(slack, replica, said.TEAM)
        slack.workspaces[said.TEAM].token = "xoxb-333-s3cr3t-newer"
        await install(slack, replica, said.TEAM)
        await slack.send(replica.url, said.direct("a question"))
        await eventually(lambda: slack.posted)
    assert len(stored(url, "slack_bots")) == 1 and len(stored(url, "slack_installations")) == 1


@pytest.mark.parametrize("options", [{"code": "bad"}, {"state": "forged"}], ids=["code", "state"])
async def test_an_installation_that_slack_does_not_confirm_is_refused(
    slack: FakeSlack, url: str, options: dict[str, str]
) -> None:
    async with Replica(Echo()) as replica:
        status, page = await install(slack, replica, said.TEAM, **options)
        assert status >= 400 and "s3cr3t" not in page
    assert stored(url, "slack_bots") == []


async def test_a_state_is_used_once(slack: FakeSlack, url: str) -> None:
    async with Replica(Echo()) as replica, aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as browser:
        async with browser.get(f"{replica.url}/webhooks/slack/install") as page:
            cookie = page.headers["Set-Cookie"].partition(";")[0]
        query = {"code": "good", "state": cookie.partition("=")[2]}
        redirect, headers = f"{replica.url}/webhooks/slack/oauth_redirect", {"Cookie": cookie}
        statuses = []
        for _ in range(2):
            async with browser.get(redirect, params=query, headers=headers) as done:
                statuses.append(done.status)
    assert statuses == [200, 401]


async def test_a_workspace_that_removes_the_app_is_forgotten(slack: FakeSlack, url: str) -> None:
    async with Replica(Echo()) as replica:
        await install(slack, replica, said.TEAM)
        await install(slack, replica, OTHER.team)
        await slack.send(replica.url, said.tokens_revoked())
        await eventually(lambda: len(stored(url, "slack_bots")) == 1)
        await slack.send(replica.url, said.event({"type": "app_uninstalled"}, team=OTHER.team))
        await eventually(lambda: stored(url, "slack_installations") == [] or len(stored(url, "slack_bots")) == 0)
    assert stored(url, "slack_bots") == []


async def test_a_token_found_revoked_takes_its_installation_with_it(
    slack: FakeSlack, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with Replica(Echo()) as replica:
        await install(slack, replica, said.TEAM)
        await install(slack, replica, OTHER.team)
        slack.workspaces[said.TEAM].is_revoked = True
        await slack.send(replica.url, said.direct("a question"))
        await eventually(lambda: len(stored(url, "slack_bots")) == 1)
        assert (await slack.send(replica.url, said.direct("another")))[0] == 403
        await slack.send(replica.url, said.direct("others go on", team=OTHER.team))
        await eventually(lambda: slack.posted)
    assert f"Slack refuses the token of workspace {said.TEAM}" in caplog.text
    assert "s3cr3t" not in caplog.text


async def test_keys_can_be_changed_without_installing_again(
    slack: FakeSlack, url: str, slack_settings: pytest.MonkeyPatch, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with Replica(Echo()) as replica:
        await install(slack, replica, said.TEAM)
    newer = Fernet.generate_key().decode()
    slack_settings.setenv("QIAO_SLACK_KEY", f"{newer},{key}")
    async with Replica(Echo()):
        pass
    slack_settings.setenv("QIAO_SLACK_KEY", newer)
    async with Replica(Echo()) as replica:
        await slack.send(replica.url, said.direct("a question"))
        await eventually(lambda: slack.posted)
    slack_settings.setenv("QIAO_SLACK_KEY", key)
    async with Replica(Echo()) as replica:
        assert (await slack.send(replica.url, said.direct("with the old key alone")))[0] == 403
    assert "a key that is not in QIAO_SLACK_KEY" in caplog.text
