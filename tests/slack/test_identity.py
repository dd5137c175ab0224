"""Who may speak to us: signatures, times, the app, the workspace; tokens that are revoked; and that no secret is ever logged."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from tests.slack.emulator import FakeSlack, Fault, Workspace
from tests.slack.emulator import payloads as said
from tests.slack.emulator.slack import APP_TOKEN, CLIENT_SECRET, SIGNING_SECRET
from tests.slack.replica import Echo, Replica, eventually

pytestmark = pytest.mark.usefixtures("slack_settings")

SECRETS = ("s3cr3t", SIGNING_SECRET, CLIENT_SECRET, APP_TOKEN, Workspace().token)


async def test_slack_proves_the_address_by_its_challenge(slack: FakeSlack) -> None:
    async with Replica(Echo()) as replica:
        status, body, _ = await slack.send(replica.url, {"type": "url_verification", "token": "x", "challenge": "3eZbrw1aB"})
    assert (status, "3eZbrw1aB" in body) == (200, True)


@pytest.mark.parametrize("options", [{"secret": "another"}, {"age": 301}, {"age": -301}], ids=["signature", "old", "future"])
async def test_a_forged_or_replayed_request_is_refused(slack: FakeSlack, options: dict[str, Any]) -> None:
    echo = Echo()
    async with Replica(echo) as replica:
        status, _, _ = await slack.send(replica.url, said.direct("a question"), **options)
        assert status == 401
        assert (await slack.send(replica.url, said.direct("recent"), age=240))[0] == 200
        await eventually(lambda: slack.posted)
    assert echo.texts == ["recent"]


@pytest.mark.parametrize(
    "headers", [{"X-Slack-Signature": ""}, {"X-Slack-Signature": "v0=0"}, {"X-Slack-Request-Timestamp": "x"}]
)
async def test_a_request_without_proper_headers_is_refused(slack: FakeSlack, headers: dict[str, str]) -> None:
    async with Replica(Echo()) as replica:
        assert (await slack.send(replica.url, said.direct("a question"), **headers))[0] == 401


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"\xff\xfe", b"payload=%7B", b"payload=[]"], ids=str)
async def test_a_malformed_body_is_refused_whatever_it_is(slack: FakeSlack, raw: bytes) -> None:
    from tests.slack.emulator.slack import sign

    async with Replica(Echo()) as replica:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            headers |= sign(raw)
        except UnicodeDecodeError:
            headers |= sign(b"")
        url = f"{replica.url}/webhooks/slack/webhook"
        async with slack._session.post(url, data=raw, headers=headers) as reply:
            assert reply.status in (200, 400, 401, 404)
        assert (await slack.send(replica.url, said.direct("still there?")))[0] == 200
        await eventually(lambda: slack.posted)


async def test_another_workspace_and_another_app_are_refused(slack: FakeSlack, slack_settings: pytest.MonkeyPatch) -> None:
    slack_settings.setenv("SLACK_APP_ID", said.APP)
    echo = Echo()
    async with Replica(echo) as replica:
        await eventually(lambda: slack.called("auth.test"))
        await asyncio.sleep(0.1)
        foreign = said.direct("a question", team="T0OTHER")
        assert (await slack.send(replica.url, foreign))[0] == 403
        assert (await slack.send(replica.url, {**said.direct("a question"), "api_app_id": "A0OTHER"}))[0] == 403
        assert (await slack.send(replica.url, said.direct("ours")))[0] == 200
        await eventually(lambda: slack.posted)
    assert echo.texts == ["ours"]


async def test_a_revoked_token_is_named_in_the_log_and_holds_nothing_up(
    slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    echo = Echo()
    async with Replica(echo) as replica:
        await slack.send(replica.url, said.direct("before"))
        await eventually(lambda: slack.posted)
        slack.workspaces[said.TEAM].is_revoked = True
        await slack.send(replica.url, said.direct("a question"))
        await eventually(lambda: "refuses SLACK_BOT_TOKEN (token_revoked)" in caplog.text)
        slack.workspaces[said.TEAM].is_revoked = False
        await slack.send(replica.url, said.direct("after"))
        await eventually(lambda: len(slack.posted) == 2)
    assert "after" in slack.posted[1].shown


async def test_a_token_that_slack_does_not_know_is_named_at_the_start(
    slack: FakeSlack, slack_settings: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    slack_settings.setenv("SLACK_BOT_TOKEN", "xoxb-999-s3cr3t-wrong")
    async with Replica(Echo()):
        await eventually(lambda: "Slack refuses SLACK_BOT_TOKEN (invalid_auth)" in caplog.text)
    assert "s3cr3t" not in caplog.text


async def test_until_slack_can_be_reached_questions_wait(slack: FakeSlack) -> None:
    slack.faults["auth.test"] += [Fault(status=503)] * 3
    async with Replica(Echo()) as replica:
        assert (await slack.send(replica.url, said.direct("a question")))[0] == 200
        await eventually(lambda: slack.posted)


async def test_no_secret_and_no_message_is_logged_whatever_goes_wrong(
    slack: FakeSlack, slack_settings: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """At the level of a server that is being searched for an error."""
    caplog.set_level(logging.DEBUG)
    for name in ("slack_bolt", "slack_sdk", "bot.channels.slack"):
        caplog.set_level(logging.DEBUG, name)
    words = "our confidential merger"
    faults = (Fault(drops=True), Fault(error="internal_error"), Fault(status=500), Fault(error="channel_not_found"))
    slack.faults["chat.postMessage"] += list(faults)
    slack.faults["response_url"] += [Fault(status=500), Fault(error=words, status=404)]
    slack.faults["views.open"].append(Fault(error="expired_trigger_id"))
    async with Replica(Echo()) as replica:
        await slack.send(replica.url, said.direct(words), secret="forged")
        await slack.send(replica.url, said.direct(words), age=1000)
        await slack.send(replica.url, said.direct(words, team="T0OTHER"))
        await slack.send(replica.url, said.command(words, slack.response_url()))
        await slack.send(replica.url, said.press(words, action_id="open:handoff"))
        await slack.send(replica.url, said.direct(words))
        await eventually(lambda: len(slack.called("chat.postMessage")) >= 4)
        slack.workspaces[said.TEAM].is_revoked = True
        await slack.send(replica.url, said.mention(words))
        await eventually(lambda: "token_revoked" in caplog.text)
    ours = [record for record in caplog.records if record.name.startswith(("bot.", "slack", "sanic", "qiao"))]
    logged = "\n".join(logging.Formatter().format(record) for record in ours)
    assert logged
    assert [secret for secret in SECRETS if secret in logged] == []
    assert words not in logged
