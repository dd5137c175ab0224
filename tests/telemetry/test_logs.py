"""What the Rasa server logs when things go wrong, in the format that is set: places and kinds, never words."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog
from rasa.core.channels.channel import CollectingOutputChannel, OutputChannel, UserMessage

from bot.channels.intake import converse
from bot.telemetry import logs

SAID = "we will close the Debrecen plant 关厂"
SENDER = "U0ZOELI-conversation"


@pytest.fixture()
def written() -> Iterator[Callable[[], str]]:
    """What is logged as JSON meanwhile."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure("json")
    root.handlers[0].setStream(stream)  # type: ignore[attr-defined]
    yield stream.getvalue
    root.handlers[:] = before
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()


class QuotingOutput(OutputChannel):
    """A channel whose failures quote what was to be sent, and to whom."""

    async def send_response(self, recipient_id: str, message: dict) -> None:
        raise ConnectionError(f"cannot send {message} to {recipient_id}")


async def quoting(message: UserMessage) -> None:
    raise RuntimeError(f"cannot understand {message.text!r} of {message.sender_id}: {json.dumps(vars(message), default=str)}")


async def echoing(message: UserMessage) -> None:
    await message.output_channel.send_response(message.sender_id, {"text": f"you said {message.text}"})


@pytest.mark.parametrize("on_new_message, output", [(quoting, CollectingOutputChannel), (echoing, QuotingOutput)])
async def test_failing_channel_and_agent_are_told_without_words_and_ids(
    written: Callable[[], str], on_new_message: Callable, output: type[OutputChannel]
) -> None:
    await converse(on_new_message, SAID, output(), SENDER, "web")
    lines = [json.loads(line) for line in written().splitlines()]
    assert any("Error" in line.get("exc_info", "") for line in lines)
    assert len({line["request_id"] for line in lines}) == 1
    for hidden in ("Debrecen", "关厂", "\\u5173", "U0ZOELI"):
        assert hidden not in written()


def test_structured_log_of_rasa_is_plain_and_keeps_no_text(written: Callable[[], str]) -> None:
    log = structlog.get_logger("rasa.core.something")
    log.debug("processor.message.parse", parse_data_text=SAID)
    log.warning("agent.odd", user_message=SAID, event_info="100% odd")
    try:
        raise ValueError("no luck")
    except ValueError:
        local = SAID  # Rasa's own set-up prints the variables of a traceback
        log.exception("rest.message.received.failure", text=local)
    first, second = (json.loads(line) for line in written().splitlines())
    assert (first["level"], first["message"]) == ("WARNING", "agent.odd 100% odd")
    assert second["message"] == "rest.message.received.failure" and "no luck" in second["exc_info"]
    assert "Debrecen" not in written()
