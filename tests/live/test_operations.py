"""What operators see of real conversations: logs without what people say, traces and figures of both servers, and stopping and
updating without a lost message."""

from __future__ import annotations

import json
import re
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from serving.logs import pseudonym
from tests.live.assistant import PROJECT, Assistant
from tests.live.test_privacy import rows_with
from tests.telemetry.conftest import TraceReceiver

QUESTION = "How do we choose a local partner in Vietnam?"


class TroubledAssistant(Assistant):
    """Its action server has :mod:`tests.telemetry.troubled_actions`; its log is JSON; it is traced."""

    def __init__(self, folder: Path, collector: str) -> None:
        super().__init__(folder)
        self.environment |= {
            "QIAO_LOG_FORMAT": "json",
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector,
            "OTEL_BSP_SCHEDULE_DELAY": "200",
        }

    def start_actions(self) -> None:
        """Start the troubled action server."""
        self._start("actions", "tests.telemetry.troubled_actions")

    def lines(self) -> list[dict[str, Any]]:
        """The log's lines, as far as they are JSON."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines() if line.startswith("{")]

    def end(self, name: str) -> float:
        """Ask a server to stop; gives the seconds that it took."""
        process, started = self._servers[name], time.monotonic()
        process.terminate()
        process.wait(30)
        return time.monotonic() - started


@pytest.fixture(scope="module")
def collector() -> Iterator[TraceReceiver]:
    receiver = TraceReceiver()
    yield receiver
    receiver.close()


@pytest.fixture(scope="module")
def troubled(
    trained_model: None, collector: TraceReceiver, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TroubledAssistant]:
    running = TroubledAssistant(tmp_path_factory.mktemp("troubled"), collector.url)
    try:
        running.start()
        yield running
    finally:
        running.stop()


def metrics(assistant: Assistant, port: int | None = None) -> dict[str, float]:
    """The figures of the Rasa server, or of the server at a port."""
    page = httpx.get(f"http://127.0.0.1:{port or assistant.port}/metrics", timeout=30).text
    rows = (line.rpartition(" ") for line in page.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in rows}


def grown(before: dict[str, float], after: dict[str, float], name: str) -> float:
    """By how much a figure has grown; 0 if it is not there."""
    return after.get(name, 0) - before.get(name, 0)


def test_messages_are_counted_by_channel_language_topic_and_kind_of_answer(assistant: Assistant) -> None:
    before, acted_before = metrics(assistant), metrics(assistant, assistant.action_port)
    assistant.say("metrics-a", QUESTION)
    assistant.say("metrics-a", "在越南怎么选合作伙伴？")
    assistant.say("metrics-b", "🙂🙂")
    after, acted_after = metrics(assistant), metrics(assistant, assistant.action_port)
    counts = {
        'qiao_messages_total{channel="rest",language="en"}': 2,
        'qiao_messages_total{channel="rest",language="zh"}': 1,
        'qiao_intents_total{intent="partner_selection"}': 2,
        'qiao_intents_total{intent="nlu_fallback"}': 1,
        'qiao_answers_total{type="advice"}': 2,
        'qiao_answers_total{type="clarify"}': 1,
        'qiao_turn_seconds_count{channel="rest"}': 3,
        **{f'qiao_stage_seconds_count{{stage="{stage}"}}': 3 for stage in ("reading", "understanding", "action", "writing")},
        'qiao_unanswered_messages_total{channel="rest"}': 0,
    }
    assert {name: grown(before, after, name) for name in counts} == counts
    assert grown(acted_before, acted_after, 'qiao_action_seconds_count{action="action_advise"}') == 2
    assert grown(acted_before, acted_after, "qiao_lookup_seconds_count") == 3
    lookup, compose = (grown(acted_before, acted_after, f"qiao_{part}_seconds_sum") for part in ("lookup", "compose"))
    assert lookup > 0 and compose > 0
    assert after["qiao_active_conversations"] >= 2 and after["qiao_in_progress"] == 0


def test_figures_name_model_and_release_and_no_person(assistant: Assistant) -> None:
    release = assistant.say("metrics-zoe@example.org", QUESTION).payload["release"]
    assert f'qiao_guidance_release_info{{release="{release}"}}' in metrics(assistant, assistant.action_port)
    pages = [httpx.get(f"http://127.0.0.1:{port}/metrics").text for port in (assistant.port, assistant.action_port)]
    assert re.search(r'qiao_model_info\{model="[\w.-]+"\} 1\.0', pages[0])
    assert all("zoe" not in page and "Vietnam" not in page for page in pages)


def test_every_figure_of_the_alerts_and_of_the_docs_exists(assistant: Assistant) -> None:
    assistant.say("metrics-a", QUESTION)
    pages = [httpx.get(f"http://127.0.0.1:{port}/metrics").text for port in (assistant.port, assistant.action_port)]
    families = set(re.findall(r"^# TYPE (\w+)", "\n".join(pages), re.MULTILINE))
    docs = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
    alerts = (PROJECT / "deploy" / "prometheus-rules.yml").read_text(encoding="utf-8")
    for told in (alerts, docs.partition("## Metrics")[2].partition("\n## ")[0]):
        named = set(re.findall(r"\bqiao_[a-z_]+[a-z]|\bprocess_[a-z_]+[a-z]", told))
        assert named and {name for name in named if name.removesuffix("_bucket") not in families} == set()


def test_parsing_for_a_program_is_no_message(assistant: Assistant) -> None:
    before = metrics(assistant)
    assistant.parse(QUESTION)
    assert grown(before, metrics(assistant), 'qiao_intents_total{intent="partner_selection"}') == 0


def test_one_id_runs_through_the_lines_of_both_servers(troubled: TroubledAssistant) -> None:
    reply = troubled.post(
        "/webhooks/rest/webhook", json={"sender": "id", "message": QUESTION}, headers={"X-Request-ID": "from-the-proxy-1"}
    )
    assert reply.headers["X-Request-ID"] == "from-the-proxy-1"
    told = [(line["logger"], line["message"]) for line in troubled.lines() if line["request_id"] == "from-the-proxy-1"]
    assert [logger for logger, _ in told] == ["actions.base", "serving.access", "serving.access"]
    assert told[0][1].startswith("action_advise answered advice")


def test_failures_are_told_without_what_people_say(troubled: TroubledAssistant) -> None:
    before, acted_before = metrics(troubled), metrics(troubled, troubled.action_port)
    sender = "zoe.li-U0ZOELI@example.org"
    words = ("hello, fail on our zirconium quokka", "hello, break our zirconium quokka", "你好，fail 袋鼠锆矿计划")
    apology, notice, _ = (troubled.say(sender, said).text for said in words)
    assert "unavailable for the moment" in apology and "unavailable for the moment" in notice
    written = troubled.log.read_text(encoding="utf-8")
    for hidden in ("quokka", "袋鼠", "\\u888b", "\\xe8\\xa2\\x8b", "zoe.li", "U0ZOELI"):
        assert hidden not in written, f"{hidden} stands in the log"
    assert "cannot answer" in written and "broken by" in written, "the errors themselves are told"
    after, acted_after = metrics(troubled), metrics(troubled, troubled.action_port)
    assert grown(acted_before, acted_after, 'qiao_action_errors_total{action="action_talk",reason="error"}') == 2
    assert grown(before, after, 'qiao_action_call_failures_total{reason="error"}') == 1
    assert grown(before, after, 'qiao_unanswered_messages_total{channel="rest"}') == 1


def test_tokens_and_links_never_stand_in_the_log(troubled: TroubledAssistant) -> None:
    link = troubled.say("links", "make me a brief for Chile").payload["links"]["page"]
    token = link.rpartition("/")[2].partition(".")[0]
    assert troubled.get(f"/documents/{token}.html").status_code == 200
    troubled.get(f"/documents/{token}x.html")
    session = troubled.post("/webhooks/web/session").json()["session"]
    troubled.post("/webhooks/web/message", json={"message": "hello, fail"}, headers={"Authorization": f"Bearer {session}"})
    troubled.get("/status?token=s3same-open")
    written = troubled.log.read_text(encoding="utf-8")
    assert token not in written and session not in written and "s3same-open" not in written
    assert any(line.get("path") == "/documents/<name:str>" for line in troubled.lines())


def test_turn_is_traced_through_both_servers(troubled: TroubledAssistant, collector: TraceReceiver) -> None:
    trace = uuid.uuid4().hex
    body = {"sender": "traced", "message": QUESTION}
    troubled.post("/webhooks/rest/webhook", json=body, headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"})
    names = ("POST /webhooks/rest/webhook", "turn", "understanding", "call action_advise", "POST /webhook", "action_advise")
    request, turn, understanding, call, webhook, action, lookup = (
        collector.wait_for(name, trace=trace) for name in (*names, "look up topic")
    )
    assert [turn["parent"], call["parent"], webhook["parent"], action["parent"], lookup["parent"]] == [
        request["id"],
        turn["id"],
        call["id"],
        webhook["id"],
        action["id"],
    ]
    assert (turn["service"], action["service"]) == ("qiao-assistant", "qiao-actions")
    assert "partner_selection" in understanding["attributes"]["intent"]
    assert not any("Vietnam" in str(span) or "quokka" in str(span) for span in collector.spans)


def test_new_guidance_reaches_people_under_load_without_an_error(assistant: Assistant) -> None:
    path = assistant.content / "markets" / "VN.yml"
    good = path.read_text(encoding="utf-8")
    before = assistant.say("update", QUESTION).payload["release"]
    seen: list[str] = []
    failed: list[str] = []
    is_over = threading.Event()

    def ask(number: int) -> None:
        with httpx.Client(base_url=assistant.url, timeout=60) as client:
            while not is_over.is_set():
                reply = client.post("/webhooks/rest/webhook", json={"sender": f"update-{number}", "message": QUESTION})
                releases = [message["custom"].get("release") for message in reply.json() if "custom" in message]
                (seen if len(releases) == 1 else failed).extend(releases or [reply.text])

    people = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for person in people:
        person.start()
    try:
        path.write_text(good.replace("kind: action", "weight: 1\n    kind: action", 1), encoding="utf-8")
        loaded = assistant.run("actions.rules", "load")
        assert loaded.returncode == 0, loaded.stderr
        assistant.wait_until(lambda: len(seen) >= 300 and seen[-1] != before, 120)
    finally:
        is_over.set()
        for person in people:
            person.join()
        path.write_text(good, encoding="utf-8")
        assistant.run("actions.rules", "load")
    assert failed == []
    assert len(set(seen)) == 2 and seen[0] == before and set(seen[-4:]) == {seen[-1]} != {before}


def test_operators_delete_what_a_person_has_left(assistant: Assistant) -> None:
    for sender in ("forget-by-id", "forget-by-log", "forget-not"):
        assistant.say(sender, "How do we win the neighbours' trust in Peru?")
    for who in ("forget-by-id", pseudonym("forget-by-log")):
        gone = assistant.run("bot", "forget", who, "--yes")
        assert gone.returncode == 0 and "Deleted" in gone.stderr, gone.stderr
        assert assistant.run("bot", "forget", who, "--yes").returncode == 1
    held = rows_with(assistant.folder / "var", "forget-")
    assert held == ["conversations.db:events"] and rows_with(assistant.folder / "var", "forget-by") == []
    assert "know nothing" in assistant.say("forget-by-id", "what do you know about us?").text


def test_operators_delete_by_the_reference_of_a_ticket(assistant: Assistant) -> None:
    assistant.say("forget-ticket", "I want to talk to a human adviser")
    assistant.say("forget-ticket", '/affirm{"choice": "handoff:yes"}')
    assistant.say("forget-ticket", "okapi@example.org")
    reference = assistant.say("forget-ticket", "Who signs for our land lease?").payload["reference"]
    assert assistant.run("bot", "forget", reference, "--yes").returncode == 0
    assert rows_with(assistant.folder / "var", "forget-ticket") == []


def test_insights_of_a_real_conversation(assistant: Assistant, tmp_path: Path) -> None:
    assistant.say("insights-a", "I'm Zoe Li, zoe@example.org. How do we choose a local partner in Vietnam?")
    assistant.say("insights-a", "we grow 🙂🙂")
    page = tmp_path / "insights.html"
    told = assistant.run("bot", "insights", "--json", "--html", str(page))
    assert told.returncode == 0, told.stderr
    found = json.loads(told.stdout)
    assert any(entry["value"] == "partner_selection" for entry in found["topics"])
    assert any(entry["value"] == "VN" for entry in found["markets"])
    written = page.read_text(encoding="utf-8")
    assert "Vietnam" in written and "<img" in written
    assert "zoe@example.org" not in written + told.stdout and "insights-a" not in written + told.stdout


# the last tests of the module, since they end the servers


def _ask_slowly(troubled: TroubledAssistant, sender: str) -> tuple[threading.Thread, list[str]]:
    """Begin a turn that takes two seconds."""
    heard: list[str] = []
    asking = threading.Thread(target=lambda: heard.append(troubled.say(sender, "hello, slow").text))
    asking.start()
    time.sleep(0.7)
    return asking, heard


def test_action_server_that_is_stopped_finishes_its_answer(troubled: TroubledAssistant) -> None:
    asking, heard = _ask_slowly(troubled, "drain-actions")
    troubled.end("actions")
    asking.join()
    assert heard and "unavailable" not in heard[0]
    troubled.start_actions()
    troubled.wait_until(lambda: troubled.get("/ready").status_code == 200, 60)


def test_conversation_goes_on_after_a_backup_is_restored(troubled: TroubledAssistant, tmp_path: Path) -> None:
    troubled.say("returning", "We are a listed battery maker entering Hungary")
    made = troubled.run("bot", "backup", "--to", str(tmp_path / "backups"))
    assert made.returncode == 0, made.stderr
    refused = troubled.run("bot", "restore", made.stdout.strip())
    assert refused.returncode == 1 and "stopitfirst" in "".join(refused.stderr.split())
    troubled.end("rasa")
    troubled.end("actions")
    for path in (troubled.folder / "var").glob("*.db*"):
        path.unlink()
    restored = troubled.run("bot", "restore", made.stdout.strip())
    assert restored.returncode == 0, restored.stderr
    troubled.start()
    profile = troubled.say("returning", "what do you know about us?").payload["profile"]
    assert (profile["market"], profile["sector"], profile["ownership"]) == (["HU"], "batteries", "listed")


def test_assistant_that_is_stopped_finishes_its_turn_and_keeps_it(troubled: TroubledAssistant) -> None:
    asking, heard = _ask_slowly(troubled, "drain-rasa")
    troubled.end("rasa")
    asking.join()
    assert heard and "unavailable" not in heard[0]
    assert any("asked to stop; 1 messages" in line["message"] for line in troubled.lines())
    assert rows_with(troubled.folder / "var", "drain-rasa") == ["conversations.db:events"]
