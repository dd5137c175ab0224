"""A real Chromium, and pages of the chat in it that fail the test on errors and on requests to anybody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests.browser_path import find_chromium
from tests.live.browser.chat import Chat
from tests.live.browser.host import HostSite
from tests.live.browser.scripted import ScriptedServer

expect.set_options(timeout=20_000)  # a busy machine takes longer than the five seconds that Playwright gives

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
DESKTOP = {"width": 1100, "height": 900}

OpenChat = Callable[..., Chat]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The browser; it ends with this folder's tests, since Playwright's event loop runs until then and lets no other one run."""
    path = find_chromium()
    if path is None:
        pytest.fail("no Chromium found; run scripts/browser.sh or set QIAO_CHROMIUM")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def host() -> Iterator[HostSite]:
    """A site that embeds the chat."""
    site = HostSite().start()
    yield site
    site.stop()


@pytest.fixture(scope="session")
def scripted(tmp_path_factory: pytest.TempPathFactory, host: HostSite) -> Iterator[ScriptedServer]:
    """The real channel with an adviser whose replies the tests make up; the host site may embed it."""
    server = ScriptedServer(tmp_path_factory.mktemp("scripted"), allowed_origins=(host.url,)).start()
    yield server
    server.stop()


@pytest.fixture()
def open_chat(browser: Browser) -> Iterator[OpenChat]:
    """Opens an address in a browser of its own (or in ``context``) and watches over it; options are those of the context.

    After the test no page may have reported an error that ``expects`` does not name, or asked another server than ``origins``.
    """
    opened: list[Chat] = []
    contexts: list[BrowserContext] = []

    def open_page(url: str, *, context: BrowserContext | None = None, origins: tuple[str, ...] = (), **options: Any) -> Chat:
        if context is None:
            context = browser.new_context(**{"viewport": DESKTOP, "locale": "en-GB", **options})
            contexts.append(context)
        chat = Chat(context.new_page(), url, origins)
        opened.append(chat)
        chat.page.goto(url)
        return chat

    yield open_page
    for context in contexts:
        context.close()
    for chat in opened:
        chat.assert_clean()


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """Where pictures go."""
    folder = Path(__file__).resolve().parents[3] / "build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
