"""What each type of answer looks like, and what can be done with it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.live.browser import payloads
from tests.live.browser.chat import Chat
from tests.live.browser.conftest import OpenChat
from tests.live.browser.scripted import ScriptedServer


@pytest.fixture()
def chat(scripted: ScriptedServer, open_chat: OpenChat) -> Chat:
    """A chat in which a message that names a type of answer gets one."""
    scripted.says(payloads.ALL)
    return open_chat(scripted.url)


def _ask(chat: Chat, name: str) -> None:
    chat.ask(name)
    chat.answered(1)


def test_advice_is_grouped_numbered_and_gives_its_basis_on_tap(chat: Chat) -> None:
    _ask(chat, "advice")
    card = chat.cards.first
    expect(card.get_by_role("heading")).to_have_text(
        ["Come early and on paper.", "What to do", "What to avoid", "Facts to know", "How to tell it works"]
    )
    expect(card).to_contain_text("Working with ministries")
    expect(card).to_contain_text("Germany · batteries · state-owned")
    expect(card).to_contain_text("Note: not reviewed yet.")
    expect(card).to_contain_text("7 more on this topic")
    items = card.locator("ol > li")
    assert items.evaluate_all("all => all.map(each => each.value)") == [1, 2, 3, 4]
    expect(items.nth(0).locator(".tag")).to_have_text(["Germany"])
    expect(items.nth(0).locator("summary")).to_contain_text("1 source")
    items.nth(0).locator("summary").click()
    expect(items.nth(0).locator("dl")).to_have_text("marketGermany")
    expect(items.nth(0)).to_contain_text("As of May 2024")
    expect(items.nth(0).get_by_role("link", name="Das neue Gesetz")).to_have_attribute("href", "https://example.org/gesetz")
    expect(items.nth(1).locator("summary")).to_contain_text("Professional practice")
    items.nth(1).locator("summary").click()
    expect(items.nth(1)).to_contain_text("General guidance")
    expect(items.nth(3).locator(".tag")).to_have_text(["Germany", "European Union", "batteries"])
    # Chinese words within English are marked, so that they are read and drawn as Chinese
    expect(items.nth(0).locator('[lang="zh-Hans"]')).to_have_text("商务部")


def test_follow_ups_stand_apart_from_the_question_that_the_adviser_asks(chat: Chat) -> None:
    _ask(chat, "advice")
    rows = chat.page.locator("qiao-conversation .chips")
    expect(rows.nth(0).get_by_role("button")).to_have_text(["Why?", "More 7"])
    expect(chat.log.get_by_text("At what stage are you there?")).to_be_visible()
    expect(rows.nth(1).get_by_role("button")).to_have_text(["entering", "Skip"])


def test_a_plan_is_ordered_by_time(chat: Chat) -> None:
    _ask(chat, "plan")
    expect(chat.cards.first.get_by_role("heading")).to_have_text(["Next steps, in this order:", "By week 2", "Recurring"])
    expect(chat.cards.first.locator("ol > li").first).to_contain_text("project head")


def test_a_case_shows_outcome_and_lesson(chat: Chat) -> None:
    _ask(chat, "cases")
    expect(chat.cards.first.locator(".outcome")).to_have_text("mixed result")
    expect(chat.cards.first.locator(".lesson")).to_have_text("Lesson Ask the town first.")
    expect(chat.cards.first.locator("strong").first).to_have_text("A plant in a town")


def test_reasons_and_sources(chat: Chat) -> None:
    _ask(chat, "explanation")
    expect(chat.cards.nth(0)).to_contain_text("It applies because …")
    chat.ask("sources")
    chat.answered(2)
    expect(chat.cards.nth(1).get_by_role("listitem")).to_have_text(
        ["Das neue Gesetz Bundesanzeiger · May 2024", "Undated P · undated"]
    )
    expect(chat.cards.nth(1)).to_contain_text("2 of the items are professional practice.")


def test_a_comparison_is_a_table_with_headings(chat: Chat) -> None:
    _ask(chat, "comparison")
    table = chat.page.get_by_role("region", name="Comparison of markets").get_by_role("table")
    expect(table.get_by_role("columnheader")).to_have_text(["Hungary", "Poland", "Germany"])
    expect(table.get_by_role("rowheader")).to_have_text(["Foreign-investment review"])
    expect(table.get_by_role("cell").first).to_contain_text("What to do there Plan the wait.")
    expect(chat.cards.first).to_contain_text("They differ most on: review.")


def test_an_assessment_asks_and_gives_a_result(chat: Chat) -> None:
    _ask(chat, "question")
    expect(chat.page.get_by_role("progressbar", name="Question 1 of 14")).to_be_visible()
    expect(chat.cards.first).to_contain_text("14 questions in six dimensions.")
    expect(chat.cards.first.get_by_role("heading")).to_have_text("Can customers check your claims?")
    chat.ask("result")
    chat.answered(2)
    card = chat.cards.nth(1)
    expect(card.get_by_role("img")).to_have_accessible_name("Trust: 50 of 100; Transparency: 75 of 100; Compliance: 25 of 100")
    expect(card).to_contain_text("Last time (3 May 2026): 40; change +10")
    expect(card.locator("svg .before")).to_have_count(1)
    assert card.locator("meter").evaluate_all("all => all.map(each => each.value)") == [50, 75, 25]


def test_documents_are_opened_on_the_assistants_own_server(chat: Chat, scripted: ScriptedServer) -> None:
    _ask(chat, "brief")
    for name, ending in (("Read and print", "html"), ("Word document", "docx")):
        expected = f"{scripted.url}/documents/abcdefghijklmnopqrstuvwxyz012345.{ending}"
        expect(chat.page.get_by_role("link", name=name)).to_have_attribute("href", expected)
    expect(chat.page.get_by_text("Water.")).to_be_hidden()
    chat.page.locator("summary", has_text="Risks to watch").click()
    expect(chat.page.get_by_text("Water.")).to_be_visible()


OTHERS = {
    "profile": ("industrybatteries", ["Clear all"]),
    "clarify": ("Gifts have limits.", ["Integrity, bribery law"]),
    "out of scope": ("That is outside what I can advise on.", []),
    "handoff": ("Ticket Q-AB12CD", []),
    "privacy": ("Shall I delete all of it now?", ["Yes, delete everything", "No, keep it"]),
    "smalltalk": ("Hello, I am Qiao.", []),
    # the legitimate way stays open whatever is said afterwards, so it comes last here
    "refusal": ("I will not help with that.", ["Integrity, bribery law"]),
}


def test_other_answers_say_what_they_have_to(chat: Chat) -> None:
    for number, (name, (text, buttons)) in enumerate(OTHERS.items(), start=1):
        chat.ask(name)
        chat.answered(number)
        expect(chat.page.locator("qiao-conversation .answer").last).to_contain_text(text)
        expect(chat.page.locator("qiao-conversation .chips").get_by_role("button")).to_have_text(buttons)
    chat.ask("smalltalk")
    chat.answered(len(OTHERS) + 1)
    expect(chat.page.locator("qiao-conversation .chips").get_by_role("button")).to_have_text(["Integrity, bribery law"])


def test_markdown_of_plain_messages_is_shown(chat: Chat) -> None:
    _ask(chat, "smalltalk")
    bubble = chat.page.locator("qiao-conversation .prose")
    expect(bubble.get_by_role("strong")).to_have_text("I am Qiao")
    expect(bubble.get_by_role("listitem")).to_have_text(["one", "two"])


def test_a_payload_that_is_none_leaves_the_words(scripted: ScriptedServer, chat: Chat) -> None:
    scripted.says({"broken": [{"text": "the words"}, {"custom": {"type": "advice", "language": "en", "items": "none"}}]})
    _ask(chat, "broken")
    expect(chat.page.locator("qiao-conversation .bubble.prose")).to_have_text("the words")


def test_an_answer_is_copied_with_reasons_and_sources(chat: Chat) -> None:
    chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    _ask(chat, "advice")
    chat.page.locator("qiao-conversation .tools .tool").first.click()
    expect(chat.status).to_have_text("Copied")
    copied = chat.page.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines()[0] == "Come early and on paper."
    assert "What to do\n1. File the form at the ministry (商务部 as well).\n   Germany · As of May 2024" in copied
    assert "– Das neue Gesetz, Bundesanzeiger, May 2024 https://example.org/gesetz" in copied
    assert "2. Do not rely on one door." in copied
    assert "– Professional practice" in copied


def test_an_answer_is_copied_where_the_clipboard_is_closed(chat: Chat) -> None:
    chat.page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    _ask(chat, "advice")
    chat.page.locator("qiao-conversation .tools .tool").first.click()
    expect(chat.status).to_have_text("Copied")


def test_the_conversation_is_printed_in_full_and_alone(chat: Chat) -> None:
    _ask(chat, "advice")
    chat.page.evaluate("window.print = () => { window.isPrinting = true; }")
    chat.button("More").first.click()
    chat.button("Print the conversation").click()
    assert chat.page.evaluate("window.isPrinting")
    chat.page.emulate_media(media="print")
    printed = chat.page.locator("qiao-print")
    expect(chat.page.locator("qiao-chat")).to_be_hidden()
    expect(printed.get_by_role("heading", name="Come early and on paper.")).to_be_visible()
    expect(printed.get_by_text("Bundesanzeiger").first).to_be_visible()
    expect(printed.get_by_role("button", name="Why?")).to_be_hidden()
    pages = chat.page.pdf()
    assert pages.startswith(b"%PDF")
    chat.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(printed).to_have_count(0)
    chat.page.emulate_media(media="screen")
    expect(chat.field).to_be_visible()


def test_on_the_next_day_the_conversation_is_still_there_under_its_date(chat: Chat) -> None:
    _ask(chat, "advice")
    chat.page.clock.set_fixed_time(datetime.now() + timedelta(days=1))
    chat.page.reload()
    chat.answered(1)
    expect(chat.page.locator("qiao-conversation .divider")).to_have_text("Yesterday")
    expect(chat.cards.first.get_by_role("heading", name="What to do")).to_be_visible()


def test_the_interface_changes_its_language_and_remembers_it(chat: Chat) -> None:
    _ask(chat, "advice")
    chat.page.get_by_role("button", name="切换到中文界面").click()
    expect(chat.page.get_by_text("一般性建议，不构成法律意见。")).to_be_visible()
    expect(chat.page.locator("qiao-conversation .app")).to_have_attribute("lang", "zh-Hans")
    # the answer stays in the language in which it was given
    expect(chat.cards.first.get_by_role("heading", name="What to do")).to_be_visible()
    expect(chat.page.locator("qiao-conversation .answer")).to_have_attribute("lang", "en")
    chat.page.reload()
    expect(chat.page.get_by_text("一般性建议，不构成法律意见。")).to_be_visible()
