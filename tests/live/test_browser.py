"""The web chat in a real Chromium, as a person uses it; screenshots go to build/screenshots."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser_path import find_chromium
from tests.live.assistant import PROJECT, Assistant

SCREENSHOTS = PROJECT / "build" / "screenshots"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
ANSWERED_MS = 20_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = find_chromium()
    if path is None:
        pytest.fail("no Chromium found; run scripts/browser.sh or set QIAO_CHROMIUM")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture()
def page(browser: Browser, assistant: Assistant) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1100, "height": 1000}, locale="en-GB")
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(assistant.url)
    yield page
    context.close()
    assert problems == []


def _ask(page: Page, question: str) -> None:
    page.get_by_role("textbox").fill(question)
    page.get_by_role("textbox").press("Enter")


def _picture(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(Path(SCREENSHOTS / f"{name}.png")))


def test_the_two_questions_get_cards_that_name_the_market(page: Page) -> None:
    _ask(page, "How do we win the trust of regulators in Germany as a state-owned battery maker?")
    log = page.get_by_role("log")
    expect(log.get_by_role("heading", name="What to do").first).to_be_visible(timeout=ANSWERED_MS)
    expect(log.get_by_text("Germany", exact=True).first).to_be_visible()
    _picture(page, "germany-en")
    _ask(page, "我们在印尼建镍厂，怎么跟当地社区打交道？")
    expect(log.get_by_role("heading", name="怎么做").first).to_be_visible(timeout=ANSWERED_MS)
    expect(log.get_by_text("印度尼西亚", exact=True).first).to_be_visible()
    _picture(page, "indonesia-zh")


def test_a_follow_up_button_explains_the_answer(page: Page) -> None:
    _ask(page, "How do we choose a local partner in Vietnam?")
    page.get_by_role("button", name="Why?").click(timeout=ANSWERED_MS)
    expect(page.get_by_text("It applies because").first).to_be_visible(timeout=ANSWERED_MS)


def test_a_reload_keeps_the_conversation(page: Page) -> None:
    _ask(page, "How do we choose a local partner in Vietnam?")
    expect(page.get_by_role("heading", name="What to do").first).to_be_visible(timeout=ANSWERED_MS)
    page.reload()
    expect(page.get_by_text("How do we choose a local partner in Vietnam?").first).to_be_visible(timeout=ANSWERED_MS)
    expect(page.get_by_role("heading", name="What to do").first).to_be_visible()


def test_markup_in_a_message_stays_text(page: Page) -> None:
    _ask(page, '<img src=x onerror="window.hacked=1"> how do we enter Poland?')
    expect(page.get_by_text("<img src=x").first).to_be_visible()
    page.wait_for_timeout(1500)
    assert page.evaluate("window.hacked") is None


def test_it_fits_a_phone(browser: Browser, assistant: Assistant) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN")
    page = context.new_page()
    page.goto(assistant.url)
    _ask(page, "民营车企进巴西怎么做？")
    expect(page.get_by_role("log").get_by_text("巴西", exact=True).first).to_be_visible(timeout=ANSWERED_MS)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    _picture(page, "phone-zh")
    context.close()
