"""Encrypts what the channel stores, and makes ids that name nobody and cannot be guessed."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class CannotDecrypt(Exception):
    """Something stored was encrypted with a key that is not among those given."""


_FERNET = b"gAAAA"
"""How everything begins that Fernet has encrypted."""


class Sealer:
    """Fernet encryption under the first of the keys; any of them opens. Without keys things are stored as they are, and what
    was stored so is still read when keys come later."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernets = MultiFernet([Fernet(key) for key in keys]) if keys else None
        self._newest = Fernet(keys[0]) if keys else None

    def seal(self, plain: bytes) -> bytes:
        """The encrypted form."""
        return self._fernets.encrypt(plain) if self._fernets else plain

    def open(self, sealed: bytes) -> bytes:
        """What was sealed.

        Raises:
            CannotDecrypt: with a key that is not given.
        """
        sealed = bytes(sealed)
        if not sealed.startswith(_FERNET):
            return sealed
        try:
            if self._fernets is not None:
                return self._fernets.decrypt(sealed)
        except InvalidToken:
            pass
        raise CannotDecrypt("encrypted with a key that is not in QIAO_SLACK_KEY; put the old key behind the new one")

    def is_current(self, sealed: bytes) -> bool:
        """Whether the newest key opens it, so that older ones are not needed for it."""
        if self._newest is None:
            return True
        try:
            self._newest.decrypt(bytes(sealed))
        except InvalidToken:
            return False
        return True


class Ids:
    """Ids of conversations, persons and threads: the same for the same parts, and of no use to whoever lacks the secret."""

    def __init__(self, secret: str) -> None:
        self._key = hashlib.sha256(f"qiao slack {secret}".encode()).digest()

    def make(self, kind: str, *parts: str) -> str:
        """An id of 128 bits for these parts."""
        told_apart = "\x1f".join((kind, *parts))
        return hmac.new(self._key, told_apart.encode(), hashlib.sha256).hexdigest()[:32]
