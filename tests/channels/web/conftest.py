"""A server for each test, since they hold it up and count what it understood."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.channels.web.serving import Client, Server, serving


@pytest_asyncio.fixture()
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    """A server without limits."""
    async with serving(tmp_path) as running:
        yield running


@pytest_asyncio.fixture()
async def visitor(server: Server) -> Client:
    """Somebody who has opened the chat."""
    return await server.visitor()
