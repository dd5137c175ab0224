"""No text of anybody runs as a script or changes the page: people's, the guidance's, the server's."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.live.browser import payloads
from tests.live.browser.chat import Chat
from tests.live.browser.conftest import OpenChat
from tests.live.browser.scripted import ScriptedServer

ATTACKS = (
    '<img src=x onerror="window.hacked=1">',
    "<script>window.hacked=1</script>",
    '<svg onload="window.hacked=1"><animate onbegin="window.hacked=1" attributeName=x dur=1s>',
    "[click](javascript:window.hacked=1)",
    "![x](https://evil.example/pixel.png)",
    '<a href="javascript:window.hacked=1">click</a>',
    "<iframe srcdoc='<script>parent.hacked=1</script>'></iframe>",
    '<math><mtext><table><mglyph><style><img src=x onerror="window.hacked=1">',
    '<form action="https://evil.example"><button formaction="javascript:window.hacked=1">go</button></form>',
    '"><style>*{display:none}</style>',
    "<base href='https://evil.example/'>",
    "${window.hacked=1}{{constructor.constructor('window.hacked=1')()}}",
    "[x](data:text/html,<script>window.hacked=1</script>)",
    '<https://evil.example/" onmouseover="window.hacked=1>',
)
HOSTILE = " ".join(ATTACKS)
BAD_ADDRESSES = (
    "javascript:window.hacked=1",
    "data:text/html,<script>1</script>",
    " java\tscript:alert(1)",
    "vbscript:x",
    "//evil.example",
    "x",
)


def _hostile(value: Any) -> Any:
    """The same data with an attack at the end of every text that people see."""
    if isinstance(value, dict):
        kept = ("type", "language", "kind", "state", "facet", "market", "dimension", "payload", "profile", "because", "outcome")
        return {key: each if key in kept else _hostile(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_hostile(each) for each in value]
    return f"{value} {HOSTILE}" if isinstance(value, str) else value


def _assert_harmless(chat: Chat) -> None:
    """Nothing ran, nothing was loaded, and no element is there that the chat itself does not make."""
    for target in chat.page.locator("qiao-conversation :is(a, summary, .prose *)").all():
        target.dispatch_event("mouseover")
    assert chat.page.evaluate("window.hacked") is None
    assert not [url for url in chat.requests if "evil" in url]
    inside = "document.querySelector('qiao-chat').shadowRoot.querySelector('qiao-conversation').shadowRoot"
    forbidden = (
        "script, iframe, style, img[src], object, embed, base, form:not(.composer), [onerror], [onload], [onmouseover], [style]"
    )
    found = chat.page.evaluate(f"[...{inside}.querySelectorAll('{forbidden}')].map(each => each.outerHTML)")
    assert [each for each in found if "textarea" not in each] == []
    links = chat.page.evaluate(f"[...{inside}.querySelectorAll('a[href]')].map(each => each.protocol)")
    assert set(links) <= {"https:", "http:", "mailto:"}


def test_what_a_person_writes_stays_text(scripted: ScriptedServer, open_chat: OpenChat) -> None:
    chat = open_chat(scripted.url)
    for number, attack in enumerate(ATTACKS):
        chat.ask(attack)
        chat.answered(number + 1)
        expect(chat.own.nth(number)).to_contain_text(attack)
    _assert_harmless(chat)
    chat.page.reload()
    chat.answered(len(ATTACKS))
    _assert_harmless(chat)


def test_what_the_guidance_says_stays_text(scripted: ScriptedServer, open_chat: OpenChat) -> None:
    scripted.says({f"hostile {name}": _hostile(reply) for name, reply in payloads.ALL.items()})
    chat = open_chat(scripted.url)
    for number, name in enumerate(payloads.ALL, start=1):
        chat.ask(f"hostile {name}")
        chat.answered(number)
    for fold in chat.page.locator("qiao-conversation summary").all():
        fold.click()
    _assert_harmless(chat)
    chat.page.evaluate("window.print = () => undefined")
    chat.button("More").first.click()
    chat.button("Print the conversation").click()
    assert chat.page.evaluate("window.hacked") is None


def test_an_address_that_is_none_of_the_web_is_no_link(scripted: ScriptedServer, open_chat: OpenChat) -> None:
    chat = open_chat(scripted.url)
    for number, address in enumerate(BAD_ADDRESSES):
        sources = {"type": "sources", "sources": [{**payloads.SOURCE, "url": address, "title": "A source"}]}
        brief = {"type": "brief", "sections": [{"title": "x", "items": ["y"]}], "links": {"page": address, "word": address}}
        scripted.says(
            {f"sources {number}": payloads.reply("Sources:", sources), f"brief {number}": payloads.reply("Brief", brief)}
        )
        chat.ask(f"sources {number}")
        chat.ask(f"brief {number}")
        chat.answered(2 * number + 2)
    expect(chat.cards).to_have_count(2 * len(BAD_ADDRESSES))
    expect(chat.cards.first.get_by_text("A source")).to_be_visible()
    expect(chat.cards.get_by_role("link")).to_have_count(0)
    _assert_harmless(chat)


def test_an_error_of_the_server_stays_text(scripted: ScriptedServer, open_chat: OpenChat) -> None:
    chat = open_chat(scripted.url)
    chat.expects("413")
    body = {"error": HOSTILE, "code": HOSTILE, "text": {"en": HOSTILE, "zh": HOSTILE}}
    chat.page.route("**/webhooks/web/message", lambda route: route.fulfill(status=413, json=body))
    chat.ask("refuse this")
    expect(chat.page.locator("qiao-conversation .refused")).to_contain_text("<script>")
    _assert_harmless(chat)


def test_what_another_script_put_into_the_storage_does_no_harm(scripted: ScriptedServer, open_chat: OpenChat) -> None:
    chat = open_chat(scripted.url)
    base = f"qiao:{scripted.url}/:"
    for name, value in {
        "session": HOSTILE,
        "language": HOSTILE,
        "outbox:abcdefgh": HOSTILE,
        "outbox:ijklmnop": '{"id": 5, "text": {}}',
    }.items():
        chat.page.evaluate("([key, value]) => localStorage.setItem(key, value)", [base + name, value])
    chat.page.reload()
    chat.ask("after the mess")
    chat.answered(1)
    _assert_harmless(chat)
