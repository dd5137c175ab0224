"""The action server with an action that is slow, fails or breaks the server's own code, as the message asks for.

Run as ``python -m tests.telemetry.troubled_actions``; "greet" is the action that is troubled.
"""

from __future__ import annotations

import time
from typing import Any

from rasa_sdk.events import EventType

from actions.advice.answer import Answer
from actions.conversation import Turn
from actions.server import main
from actions.talk_actions import ActionTalk

_answer, _run = ActionTalk.answer, ActionTalk.run


def answer(self: ActionTalk, turn: Turn) -> Answer:
    if "slow" in turn.text:
        time.sleep(2)
    if "fail" in turn.text:
        raise ValueError(f"cannot answer {turn.text!r}")
    return _answer(self, turn)


async def run(self: ActionTalk, dispatcher: Any, tracker: Any, domain: Any) -> list[EventType]:
    events = await _run(self, dispatcher, tracker, domain)
    if "break" in tracker.latest_message["text"]:
        raise RuntimeError(f"broken by {tracker.latest_message}")
    return events


ActionTalk.answer = answer  # type: ignore[method-assign]
ActionTalk.run = run  # type: ignore[method-assign]

if __name__ == "__main__":
    main()
