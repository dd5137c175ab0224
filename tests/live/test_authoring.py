"""A newcomer adds a country as docs/authoring.md says, and sees it in the running chat."""

from __future__ import annotations

import json

from tests.live.assistant import Assistant

QUESTION = "How should we work with the government in Uganda?"
KENYA = """\
# yaml-language-server: $schema=../guidance.schema.json
defaults:
  when: {market: [UG]}
  checked_on: "2026-11-22"
  review_by: "2027-05"
rules:
  - id: ug-live-county
    topic: government_relations
    kind: action
    text:
      en: "The country manager visits the county government before the ministry and keeps minutes of both visits."
      zh: "国别负责人先拜访郡政府，再拜访主管部委，两次会见都留下纪要。"
"""


def test_a_new_country_is_checked_previewed_loaded_and_answered_without_restart(assistant: Assistant) -> None:
    before = assistant.say("newcomer", QUESTION)
    assert "ug-live-county" not in json.dumps(before.payload)
    path = assistant.content / "markets" / "UG.yml"
    try:
        path.write_text(KENYA, encoding="utf-8")
        assert assistant.run("actions.rules", "validate").returncode == 0
        linted = json.loads(assistant.run("actions.rules", "lint", "--json").stdout)
        assert [finding for finding in linted["findings"] if "ug-live-county" in finding.values()] == []
        preview = assistant.run(
            "actions.rules", "advise", "government_relations", "--market", "UG", "--language", "zh", "--files"
        )
        assert "先拜访郡政府" in "".join(preview.stdout.split())
        assert "ug-live-county" not in json.dumps(assistant.say("newcomer", QUESTION).payload)
        assert assistant.run("actions.rules", "load", "--note", "Uganda").returncode == 0
        assistant.wait_until(lambda: "visits the county government" in assistant.say("newcomer", QUESTION).text, 10)
    finally:
        path.unlink(missing_ok=True)
        assistant.run("actions.rules", "load")
