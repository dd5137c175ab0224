"""The replies that an answer offers, as buttons. A button's ``action_id`` says what the channel does with it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.channels.slack.blocks.elements import LONGEST_LABEL, LONGEST_VALUE, actions, button, listing, plain, words
from bot.channels.slack.blocks.message import Block
from bot.channels.slack.blocks.pack import Group
from bot.channels.slack.blocks.text import length

SAY = "say:"
OPEN_HANDOFF = "open:handoff"
_FOLLOW_UPS = ("/why", "/sources", "/more", "/next_steps", "/example")
_CONTROLS = (":back", ":stop")
_STYLES = {"forget:yes": "danger", "handoff:yes": "primary"}
_POSITIVE, _NEGATIVE = "/feedback_positive", "/feedback_negative"

Reply = dict[str, str]
"""A button of the adviser's: ``title`` and ``payload``."""


def follow_ups(replies: Sequence[Reply]) -> list[Reply]:
    """Those that go on with the answer."""
    return [reply for reply in replies if reply["payload"].partition("{")[0] in _FOLLOW_UPS]


def choices(replies: Sequence[Reply]) -> list[Reply]:
    """Those that answer a question."""
    return [reply for reply in replies if reply not in follow_ups(replies)]


def rows(replies: Sequence[Reply]) -> Group:
    """Buttons, those that leave a question in a row of their own; titles too long for a button stand above them in full."""
    sendable = [reply for reply in replies if length(reply["payload"]) <= LONGEST_VALUE]
    spelled = [r for r in replies if length(r["title"]) > LONGEST_LABEL or r not in sendable]
    controls = [reply for reply in sendable if _choice(reply).endswith(_CONTROLS)]
    blocks: Group = listing([words(reply["title"])] for reply in spelled)
    for row in ([reply for reply in sendable if reply not in controls], controls):
        blocks += actions([_button(reply) for reply in row])
    return blocks


def thumbs(positive: str, negative: str) -> Block:
    """Thumbs up and down; the arguments name them."""
    return {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": SAY,
                "positive_button": {"text": plain(positive, LONGEST_LABEL), "value": _POSITIVE},
                "negative_button": {"text": plain(negative, LONGEST_LABEL), "value": _NEGATIVE},
            }
        ],
    }


def _button(reply: Reply) -> Block:
    """A consent to the hand-over opens its form."""
    choice, title = _choice(reply), reply["title"]
    action_id = OPEN_HANDOFF if choice == "handoff:yes" else SAY
    return button(action_id, title[:1].upper() + title[1:], reply["payload"], style=_STYLES.get(choice))


def _choice(reply: Reply) -> str:
    """What a payload ``/intent{"choice": "…"}`` stands for; else empty."""
    return reply["payload"].partition('"choice": "')[2].partition('"')[0]
