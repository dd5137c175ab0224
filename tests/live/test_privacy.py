"""What is stored of a person is gone after "forget me", in every database; what is kept survives a restart; old talk expires."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import pytest

from tests.live.assistant import Assistant

SECRET = "zebrafish-47"


def rows_with(folder: Path, words: str) -> list[str]:
    """Every table of every database in the folder in which some value holds these words."""
    found = []
    for path in folder.glob("*.db"):
        database = sqlite3.connect(path)
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            rows = database.execute(f'SELECT * FROM "{table}"').fetchall()  # noqa: S608
            if any(words in str(value) for row in rows for value in row):
                found.append(f"{path.name}:{table}")
        database.close()
    return sorted(found)


def talk(assistant: Assistant, sender: str) -> None:
    assistant.say(sender, f"Our project {SECRET} is a solar park in Chile, we are a private company")
    assistant.say(sender, "How do we win the neighbours' trust?")
    assistant.say(sender, "that answer is useless")
    assistant.say(sender, f"it says nothing on {SECRET}")
    assistant.say(sender, "I want to talk to a human adviser")
    assistant.say(sender, '/affirm{"choice": "handoff:yes"}')
    assistant.say(sender, "zoe@example.org")
    assistant.say(sender, f"Who signs for {SECRET}?")
    assistant.say(sender, "make me a brief for Chile")


def test_forgetting_leaves_nothing_in_any_database(assistant: Assistant) -> None:
    sender = f"forget-{SECRET}"
    talk(assistant, sender)
    var = assistant.folder / "var"
    assert {name.partition(":")[0] for name in rows_with(var, SECRET)} == {"conversations.db", "records.db"}
    asked = assistant.say(sender, "forget everything about me")
    assert asked.payload["state"] == "confirm" and asked.payload["stored"]["tickets"] == 1
    assert assistant.say(sender, '/affirm{"choice": "forget:yes"}').payload["state"] == "deleted"
    deadline = time.monotonic() + 10
    while rows_with(var, SECRET) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert rows_with(var, SECRET) == []
    assert "know nothing" in assistant.say(sender, "what do you know about us?").text


def test_silent_conversations_and_old_records_expire_by_command(assistant: Assistant) -> None:
    sender = "expire-quokka"
    assistant.say(sender, "How do we win the neighbours' trust in Peru?")
    kept = assistant.run("bot", "expire", "--days", "1")
    assert kept.returncode == 0 and rows_with(assistant.folder / "var", "expire-quokka")
    gone = assistant.run("bot", "expire", "--days", "0")
    assert gone.returncode == 0 and not rows_with(assistant.folder / "var", "expire-quokka")


def test_tickets_are_listed_and_closed_by_command(assistant: Assistant) -> None:
    sender = "ticket-okapi"
    assistant.say(sender, "I want to talk to a human adviser")
    assistant.say(sender, '/affirm{"choice": "handoff:yes"}')
    assistant.say(sender, "okapi@example.org")
    reference = assistant.say(sender, "Who signs for our land lease?").payload["reference"]
    assert reference in assistant.run("bot", "tickets", "--json").stdout
    assert assistant.run("bot", "tickets", "--close", reference, "--note", "called back").returncode == 0
    assert reference not in assistant.run("bot", "tickets", "--json").stdout
    assert assistant.run("bot", "tickets", "--close", reference).returncode == 1


def test_documents_open_under_their_links_only(assistant: Assistant) -> None:
    links = assistant.say("brief-reader", "make me a brief for Indonesia in Chinese").payload["links"]
    page, word = (assistant.get(links[kind].partition(assistant.url)[2]) for kind in ("page", "word"))
    assert (
        page.status_code == 200
        and "简报：印度尼西亚" in page.text
        and "default-src 'none'" in page.headers["content-security-policy"]
    )
    assert word.content[:2] == b"PK" and "attachment" in word.headers["content-disposition"]
    for wrong in (
        "x" * 32 + ".html",
        "..%2f..%2fetc%2fpasswd",
        "short.html",
        links["page"].rpartition("/")[2].replace("html", "exe"),
    ):
        assert assistant.get(f"/documents/{wrong}").status_code == 404


def test_chart_of_an_assessment_opens_as_drawing_and_as_picture(assistant: Assistant) -> None:
    reply = assistant.say("chart-reader", "test how ready we are")
    while "question" in reply.payload:
        reply = assistant.say("chart-reader", next(b["payload"] for b in reply.buttons if b["payload"].endswith(':partly"}')))
    drawing = reply.payload["chart"].partition(assistant.url)[2]
    assert assistant.get(drawing).headers["content-type"].startswith("image/svg+xml")
    picture = assistant.get(drawing.replace(".svg", ".png"))
    assert picture.headers["content-type"] == "image/png" and picture.content.startswith(b"\x89PNG")


@pytest.mark.usefixtures("trained_model")
def test_profile_survives_a_restart_of_both_servers(tmp_path: Path) -> None:
    assistant = Assistant(tmp_path)
    assistant.start()
    assistant.say("returning", "We are a listed battery maker entering Hungary")
    assistant.stop()
    assistant.start()
    try:
        profile = assistant.say("returning", "what do you know about us?").payload["profile"]
    finally:
        assistant.stop()
    assert (profile["market"], profile["sector"], profile["ownership"]) == (["HU"], "batteries", "listed")
