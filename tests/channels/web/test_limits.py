"""Whoever sends too much is told so and when to go on; others are not held up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.channels.limits import RateLimits
from bot.channels.web.routes import Allowances
from bot.settings import WebLimits
from tests.channels.conftest import RedisServer
from tests.channels.web.serving import NO_LIMITS, Client, serving


def refused(replies: list) -> list[int]:
    return [number for number, reply in enumerate(replies) if reply.status_code == 429]


async def test_session_that_sends_too_much_is_told_when_to_go_on(tmp_path: Path) -> None:
    async with serving(tmp_path, limits=replace(NO_LIMITS, session_messages=3)) as server:
        visitor, other = await server.visitor(), await server.visitor()
        replies = [await visitor.say(f"message {number}") for number in range(5)]
        assert refused(replies) == [3, 4]
        refusal = replies[3].json()
        assert refusal["code"] == "too_many" and 1 < refusal["retry_after"] <= 60
        assert replies[3].headers["retry-after"] == str(refusal["retry_after"])
        assert f"{refusal['retry_after']} seconds" in refusal["text"]["en"]
        assert f"{refusal['retry_after']} 秒" in refusal["text"]["zh"]
        assert (await other.say("hello")).status_code == 200
        assert len(server.adviser.understood) == 4
        histories = [await visitor.http.get("/webhooks/web/history", headers=visitor.headers) for _ in range(5)]
        assert refused(histories) == [3, 4]


async def test_address_that_sends_too_much_in_many_sessions_is_held_up(tmp_path: Path) -> None:
    async with serving(tmp_path, limits=replace(NO_LIMITS, address_messages=3)) as server:
        replies = [await (await server.visitor()).say("hello") for _ in range(4)]
        assert refused(replies) == [3]


async def test_address_may_open_only_so_many_sessions(tmp_path: Path) -> None:
    async with serving(tmp_path, limits=replace(NO_LIMITS, address_sessions=2)) as server:
        assert refused([await server.http.post("/webhooks/web/session") for _ in range(3)]) == [2]


@pytest.mark.parametrize("proxies, told_apart", [(0, False), (1, True), (2, False)])
async def test_addresses_that_proxies_report_are_believed_as_far_as_configured(
    tmp_path: Path, proxies: int, told_apart: bool
) -> None:
    limits = replace(NO_LIMITS, address_sessions=1)
    async with serving(tmp_path, limits=limits, trusted_proxies=proxies) as server:
        replies = [
            await server.http.post("/webhooks/web/session", headers={"X-Forwarded-For": f"spoofed, 203.0.113.{number}"})
            for number in (1, 2)
        ]
        assert refused(replies) == ([] if told_apart else [1])


async def test_replicas_share_the_limits_through_redis(tmp_path: Path, redis_server: RedisServer) -> None:
    limits = replace(NO_LIMITS, session_messages=3)
    async with (
        serving(tmp_path, limits=limits, redis_url=redis_server.url) as one,
        serving(tmp_path, limits=limits, redis_url=redis_server.url) as two,
    ):
        here = await one.visitor()
        there = Client(two.http)
        there.headers = here.headers
        replies = [await client.say("hello") for client in (here, there, here, there)]
        assert refused(replies) == [3]
        redis_server.stop()
        assert (await here.say("hello")).status_code == 200


async def test_person_who_types_fast_and_a_company_behind_one_address_never_meet_the_defaults() -> None:
    allowances, counting = Allowances.of(WebLimits.from_environment()), RateLimits()
    office = "203.0.113.7"
    for person in range(60):
        assert await counting.take((allowances.address_sessions, office)) == 0
        for _ in range(8):
            said = (allowances.session_messages, f"person-{person}"), (allowances.address_messages, office)
            assert await counting.take(*said) == 0
    for _ in range(45):
        assert await counting.take((allowances.session_messages, "fast"), (allowances.address_messages, office)) == 0
