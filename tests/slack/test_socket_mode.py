"""Socket Mode: events over a websocket, its renewal, its loss, and that nothing is lost or doubled by either."""

from __future__ import annotations

import asyncio

import pytest

from tests.slack.emulator import FakeSlack, Fault
from tests.slack.emulator import payloads as said
from tests.slack.emulator.slack import APP_TOKEN
from tests.slack.replica import Echo, Replica, eventually


@pytest.fixture(autouse=True)
def socket_settings(slack_settings: pytest.MonkeyPatch) -> None:
    """A server without a public address."""
    slack_settings.delenv("SLACK_SIGNING_SECRET")
    slack_settings.setenv("SLACK_MODE", "socket")
    slack_settings.setenv("SLACK_APP_TOKEN", APP_TOKEN)


async def test_events_commands_and_buttons_come_over_the_socket(slack: FakeSlack) -> None:
    url = slack.response_url()
    async with Replica(Echo()) as replica:
        await slack.connected()
        assert "payload" not in await slack.push(said.direct("a question"))
        await slack.push(said.command("by command", url))
        await slack.push(said.press("/why"))
        await eventually(lambda: len(slack.posted) == 2 and slack.responses[url])
        status, _, _ = await slack.send(replica.url, said.direct("over HTTP, where no secret is known"))
        assert status in (404, 405)


async def test_a_repeat_over_the_socket_is_acknowledged_and_not_answered(slack: FakeSlack) -> None:
    echo, body = Echo(), said.direct("once")
    async with Replica(echo):
        await slack.connected()
        for _ in range(5):
            await slack.push(body)
        await slack.push(said.direct("twice"))
        await eventually(lambda: len(slack.posted) == 2)
    assert echo.texts == ["once", "twice"]


async def test_another_app_is_refused_and_another_workspace_too(slack: FakeSlack) -> None:
    echo = Echo()
    async with Replica(echo):
        await slack.connected()
        await eventually(lambda: slack.called("auth.test"))
        await asyncio.sleep(0.1)
        await slack.push({**said.direct("a question"), "api_app_id": "A0OTHER"})
        await slack.push(said.direct("a question", team="T0OTHER"))
        await slack.push(said.direct("ours"))
        await eventually(lambda: slack.posted)
    assert echo.texts == ["ours"]


async def test_the_connection_is_renewed_when_slack_asks_for_it(slack: FakeSlack) -> None:
    echo = Echo(seconds=0.5)
    async with Replica(echo):
        await slack.connected()
        await slack.push(said.direct("before"))
        await slack.sockets[-1].send_json({"type": "disconnect", "reason": "refresh_requested"})
        await slack.connected()
        await slack.push(said.direct("after", user="U0BEN"))
        await eventually(lambda: len(slack.posted) == 2)
    assert sorted(echo.texts) == ["after", "before"] and len(slack.sockets) == 2


async def test_a_lost_connection_is_made_again_and_what_was_not_acknowledged_comes_again(slack: FakeSlack) -> None:
    echo, body = Echo(), said.direct("sent twice")
    async with Replica(echo):
        await slack.connected()
        await slack.push(body)
        slack.faults["apps.connections.open"].append(Fault(status=503))
        await slack.sockets[-1].close()
        await slack.connected(60)
        await slack.push(body)
        await slack.push(said.direct("after", user="U0BEN"))
        await eventually(lambda: len(slack.posted) == 2)
    assert sorted(echo.texts) == ["after", "sent twice"]


async def test_without_slack_at_the_start_it_is_tried_again(slack: FakeSlack, caplog: pytest.LogCaptureFixture) -> None:
    slack.faults["apps.connections.open"].append(Fault(status=503))
    async with Replica(Echo()):
        await slack.connected(60)
        await slack.push(said.direct("a question"))
        await eventually(lambda: slack.posted)
    assert "s3cr3t" not in caplog.text
