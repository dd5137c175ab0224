"""Slack with the real adviser: an emulated workspace, real signatures, the real servers."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cryptography.fernet import Fernet

from tests.live.assistant import Assistant
from tests.slack.emulator import Posted, Workspace
from tests.slack.emulator import payloads as said
from tests.slack.emulator.slack import SIGNING_SECRET, Background

ANSWERED_WITHIN = 60


class Stage:
    """People in a workspace that the assistant serves."""

    def __init__(self, background: Background, assistant: Assistant) -> None:
        self._background = background
        self.slack = background.slack
        self.assistant = assistant

    def send(self, body: dict[str, Any]) -> float:
        """Let Slack deliver something; gives the seconds until it was acknowledged."""
        status, _, seconds = self._background.run(self.slack.send(self.assistant.url, body))
        assert status == 200
        return float(seconds)

    def answer(self, body: dict[str, Any], least: int = 1) -> list[Posted]:
        """What is posted on something."""
        before = len(self.slack.posted)
        self.send(body)
        self.wait(lambda: len(self.slack.posted) >= before + least)
        self.wait(lambda: self.open_entries() == 0)
        return self.slack.posted[before:]

    def wait(self, condition: Callable[[], Any]) -> None:
        """Wait until something has happened."""
        self.assistant.wait_until(condition, ANSWERED_WITHIN)
        assert self.slack.problems == []

    def is_stored(self, words: str) -> bool:
        """Whether a conversation holds these words."""
        with sqlite3.connect(self.assistant.folder / "var" / "conversations.db") as connection:
            rows = connection.execute("SELECT data FROM events WHERE type_name = 'user'").fetchall()
        return any(words in str(json.loads(row[0])["text"]) for row in rows)

    def open_entries(self) -> int:
        """Events that are not answered yet."""
        with sqlite3.connect(self.assistant.folder / "var" / "slack.db") as connection:
            return int(connection.execute("SELECT count(*) FROM slack_inbox WHERE done_at IS NULL").fetchone()[0])


@pytest.fixture(scope="module")
def stage(trained_model: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with Background() as background:
        assistant = Assistant(
            tmp_path_factory.mktemp("slack"),
            QIAO_CHANNELS="web,rest,slack",
            SLACK_API_URL=f"{background.slack.url}/api/",
            SLACK_BOT_TOKEN=Workspace().token,
            SLACK_SIGNING_SECRET=SIGNING_SECRET,
            QIAO_SLACK_KEY=Fernet.generate_key().decode(),
            QIAO_SLACK_RATE="0",
            QIAO_SLACK_LEASE="5",
        )
        assistant.start()
        yield Stage(background, assistant)
        assistant.stop()


def texts(messages: list[Posted]) -> str:
    return "\n".join(message.shown for message in messages)


def buttons(messages: list[Posted]) -> list[dict[str, Any]]:
    rows = [block for message in messages for block in message.blocks if block["type"] == "actions"]
    return [element for row in rows for element in row["elements"]]


@pytest.mark.parametrize(
    "question, expected",
    [
        ("How do we choose a local partner in Vietnam?", "Vietnam"),
        ("我们在印尼建镍厂，怎么跟当地社区打交道？", "印度尼西亚"),
    ],
    ids=["en", "zh"],
)
def test_advice_with_its_follow_ups(stage: Stage, question: str, expected: str) -> None:
    user = f"U0{expected.encode().hex()[:6].upper()}"
    advice = stage.answer(said.direct(question, user=user))
    assert expected in texts(advice)
    why = next(button for button in buttons(advice) if button.get("value", "").startswith("/why"))
    explained = stage.answer(said.press(why["value"], action_id=why["action_id"], user=user))
    assert texts(explained) != texts(advice)
    stage.send(said.home_opened(user=user))
    stage.wait(lambda: user in stage.slack.homes)
    home = json.dumps(stage.slack.homes[user], ensure_ascii=False)
    assert question in home and expected in home


def test_the_language_that_a_person_has_chosen_holds_in_every_thread(stage: Stage) -> None:
    user = "U0LING"
    stage.answer(said.choose("请用中文回答", user=user))
    in_thread = stage.answer(said.mention("How do we choose a local partner in Vietnam?", user=user))
    assert "越南" in texts(in_thread)
    by_words = stage.answer(said.mention("Please answer in English", user=user, thread_ts=in_thread[0].thread))
    assert "English" in texts(by_words)
    assert "Vietnam" in texts(stage.answer(said.direct("在越南怎么选合作伙伴？", user=user)))


def test_an_assessment_by_buttons_ends_with_a_chart(stage: Stage) -> None:
    user, messages = "U0ASSE", stage.answer(said.choose("Test how ready we are", user="U0ASSE"))
    for _ in range(14):
        yes = next(button for button in buttons(messages) if ":yes" in button.get("value", ""))
        messages = stage.answer(said.press(yes["value"], action_id=yes["action_id"], user=user))
    stage.wait(lambda: stage.slack.uploads)
    assert "100" in texts(messages)
    assert stage.slack.uploads[-1]["channel_id"] == f"D{user[1:]}"
    stage.wait(lambda: user in stage.slack.homes)


def test_a_question_for_a_person_becomes_a_ticket(stage: Stage) -> None:
    user = "U0HAND"
    asked = stage.answer(said.direct("a person, please", user=user))
    form = next(button for button in buttons(asked) if button["action_id"].startswith("open:handoff"))
    stage.send(said.press(form["value"], action_id=form["action_id"], user=user))
    stage.wait(lambda: stage.slack.opened)
    answers = {"question": "Who helps us with the strike in Monterrey?", "contact": "ling@one.example"}
    done = stage.answer(said.submit(stage.slack.opened[-1], answers, user=user))
    listed = json.loads(stage.assistant.run("bot", "tickets", "--json").stdout)
    ticket = next(ticket for ticket in listed if ticket["contact"] == "ling@one.example")
    assert ticket["question"] == answers["question"]
    assert ticket["reference"] in texts(done)


def test_forget_me_deletes_all_conversations_of_the_person_and_the_chosen_language(stage: Stage) -> None:
    user = "U0GONE"
    stage.answer(said.choose("请用中文回答", user=user))
    stage.answer(said.mention("在乌兹别克斯坦怎么选合作伙伴？", user=user))
    assert stage.is_stored("乌兹别克斯坦")
    asked = stage.answer(said.direct("忘记我", user=user))
    yes = next(button for button in buttons(asked) if "forget:yes" in button.get("value", ""))
    stage.answer(said.press(yes["value"], action_id=yes["action_id"], user=user))
    assert not stage.is_stored("乌兹别克斯坦")
    assert "Vietnam" in texts(stage.answer(said.direct("How do we choose a local partner in Vietnam?", user=user)))


def test_without_the_action_server_the_person_is_told_and_later_served(stage: Stage) -> None:
    stage.assistant.stop_actions()
    try:
        told = stage.answer(said.direct("在越南怎么选合作伙伴？", user="U0FAULT"))
    finally:
        stage.assistant.start_actions()
    assert "暂时无法提供建议" in texts(told)
    stage.assistant.wait_until(lambda: stage.assistant.get("/ready").status_code == 200, 60)
    assert "越南" in texts(stage.answer(said.direct("在越南怎么选合作伙伴？", user="U0FAULT")))


def test_a_crash_loses_nothing_that_was_acknowledged_and_doubles_nothing(stage: Stage) -> None:
    before = len(stage.slack.posted)
    bodies = [said.direct(f"How do we choose a local partner in Vietnam? ({n})", user=f"U0CR{n:02d}") for n in range(30)]
    for body in bodies:
        stage.send(body)
    stage.wait(lambda: len(stage.slack.posted) > before)
    stage.assistant.kill("rasa")
    answered = len(stage.slack.posted) - before
    assert answered < 30
    stage.assistant.start_assistant()
    for body in bodies[:5]:
        stage.send(body)
    stage.wait(lambda: len({m.channel for m in stage.slack.posted[before:]}) == 30 and stage.open_entries() == 0)
    per_person = [sum(m.channel == f"D0CR{n:02d}" for m in stage.slack.posted[before:]) for n in range(30)]
    assert per_person == [per_person[0]] * 30


def test_no_secret_and_no_words_of_people_stand_in_the_servers_log(stage: Stage) -> None:
    log = stage.assistant.log.read_text(encoding="utf-8")
    for secret in (SIGNING_SECRET, "s3cr3t", "Monterrey", "ling@one.example", "U0HAND"):
        assert secret not in log
