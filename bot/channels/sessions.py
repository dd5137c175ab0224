"""Signed web sessions: a token names one conversation, cannot be guessed or altered, and expires."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from pathlib import Path

import jwt

_ALGORITHM = "HS256"
_AUDIENCE = "qiao-web"
SECRET_CHARACTERS = 32
"""The least that a signing secret may have."""


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
    """The signing secret kept in ``path`` (readable by the owner only), made on first use or when it is too short."""
    try:
        secret = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        secret = ""
    if len(secret) < SECRET_CHARACTERS:
        secret = secrets.token_hex(SECRET_CHARACTERS)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secret, encoding="ascii")
    return secret
