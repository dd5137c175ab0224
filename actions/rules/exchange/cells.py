"""How the values of an entry stand in the cells of a table, so that every value comes back as it was."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

YES, NO = "yes", "no"

_SEPARATORS = ";；"
_EMPTY_ITEM = r"\e"
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ENCODED = re.compile("_x([0-9A-Fa-f]{4})_")
_FORMULA = re.compile(r"'*[=+\-@＝＋－＠]")


def join_list(items: Iterable[str]) -> str:
    """A list as one cell: ``DE; FR``. A separator or backslash inside an item is preceded by a backslash."""
    return "; ".join(re.sub(rf"([\\{_SEPARATORS}])", r"\\\1", item) or _EMPTY_ITEM for item in items)


def split_list(cell: str) -> list[str]:
    """The list that stands in a cell; items may also be separated by full-width semicolons, and empty ones are left out."""
    return [_item(written) for written in _pieces(cell) if written]


def encode(text: str) -> str:
    """``text`` with characters that tables cannot hold as ``_xHHHH_``, which is how Excel writes them itself."""
    return _UNPRINTABLE.sub(lambda found: f"_x{ord(found.group()):04X}_", text)


def decode(cell: str) -> str:
    """Undo :func:`encode`."""
    return _ENCODED.sub(lambda found: chr(int(found.group(1), 16)), cell)


def guard(cell: str) -> str:
    """``cell`` with an apostrophe in front if a spreadsheet program would take it for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguard(cell: str) -> str:
    """Undo :func:`guard`."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _pieces(cell: str) -> Iterator[str]:
    """What stands between the separators, still with its backslashes."""
    piece = ""
    escaped = False
    for char in cell:
        if char in _SEPARATORS and not escaped:
            yield piece.strip()
            piece = ""
            continue
        piece += char
        escaped = char == "\\" and not escaped
    yield piece.strip()


def _item(written: str) -> str:
    return "" if written == _EMPTY_ITEM else re.sub(r"\\(.)", r"\1", written, flags=re.DOTALL)
