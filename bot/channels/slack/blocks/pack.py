"""Lays groups of blocks into messages that Slack accepts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.channels.slack.blocks.elements import size, weight
from bot.channels.slack.blocks.message import Block

MOST_BLOCKS = 50
LARGEST_MESSAGE = 12_000
"""Bytes, of a table characters (for which Slack publishes a limit of its own). For the whole Slack publishes no number, but
refuses blocks of some 13,200 characters (slackapi/bolt-js issue 2509)."""

Group = list[Block]
"""Blocks that belong together, such as an item and its sources."""


_BELOW = frozenset({"actions", "context_actions", "context"})
"""Blocks that say nothing by themselves, and go with what is above them."""


def pack(groups: Iterable[Group]) -> list[list[Block]]:
    """The blocks of each message, in order; a group stays together unless it is too large for a message of its own."""
    messages: list[list[Block]] = []
    for group in _attached(groups):
        for blocks in [group] if _fits(group) else [[block] for block in group]:
            if messages and _fits([*messages[-1], *blocks]):
                messages[-1] += blocks
            elif blocks:
                messages.append(list(blocks))
    return messages


def _attached(groups: Iterable[Group]) -> list[Group]:
    """The groups, with buttons and small print joined to what is above them."""
    joined: list[Group] = []
    for group in filter(None, groups):
        if joined and all(block["type"] in _BELOW for block in group) and _fits([*joined[-1], *group]):
            joined[-1] = [*joined[-1], *group]
        else:
            joined.append(group)
    return joined


def _fits(blocks: list[Block]) -> bool:
    """Whether one message holds the blocks: their number, their size, and one table at most."""
    tables = [block for block in blocks if block["type"] == "table"]
    others = [block for block in blocks if block["type"] != "table"]
    return len(blocks) <= MOST_BLOCKS and len(tables) <= 1 and size(others) + sum(map(weight, tables)) <= LARGEST_MESSAGE


def numbered(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks with a number in each ``action_id`` that ends in a colon, so that none occurs twice in a message."""
    count = 0
    for block in blocks:
        elements = []
        for element in block.get("elements", ()):
            if str(element.get("action_id", "")).endswith(":"):
                element = {**element, "action_id": f"{element['action_id']}{count}"}
                count += 1
            elements.append(element)
        accessory = block.get("accessory")
        if accessory and accessory["action_id"].endswith(":"):
            block = {**block, "accessory": {**accessory, "action_id": f"{accessory['action_id']}{count}"}}
            count += 1
        yield {**block, "elements": elements} if "elements" in block else block
