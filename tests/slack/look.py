"""Block Kit as HTML in Slack's look, for pictures in the documentation; what Slack itself shows may differ in detail."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Any

_LINK = re.compile(r"&lt;(https?://[^|]+)\|(.*?)&gt;")
_BOLD = re.compile(r"(?<!\w)\*([^*\n]+)\*(?!\w)")
_THUMB = "M7 11v9H4v-9zm0 0 4-8c1.5 0 2.5 1 2.5 2.5V9H19c1.2 0 2 1 1.8 2.2l-1.2 7A2 2 0 0 1 17.6 20H7"


def page(title: str, subtitle: str, parts: Iterable[str]) -> str:
    """A whole page."""
    css = Path(__file__).with_name("look.css").read_text(encoding="utf-8")
    bar = f'<div class="bar">{escape(title)}<small>{escape(subtitle)}</small></div>'
    return f'<!doctype html><meta charset="utf-8"><style>{css}</style><body>{bar}{"".join(parts)}</body>'


def said(name: str, time: str, text: str) -> str:
    """What a person wrote."""
    return _message(
        "person", name[:1], f'<span class="from">{escape(name)}</span>', time, f'<div class="block">{escape(text)}</div>'
    )


def answered(time: str, blocks: Iterable[Mapping[str, Any]], files: Iterable[tuple[str, bytes]] = ()) -> str:
    """What the app posted, with the pictures that it uploaded."""
    shown = "".join(f'<div class="block file"><p>{escape(name)}</p>{_picture(data)}</div>' for name, data in files)
    return _message("", "桥", '<span class="from">Qiao<span class="app">APP</span></span>', time, body(blocks) + shown)


def body(blocks: Iterable[Mapping[str, Any]]) -> str:
    """Blocks one below the other."""
    return "".join(_BLOCKS[block["type"]](block) for block in blocks)


def _message(look: str, avatar: str, name: str, time: str, inner: str) -> str:
    head = f'{name} <span class="time">{escape(time)}</span>'
    return f'<div class="message {look}"><div class="avatar">{escape(avatar)}</div><div><div>{head}</div>{inner}</div></div>'


def _picture(data: bytes) -> str:
    return f'<img alt="" src="data:image/png;base64,{b64encode(data).decode()}">'


def _header(block: Mapping[str, Any]) -> str:
    return f'<div class="block header">{_text(block["text"])}</div>'


def _section(block: Mapping[str, Any]) -> str:
    if "fields" in block:
        return f'<div class="block fields">{"".join(f"<div>{_text(part)}</div>" for part in block["fields"])}</div>'
    beside = _element(block["accessory"]) if "accessory" in block else ""
    return f'<div class="block section"><span>{_text(block["text"])}</span>{beside}</div>'


def _context(block: Mapping[str, Any]) -> str:
    return f'<div class="block context">{"".join(f"<span>{_text(part)}</span>" for part in block["elements"])}</div>'


def _actions(block: Mapping[str, Any]) -> str:
    return f'<div class="block actions">{"".join(map(_element, block["elements"]))}</div>'


def _rich_text(block: Mapping[str, Any]) -> str:
    return f'<div class="block">{"".join(map(_part, block["elements"]))}</div>'


def _table(block: Mapping[str, Any]) -> str:
    rows = ("".join(f"<td>{''.join(map(_part, cell['elements']))}</td>" for cell in row) for row in block["rows"])
    return f'<div class="block"><table>{"".join(f"<tr>{row}</tr>" for row in rows)}</table></div>'


_BLOCKS = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "context_actions": _actions,
    "rich_text": _rich_text,
    "table": _table,
}


def _part(part: Mapping[str, Any]) -> str:
    inner = part["elements"]
    if part["type"] == "rich_text_list":
        items = "".join(f"<li>{_part(item)}</li>" for item in inner)
        if part["style"] == "bullet":
            return f"<ul>{items}</ul>"
        return f'<ol start="{part.get("offset", 0) + 1}">{items}</ol>'
    spans = "".join(map(_span, inner))
    return f"<blockquote>{spans}</blockquote>" if part["type"] == "rich_text_quote" else f"<div>{spans}</div>"


def _span(span: Mapping[str, Any]) -> str:
    text = escape(span["text"])
    for style, tag in (("bold", "b"), ("italic", "i")):
        text = f"<{tag}>{text}</{tag}>" if span.get("style", {}).get(style) else text
    return f'<a href="{escape(span["url"])}">{text}</a>' if span["type"] == "link" else text


def _text(part: Mapping[str, Any]) -> str:
    if part["type"] == "plain_text":
        return escape(part["text"])
    marked = _LINK.sub(r'<a href="\1">\2</a>', part["text"].replace("<", "&lt;").replace(">", "&gt;"))
    return _BOLD.sub(r"<b>\1</b>", marked)


def _element(element: Mapping[str, Any]) -> str:
    if element["type"] == "feedback_buttons":
        down = '<svg viewBox="0 0 24 24" style="transform: rotate(180deg)">'
        return f'<span class="thumbs"><svg viewBox="0 0 24 24"><path d="{_THUMB}"/></svg>{down}<path d="{_THUMB}"/></svg></span>'
    if element["type"] == "static_select":
        return f'<span class="button select">{_text(element["initial_option"]["text"])}</span>'
    return f'<span class="button {element.get("style", "")}">{_text(element["text"])}</span>'
