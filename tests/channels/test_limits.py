"""Counting what comes in: in memory and in a real Redis, which may go away and come back."""

from __future__ import annotations

import logging
import time
from types import SimpleNamespace

import pytest

from bot.channels import limits
from bot.channels.limits import Allowance, RateLimits, address_of
from tests.channels.conftest import RedisServer

FEW = Allowance("few", 3)


@pytest.fixture(params=["memory", "redis"])
def rate_limits(request: pytest.FixtureRequest) -> RateLimits:
    if request.param == "memory":
        return RateLimits()
    return RateLimits(request.getfixturevalue("redis_server").url)


async def test_as_many_pass_as_are_allowed_and_the_wait_is_told(rate_limits: RateLimits) -> None:
    waits = [await rate_limits.take((FEW, "somebody")) for _ in range(5)]
    assert waits[:3] == [0, 0, 0]
    assert all(50 <= wait <= 60 for wait in waits[3:])


async def test_each_is_counted_for_itself(rate_limits: RateLimits) -> None:
    for _ in range(3):
        await rate_limits.take((FEW, "somebody"))
    assert await rate_limits.take((FEW, "somebody else")) == 0
    assert await rate_limits.take((Allowance("other", 3), "somebody")) == 0
    assert await rate_limits.take((Allowance("other", 3), "somebody"), (FEW, "somebody")) > 0


async def test_zero_means_any_number(rate_limits: RateLimits) -> None:
    assert [await rate_limits.take((Allowance("any", 0), "somebody")) for _ in range(200)] == [0] * 200


async def test_after_the_minute_more_may_come(rate_limits: RateLimits, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    for _ in range(4):
        await rate_limits.take((FEW, "somebody"))
    monkeypatch.setattr(time, "time", lambda: now + 61)
    assert await rate_limits.take((FEW, "somebody")) == 0


async def test_replicas_count_together(redis_server: RedisServer) -> None:
    replicas = [RateLimits(redis_server.url) for _ in range(2)]
    waits = [await replicas[number % 2].take((FEW, "somebody")) for number in range(4)]
    assert waits[:3] == [0, 0, 0] and waits[3] > 0


async def test_without_redis_nobody_is_turned_away_and_each_process_counts_by_itself(
    redis_server: RedisServer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting = RateLimits(redis_server.url)
    for _ in range(3):
        await counting.take((FEW, "somebody"))
    redis_server.stop()
    with caplog.at_level(logging.WARNING):
        assert [await counting.take((FEW, "somebody")) for _ in range(3)] == [0, 0, 0]
    assert await counting.take((FEW, "somebody")) > 0
    assert len([record for record in caplog.records if "Redis" in record.message]) == 1
    assert await RateLimits(redis_server.url).take((FEW, "somebody")) == 0  # a process that starts now starts all the same
    redis_server.start()
    monkeypatch.setattr(limits, "_WITHOUT_REDIS_SECONDS", 0)
    monkeypatch.setattr(counting, "_local_until", 0.0)
    assert await counting.take((FEW, "somebody else")) == 0
    assert await RateLimits(redis_server.url).take((FEW, "somebody else")) == 0


async def test_redis_that_hangs_is_not_waited_for(redis_server: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    import redis

    counting = RateLimits(redis_server.url)
    redis.Redis.from_url(redis_server.url).client_pause(1500)
    with caplog.at_level(logging.WARNING):
        assert [await counting.take((FEW, "somebody")) for _ in range(3)] == [0, 0, 0]
    assert "TimeoutError" in caplog.text  # one that waits would have been answered


@pytest.mark.parametrize(
    "peer, believed, counted",
    [
        ("203.0.113.7", "", "203.0.113.7"),
        ("10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::"),
        ("10.0.0.1", "[2001:db8:1:2::9]", "2001:db8:1:2::"),
        ("::ffff:203.0.113.7", "", "203.0.113.7"),
        ("unix:", "", "unix:"),
    ],
)
def test_address_is_that_of_one_customer(peer: str, believed: str, counted: str) -> None:
    assert address_of(SimpleNamespace(ip=peer, remote_addr=believed)) == counted  # type: ignore[arg-type]
