"""The chat on somebody else's page, from another origin: it neither breaks the page nor is broken by it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.live.browser.chat import Chat
from tests.live.browser.conftest import OpenChat
from tests.live.browser.host import HostSite, embedding
from tests.live.browser.scripted import ScriptedServer

HOSTILE = """
* { all: unset !important; display: none !important; visibility: hidden !important; color: red !important; }
* { font-size: 3px !important; letter-spacing: 9px !important; }
html, head, body, h1, a, p { display: block !important; visibility: visible !important; }
head { display: none !important; }
button { display: none !important; position: absolute !important; left: -9999px !important; }
body { transform: rotate(1deg) !important; filter: blur(1px) !important; contain: strict !important; }
body { z-index: 2147483647 !important; }
#cover { display: block !important; visibility: visible !important; position: fixed !important; inset: 0 !important;
  z-index: 2147483647 !important; background: #fffa !important; }
* { --paper: red !important; --text: yellow !important; --fill: yellow !important; }
"""


@pytest.mark.parametrize("scripts", ["{server}", "'nonce-n0nce' 'strict-dynamic'"])
def test_a_strict_policy_of_the_host_stops_nothing(
    scripted: ScriptedServer, host: HostSite, open_chat: OpenChat, scripts: str
) -> None:
    """The policies of docs/widget.md: what a site has to allow, and nothing else."""
    policy = (
        f"default-src 'none'; script-src {scripts}; connect-src {{server}}; style-src 'none'; base-uri 'none'; "
        "require-trusted-types-for 'script'; trusted-types lit-html dompurify"
    ).format(server=scripted.url)
    scripted.says({"markdown please": [{"text": "**bold** and https://example.com/"}]})
    url = host.put("/strict", embedding(scripted.url, attributes='nonce="n0nce"'), Content_Security_Policy=policy)
    chat = open_chat(url, origins=(scripted.url,))
    chat.open_panel()
    chat.ask("hello")
    chat.answered(1)
    chat.ask("markdown please")
    expect(chat.log.get_by_role("strong")).to_have_text("bold")
    expect(chat.page.locator("qiao-chat dialog")).to_have_css("border-top-left-radius", "18px")
    expect(chat.own.first).to_have_css("background-color", "rgb(15, 95, 107)")


def test_hostile_styles_of_the_host_change_nothing(
    scripted: ScriptedServer, host: HostSite, open_chat: OpenChat, screenshots: Path
) -> None:
    calm = open_chat(host.put("/calm", embedding(scripted.url)), origins=(scripted.url,))
    body = '<h1>Host</h1><div id="cover">over everything</div>'
    url = host.put("/hostile", embedding(scripted.url, head=f"<style>{HOSTILE}</style>", body=body))
    harsh = open_chat(url, origins=(scripted.url,))
    for chat in (calm, harsh):
        expect(chat.page.locator("qiao-chat .launcher")).to_be_visible()
    assert _look(harsh, ".launcher") == _look(calm, ".launcher")
    for chat in (calm, harsh):
        chat.open_panel()
        chat.ask("hello")
        chat.answered(1)
    for part in ("dialog", ".head", ".title", ".own", ".bubble", "textarea", ".send", ".disclaimer"):
        assert _look(harsh, part) == _look(calm, part), part
    harsh.page.screenshot(path=screenshots / "hostile-host.png")


def _look(chat: Chat, part: str) -> dict[str, object]:
    """Where a part is and what it looks like."""
    found = chat.page.locator(f"qiao-chat {part}").first
    found.evaluate("element => Promise.all(element.getAnimations().map(animation => animation.finished))")
    style = found.evaluate(
        """element => { const style = getComputedStyle(element);
        return ["color", "backgroundColor", "fontSize", "fontFamily", "visibility", "display", "lineHeight", "textTransform"]
          .map(name => style[name]); }"""
    )
    return {"box": found.bounding_box(), "style": style}


def test_the_host_page_is_left_as_it_was(scripted: ScriptedServer, host: HostSite, open_chat: OpenChat) -> None:
    body = '<h1>Host</h1><p>text</p><a href="#">link</a><button>own button</button>'
    bare = open_chat(host.put("/bare", f"<!doctype html><html lang=en><title>Host</title><body>{body}</body></html>"))
    embedded = open_chat(host.put("/embedded", embedding(scripted.url, body=body)), origins=(scripted.url,))
    measure = """() => [...document.body.querySelectorAll("*")].map(element => [element.tagName,
        JSON.stringify(element.getBoundingClientRect()), getComputedStyle(element).cssText])"""
    names = "() => Object.getOwnPropertyNames(window)"
    before, globals_before = bare.page.evaluate(measure), set(bare.page.evaluate(names))
    embedded.open_panel()
    assert embedded.page.evaluate(measure) == before
    added = set(embedded.page.evaluate(names)) - globals_before
    assert {name for name in added if not name.startswith(("lit", "reactiveElement"))} == {"Qiao"}
    assert embedded.page.evaluate("document.title") == "Host"


def test_the_attributes_of_the_script(scripted: ScriptedServer, host: HostSite, open_chat: OpenChat) -> None:
    attributes = (
        'data-language="zh" data-title="Overseas desk" data-title-zh="海外部" data-colour="#8a2432" data-position="left" '
        'data-greeting="您好，请讲。" data-logo="/logo.svg" data-theme="dark" data-open'
    )
    host.put("/logo.svg", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>', Content_Type="image/svg+xml")
    chat = open_chat(host.put("/attributes", embedding(scripted.url, attributes=attributes)), origins=(scripted.url,))
    panel = chat.page.get_by_role("dialog", name="海外部")
    expect(panel).to_be_visible()
    expect(panel.get_by_role("heading", name="海外部").first).to_be_visible()
    expect(panel.get_by_text("您好，请讲。")).to_be_visible()
    expect(panel.locator("img").first).to_have_attribute("src", f"{host.url}/logo.svg")
    box = panel.bounding_box()
    assert box is not None
    assert box["x"] < 40
    expect(chat.page.locator("qiao-conversation .app")).to_have_attribute("data-scheme", "dark")
    expect(chat.page.locator("qiao-conversation .app")).to_have_css("background-color", "rgb(14, 22, 25)")
    # opened by itself, it does not take the focus from the page
    assert chat.page.evaluate("document.activeElement === document.body")
    assert chat.warnings == []
    # once closed, it stays closed on the next page
    chat.button("关闭").click()
    expect(panel).to_be_hidden()
    chat.page.reload()
    expect(chat.page.locator("qiao-chat .launcher")).to_have_text("咨询 海外部")
    expect(panel).to_be_hidden()


def test_attributes_that_make_no_sense_are_said_and_replaced(
    scripted: ScriptedServer, host: HostSite, open_chat: OpenChat
) -> None:
    wrong = 'data-language="fr" data-position="top" data-logo="javascript:alert(1)" data-theme="neon" '
    for colour, complaint in (("#ffe9a8", "contrast"), ("javascript:alert(1)", "no colour")):
        page = embedding(scripted.url, attributes=f'{wrong} data-colour="{colour}"')
        chat = open_chat(host.put("/wrong", page), origins=(scripted.url,))
        launcher = chat.page.locator("qiao-chat .launcher")
        expect(launcher).to_have_css("background-color", "rgb(15, 95, 107)")
        expect(launcher).to_have_text("Ask Qiao 桥")
        for part in (complaint, "data-language", "data-position", "data-logo", "data-theme"):
            assert [warning for warning in chat.warnings if part in warning], part


def test_the_server_may_be_named_apart_from_the_script(scripted: ScriptedServer, host: HostSite, open_chat: OpenChat) -> None:
    attributes = f'data-server="{scripted.url}"'
    copied = (Path(__file__).resolve().parents[3] / "bot" / "widget" / "dist" / "widget.js").read_text(encoding="utf-8")
    host.put("/own/widget.js", copied, Content_Type="text/javascript")
    page = embedding(host.url + "/own", attributes=attributes)
    chat = open_chat(host.put("/server", page), origins=(scripted.url,))
    chat.open_panel()
    chat.ask("hello")
    chat.answered(1)


def test_a_place_in_the_page_is_filled_without_a_launcher(scripted: ScriptedServer, host: HostSite, open_chat: OpenChat) -> None:
    body = '<h1>Host</h1><qiao-chat data-title="In the page" style="height: 500px; width: 600px"></qiao-chat>'
    chat = open_chat(host.put("/inline", embedding(scripted.url, body=body)), origins=(scripted.url,))
    expect(chat.page.get_by_role("heading", name="In the page")).to_be_visible()
    expect(chat.page.locator("qiao-chat .launcher")).to_have_count(0)
    box = chat.page.locator("qiao-conversation").bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (600, 500)
    chat.ask("hello")
    chat.answered(1)


def test_scripts_of_the_page_open_ask_and_close(scripted: ScriptedServer, host: HostSite, open_chat: OpenChat) -> None:
    chat = open_chat(host.put("/script", embedding(scripted.url)), origins=(scripted.url,))
    chat.page.evaluate("Qiao.ask('a question of the page')")
    expect(chat.own).to_contain_text("a question of the page")
    chat.answered(1)
    chat.page.evaluate("Qiao.close()")
    expect(chat.field).to_be_hidden()
    chat.page.evaluate("Qiao.open()")
    expect(chat.field).to_be_focused()


def test_it_outlives_a_page_that_exchanges_its_body(scripted: ScriptedServer, host: HostSite, open_chat: OpenChat) -> None:
    chat = open_chat(host.put("/turbo", embedding(scripted.url)), origins=(scripted.url,))
    chat.open_panel()
    chat.ask("hello")
    chat.answered(1)
    chat.page.evaluate("document.documentElement.replaceChild(document.createElement('body'), document.body)")
    chat.ask("still there?")
    chat.answered(2)


def test_twice_the_script_is_one_chat(scripted: ScriptedServer, host: HostSite, open_chat: OpenChat) -> None:
    again = f'<script src="{scripted.url}/widget.js" defer></script>'
    chat = open_chat(host.put("/twice", embedding(scripted.url, head=again)), origins=(scripted.url,))
    chat.open_panel()
    expect(chat.page.locator("qiao-chat")).to_have_count(1)


def test_nothing_but_the_loader_comes_before_somebody_opens_the_chat(
    scripted: ScriptedServer, host: HostSite, open_chat: OpenChat
) -> None:
    chat = open_chat(host.put("/lazy", embedding(scripted.url)), origins=(scripted.url,))
    expect(chat.page.locator("qiao-chat .launcher")).to_be_visible()
    chat.page.wait_for_load_state("networkidle")
    assert [url for url in chat.requests if url.startswith(scripted.url)] == [f"{scripted.url}/widget.js"]
    assert chat.page.evaluate("localStorage.length") == 0
    assert chat.page.context.cookies() == []


def test_a_chat_that_does_not_load_can_be_tried_again(scripted: ScriptedServer, host: HostSite, open_chat: OpenChat) -> None:
    chat = open_chat(host.put("/failing", embedding(scripted.url)), origins=(scripted.url,))
    chat.expects("ERR_FAILED", "could not be loaded")
    chat.page.route("**/widget/chat-*", lambda route: route.abort())
    chat.page.locator("qiao-chat .launcher").click()
    expect(chat.page.get_by_text("The chat could not be loaded.")).to_be_visible()
    chat.button("Close").click()
    expect(chat.page.locator("qiao-chat .launcher")).to_be_focused()
    chat.page.unroute("**/widget/chat-*")
    chat.page.locator("qiao-chat .launcher").click()
    chat.button("Try again").click()
    expect(chat.field).to_be_visible()


def test_a_page_that_is_not_allowed_is_told_so(scripted: ScriptedServer, open_chat: OpenChat) -> None:
    stranger = HostSite().start()
    try:
        chat = open_chat(stranger.put("/", embedding(scripted.url)), origins=(scripted.url,))
        chat.expects("CORS", "ERR_FAILED", "403")
        chat.open_panel()
        chat.ask("hello from a stranger")
        expect(chat.trouble).to_be_visible()
        assert "hello from a stranger" not in scripted.understood
    finally:
        stranger.stop()


def test_an_answer_to_a_closed_panel_is_marked(scripted: ScriptedServer, host: HostSite, open_chat: OpenChat) -> None:
    chat = open_chat(host.put("/unread", embedding(scripted.url)), origins=(scripted.url,))
    chat.open_panel()
    scripted.hold()
    chat.ask("take your time")
    expect(chat.page.get_by_role("img", name="The adviser is writing")).to_be_visible()
    chat.page.keyboard.press("Escape")
    scripted.release()
    unread = chat.page.get_by_role("button", name="Ask Qiao 桥").get_by_role("img", name="new answer")
    expect(unread).to_be_visible()
    chat.page.locator("qiao-chat .launcher").click()
    expect(unread).to_have_count(0)


def test_the_demo_page_embeds_it_with_one_line(scripted: ScriptedServer, open_chat: OpenChat) -> None:
    chat = open_chat(scripted.url + "/demo")
    assert chat.page.locator('script[src="widget.js"]').count() == 1
    chat.open_panel()
    expect(chat.page.get_by_role("heading", name="Overseas adviser").first).to_be_visible()
