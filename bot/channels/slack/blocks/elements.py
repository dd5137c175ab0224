"""Blocks and their parts within Slack's limits. What people wrote goes into rich text, in which no sign has a meaning."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bot.channels.slack.blocks.message import Block
from bot.channels.slack.blocks.text import ADDRESS, clean, length, shorten, split, web_address

LONGEST_TEXT = 3000
LONGEST_HEADER = 150
LONGEST_LABEL = 75
LONGEST_LINK = 300
LONGEST_VALUE = 2000
LONGEST_OPTION_VALUE = 150
MOST_FIELDS = 10
MOST_ELEMENTS = 25
MOST_CONTEXT_ELEMENTS = 10
LARGEST_ACTIONS = 8000
"""Bytes of one actions block; Slack refuses messages that are too large as a whole."""

Span = dict[str, Any]
"""A run of rich text: words, or a link."""


def words(text: object, *, bold: bool = False, italic: bool = False) -> Span:
    """Words that Slack shows as they are."""
    style: dict[str, Any] = {name: True for name, wanted in (("bold", bold), ("italic", italic)) if wanted}
    return {"type": "text", "text": str(text), **({"style": style} if style else {})}


def slanted(language: str) -> bool:
    """Whether words that step back are set in italics, which Chinese has not."""
    return language != "zh"


def linked(url: object, text: object) -> Span:
    """A link, or only its words if the address is none of the web."""
    address, name = web_address(url), shorten(clean(text), LONGEST_LINK)
    return {"type": "link", "url": address, "text": name} if address and name else words(clean(text))


def prose(text: object, *, bold: bool = False) -> list[Span]:
    """A text with its web addresses as links."""
    plain, spans, at = clean(text), [], 0
    for found in ADDRESS.finditer(plain):
        address = web_address(found[0])
        if address:
            spans += [words(plain[at : found.start()], bold=bold), linked(address, found[0])]
            at = found.end()
    return [span for span in (*spans, words(plain[at:], bold=bold)) if span["text"]]


def paragraphs(spans: Sequence[Span]) -> list[Block]:
    """Running text; as many blocks as its length needs."""
    return [_rich_text([_section(part)]) for part in _parts(spans)]


def quotation(spans: Sequence[Span]) -> list[Block]:
    """Text with a line at its side, for what must not be overlooked."""
    return [_rich_text([{"type": "rich_text_quote", "elements": part}]) for part in _parts(spans)]


def listed(spans: Sequence[Span], *, number: int | None = None, heading: str = "") -> list[Block]:
    """An item of a list, with its number or a bullet, perhaps under a heading; what does not fit goes on in further blocks."""
    style: Block = {"style": "bullet"} if number is None else {"style": "ordered", "offset": number - 1}
    parts = list(_parts(spans, LONGEST_TEXT - length(heading)))
    if not parts:
        return []
    item = {"type": "rich_text_list", **style, "elements": [_section(parts[0])]}
    opening = [_section([words(heading, bold=True)])] if heading else []
    return [_rich_text([*opening, item]), *(_rich_text([_section(part)]) for part in parts[1:])]


def listing(entries: Iterable[Sequence[Span]], *, numbered: bool = False, heading: str = "") -> list[Block]:
    """A list, in as few blocks as hold it."""
    blocks: list[Block] = []
    for number, spans in enumerate(entries, start=1):
        made = listed(spans, number=number if numbered else None, heading="" if blocks else heading)
        last = blocks[-1]["elements"][-1] if blocks else {}
        if len(made) == 1 and last.get("type") == "rich_text_list" and weight(blocks[-1]) + weight(made[0]) <= LONGEST_TEXT:
            last["elements"] += made[0]["elements"][-1]["elements"]
        else:
            blocks += made
    return blocks


def cell(spans: Sequence[Span]) -> Block:
    """A cell of a table."""
    return _rich_text([_section(list(spans) or [words("–")])])


def header(text: object) -> list[Block]:
    """A title; one that is too long for a header is a bold paragraph."""
    title = " ".join(clean(text).split())
    if length(title) > LONGEST_HEADER:
        return paragraphs([words(title, bold=True)])
    return [{"type": "header", "text": plain(title)}] if title else []


def plain(text: object, limit: int = LONGEST_TEXT) -> Block:
    """A text object that is shown as it is."""
    return {"type": "plain_text", "text": shorten(" ".join(clean(text).split()), limit), "emoji": False}


def mrkdwn(text: str) -> Block:
    """A text object out of escaped labels and links."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def remarks(parts: Iterable[str], separator: str = " · ") -> list[Block]:
    """Small print out of escaped labels and links, which are never cut."""
    texts: list[str] = []
    for part in filter(None, parts):
        joined = f"{texts[-1]}{separator}{part}" if texts else ""
        if joined and length(joined) <= LONGEST_TEXT:
            texts[-1] = joined
        else:
            texts.append(part)
    return [{"type": "context", "elements": [mrkdwn(text)]} for text in texts]


def fields(pairs: Iterable[tuple[str, str]]) -> list[Block]:
    """Short labels over short values, in two columns; both are escaped labels."""
    objects = [mrkdwn(f"*{name}*\n{value}") for name, value in pairs]
    return [{"type": "section", "fields": objects[at : at + MOST_FIELDS]} for at in range(0, len(objects), MOST_FIELDS)]


def actions(elements: Sequence[Block]) -> list[Block]:
    """Rows of buttons and menus."""
    rows: list[list[Block]] = []
    for element in elements:
        full = not rows or len(rows[-1]) == MOST_ELEMENTS or size([*rows[-1], element]) > LARGEST_ACTIONS
        if full:
            rows.append([])
        rows[-1].append(element)
    return [{"type": "actions", "elements": row} for row in rows]


def button(action_id: str, text: object, value: str | None = None, *, url: str | None = None, style: str | None = None) -> Block:
    """A button that sends ``value``, or opens ``url``."""
    made = {
        "type": "button",
        "action_id": action_id,
        "text": plain(text, LONGEST_LABEL),
        "value": value,
        "url": url,
        "style": style,
    }
    return {name: part for name, part in made.items() if part is not None}


def option(text: object, value: str) -> Block:
    """An option of a menu."""
    return {"text": plain(text, LONGEST_LABEL), "value": value}


def weight(element: Block) -> int:
    """Characters of a span, of all spans in a part of rich text, or of all cells in a table."""
    own = length(element.get("text", "")) + length(element.get("url", ""))
    inner = [*element.get("elements", ()), *(cell for row in element.get("rows", ()) for cell in row)]
    return own + sum(map(weight, inner))


def size(blocks: object) -> int:
    """Bytes of what is sent."""
    return len(json.dumps(blocks, ensure_ascii=False).encode())


def _rich_text(elements: list[Block]) -> Block:
    return {"type": "rich_text", "elements": elements}


def _section(spans: Sequence[Span]) -> Block:
    return {"type": "rich_text_section", "elements": list(spans)}


def _parts(spans: Iterable[Span], limit: int = LONGEST_TEXT) -> Iterator[list[Span]]:
    """The spans in portions of at most ``limit`` characters; words are cut where they may be, links are not."""
    part: list[Span] = []
    room = limit
    for span in spans:
        for piece in (
            [span] if span["type"] == "link" else [{**span, "text": text} for text in _pieces(span["text"], room, limit)]
        ):
            needed = weight(piece)
            if needed > room and part:
                yield part
                part, room = [], limit
            part.append(piece)
            room -= needed
    if part:
        yield part


def _pieces(text: str, room: int, limit: int) -> Iterator[str]:
    """A text in pieces, the first of which fills the room that is left if that is worth it."""
    if length(text) > room >= limit // 3:
        first = next(split(text, room), "")
        if text.startswith(first):
            yield first
            text = text[len(first) :]
    yield from split(text, limit) if length(text) > limit else ([text] if text else [])
