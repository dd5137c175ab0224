"""How much may come in within a minute, counted by the ``limits`` library: in Redis if replicas share it, else in the process."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from limits import RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter
from sanic.request import Request

from bot.telemetry.metrics import count_rate_limited

logger = logging.getLogger(__name__)

_REDIS_TIMEOUT_SECONDS = 0.25
_WITHOUT_REDIS_SECONDS = 10
"""After a failure, counts stay in the process for so long before Redis is tried again."""
_LEAST_WAIT_SECONDS = 2


@dataclass(frozen=True)
class Allowance:
    """What is counted, and how many of it may come in within a minute; 0 means any number."""

    name: str
    per_minute: int


Counted = tuple[Allowance, str]
"""An allowance, and whose it is (a session, an address)."""


class RateLimits:
    """Counts over a moving minute. While Redis does not answer, each process counts for itself; nobody is turned away for it."""

    def __init__(self, redis_url: str | None = None) -> None:
        self._local = MovingWindowRateLimiter(MemoryStorage())
        self._shared = MovingWindowRateLimiter(_redis(redis_url)) if redis_url else None
        self._local_until = 0.0

    async def take(self, *wanted: Counted) -> int:
        """Count one against each allowance; gives the seconds to wait if one of them is used up, else 0."""
        counted = [
            (RateLimitItemPerMinute(allowance.per_minute, namespace=allowance.name), whose)
            for allowance, whose in wanted
            if allowance.per_minute
        ]
        if not counted:
            return 0
        if self._shared and time.monotonic() >= self._local_until:
            try:
                return await asyncio.to_thread(_take, self._shared, counted)
            except StorageError as error:
                self._local_until = time.monotonic() + _WITHOUT_REDIS_SECONDS
                logger.warning("Redis does not count (%s); this process counts by itself", type(error.storage_error).__name__)
        return _take(self._local, counted)


def address_of(request: Request) -> str:
    """Whom a request is counted for: the address behind the trusted proxies, of IPv6 the network that one customer gets."""
    text = str(request.remote_addr or request.ip).strip("[]")
    try:
        address = ip_address(text)
    except ValueError:
        return text
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64))
    return str(address)


def _take(limiter: MovingWindowRateLimiter, counted: Iterable[tuple[RateLimitItemPerMinute, str]]) -> int:
    for item, whose in counted:
        if not limiter.hit(item, whose):
            count_rate_limited(item.namespace)
            free_at = limiter.get_window_stats(item, whose).reset_time
            return max(_LEAST_WAIT_SECONDS, math.ceil(free_at - time.time()))
    return 0


def _redis(url: str) -> RedisStorage:
    return RedisStorage(
        url,
        key_prefix="qiao-limits",
        wrap_exceptions=True,
        socket_timeout=_REDIS_TIMEOUT_SECONDS,
        socket_connect_timeout=_REDIS_TIMEOUT_SECONDS,
    )
