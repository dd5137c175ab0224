"""An action server that restarts delays an answer and does not spoil it: calls that fail for that reason are made again.

Rasa 3.6.21 gives up at the first failure, says nothing and stores the turn (https://github.com/RasaHQ/rasa/issues/7630). A call
is made again if the server cannot be reached, breaks off, or a proxy says that none is there. Our actions may be asked twice:
they read, and what one of them writes for the person (a ticket, an assessment) it would at worst write twice.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

import aiohttp
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 4.0
"""How long a call waits for an action server to come back."""
_FIRST_WAIT_SECONDS = 0.1
_LONGEST_WAIT_SECONDS = 0.8
_NO_SERVER = frozenset({502, 503, 504})


def retrying(endpoint: EndpointConfig, patience_seconds: float = PATIENCE_SECONDS) -> EndpointConfig:
    """The same endpoint, whose calls are made again while its server is away."""
    endpoint.request = _retrying(endpoint.request, patience_seconds)  # type: ignore[method-assign]
    return endpoint


def _retrying(request: Callable[..., Any], patience_seconds: float) -> Callable[..., Any]:
    async def call(*args: Any, **kwargs: Any) -> Any:
        deadline = time.monotonic() + patience_seconds
        wait = _FIRST_WAIT_SECONDS
        while True:
            try:
                return await request(*args, **kwargs)
            except (aiohttp.ClientConnectionError, ClientResponseError) as error:
                if isinstance(error, ClientResponseError) and error.status not in _NO_SERVER:
                    raise
                if time.monotonic() + wait > deadline:
                    raise
                logger.warning("the action server is away (%s); calling again", type(error).__name__)
            await asyncio.sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT_SECONDS)

    return call
