"""An assistant of its own, with low limits and a site that embeds it, which is killed while people talk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.live.assistant import Assistant
from tests.live.browser.chat import ANSWERED_MS
from tests.live.browser.conftest import OpenChat
from tests.live.browser.host import HostSite, embedding

MESSAGES_A_MINUTE = 4


@pytest.fixture(scope="module")
def own(trained_model: None, host: HostSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    running = Assistant(tmp_path_factory.mktemp("own"))
    running.environment |= {"QIAO_ALLOWED_ORIGINS": host.url, "QIAO_RATE_SESSION_MESSAGES": str(MESSAGES_A_MINUTE)}
    running.start()
    yield running
    running.stop()


def test_a_restart_of_the_server_in_the_middle_loses_and_doubles_nothing(
    own: Assistant, host: HostSite, open_chat: OpenChat
) -> None:
    chat = open_chat(host.put("/restart", embedding(own.url)), origins=(own.url,))
    chat.expects("ERR_", "Failed to load resource", "CORS")
    chat.open_panel()
    chat.ask("How do we choose a local partner in Vietnam?")
    chat.answered(1)
    chat.ask("compare Hungary and Poland")
    own.kill("rasa")
    chat.ask("next steps")
    expect(chat.trouble).to_contain_text("cannot be reached")
    own.start_assistant()
    chat.answered(3)
    expect(chat.trouble).to_have_count(0)
    expect(chat.page.get_by_role("columnheader", name="Hungary")).to_have_count(1)
    chat.page.reload()
    chat.answered(3)
    expect(chat.page.get_by_role("columnheader", name="Hungary")).to_have_count(1)
    expect(chat.own).to_have_count(3)


def test_the_servers_own_limit_is_shown_in_the_interfaces_language(own: Assistant, open_chat: OpenChat) -> None:
    chat = open_chat(own.url, locale="zh-CN")
    chat.expects("429")
    for number in range(MESSAGES_A_MINUTE + 1):
        chat.ask(f"你好 {number}")
    expect(chat.trouble).to_contain_text("消息过于频繁", timeout=ANSWERED_MS)
    expect(chat.trouble.locator(".countdown")).to_contain_text("秒后自动重试")
    expect(chat.page.get_by_text("等待发送")).to_have_count(1)
    chat.answered(MESSAGES_A_MINUTE)
