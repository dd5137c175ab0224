"""The network and the server fail in every way: nothing is lost, nothing is doubled, and people are told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.live.browser.chat import Chat
from tests.live.browser.conftest import OpenChat
from tests.live.browser.scripted import ScriptedServer

MESSAGE = "**/webhooks/web/message"
NO_NETWORK = ("ERR_INTERNET_DISCONNECTED", "ERR_CONNECTION", "ERR_FAILED", "Failed to load resource")


def _count(scripted: ScriptedServer, words: str) -> int:
    return scripted.understood.count(words)


def _only_once(chat: Chat, scripted: ScriptedServer, words: str) -> None:
    """The message was understood once, and stands with its answer once on the screen, also after a reload."""
    for _ in range(2):
        chat.answered(1)
        expect(chat.own).to_have_count(1)
        expect(chat.log.get_by_text("an answer")).to_have_count(1)
        chat.page.reload()
    assert _count(scripted, words) == 1


def test_offline_messages_are_kept_over_a_reload_and_sent_in_order(scripted: ScriptedServer, open_chat: OpenChat) -> None:
    chat = open_chat(scripted.url)
    chat.expects(*NO_NETWORK)
    chat.ask("before the tunnel")
    chat.answered(1)
    chat.page.context.set_offline(True)
    chat.ask("first in the tunnel")
    chat.ask("second in the tunnel")
    expect(chat.trouble).to_contain_text("No network")
    expect(chat.page.get_by_text("Waiting to be sent")).to_have_count(2)
    assert _count(scripted, "first in the tunnel") == 0
    chat.page.context.set_offline(False)
    chat.answered(3)
    expect(chat.trouble).to_have_count(0)
    assert scripted.understood[-3:] == ["before the tunnel", "first in the tunnel", "second in the tunnel"]
    chat.page.reload()
    chat.answered(3)
    assert scripted.understood[-3:] == ["before the tunnel", "first in the tunnel", "second in the tunnel"]


def test_a_message_written_before_a_reload_is_sent_after_it(scripted: ScriptedServer, open_chat: OpenChat) -> None:
    chat = open_chat(scripted.url)
    chat.expects(*NO_NETWORK)
    chat.page.route(MESSAGE, lambda route: route.abort("connectionrefused"))
    chat.ask("written before the reload")
    expect(chat.trouble).to_contain_text("cannot be reached")
    chat.page.unroute(MESSAGE)
    chat.page.reload()
    _only_once(chat, scripted, "written before the reload")


def test_a_lost_reply_is_fetched_again_without_asking_twice(scripted: ScriptedServer, open_chat: OpenChat) -> None:
    chat = open_chat(scripted.url)
    chat.expects(*NO_NETWORK)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    chat.page.route(MESSAGE, lose, times=1)
    chat.ask("whose reply is lost")
    _only_once(chat, scripted, "whose reply is lost")


def test_a_reply_that_breaks_off_is_completed(scripted: ScriptedServer, open_chat: OpenChat) -> None:
    chat = open_chat(scripted.url)

    def cut(route: Route) -> None:
        whole = route.fetch()
        route.fulfill(response=whole, body=whole.text().split("event: done")[0])

    chat.page.route(MESSAGE, cut, times=1)
    chat.ask("whose reply breaks off")
    expect(chat.trouble).to_be_visible()
    _only_once(chat, scripted, "whose reply breaks off")


def test_a_reply_is_shown_while_it_comes(scripted: ScriptedServer, open_chat: OpenChat) -> None:
    chat = open_chat(scripted.url)
    scripted.hold()
    chat.ask("a slow one")
    expect(chat.page.get_by_role("img", name="The adviser is writing")).to_be_visible()
    expect(chat.log.get_by_text("an answer")).to_be_visible()
    # meanwhile the next message may be written
    chat.ask("an impatient one")
    expect(chat.page.get_by_text("Waiting to be sent")).to_be_visible()
    scripted.release()
    chat.answered(2)
    assert scripted.understood[-2:] == ["a slow one", "an impatient one"]


def test_a_tab_that_closes_leaves_its_message_to_the_others(scripted: ScriptedServer, open_chat: OpenChat) -> None:
    first = open_chat(scripted.url)
    first.ask("to have a session")
    first.answered(1)
    second = open_chat(scripted.url, context=first.page.context)
    second.answered(1)
    first.expects(*NO_NETWORK)
    first.page.route(MESSAGE, lambda route: route.abort("connectionrefused"))
    first.ask("left to the other tab")
    expect(second.page.get_by_text("left to the other tab")).to_be_visible()
    first.page.close()
    second.answered(2)
    assert _count(scripted, "left to the other tab") == 1


@pytest.mark.parametrize("kind", ["nonsense", "altered", "unsigned"])
def test_a_token_that_is_not_ours_opens_nothing(scripted: ScriptedServer, open_chat: OpenChat, kind: str) -> None:
    victim = open_chat(scripted.url)
    victim.ask("a secret of the board")
    victim.answered(1)
    key = f"qiao:{scripted.url}/:session"
    kept = json.loads(victim.page.evaluate("key => localStorage.getItem(key)", key))
    head, payload, signature = kept["session"].split(".")
    token = {"nonsense": "nonsense", "altered": f"{head}.{payload}.{signature[::-1]}", "unsigned": f"{head}.{payload}."}[kind]
    thief = open_chat(scripted.url)
    thief.expects("401")
    thief.page.evaluate("([key, value]) => localStorage.setItem(key, value)", [key, json.dumps({**kept, "session": token})])
    thief.page.reload()
    expect(thief.page.get_by_text("Your earlier conversation has ended.")).to_be_visible()
    expect(thief.page.get_by_text("a secret of the board")).to_have_count(0)
    thief.ask("what did they say?")
    thief.answered(1)
    expect(thief.page.get_by_text("a secret of the board")).to_have_count(0)


def test_a_session_that_ends_while_people_talk_goes_on_in_a_new_one(scripted: ScriptedServer, open_chat: OpenChat) -> None:
    chat = open_chat(scripted.url)
    chat.expects("401")
    chat.ask("in the old conversation")
    chat.answered(1)
    key = f"qiao:{scripted.url}/:session"
    old = chat.page.evaluate(
        """key => { const kept = JSON.parse(localStorage.getItem(key));
        const session = kept.session.slice(0, -6) + "AAAAAA";
        localStorage.setItem(key, JSON.stringify({...kept, session}));
        return kept.conversation; }""",
        key,
    )
    chat.ask("in the new conversation")
    chat.answered(2)
    expect(chat.page.locator("qiao-conversation .divider")).to_have_text(
        "Your earlier conversation has ended. A new one begins here."
    )
    assert json.loads(chat.page.evaluate("key => localStorage.getItem(key)", key))["conversation"] != old
    assert _count(scripted, "in the new conversation") == 1


def test_a_renewed_token_is_kept(scripted: ScriptedServer, open_chat: OpenChat) -> None:
    chat = open_chat(scripted.url)
    done: dict[str, Any] = {}

    def renew(route: Route) -> None:
        whole = route.fetch()
        head, _, tail = whole.text().partition("event: done\ndata: ")
        done.update(json.loads(tail))
        route.fulfill(response=whole, body=f"{head}event: done\ndata: {json.dumps({**done, 'session': 'a-renewed-token'})}\n\n")

    chat.page.route(MESSAGE, renew, times=1)
    chat.ask("long ago")
    chat.answered(1)
    kept = chat.page.evaluate("key => JSON.parse(localStorage.getItem(key)).session", f"qiao:{scripted.url}/:session")
    assert kept == "a-renewed-token"
    assert len(done["id"]) >= 8


def _refusal(status: int, code: str, **fields: Any) -> dict[str, Any]:
    text = {"en": f"in English: {code}", "zh": f"中文：{code}"}
    return {"status": status, "json": {"error": "x", "code": code, "text": text, **fields}}


def test_too_many_messages_wait_with_a_countdown_and_go_by_themselves(scripted: ScriptedServer, open_chat: OpenChat) -> None:
    chat = open_chat(scripted.url, locale="zh-CN")
    chat.expects("429")
    chat.page.route(MESSAGE, lambda route: route.fulfill(**_refusal(429, "too_many", retry_after=3)), times=1)
    chat.ask("one too many")
    expect(chat.trouble).to_contain_text("中文：too_many")
    expect(chat.trouble).to_contain_text("3 秒后自动重试")
    expect(chat.trouble).to_contain_text("2 秒后自动重试")
    expect(chat.status).to_have_text("中文：too_many")
    _only_once(chat, scripted, "one too many")
    expect(chat.trouble).to_have_count(0)


def test_a_refused_message_is_given_back(scripted: ScriptedServer, open_chat: OpenChat) -> None:
    chat = open_chat(scripted.url)
    chat.expects("413")
    chat.page.route(MESSAGE, lambda route: route.fulfill(**_refusal(413, "too_large")), times=1)
    chat.ask("far too long")
    expect(chat.page.get_by_text("in English: too_large")).to_be_visible()
    assert _count(scripted, "far too long") == 0
    chat.button("Edit").click()
    expect(chat.field).to_have_value("far too long")
    expect(chat.own).to_have_count(0)
    chat.field.press("Enter")
    _only_once(chat, scripted, "far too long")


def test_a_message_over_the_servers_own_limit_is_given_back(scripted: ScriptedServer, open_chat: OpenChat) -> None:
    chat = open_chat(scripted.url, locale="zh-CN")
    chat.expects("413")
    chat.ask("长" * 6000)
    expect(chat.page.get_by_text("您的消息过长")).to_be_visible()
    chat.button("修改").click()
    expect(chat.field).to_have_value("长" * 6000)


def test_a_busy_server_is_asked_again(scripted: ScriptedServer, open_chat: OpenChat) -> None:
    chat = open_chat(scripted.url)
    chat.expects("503")
    chat.page.route(MESSAGE, lambda route: route.fulfill(**_refusal(503, "unavailable", retry_after=60)), times=1)
    chat.ask("to a busy server")
    expect(chat.trouble).to_contain_text("in English: unavailable")
    chat.button("Try now").click()
    _only_once(chat, scripted, "to a busy server")


def test_a_browser_that_keeps_nothing_can_still_talk(scripted: ScriptedServer, open_chat: OpenChat) -> None:
    chat = open_chat(scripted.url)
    chat.page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError'); }})"
    )
    chat.page.reload()
    chat.ask("without storage")
    chat.answered(1)
    chat.ask("and once more")
    chat.answered(2)
