"""A brief: what is in it, and its links as buttons."""

from __future__ import annotations

from bot.channels.slack.blocks.answer import Answer
from bot.channels.slack.blocks.elements import actions, button, header, listing, paragraphs, prose, words
from bot.channels.slack.blocks.pack import Group
from bot.channels.slack.blocks.text import clean, web_address
from bot.channels.slack.blocks.texts import text


def brief(answer: Answer) -> list[Group]:
    """Title, what it holds, its parts, and buttons that open it; nothing if there is no brief yet."""
    links, language = answer.card.get("links"), answer.language
    sections = answer.listed("sections")
    if not isinstance(links, dict) or not sections:
        return []
    groups: list[Group] = [[*header(answer.card.get("title")), *paragraphs(prose(answer.lines[0] if answer.lines else ""))]]
    groups.append(listing([words(_part(section))] for section in sections))
    addresses = [(name, web_address(links.get(name))) for name in ("page", "word")]
    opened = [button("link:", text(f"brief_{name}", language), url=address) for name, address in addresses if address]
    return [*groups, actions(opened)]


def _part(section: dict[str, object]) -> str:
    entries = section.get("items")
    count = len(entries) if isinstance(entries, list) else 0
    return f"{clean(section.get('title'))} ({count})"
