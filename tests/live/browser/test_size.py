"""What the chat weighs on the wire, and its parts without a browser."""

from __future__ import annotations

import gzip
import subprocess
from collections import Counter

from playwright.sync_api import expect

from bot.channels.web.pages import DIST
from tests.live.assistant import PROJECT, Assistant
from tests.live.browser.chat import ANSWERED_MS
from tests.live.browser.conftest import OpenChat

KIB = 1024
LOADER_LIMIT = 30 * KIB
CONVERSATION_LIMIT = 150 * KIB


def test_the_loader_is_small() -> None:
    assert len(gzip.compress((DIST / "widget.js").read_bytes())) <= LOADER_LIMIT


def test_a_first_conversation_loads_little(assistant: Assistant, open_chat: OpenChat) -> None:
    chat = open_chat("about:blank", origins=(assistant.url,))
    client = chat.page.context.new_cdp_session(chat.page)
    loaded: Counter[str] = Counter()
    client.send("Network.enable")
    client.on(
        "Network.responseReceived", lambda event: loaded.update({event["requestId"]: event["response"]["encodedDataLength"]})
    )
    client.on("Network.dataReceived", lambda event: loaded.update({event["requestId"]: event["encodedDataLength"]}))
    chat.page.goto(assistant.url)
    chat.ask("How do we win the trust of regulators in Germany as a state-owned battery maker?")
    expect(chat.cards.first).to_be_visible(timeout=ANSWERED_MS)
    chat.answered(1)
    total = sum(loaded.values())
    assert len(loaded) >= 6
    assert total <= CONVERSATION_LIMIT, f"{total / KIB:.1f} KiB"
    print(f"a first conversation loads {total / KIB:.1f} KiB in {len(loaded)} requests")


def test_the_parts_pass_their_unit_tests() -> None:
    node = subprocess.run(["scripts/find_node.sh"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout.strip()
    run = subprocess.run(
        [f"{node}/node", "test/run.mjs"], cwd=PROJECT / "bot" / "widget", capture_output=True, text=True, check=False, timeout=300
    )
    assert run.returncode == 0, run.stdout + run.stderr
