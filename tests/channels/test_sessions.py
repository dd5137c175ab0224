"""Session tokens: they open their own conversation and nothing else."""

from __future__ import annotations

import stat
import time
from pathlib import Path

import jwt
import pytest

from bot.channels.sessions import InvalidSession, Sessions, read_or_make_secret

SECRET = "a secret of the test " * 3
SESSIONS = Sessions(SECRET, 3600)


def bearer(claims: dict, secret: str = SECRET, algorithm: str = "HS256") -> str:
    return f"Bearer {jwt.encode(claims, secret, algorithm=algorithm)}"


def test_token_opens_its_conversation() -> None:
    conversation, token = SESSIONS.open()
    assert SESSIONS.conversation(f"Bearer {token}") == conversation
    assert SESSIONS.conversation(f"bearer {token}") == conversation


def test_conversations_cannot_be_guessed() -> None:
    opened = {SESSIONS.open()[0] for _ in range(100)}
    assert len(opened) == 100
    assert all(len(conversation.removeprefix("web-")) == 32 for conversation in opened)


def test_token_can_be_made_for_a_given_conversation() -> None:
    assert SESSIONS.conversation(f"Bearer {SESSIONS.token('web-known')}") == "web-known"


def test_altered_token_is_refused() -> None:
    head, body, signature = SESSIONS.open()[1].split(".")
    other_body = SESSIONS.token("web-somebody-else").split(".")[1]
    for token in (f"{head}.{other_body}.{signature}", f"{head}.{body}.{signature[::-1]}", f"{head}.{body}.", f"{head}.{body}"):
        with pytest.raises(InvalidSession):
            SESSIONS.conversation(f"Bearer {token}")


def test_expired_token_is_refused() -> None:
    token = Sessions(SECRET, -1).open()[1]
    with pytest.raises(InvalidSession):
        SESSIONS.conversation(f"Bearer {token}")


def test_token_signed_with_another_secret_is_refused() -> None:
    token = Sessions("another secret " * 3, 3600).open()[1]
    with pytest.raises(InvalidSession):
        SESSIONS.conversation(f"Bearer {token}")


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Bearer nonsense", "Basic dXNlcjpwYXNz", "web-known"])
def test_missing_or_malformed_header_is_refused(header: str | None) -> None:
    with pytest.raises(InvalidSession):
        SESSIONS.conversation(header)


@pytest.mark.parametrize("changed", [{"aud": "other"}, {"aud": None}, {"exp": None}, {"sub": None}], ids=str)
def test_token_without_the_right_claims_is_refused(changed: dict) -> None:
    claims = {"sub": "web-known", "aud": "qiao-web", "exp": int(time.time()) + 60}
    assert SESSIONS.conversation(bearer(claims)) == "web-known"
    with pytest.raises(InvalidSession):
        SESSIONS.conversation(bearer({key: value for key, value in {**claims, **changed}.items() if value is not None}))


@pytest.mark.parametrize("algorithm, secret", [("none", None), ("HS512", SECRET)])
def test_token_of_another_algorithm_is_refused(algorithm: str, secret: str | None) -> None:
    claims = {"sub": "web-known", "aud": "qiao-web", "exp": int(time.time()) + 60}
    with pytest.raises(InvalidSession):
        SESSIONS.conversation(bearer(claims, secret, algorithm))  # type: ignore[arg-type]


def test_secret_is_made_once_and_kept_private(tmp_path: Path) -> None:
    path = tmp_path / "var" / "session.key"
    secret = read_or_make_secret(path)
    assert len(secret) >= 32 and read_or_make_secret(path) == secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_or_make_secret(tmp_path / "other.key") != secret


def test_empty_secret_file_is_never_used_to_sign(tmp_path: Path) -> None:
    path = tmp_path / "session.key"
    path.touch()
    assert len(read_or_make_secret(path)) >= 32
