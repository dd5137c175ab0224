"""Checks messages and views against what Slack publishes of Block Kit, and against what we promise beyond that.

Limits: https://docs.slack.dev/reference/block-kit (blocks, block-elements, composition-objects), /reference/views, and the
constants of ``slack_sdk.models``, which are asked for a second opinion. Ours are marked as such.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block as SdkBlock

BLOCKS = {"message": 50, "modal": 100, "home": 100}
MESSAGE_TEXT = 4000
MESSAGE_SIZE = 13_000
"""Slack refuses larger messages, though it publishes no number (slackapi/bolt-js issue 2509: 13,172 characters)."""

VIEW_SIZE = 250_000
TEXT, HEADER, FIELD, LABEL = 3000, 150, 2000, 75
IDENTIFIER, VALUE, OPTION_VALUE, URL = 255, 2000, 150, 3000
PLACEHOLDER, ALT_TEXT, TITLE, METADATA = 150, 2000, 24, 3000
FIELDS, CONTEXT, ACTIONS, CONTEXT_ACTIONS, OPTIONS = 10, 10, 25, 5, 100
TABLE_ROWS, TABLE_CELLS, TABLE_CHARACTERS = 100, 20, 10_000
RICH_TEXT = 3000
"""Ours: Slack publishes none for rich text, and 3,000 for a section."""

SURFACES = {
    **dict.fromkeys(
        ("section", "header", "context", "actions", "divider", "rich_text", "image", "input"), {"message", "modal", "home"}
    ),
    "table": {"message", "home"},
    "context_actions": {"message"},
}
KEYS = {
    "section": {"text", "fields", "accessory", "expand"},
    "header": {"text"},
    "context": {"elements"},
    "actions": {"elements"},
    "divider": set(),
    "rich_text": {"elements"},
    "image": {"image_url", "slack_file", "alt_text", "title"},
    "input": {"label", "element", "hint", "optional", "dispatch_action"},
    "table": {"rows", "column_settings"},
    "context_actions": {"elements"},
    "button": {"text", "action_id", "value", "url", "style", "confirm", "accessibility_label"},
    "static_select": {"action_id", "options", "option_groups", "initial_option", "placeholder", "confirm", "focus_on_load"},
    "radio_buttons": {"action_id", "options", "initial_option", "confirm", "focus_on_load"},
    "feedback_buttons": {"action_id", "positive_button", "negative_button"},
    "plain_text_input": {
        "action_id",
        "multiline",
        "min_length",
        "max_length",
        "placeholder",
        "initial_value",
        "focus_on_load",
        "dispatch_action_config",
    },
}

_SEQUENCES = re.compile(r"<[^<>]*>")
_LINK = re.compile(r"<https?://[^\s|<>]+\|[^|<>]+>")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt);)")


def message_faults(message: Mapping[str, Any]) -> list[str]:
    """What Slack would refuse, or show otherwise than we mean, of a message (``text`` and ``blocks``)."""
    return list(_message(message))


def view_faults(view: Mapping[str, Any]) -> list[str]:
    """The same of a modal or an App Home."""
    return list(_view(view))


def length(text: str) -> int:
    """Characters as the strictest counter counts them (UTF-16 units)."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _message(message: Mapping[str, Any]) -> Iterator[str]:
    text, blocks = message.get("text"), message.get("blocks") or []
    if not isinstance(text, str) or not text.strip():
        yield "text: notifications and screen readers need one"
    else:
        yield from _string("text", text, MESSAGE_TEXT)
        yield from _escaped("text", text)
    yield from _blocks(blocks, "message")
    tables = [block for block in blocks if block.get("type") == "table"]
    if len(tables) > 1:
        yield f"blocks: {len(tables)} tables, but only_one_table_allowed"
    others = [block for block in blocks if block.get("type") != "table"]
    size = len(json.dumps(others, ensure_ascii=False).encode("utf-8", "surrogatepass")) + sum(map(_characters, tables))
    if size > MESSAGE_SIZE:
        yield f"blocks: {size} bytes in all, msg_blocks_too_long from about {MESSAGE_SIZE}"


def _view(view: Mapping[str, Any]) -> Iterator[str]:
    kind = view.get("type")
    if kind not in ("modal", "home"):
        yield f"type: {kind!r} is no view"
        return
    yield from _blocks(view.get("blocks") or [], str(kind))
    if kind == "modal":
        yield from _text("title", view.get("title"), TITLE, markup=False)
    for name in ("submit", "close"):
        if name in view:
            yield from _text(name, view[name], TITLE, markup=False)
    if any(block.get("type") == "input" for block in view.get("blocks") or []) and kind == "modal" and "submit" not in view:
        yield "submit: needed where there is an input"
    yield from _string("private_metadata", view.get("private_metadata", ""), METADATA, empty=True)
    yield from _string("callback_id", view.get("callback_id", ""), IDENTIFIER, empty=True)
    size = len(json.dumps(view, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    if size > VIEW_SIZE:
        yield f"view: {size} bytes, at most {VIEW_SIZE}"


def _blocks(blocks: Any, surface: str) -> Iterator[str]:
    if not isinstance(blocks, list) or not 1 <= len(blocks) <= BLOCKS[surface]:
        yield f"blocks: from 1 to {BLOCKS[surface]} in a {surface}, not {len(blocks)}"
    yield from _unique("block_id", [block["block_id"] for block in blocks if "block_id" in block])
    outside_forms = [block for block in blocks if block.get("type") != "input"]  # Slack asks for it in a block, we in a message
    yield from _unique("action_id", _action_ids(outside_forms))
    for number, block in enumerate(blocks):
        at, kind = f"blocks[{number}]", block.get("type")
        if kind not in SURFACES:
            yield f"{at}: unknown type {kind!r}"
            continue
        at = f"{at} ({kind})"
        if surface not in SURFACES[kind]:
            yield f"{at}: not available in a {surface}"
        yield from _keys(at, block, {*KEYS[kind], "block_id"})
        yield from _string(f"{at}.block_id", block.get("block_id", "-"), IDENTIFIER)
        yield from _CHECKS[kind](at, block)
        yield from _second_opinion(at, block)


def _unique(name: str, identifiers: Iterable[str]) -> Iterator[str]:
    for identifier, count in Counter(identifiers).items():
        if count > 1:
            yield f"{name}: {identifier!r} occurs {count} times"


def _second_opinion(at: str, block: Mapping[str, Any]) -> Iterator[str]:
    try:
        parsed = SdkBlock.parse(dict(block))
        if parsed is None:
            yield f"{at}: slack_sdk does not know it"
        else:
            parsed.to_dict()
    except (SlackObjectFormationError, TypeError, ValueError) as error:
        yield f"{at}: slack_sdk: {error}"


def _section(at: str, block: Mapping[str, Any]) -> Iterator[str]:
    if "text" not in block and not block.get("fields"):
        yield f"{at}: neither text nor fields"
    if "text" in block:
        yield from _text(f"{at}.text", block["text"], TEXT)
    yield from _count(f"{at}.fields", block.get("fields", [{}]), FIELDS)
    for number, part in enumerate(block.get("fields", [])):
        yield from _text(f"{at}.fields[{number}]", part, FIELD)
    if "accessory" in block:
        yield from _element(f"{at}.accessory", block["accessory"], {"button", "static_select", "image", "radio_buttons"})


def _header(at: str, block: Mapping[str, Any]) -> Iterator[str]:
    yield from _text(f"{at}.text", block.get("text"), HEADER, markup=False)


def _context(at: str, block: Mapping[str, Any]) -> Iterator[str]:
    yield from _count(f"{at}.elements", block.get("elements"), CONTEXT)
    for number, element in enumerate(block.get("elements", [])):
        if element.get("type") == "image":
            yield from _image(f"{at}.elements[{number}]", element)
        else:
            yield from _text(f"{at}.elements[{number}]", element, TEXT)


def _elements(most: int, kinds: set[str]) -> Callable[[str, Mapping[str, Any]], Iterator[str]]:
    def check(at: str, block: Mapping[str, Any]) -> Iterator[str]:
        yield from _count(f"{at}.elements", block.get("elements"), most)
        for number, element in enumerate(block.get("elements", [])):
            yield from _element(f"{at}.elements[{number}]", element, kinds)

    return check


def _element(at: str, element: Mapping[str, Any], kinds: set[str]) -> Iterator[str]:
    kind = element.get("type")
    if kind not in kinds:
        yield f"{at}: {kind!r} is not allowed here"
        return
    if kind == "image":
        yield from _image(at, element)
        return
    yield from _keys(at, element, KEYS[kind])
    yield from _string(f"{at}.action_id", element.get("action_id"), IDENTIFIER)
    if "placeholder" in element:
        yield from _text(f"{at}.placeholder", element["placeholder"], PLACEHOLDER, markup=False)
    if kind == "button":
        yield from _button(at, element)
    elif kind == "feedback_buttons":
        for name in ("positive_button", "negative_button"):
            yield from _text(f"{at}.{name}.text", element.get(name, {}).get("text"), LABEL, markup=False)
            yield from _string(f"{at}.{name}.value", element.get(name, {}).get("value"), VALUE)
    elif kind == "plain_text_input":
        if not 1 <= element.get("max_length", 1) <= TEXT:
            yield f"{at}.max_length: from 1 to {TEXT}"
    else:
        yield from _options(at, element, 10 if kind == "radio_buttons" else OPTIONS)


def _button(at: str, element: Mapping[str, Any]) -> Iterator[str]:
    yield from _text(f"{at}.text", element.get("text"), LABEL, markup=False)
    yield from _string(f"{at}.value", element.get("value", "-"), VALUE)
    yield from _string(f"{at}.accessibility_label", element.get("accessibility_label", "-"), LABEL)
    if "url" in element:
        yield from _address(f"{at}.url", element["url"])
    if element.get("style", "primary") not in ("primary", "danger"):
        yield f"{at}.style: {element['style']!r}"


def _options(at: str, element: Mapping[str, Any], most: int) -> Iterator[str]:
    options = element.get("options")
    yield from _count(f"{at}.options", options, most)
    for number, option in enumerate(options or []):
        yield from _text(f"{at}.options[{number}].text", option.get("text"), LABEL, markup=False)
        yield from _string(f"{at}.options[{number}].value", option.get("value"), OPTION_VALUE)
    values = [option.get("value") for option in options or []]
    if len(set(values)) < len(values):
        yield f"{at}.options: two have the same value"
    if "initial_option" in element and element["initial_option"] not in (options or []):
        yield f"{at}.initial_option: is none of the options"


def _image(at: str, block: Mapping[str, Any]) -> Iterator[str]:
    yield from _string(f"{at}.alt_text", block.get("alt_text"), ALT_TEXT)
    if "slack_file" not in block:
        yield from _address(f"{at}.image_url", block.get("image_url"))
    if "title" in block:
        yield from _text(f"{at}.title", block["title"], ALT_TEXT, markup=False)


def _input(at: str, block: Mapping[str, Any]) -> Iterator[str]:
    yield from _text(f"{at}.label", block.get("label"), FIELD, markup=False)
    if "hint" in block:
        yield from _text(f"{at}.hint", block["hint"], FIELD, markup=False)
    yield from _element(f"{at}.element", block.get("element", {}), {"plain_text_input", "static_select", "radio_buttons"})


def _rich_text(at: str, block: Mapping[str, Any]) -> Iterator[str]:
    yield from _count(f"{at}.elements", block.get("elements"), OPTIONS)
    if _characters(block) > RICH_TEXT:
        yield f"{at}: {_characters(block)} characters, at most {RICH_TEXT}"
    for number, element in enumerate(block.get("elements", [])):
        where, kind = f"{at}.elements[{number}]", element.get("type")
        if kind == "rich_text_list":
            yield from _keys(where, element, {"elements", "style", "offset", "indent", "border"})
            if element.get("style") not in ("bullet", "ordered"):
                yield f"{where}.style: {element.get('style')!r}"
            if not isinstance(element.get("offset", 0), int) or element.get("offset", 0) < 0:
                yield f"{where}.offset: {element['offset']!r}"
            yield from _count(f"{where}.elements", element.get("elements"), OPTIONS)
            for inner in element.get("elements", []):
                if inner.get("type") != "rich_text_section":
                    yield f"{where}: {inner.get('type')!r} in a list"
                yield from _spans(where, inner)
        elif kind in ("rich_text_section", "rich_text_quote"):
            yield from _keys(where, element, {"elements", "border"} if kind == "rich_text_quote" else {"elements"})
            yield from _spans(where, element)
        else:
            yield f"{where}: {kind!r} is not expected"


def _spans(at: str, section: Mapping[str, Any]) -> Iterator[str]:
    yield from _count(f"{at}.elements", section.get("elements"), 10 * OPTIONS)
    for number, span in enumerate(section.get("elements", [])):
        where = f"{at}.elements[{number}]"
        if span.get("type") not in ("text", "link"):
            yield f"{where}: {span.get('type')!r}: nobody is called and nothing is coloured by us"
            continue
        yield from _keys(where, span, {"text", "url", "style"} if span["type"] == "link" else {"text", "style"})
        yield from _string(f"{where}.text", span.get("text"), RICH_TEXT, blank=True)
        if span["type"] == "link":
            yield from _address(f"{where}.url", span.get("url"))
        if not set(span.get("style", {})) <= {"bold", "italic", "strike", "code"}:
            yield f"{where}.style: {span['style']!r}"


def _table(at: str, block: Mapping[str, Any]) -> Iterator[str]:
    rows = block.get("rows")
    yield from _count(f"{at}.rows", rows, TABLE_ROWS)
    if len({len(row) for row in rows or []}) > 1:
        yield f"{at}.rows: of different lengths"
    for number, row in enumerate(rows or []):
        yield from _count(f"{at}.rows[{number}]", row, TABLE_CELLS)
        for column, cell in enumerate(row):
            where = f"{at}.rows[{number}][{column}]"
            if cell.get("type") == "rich_text":
                yield from _rich_text(where, cell)
            elif cell.get("type") == "raw_text":
                yield from _string(f"{where}.text", cell.get("text"), RICH_TEXT)
            else:
                yield f"{where}: {cell.get('type')!r} is no cell"
    if _characters(block) > TABLE_CHARACTERS:
        yield f"{at}: {_characters(block)} characters, at most {TABLE_CHARACTERS}"
    yield from _count(f"{at}.column_settings", block.get("column_settings", [{}]), TABLE_CELLS)
    for setting in block.get("column_settings", []):
        if not set(setting) <= {"align", "is_wrapped"}:
            yield f"{at}.column_settings: {setting!r}"


_CHECKS: dict[str, Callable[[str, Mapping[str, Any]], Iterable[str]]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _elements(ACTIONS, {"button", "static_select", "radio_buttons"}),
    "context_actions": _elements(CONTEXT_ACTIONS, {"feedback_buttons"}),
    "divider": lambda at, block: (),
    "rich_text": _rich_text,
    "image": _image,
    "input": _input,
    "table": _table,
}


def _text(at: str, part: Any, most: int, *, markup: bool = True) -> Iterator[str]:
    """A text object; ``markup`` says whether mrkdwn is allowed."""
    if not isinstance(part, Mapping) or part.get("type") not in (("plain_text", "mrkdwn") if markup else ("plain_text",)):
        yield f"{at}: {part!r} is no text object for this place"
        return
    yield from _keys(at, part, {"text", "emoji"} if part["type"] == "plain_text" else {"text", "verbatim"})
    yield from _string(f"{at}.text", part.get("text"), most)
    if part["type"] == "mrkdwn":
        yield from _escaped(f"{at}.text", str(part.get("text")))
        if part.get("verbatim") is not True:
            yield f"{at}: Slack would link names and addresses by itself; set verbatim (ours)"


def _escaped(at: str, text: str) -> Iterator[str]:
    """Only links to web pages may be left of Slack's control sequences."""
    for sequence in _SEQUENCES.findall(text):
        if not _LINK.fullmatch(sequence):
            yield f"{at}: {sequence!r} is no link to a web page"
    bare = _SEQUENCES.sub("", text)
    if "<" in bare or ">" in bare or _ENTITY.search(text):
        yield f"{at}: not escaped: {bare!r}"


def _address(at: str, url: Any) -> Iterator[str]:
    yield from _string(at, url, URL)
    if not isinstance(url, str) or urlsplit(url).scheme.lower() not in ("http", "https") or not urlsplit(url).hostname:
        yield f"{at}: {url!r} is no web address"


def _string(at: str, text: Any, most: int, *, empty: bool = False, blank: bool = False) -> Iterator[str]:
    if not isinstance(text, str):
        yield f"{at}: {text!r} is no text"
    elif length(text) > most:
        yield f"{at}: {length(text)} characters, at most {most}"
    elif not empty and not (text if blank else text.strip()):
        yield f"{at}: is empty"
    elif any("\ud800" <= character <= "\udfff" for character in text):
        yield f"{at}: has half of a character"


def _count(at: str, parts: Any, most: int) -> Iterator[str]:
    if not isinstance(parts, list) or not 1 <= len(parts) <= most:
        yield f"{at}: from 1 to {most}, not {len(parts) if isinstance(parts, list) else parts!r}"


def _keys(at: str, part: Mapping[str, Any], known: set[str]) -> Iterator[str]:
    unknown = set(part) - known - {"type"}
    if unknown:
        yield f"{at}: unknown {', '.join(sorted(unknown))}"


def _action_ids(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        if "action_id" in part:
            yield part["action_id"]
        part = list(part.values())
    for inner in part if isinstance(part, list) else []:
        yield from _action_ids(inner)


def _characters(part: Any) -> int:
    """Characters that are read in a block: those of every ``text``."""
    if isinstance(part, Mapping):
        return sum(length(v) if k == "text" and isinstance(v, str) else _characters(v) for k, v in part.items())
    return sum(map(_characters, part)) if isinstance(part, list) else 0
