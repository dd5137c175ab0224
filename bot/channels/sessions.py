"""Signed web sessions: a token names one conversation, cannot be guessed or altered, expires, and is renewed while it is used."""

from __future__ import annotations

import os
import secrets
import tempfile
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


class WeakSecret(Exception):
    """The signing secret is too short to resist guessing."""


@dataclass(frozen=True)
class Session:
    """A conversation that a token opens, until ``expires`` (seconds since the epoch)."""

    conversation: str
    expires: int


@dataclass(frozen=True)
class Sessions:
    """Makes and checks session tokens; every process with the same secret takes the tokens of every other.

    Raises:
        WeakSecret: the secret is too short.
    """

    secret: str
    lifetime_seconds: int

    def __post_init__(self) -> None:
        if len(self.secret) < SECRET_CHARACTERS:
            raise WeakSecret(f"the secret that signs web sessions must have at least {SECRET_CHARACTERS} characters")

    def open(self) -> Session:
        """A new conversation, whose id holds 128 random bits."""
        return self._until_later(f"web-{secrets.token_hex(16)}")

    def token(self, session: Session) -> str:
        """The token that opens ``session``."""
        claims = {"sub": session.conversation, "aud": _AUDIENCE, "exp": session.expires}
        return jwt.encode(claims, self.secret, algorithm=_ALGORITHM)

    def read(self, authorization: str | None) -> Session:
        """The session that an ``Authorization: Bearer …`` header opens.

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
        return Session(str(claims["sub"]), int(claims["exp"]))

    def renewed(self, session: Session) -> Session | None:
        """The same conversation for longer, once less than half of the session's life is left; ``None`` before."""
        if session.expires - time.time() >= self.lifetime_seconds / 2:
            return None
        return self._until_later(session.conversation)

    def _until_later(self, conversation: str) -> Session:
        return Session(conversation, int(time.time()) + self.lifetime_seconds)


def read_or_make_secret(path: Path) -> str:
    """The signing secret kept in ``path`` (readable by the owner only), made on first use or when it is too short.

    Processes that start at the same time all get the one that was written first.
    """
    secret = _read(path)
    if len(secret) >= SECRET_CHARACTERS:
        return secret
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    new = Path(name)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(SECRET_CHARACTERS))
    try:
        path.hardlink_to(new)
    except FileExistsError:
        if len(_read(path)) < SECRET_CHARACTERS:  # else another process was first
            new.replace(path)
    finally:
        new.unlink(missing_ok=True)
    return _read(path)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""
