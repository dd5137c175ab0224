"""Model archives packed at zlib's own level.

Rasa packs at the highest level: a minute for weights of 90 MB, of which it spares a twentieth.
"""

from __future__ import annotations

from typing import Any

from tarsafe import TarSafe

LEVEL = 6
"""What zlib holds for a good balance of time and size."""


def apply() -> None:
    """Pack faster."""
    TarSafe.gzopen = classmethod(_gzopen)


def undo() -> None:
    """Put Python's own behaviour back."""
    if "gzopen" in vars(TarSafe):
        del TarSafe.gzopen


def _gzopen(
    cls: type[TarSafe], name: Any, mode: str = "r", fileobj: Any = None, compresslevel: int = LEVEL, **others: Any
) -> TarSafe:
    return super(TarSafe, cls).gzopen(name, mode, fileobj, compresslevel, **others)
