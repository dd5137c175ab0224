"""Records what the real servers answer into ``payloads/en.json`` and ``payloads/zh.json``, as ``script.yml`` asks for it.

Run ``.venv/bin/python -W ignore -m tests.slack.record`` after a change of what the adviser answers.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import yaml

from tests.live.assistant import Assistant

FOLDER = Path(__file__).parent
PUBLIC_URL = "https://qiao.example.com"


def record(assistant: Assistant, language: str) -> dict[str, list[dict[str, Any]]]:
    """The messages of every named turn."""
    recorded = {}
    for number, conversation in enumerate(yaml.safe_load((FOLDER / "script.yml").read_text(encoding="utf-8"))):
        sender = f"record-{language}-{number}"
        buttons: list[dict[str, str]] = []
        for turn in conversation:
            for wanted in [f":{answer}" for answer in turn.get("answers", ())] or [turn.get("press")]:
                said = _payload(buttons, wanted) if wanted else turn[language]
                reply = assistant.say(sender, said)
                assert reply.messages, f"no answer to {said!r}"
                buttons += reply.buttons
            if "name" in turn:
                recorded[turn["name"]] = [{k: v for k, v in message.items() if k != "recipient_id"} for message in reply.messages]
    return recorded


def _payload(buttons: list[dict[str, str]], wanted: str) -> str:
    found = [button["payload"] for button in buttons if wanted in button["payload"]]
    assert found, f"no button with {wanted!r} among {[button['payload'] for button in buttons]}"
    return found[-1]


def main() -> None:
    """Start the servers, record both languages, stop them."""
    with tempfile.TemporaryDirectory(prefix="qiao-record-") as folder:
        assistant = Assistant(Path(folder))
        assistant.environment["QIAO_PUBLIC_URL"] = PUBLIC_URL
        assistant.start()
        try:
            for language in ("en", "zh"):
                text = json.dumps(record(assistant, language), ensure_ascii=False, indent=1)
                (FOLDER / "payloads" / f"{language}.json").write_text(text + "\n", encoding="utf-8")
        finally:
            assistant.stop()


if __name__ == "__main__":
    main()
