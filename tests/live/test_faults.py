"""What a person sees when a part is broken, and that it comes back by itself."""

from __future__ import annotations

from tests.live.assistant import Assistant

QUESTION = "How do we choose a local partner in Vietnam?"


def test_without_the_action_server_the_person_is_told_and_later_served(assistant: Assistant) -> None:
    assistant.stop_actions()
    try:
        english = assistant.say("fault-en", QUESTION)
        chinese = assistant.say("fault-zh", "在越南怎么选合作伙伴？")
        ready = assistant.get("/ready")
    finally:
        assistant.start_actions()
    assert "unavailable for the moment" in english.text
    assert "暂时无法提供建议" in chinese.text
    assert ready.status_code == 503
    assert ready.json()["action_server"] is False
    assert "got no answer" in assistant.log.read_text(encoding="utf-8")
    assistant.wait_until(lambda: assistant.get("/ready").status_code == 200, 60)
    assert assistant.say("fault-en", QUESTION).kind == "advice"


def test_a_broken_guidance_file_is_named_and_the_last_release_stays_in_use(assistant: Assistant) -> None:
    release = assistant.say("fault-content", QUESTION).payload["release"]
    broken = assistant.content / "topics" / "entry_mode.yml"
    good = broken.read_text(encoding="utf-8")
    try:
        broken.write_text(good.replace("kind: principle", "kind: principel", 1), encoding="utf-8")
        line = 1 + good[: good.index("kind: principle")].count("\n")
        result = assistant.run("actions.rules", "load")
    finally:
        broken.write_text(good, encoding="utf-8")
    assert result.returncode == 1
    assert f"topics/entry_mode.yml:{line}:" in result.stderr
    assert "kind" in result.stderr
    assert assistant.say("fault-content", QUESTION).payload["release"] == release


def test_new_guidance_is_answered_without_a_restart(assistant: Assistant) -> None:
    path = assistant.content / "markets" / "VN.yml"
    good = path.read_text(encoding="utf-8")
    addition = """
  - id: vn-live-test
    topic: partner_selection
    kind: action
    weight: 100
    text: {en: "The live test asks this first.", zh: "现场测试先问这一句。"}
    checked_on: "2026-11-22"
    review_by: "2027-11"
"""
    try:
        path.write_text(good.rstrip("\n") + "\n" + addition, encoding="utf-8")
        assert assistant.run("actions.rules", "load").returncode == 0

        def is_served() -> bool:
            return "The live test asks this first." in assistant.say("fault-reload", QUESTION).text

        assistant.wait_until(is_served, 10)
    finally:
        path.write_text(good, encoding="utf-8")
        assistant.run("actions.rules", "load")
