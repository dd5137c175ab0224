"""WCAG 2.2 AA: axe finds nothing, everything goes by keyboard, screen readers are told, and no screen is too small."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.live.browser import payloads
from tests.live.browser.chat import Chat
from tests.live.browser.conftest import OpenChat
from tests.live.browser.host import HostSite, embedding
from tests.live.browser.scripted import ScriptedServer

AXE = Path(__file__).resolve().parents[3] / "bot" / "widget" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = {"width": 360, "height": 740}
LEAST_TARGET = 24


def _violations(page: Page) -> list[str]:
    """What axe finds on the page and in its shadow trees."""
    assert AXE.is_file(), "axe-core is not installed; run `make setup-dev`"
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate("rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES)
    nodes = [(violation["id"], node) for violation in found["violations"] for node in violation["nodes"]]
    return [f"{rule}: {node['html'][:120]} {node['failureSummary']}" for rule, node in nodes]


def _in_chinese(reply: payloads.Reply) -> payloads.Reply:
    return [
        {**message, "custom": {**message["custom"], "language": "zh"}} if "custom" in message else message for message in reply
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_axe_finds_nothing(scripted: ScriptedServer, open_chat: OpenChat, language: str) -> None:
    replies = {name: reply if language == "en" else _in_chinese(reply) for name, reply in payloads.ALL.items()}
    scripted.says({f"{name} {language}": reply for name, reply in replies.items()})
    chat = open_chat(scripted.url, locale="zh-CN" if language == "zh" else "en-GB", reduced_motion="reduce")
    expect(chat.field).to_be_visible()
    _assert_accessible_in_both_schemes(chat)
    for number, name in enumerate(payloads.ALL, start=1):
        chat.ask(f"{name} {language}")
        chat.answered(number)
    for fold in chat.page.locator("qiao-conversation summary").all():
        fold.evaluate("fold => fold.parentElement.open = true")
    chat.page.locator('qiao-conversation [aria-controls="menu"]').click()
    _assert_accessible_in_both_schemes(chat)


def _assert_accessible_in_both_schemes(chat: Chat) -> None:
    for scheme in ("light", "dark"):
        chat.page.emulate_media(color_scheme=scheme)
        expect(chat.page.locator("qiao-conversation .app")).to_have_attribute("data-scheme", scheme)
        assert _violations(chat.page) == [], scheme


def test_axe_finds_nothing_in_a_panel_with_trouble(scripted: ScriptedServer, host: HostSite, open_chat: OpenChat) -> None:
    page = embedding(scripted.url)
    chat = open_chat(host.put("/axe", page), origins=(scripted.url,), reduced_motion="reduce")
    chat.expects("413", "ERR_FAILED")
    expect(chat.page.locator("qiao-chat .launcher")).to_be_visible()
    assert _violations(chat.page) == []
    chat.open_panel()
    text = {"en": "Too long.", "zh": "过长。"}
    chat.page.route(
        "**/message", lambda route: route.fulfill(status=413, json={"text": text}, headers={"Access-Control-Allow-Origin": "*"})
    )
    chat.ask("refused")
    expect(chat.page.locator("qiao-conversation .refused")).to_be_visible()
    chat.page.unroute("**/message")
    chat.page.route("**/message", lambda route: route.abort())
    chat.ask("not sent")
    expect(chat.trouble).to_be_visible()
    _assert_accessible_in_both_schemes(chat)


def test_any_accent_stays_readable(scripted: ScriptedServer, host: HostSite, open_chat: OpenChat) -> None:
    scripted.says({"advice": payloads.ADVICE})
    for colour in ("#e00000", "#7a5c00"):
        for theme in ("light", "dark"):
            attributes = f'data-colour="{colour}" data-theme="{theme}" data-open'
            page = embedding(scripted.url, attributes=attributes)
            chat = open_chat(host.put("/accent", page), origins=(scripted.url,), reduced_motion="reduce")
            chat.ask("advice")
            chat.answered(1)
            assert _violations(chat.page) == [], (colour, theme)
            chat.page.context.close()


def test_everything_goes_by_keyboard(scripted: ScriptedServer, host: HostSite, open_chat: OpenChat) -> None:
    scripted.says(payloads.ALL)
    page = embedding(scripted.url, body="<main><h1>Host</h1><a href=#>first</a></main>")
    chat = open_chat(host.put("/keys", page), origins=(scripted.url,))
    keys = chat.page.keyboard
    expect(chat.page.locator("qiao-chat .launcher")).to_be_visible()
    keys.press("Tab")
    keys.press("Tab")
    expect(chat.page.locator("qiao-chat .launcher")).to_be_focused()
    keys.press("Enter")
    expect(chat.field).to_be_focused()
    keys.type("advice")
    keys.press("Enter")
    chat.answered(1)
    expect(chat.field).to_be_focused()
    # backwards from the field: the chips of the question, the follow-ups, the tools, the folded reasons
    _press_until(chat, "Shift+Tab", ".chip", "Why?")
    keys.press("Enter")
    chat.answered(2)
    expect(chat.own.nth(1)).to_contain_text("Why?")
    expect(chat.field).to_be_focused()
    _press_until(chat, "Shift+Tab", "summary", "1 source")
    keys.press("Space")
    expect(chat.page.locator("qiao-conversation details[open]")).to_have_count(1)
    _press_until(chat, "Shift+Tab", "[aria-controls=menu]", "")
    keys.press("Enter")
    expect(chat.button("What do you know about us?")).to_be_focused()
    keys.press("Escape")
    expect(chat.page.locator('qiao-conversation [aria-controls="menu"]')).to_be_focused()
    expect(chat.field).to_be_visible()
    keys.press("Escape")
    expect(chat.field).to_be_hidden()
    expect(chat.page.locator("qiao-chat .launcher")).to_be_focused()


def _press_until(chat: Chat, key: str, selector: str, text: str) -> None:
    """Press a key until an element has the focus, which must be visible on it and on all before it."""
    wanted = chat.page.locator(f"qiao-conversation {selector}", has_text=text)
    for _ in range(40):
        chat.page.keyboard.press(key)
        outline = chat.page.evaluate(
            """() => { let inner = document.activeElement;
            while (inner?.shadowRoot?.activeElement) inner = inner.shadowRoot.activeElement;
            const field = inner.closest?.(".composer:focus-within"); return getComputedStyle(field ?? inner).outlineStyle; }"""
        )
        assert outline != "none", chat.page.evaluate("document.activeElement.tagName")
        if any(each.evaluate("each => each === each.getRootNode().activeElement") for each in wanted.all()):
            return
    raise AssertionError(f"{selector} {text} cannot be reached by {key}")


def test_the_focus_leaves_the_panel_on_a_desktop_and_stays_in_it_on_a_phone(
    scripted: ScriptedServer, host: HostSite, open_chat: OpenChat
) -> None:
    page = embedding(scripted.url, body="<main><a href=#>first</a></main>")
    for viewport, leaves in (({"width": 1000, "height": 800}, True), (PHONE, False)):
        chat = open_chat(host.put("/focus", page), origins=(scripted.url,), viewport=viewport)
        chat.open_panel()
        expect(chat.field).to_be_focused()
        visited = set()
        for _ in range(14):
            chat.page.keyboard.press("Shift+Tab")
            visited.add(chat.page.evaluate("document.activeElement.tagName"))
        assert ("A" in visited) is leaves


def test_new_answers_are_announced_by_headline_and_count(scripted: ScriptedServer, open_chat: OpenChat) -> None:
    scripted.says(payloads.ALL)
    chat = open_chat(scripted.url)
    chat.ask("advice")
    expect(chat.status).to_have_text("Adviser: Come early and on paper. 4 points.")
    assert chat.status.get_attribute("role") == "status"
    expect(chat.log).to_have_attribute("aria-live", "off")
    chat.ask("out of scope")
    expect(chat.status).to_have_text("Adviser: That is outside what I can advise on.")
    chat.page.reload()
    chat.answered(2)
    # what was said before is not told again
    expect(chat.status).to_have_text("")


def test_enter_within_a_composition_does_not_send(scripted: ScriptedServer, open_chat: OpenChat) -> None:
    chat = open_chat(scripted.url, locale="zh-CN")
    chat.field.focus()
    client = chat.page.context.new_cdp_session(chat.page)
    client.send("Input.imeSetComposition", {"text": "wo men", "selectionStart": 6, "selectionEnd": 6})
    enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}
    client.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
    client.send("Input.dispatchKeyEvent", {"type": "keyUp", **enter})
    expect(chat.own).to_have_count(0)
    client.send("Input.insertText", {"text": "我们"})
    expect(chat.field).to_have_value("我们")
    # Safari's Enter after the end of the composition, which only its key code gives away
    chat.field.evaluate("field => field.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', keyCode: 229, bubbles: true}))")
    expect(chat.own).to_have_count(0)
    chat.field.press("Shift+Enter")
    expect(chat.own).to_have_count(0)
    chat.field.press("Backspace")
    chat.field.press("Enter")
    expect(chat.own).to_contain_text("我们")


@pytest.mark.parametrize("is_mobile", [True, False])
def test_it_fits_small_screens(scripted: ScriptedServer, open_chat: OpenChat, is_mobile: bool) -> None:
    """A phone; and 1280 by 1024 pixels at 200 % and at 400 %."""
    scripted.says({f"{name} small": reply for name, reply in payloads.ALL.items()})
    chat = open_chat(scripted.url, viewport=PHONE, is_mobile=is_mobile, has_touch=is_mobile)
    for number, name in enumerate(payloads.ALL, start=1):
        chat.ask(f"{name} small")
        chat.answered(number)
    for width, height in (PHONE.values(),) if is_mobile else ((640, 512), (320, 256)):
        chat.page.set_viewport_size({"width": width, "height": height})
        _assert_fits(chat, width)


def _assert_fits(chat: Chat, width: int) -> None:
    """Nothing but the table scrolls sideways, everything can be hit, and there is room to read."""
    assert chat.page.evaluate("document.documentElement.scrollWidth") <= width
    log = chat.page.locator("qiao-conversation .log")
    assert log.evaluate("log => log.scrollWidth <= log.clientWidth")
    scroller = chat.page.get_by_role("region", name="Comparison of markets")
    assert scroller.evaluate("scroller => scroller.scrollWidth > scroller.clientWidth")
    small = chat.page.evaluate(
        """least => [...document.querySelector("qiao-chat").shadowRoot.querySelector("qiao-conversation").shadowRoot
          .querySelectorAll("button, summary")].filter(each => each.offsetParent && !each.closest("p"))
          .map(each => [each.textContent.trim() || each.ariaLabel, each.getBoundingClientRect()])
          .filter(([, box]) => box.width < least || box.height < least).map(([name]) => name)""",
        LEAST_TARGET,
    )
    assert small == []
    assert (log.bounding_box() or {"height": 0})["height"] > 60


def test_a_phone_shows_the_panel_over_the_whole_screen(scripted: ScriptedServer, open_chat: OpenChat, screenshots: Path) -> None:
    phone = {"viewport": PHONE, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}
    chat = open_chat(scripted.url + "/demo", locale="zh-CN", reduced_motion="reduce", **phone)
    chat.page.locator("qiao-chat .launcher").tap()
    expect(chat.field).to_be_visible()
    box = chat.page.get_by_role("dialog").bounding_box()
    assert box == {"x": 0, "y": 0, **PHONE}
    # no keyboard covers what there is to read before somebody wants to write
    expect(chat.field).not_to_be_focused()
    chat.page.screenshot(path=screenshots / "phone-welcome-zh.png")
    chat.button("关闭").tap()
    expect(chat.page.get_by_role("dialog")).to_be_hidden()


def test_nothing_moves_for_people_who_do_not_want_it(scripted: ScriptedServer, open_chat: OpenChat) -> None:
    for motion, moves in (("reduce", False), ("no-preference", True)):
        chat = open_chat(scripted.url + "/demo", reduced_motion=motion)
        chat.open_panel()
        scripted.hold()
        chat.ask("slowly")
        expect(chat.page.get_by_role("img", name="The adviser is writing")).to_be_visible()
        names = chat.page.evaluate(
            """() => { const outer = document.querySelector("qiao-chat").shadowRoot;
              const inner = outer.querySelector("qiao-conversation").shadowRoot;
              return [outer.querySelector("dialog"), inner.querySelector(".typing i")]
                .map(each => getComputedStyle(each).animationName); }"""
        )
        assert (names != ["none", "none"]) is moves
        scripted.release()
        chat.answered(1)


def test_forced_colours_keep_everything_visible(scripted: ScriptedServer, open_chat: OpenChat, screenshots: Path) -> None:
    scripted.says({"advice": payloads.ADVICE})
    chat = open_chat(scripted.url, forced_colors="active")
    chat.ask("advice")
    chat.answered(1)
    for part in (".chip", ".send", ".own", ".tag"):
        style = chat.page.locator(f"qiao-conversation {part}").first.evaluate("each => getComputedStyle(each).borderTopStyle")
        assert style == "solid", part
    chat.page.screenshot(path=screenshots / "forced-colours.png")
