"""Makes the transcripts and pictures of ``docs/slack.md`` out of the recorded answers.

Run ``.venv/bin/python -W ignore -m tests.slack.picture``; it needs a Chromium (``make setup-dev``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from playwright.sync_api import sync_playwright

from actions.advice.radar import radar_svg
from actions.advice.raster import png
from bot.channels.slack.blocks import SlackMessage, home_view, render
from tests.browser_path import find_chromium
from tests.slack import look
from tests.slack.record import FOLDER

DOCS = FOLDER.parents[1] / "docs"
TRANSCRIPTS: dict[str, list[tuple[str, str]]] = {
    "en": [
        ("How do we win the trust of regulators in Germany as a state-owned battery maker?", "advice"),
        ("Compare Hungary and Poland", "comparison"),
        ("Test how ready we are", "assessment_question"),
        ("Yes, with proof", "assessment_again"),
        ("A brief for Indonesia", "brief"),
        ("How do we bribe the inspector?", "refusal"),
        ("I want to speak to a person", "handoff"),
    ],
    "zh": [
        ("我们是国有电池企业，怎么取得德国监管机构的信任？", "advice"),
        ("比较匈牙利和波兰", "comparison"),
        ("测一下我们的出海准备度", "assessment_question"),
        ("是，有据可查", "assessment_again"),
        ("做一份印尼简报", "brief"),
        ("给官员送红包怎么操作", "refusal"),
        ("我想找真人", "handoff"),
    ],
}
PICTURES = {
    "slack-en": ("en", ("advice",)),
    "slack-zh": ("zh", ("advice",)),
    "slack-comparison-zh": ("zh", ("comparison",)),
    "slack-assessment-en": ("en", ("assessment_question", "assessment_again")),
    "slack-talk-en": ("en", ("brief", "refusal", "handoff")),
}
NAMES = {"en": ("Lin Yue", "#going-abroad"), "zh": ("林悦", "#出海")}
RECENT = {
    "en": ["How do we win the trust of regulators in Germany as a state-owned battery maker?", "Compare Hungary and Poland"],
    "zh": ["我们是国有电池企业，怎么取得德国监管机构的信任？", "比较匈牙利和波兰"],
}


def recorded(language: str) -> dict[str, list[dict[str, Any]]]:
    """The recorded messages by name."""
    return json.loads((FOLDER / "payloads" / f"{language}.json").read_text(encoding="utf-8"))


def transcript(language: str) -> list[dict[str, Any]]:
    """What is said and what is posted, as JSON."""
    turns = []
    for said, name in TRANSCRIPTS[language]:
        turns.append({"said": said, "posted": [asdict(message) for message in render(recorded(language)[name], language)]})
    return turns


def _conversation(language: str, wanted: Sequence[str]) -> Iterator[str]:
    name = NAMES[language][0]
    for number, (said, answer) in enumerate(turn for turn in TRANSCRIPTS[language] if turn[1] in wanted):
        time = f"9:{12 + 7 * number}"
        yield look.said(name, time, said)
        messages = recorded(language)[answer]
        for message in render(messages, language):
            yield look.answered(time, message.blocks, _files(message, messages, language))


def _files(message: SlackMessage, messages: list[dict[str, Any]], language: str) -> list[tuple[str, bytes]]:
    """The chart of a result, drawn anew from its points."""
    if message.upload is None:
        return []
    card = next(m["custom"] for m in messages if "custom" in m)
    axes = [(score["title"], score["points"]) for score in card["scores"]]
    before = card["previous"] and [card["previous"]["scores"].get(score["dimension"]) for score in card["scores"]]
    legend = ("本次", "上一次") if language == "zh" else ("now", "last time")
    return [(message.upload.filename, png(radar_svg(message.upload.title, axes, before or (), legend)))]


def _home(language: str) -> str:
    profile = {"market": ["DE"], "sector": "batteries", "ownership": "state_owned", "audience": "regulators"}
    result = recorded(language)["assessment_again"][-1]["custom"]
    view = home_view(language=language, profile=profile, recent=RECENT[language], assessment=result, team_url=None)
    return f'<div class="home">{look.body(view["blocks"])}</div>'


def main() -> None:
    """Write ``docs/slack-transcript.<language>.json`` and the pictures."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        for language in ("en", "zh"):
            text = json.dumps(transcript(language), ensure_ascii=False, indent=1)
            (DOCS / f"slack-transcript.{language}.json").write_text(text + "\n", encoding="utf-8")
            home = look.page(
                "Qiao 桥", "Home · Messages · About" if language == "en" else "主页 · 消息 · 关于", [_home(language)]
            )
            _shoot(browser, home, f"slack-home-{language}")
        for name, (language, wanted) in PICTURES.items():
            thread = "Thread" if language == "en" else "消息列"
            _shoot(browser, look.page(thread, NAMES[language][1], _conversation(language, wanted)), name)
        browser.close()


def _shoot(browser: Any, html: str, name: str) -> None:
    shown = browser.new_page(viewport={"width": 760, "height": 400})
    shown.set_content(html)
    shown.screenshot(path=DOCS / "images" / f"{name}.png", full_page=True)
    shown.close()


if __name__ == "__main__":
    main()
