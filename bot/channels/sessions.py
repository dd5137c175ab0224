"""Signed web sessions: a token names one conversation, cannot be guessed or altered, and expires."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from pathlib import Path

import jwt

_ALGORITHM = "HS256"
_AUDIENCE = "qiao-web"


class InvalidSession(Exception):
    """The token is missing, altered, expired or not ours."""


@dataclass(frozen=True)
class Sessions:
    """Makes and checks session tokens."""

    secret: str
    lifetime_seconds: int

    def open(self) -> tuple[str, str]:
        """A new conversation: its id (128 random bits) and the token that opens it."""
        conversation = f"web-{secrets.token_hex(16)}"
        return conversation, self.token(conversation)

    def token(self, conversation: str) -> str:
        """A token for ``conversation`` that is valid from now on."""
        claims = {"sub": conversation, "aud": _AUDIENCE, "exp": int(time.time()) + self.lifetime_seconds}
        return jwt.encode(claims, self.secret, algorithm=_ALGORITHM)

    def conversation(self, authorization: str | None) -> str:
        """The conversation that an ``Authorization: Bearer …`` header opens.

        Raises:
            InvalidSession: the header opens none.
        """
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer":
            raise InvalidSession
        try:
            claims = jwt.decode(
                token, self.secret, algorithms=[_ALGORITHM], audience=_AUDIENCE, options={"require": ["exp", "sub"]}
            )
        except jwt.InvalidTokenError:
            raise InvalidSession from None
        return str(claims["sub"])


def read_or_make_secret(path: Path) -> str:
    """The signing secret kept in ``path`` (readable by the owner only), made on first use."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32), encoding="ascii")
    return path.read_text(encoding="ascii").strip()
