"""Texts for Slack: cleaned, measured, cut and escaped, so that nothing formats, links or notifies by accident."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\uffff\ud800-\udfff]")
_BREAKS = (re.compile(r"\n"), re.compile(r"[.!?;:]\s|[。！？；：…]"), re.compile(r"\s|[，、,]"))
"""Where a text may be cut, the best places first."""

_LOOKALIKES = str.maketrans({"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ", "|": "∣"})
"""Slack's formatting marks cannot be escaped; in labels, the only texts that pass through mrkdwn, they are replaced."""

_EMOJI_CODE = re.compile(r":(?=[\w+'-]+:)")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_URL_UNSAFE = re.compile(r"[\s<>|\"`\\^{}]")
LONGEST_URL = 2000
LONGEST_NAME = 150
ADDRESS = re.compile(r"https?://[^\s<>\"，。；、）】」』]+[^\s<>\"，。；、）】」』.,;:!?)\]]")
"""A web address inside a text, without the punctuation after it."""


def clean(text: object) -> str:
    """A text without control and direction marks, halves of characters, and white space around it."""
    return "" if text is None else _UNPRINTABLE.sub("", str(text)).strip()


def length(text: str) -> int:
    """Characters as the strictest counter counts them: those beyond the first plane are two."""
    return len(text) + sum(character > "\uffff" for character in text)


def split(text: str, limit: int) -> Iterator[str]:
    """Pieces of at most ``limit`` characters, cut at a paragraph, a sentence or a word where possible; none is blank."""
    while length(text) > limit:
        cut = _cut(text, limit)
        if text[:cut].strip():
            yield text[:cut]
        text = text[cut:]
    if text.strip():
        yield text


def shorten(text: str, limit: int) -> str:
    """The beginning of a text within ``limit`` characters, with an ellipsis if something is left out."""
    if length(text) <= limit:
        return text
    return text[: _cut(text, limit - 1)].rstrip(" \n\t.,;:，、。；：") + "…"


def _cut(text: str, limit: int) -> int:
    """How many characters to take: up to the last good break in the second half of what fits, else as many as fit."""
    end = min(limit, len(text))
    while length(text[:end]) > limit:
        end -= 1
    for pattern in _BREAKS:
        ends = [match.end() for match in pattern.finditer(text, end // 2, end)]
        if ends:
            return ends[-1]
    return max(end, 1)


def escape(text: str) -> str:
    """A text in which Slack sees no mention, link or entity of its own."""
    return text.translate(_ENTITIES)


def label(text: object, limit: int = LONGEST_NAME) -> str:
    """A name or title for a mrkdwn text: escaped, on one line, and with look-alikes for marks that would format it."""
    plain = shorten(" ".join(clean(text).split()), limit).translate(_LOOKALIKES)
    return escape(_EMOJI_CODE.sub("∶", plain))


def web_address(url: object) -> str | None:
    """The address if it is one of the web that Slack can link to, else ``None``; signs with a meaning in mrkdwn are encoded."""
    address = clean(url)
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        return None
    address = _URL_UNSAFE.sub(lambda found: quote(found[0]), address)
    return address if length(escape(address)) <= LONGEST_URL else None


def link(url: object, text: object) -> str:
    """A link for a mrkdwn text; only the text if the address is none of the web."""
    address, name = web_address(url), label(text)
    return f"<{escape(address)}|{name}>" if address and name else name
