"""A person's conversation with the real assistant; pictures of it go to build/screenshots."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.live.assistant import Assistant
from tests.live.browser.chat import ANSWERED_MS
from tests.live.browser.conftest import OpenChat

GERMANY = "How do we win the trust of regulators in Germany as a state-owned battery maker?"
INDONESIA = "我们在印尼建镍厂，怎么跟当地社区打交道？"
VIETNAM = "How do we choose a local partner in Vietnam?"


def test_the_two_questions_get_cards_that_name_the_market(assistant: Assistant, open_chat: OpenChat, screenshots: Path) -> None:
    chat = open_chat(assistant.url)
    expect(chat.page.get_by_role("heading", name="Good advice for going abroad")).to_be_visible()
    chat.page.screenshot(path=screenshots / "welcome-en.png")
    chat.ask(GERMANY)
    card = chat.cards.first
    expect(card.get_by_role("heading", name="What to do")).to_be_visible(timeout=ANSWERED_MS)
    expect(card.get_by_text("Germany", exact=True).first).to_be_visible()
    chat.page.screenshot(path=screenshots / "germany-en.png")
    chat.ask(INDONESIA)
    card = chat.cards.nth(1)
    expect(card.get_by_role("heading", name="怎么做")).to_be_visible(timeout=ANSWERED_MS)
    expect(card.get_by_text("印度尼西亚", exact=True).first).to_be_visible()
    expect(chat.turns.nth(1).locator(".answer")).to_have_attribute("lang", "zh-Hans")


def test_a_first_example_is_asked_by_a_click(assistant: Assistant, open_chat: OpenChat, screenshots: Path) -> None:
    chat = open_chat(assistant.url, locale="zh-CN", color_scheme="dark")
    expect(chat.page.get_by_role("heading", name="出海之路，有据可依")).to_be_visible()
    chat.button(INDONESIA).click()
    expect(chat.cards.first.get_by_role("heading", name="怎么做")).to_be_visible(timeout=ANSWERED_MS)
    expect(chat.own).to_have_text(f"您: {INDONESIA}")
    chat.page.screenshot(path=screenshots / "indonesia-zh-dark.png")


def test_the_demo_page_and_a_phone(assistant: Assistant, open_chat: OpenChat, screenshots: Path) -> None:
    chat = open_chat(assistant.url + "/demo", viewport={"width": 1280, "height": 800})
    chat.open_panel()
    chat.ask(GERMANY)
    expect(chat.cards.first.get_by_role("heading", name="What to do")).to_be_visible(timeout=ANSWERED_MS)
    chat.page.screenshot(path=screenshots / "demo-en.png")
    phone = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}
    chat = open_chat(assistant.url + "/demo", locale="zh-CN", **phone)
    chat.page.locator("qiao-chat .launcher").tap()
    chat.field.fill(INDONESIA)
    chat.page.get_by_role("button", name="发送").tap()
    expect(chat.cards.first.get_by_role("heading", name="怎么做")).to_be_visible(timeout=ANSWERED_MS)
    chat.page.screenshot(path=screenshots / "phone-zh.png")


def test_reasons_and_sources_are_unfolded_on_tap(assistant: Assistant, open_chat: OpenChat) -> None:
    chat = open_chat(assistant.url)
    chat.ask(GERMANY)
    item = chat.cards.first.locator("li", has=chat.page.locator("summary", has_text="source")).first
    expect(item.locator("summary")).to_be_visible(timeout=ANSWERED_MS)
    expect(item.locator("dd").first).to_be_hidden()
    item.locator("summary").click()
    expect(item.locator("dd").first).to_be_visible()
    links = item.get_by_role("link").all()
    assert links
    for link in links:
        assert (link.get_attribute("href") or "").startswith(("https://", "http://"))
        assert link.get_attribute("target") == "_blank"
        assert link.get_attribute("rel") == "noopener noreferrer"


def test_follow_up_buttons_explain_and_go_on(assistant: Assistant, open_chat: OpenChat) -> None:
    chat = open_chat(assistant.url)
    chat.ask(VIETNAM)
    more = chat.page.locator("qiao-conversation .chip", has_text="More")
    expect(more.locator(".count")).to_be_visible(timeout=ANSWERED_MS)
    shown = chat.cards.first.locator("ol > li").count()
    more.click()
    chat.answered(2)
    expect(chat.own.nth(1)).to_contain_text("More")
    assert chat.cards.nth(1).locator("ol > li").count() > 0
    assert shown > 0
    chat.button("Why?").click()
    expect(chat.cards.nth(2).get_by_text("It applies because").first).to_be_visible(timeout=ANSWERED_MS)
    # only the latest answer can be followed up
    expect(chat.turns.nth(0).locator(".chip")).to_have_count(0)


def test_a_reload_keeps_the_conversation_and_the_titles_of_buttons(assistant: Assistant, open_chat: OpenChat) -> None:
    chat = open_chat(assistant.url)
    chat.ask(VIETNAM)
    chat.answered(1)
    chat.button("Sources").click()
    chat.answered(2)
    before = chat.log.inner_text()
    chat.page.reload()
    chat.answered(2)
    expect(chat.own.nth(0)).to_contain_text(VIETNAM)
    expect(chat.own.nth(1)).to_contain_text("Sources")
    assert chat.log.inner_text() == before


def test_a_second_tab_stays_in_step(assistant: Assistant, open_chat: OpenChat) -> None:
    first = open_chat(assistant.url)
    first.ask(VIETNAM)
    first.answered(1)
    second = open_chat(assistant.url, context=first.page.context)
    second.answered(1)
    second.ask("an example")
    second.answered(2)
    first.answered(2)
    first.ask("next steps")
    first.answered(3)
    second.answered(3)
    assert first.turns.all_inner_texts() == second.turns.all_inner_texts()


def test_thumbs_rate_the_answer_and_are_remembered(assistant: Assistant, open_chat: OpenChat) -> None:
    chat = open_chat(assistant.url)
    chat.ask(VIETNAM)
    chat.answered(1)
    chat.button("Helpful").click()
    chat.answered(2)
    expect(chat.button("Helpful")).to_have_attribute("aria-pressed", "true")
    expect(chat.own).to_have_count(1)
    chat.page.reload()
    chat.answered(2)
    expect(chat.button("Helpful")).to_have_attribute("aria-pressed", "true")
    expect(chat.own).to_have_count(1)
    chat.button("Not helpful").click()
    expect(chat.log.get_by_text("What was missing or wrong?")).to_be_visible(timeout=ANSWERED_MS)
    expect(chat.button("Not helpful")).to_have_attribute("aria-pressed", "true")


def test_the_assessment_runs_by_buttons_to_a_chart(assistant: Assistant, open_chat: OpenChat, screenshots: Path) -> None:
    chat = open_chat(assistant.url, locale="zh-CN", viewport={"width": 1000, "height": 1100})
    chat.button("测一测出海准备度").click()
    for number in range(1, 15):
        expect(chat.page.get_by_role("progressbar", name=f"第 {number} 题，共 14 题")).to_be_visible(timeout=ANSWERED_MS)
        chat.button(("是，有据可查", "部分做到", "没有")[number % 3]).click()
    expect(chat.page.get_by_role("img", name="信任：")).to_be_visible(timeout=ANSWERED_MS)
    expect(chat.page.locator("meter")).to_have_count(6)
    chat.page.locator("summary", has_text="信任").click()
    expect(chat.page.get_by_text("失分之处").first).to_be_visible()
    chat.page.screenshot(path=screenshots / "assessment-zh.png")
    # the chart as a picture is there under the address of this server
    href = chat.page.get_by_role("link", name="雷达图图片").get_attribute("href")
    assert href is not None
    assert href.startswith(f"{assistant.url}/documents/")
    assert assistant.get(href.removeprefix(assistant.url)).status_code == 200


def test_a_comparison_and_a_brief(assistant: Assistant, open_chat: OpenChat, screenshots: Path) -> None:
    chat = open_chat(assistant.url)
    chat.ask("Compare Hungary and Poland")
    expect(chat.page.get_by_role("columnheader", name="Hungary")).to_be_visible(timeout=ANSWERED_MS)
    assert chat.page.get_by_role("rowheader").count() > 2
    chat.page.screenshot(path=screenshots / "comparison-en.png")
    chat.ask("a brief for Indonesia")
    expect(chat.page.get_by_role("link", name="Read and print")).to_be_visible(timeout=ANSWERED_MS)
    href = chat.page.get_by_role("link", name="Word document").get_attribute("href")
    assert href is not None
    assert assistant.get(href.removeprefix(assistant.url)).status_code == 200


def test_a_new_conversation_begins_after_a_confirmation(assistant: Assistant, open_chat: OpenChat) -> None:
    chat = open_chat(assistant.url)
    chat.ask(VIETNAM)
    chat.answered(1)
    chat.button("More").first.click()
    chat.button("New conversation").click()
    chat.button("Cancel").click()
    chat.answered(1)
    chat.button("More").first.click()
    chat.button("New conversation").click()
    chat.button("Begin anew").click()
    expect(chat.turns).to_have_count(0)
    expect(chat.page.get_by_role("heading", name="Good advice for going abroad")).to_be_visible()
    chat.page.reload()
    expect(chat.page.get_by_role("heading", name="Good advice for going abroad")).to_be_visible()


def test_forgetting_clears_the_screen(assistant: Assistant, open_chat: OpenChat) -> None:
    chat = open_chat(assistant.url)
    chat.ask(VIETNAM)
    chat.answered(1)
    chat.ask("forget me")
    chat.button("Yes, delete everything").click(timeout=ANSWERED_MS)
    expect(chat.log.get_by_text("Deleted: your profile")).to_be_visible(timeout=ANSWERED_MS)
    expect(chat.own).to_have_count(1)
    expect(chat.page.get_by_text(VIETNAM)).to_have_count(0)
    chat.page.reload()
    expect(chat.page.get_by_role("heading", name="Good advice for going abroad")).to_be_visible()
