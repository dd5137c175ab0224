"""One message of a conversation at a time, in the order of arrival, on all replicas.

Rasa 3.6.21's lock store on Redis reads and writes a conversation's queue in two steps, so that two replicas may both hold the
lock; a replica that is killed keeps its conversations locked for a minute; whoever waits looks once a second. Here the queue
changes in one step (a script that runs in Redis), a place in it is a lease that its holder renews, and waiting ends within a
few hundredths of a second. Without Redis, or while it is away, a replica keeps order among its own messages; what two replicas
might then do to one conversation at once, the store of conversations refuses (:class:`bot.stores.ConversationMoved`).
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakValueDictionary

from rasa.core.lock_store import LockError, LockStore
from rasa.utils.endpoints import EndpointConfig
from redis.asyncio import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

LEASE_SECONDS = 4.0
"""So long a conversation stays locked after the replica that answers it was killed."""
_RENEW_SECONDS = 1.0
_LOOK_SECONDS = 0.03
WAIT_SECONDS = 30.0
"""How long a message waits for the ones before it."""
_REDIS_SECONDS = 1.0
_REDIS_AWAY_SECONDS = 1.0
"""After a failure Redis is left alone for so long, lest every message wait for it."""

_TAKE = """
-- KEYS: the queue. ARGV: token, lease in ms, where to stand if not in the queue (R: last, L: first).
redis.call('SET', KEYS[1] .. ':' .. ARGV[1], '1', 'PX', ARGV[2])
if not redis.call('LPOS', KEYS[1], ARGV[1]) then redis.call(ARGV[3] .. 'PUSH', KEYS[1], ARGV[1]) end
redis.call('PEXPIRE', KEYS[1], 3600000)
while true do
  local first = redis.call('LINDEX', KEYS[1], 0)
  if first == ARGV[1] then return 1 end
  if redis.call('EXISTS', KEYS[1] .. ':' .. first) == 1 then return 0 end
  redis.call('LPOP', KEYS[1])
end
"""
_LEAVE = "redis.call('DEL', KEYS[1] .. ':' .. ARGV[1]); return redis.call('LREM', KEYS[1], 0, ARGV[1])"


class ConversationLocks(LockStore):
    """Rasa's lock store; ``endpoints.yml`` names it as ``type: bot.locks.ConversationLocks``, with or without a Redis ``url``."""

    def __init__(self, endpoint_config: EndpointConfig | None = None) -> None:
        url = endpoint_config.url if endpoint_config else None
        self._redis: Redis[Any] | None = None
        if url:
            self._redis = Redis.from_url(url, socket_timeout=_REDIS_SECONDS, socket_connect_timeout=_REDIS_SECONDS)
        self._local: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._away_until = 0.0

    @asynccontextmanager
    async def lock(  # type: ignore[override]
        self, conversation_id: str, lock_lifetime: float = WAIT_SECONDS, wait_time_in_seconds: float = _LOOK_SECONDS
    ) -> AsyncGenerator[None, None]:
        """Hold the conversation's lock.

        Raises:
            LockError: the messages before this one have taken too long.
        """
        local = self._local.setdefault(conversation_id, asyncio.Lock())
        deadline = time.monotonic() + lock_lifetime
        try:
            await asyncio.wait_for(local.acquire(), lock_lifetime)
        except asyncio.TimeoutError:
            raise LockError(f"conversation {conversation_id} has been busy for {lock_lifetime:g} s") from None
        try:
            async with self._shared(conversation_id, deadline, wait_time_in_seconds):
                yield
        finally:
            local.release()

    async def is_reachable(self) -> bool | None:
        """Whether Redis answers; ``None`` if there is none."""
        if self._redis is None:
            return None
        try:
            return bool(await self._redis.ping())
        except (RedisError, OSError):
            return False

    @asynccontextmanager
    async def _shared(self, conversation: str, deadline: float, look_seconds: float) -> AsyncGenerator[None, None]:
        """The lock among replicas, as far as Redis is there."""
        queue, token = f"lock:{{{conversation}}}", uuid.uuid4().hex
        try:
            while await self._take(queue, token, "R") is False:
                if time.monotonic() > deadline:
                    raise LockError(f"conversation {conversation} has been busy on another replica for too long")
                await asyncio.sleep(look_seconds)
            is_over = asyncio.Event()
            renewal = asyncio.create_task(self._renew(queue, token, is_over))
            try:
                yield
            finally:
                is_over.set()  # not cancelled: Redis's client at times swallows that, and the lease would be renewed for ever
                await renewal
        finally:
            await self._call(_LEAVE, queue, token)

    async def _renew(self, queue: str, token: str, is_over: asyncio.Event) -> None:
        while True:
            try:
                await asyncio.wait_for(is_over.wait(), _RENEW_SECONDS)
                return
            except asyncio.TimeoutError:
                await self._take(queue, token, "L")  # a Redis that was restarted has forgotten who is being served

    async def _take(self, queue: str, token: str, end: str) -> bool | None:
        """Whether it is this token's turn; ``None`` if Redis cannot say."""
        answer = await self._call(_TAKE, queue, token, int(1000 * LEASE_SECONDS), end)
        return None if answer is None else bool(answer)

    async def _call(self, script: str, queue: str, *arguments: Any) -> Any:
        if self._redis is None or time.monotonic() < self._away_until:
            return None
        try:
            return await self._redis.eval(script, 1, queue, *arguments)
        except (RedisError, OSError, asyncio.TimeoutError) as error:
            self._away_until = time.monotonic() + _REDIS_AWAY_SECONDS
            logger.error("Redis is away; this replica goes on with locks of its own: %s", error)
            return None
