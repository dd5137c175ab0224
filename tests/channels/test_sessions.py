"""Session tokens: they open their own conversation and nothing else."""

from __future__ import annotations

import stat
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jwt
import pytest

from bot.channels.sessions import InvalidSession, Session, Sessions, WeakSecret, read_or_make_secret

SECRET = "a secret of the test " * 3
SESSIONS = Sessions(SECRET, 3600)


def bearer(claims: dict, secret: str = SECRET, algorithm: str = "HS256") -> str:
    return f"Bearer {jwt.encode(claims, secret, algorithm=algorithm)}"


def opened(token: str, sessions: Sessions = SESSIONS) -> Session:
    return sessions.read(f"Bearer {token}")


def test_token_opens_its_conversation_until_it_expires() -> None:
    session = SESSIONS.open()
    token = SESSIONS.token(session)
    assert opened(token) == session == SESSIONS.read(f"bearer {token}")
    assert session.expires == pytest.approx(time.time() + 3600, abs=5)


def test_conversations_cannot_be_guessed() -> None:
    conversations = {SESSIONS.open().conversation for _ in range(100)}
    assert len(conversations) == 100
    assert all(len(conversation.removeprefix("web-")) == 32 for conversation in conversations)


def test_token_is_taken_after_a_restart_and_by_every_replica_with_the_same_secret() -> None:
    token = SESSIONS.token(SESSIONS.open())
    assert opened(token, Sessions(SECRET, 60)) == opened(token)


def test_token_is_renewed_for_the_same_conversation_when_less_than_half_of_its_life_is_left() -> None:
    now = int(time.time())
    assert SESSIONS.renewed(Session("web-known", now + 1900)) is None
    renewed = SESSIONS.renewed(Session("web-known", now + 1700))
    assert renewed is not None and renewed.conversation == "web-known"
    assert renewed.expires == pytest.approx(now + 3600, abs=5)
    assert opened(SESSIONS.token(renewed)) == renewed


def test_token_of_one_conversation_cannot_be_made_to_open_another() -> None:
    head, body, signature = SESSIONS.token(SESSIONS.open()).split(".")
    other_body = SESSIONS.token(Session("web-somebody-else", int(time.time()) + 60)).split(".")[1]
    for token in (f"{head}.{other_body}.{signature}", f"{head}.{body}.{signature[::-1]}", f"{head}.{body}.", f"{head}.{body}"):
        with pytest.raises(InvalidSession):
            opened(token)


def test_expired_token_is_refused() -> None:
    with pytest.raises(InvalidSession):
        opened(SESSIONS.token(Session("web-known", int(time.time()) - 1)))


def test_token_from_before_the_clock_was_set_back_is_taken() -> None:
    ahead = Session("web-known", int(time.time()) + 86_400 + 3600)
    assert opened(SESSIONS.token(ahead)) == ahead and SESSIONS.renewed(ahead) is None


def test_token_signed_with_another_secret_is_refused() -> None:
    with pytest.raises(InvalidSession):
        opened(Sessions("another secret " * 3, 3600).token(SESSIONS.open()))


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Bearer nonsense", "Basic dXNlcjpwYXNz", "web-known"])
def test_missing_or_malformed_header_is_refused(header: str | None) -> None:
    with pytest.raises(InvalidSession):
        SESSIONS.read(header)


@pytest.mark.parametrize("changed", [{"aud": "other"}, {"aud": None}, {"exp": None}, {"sub": None}], ids=str)
def test_token_without_the_right_claims_is_refused(changed: dict) -> None:
    claims = {"sub": "web-known", "aud": "qiao-web", "exp": int(time.time()) + 60}
    assert SESSIONS.read(bearer(claims)).conversation == "web-known"
    with pytest.raises(InvalidSession):
        SESSIONS.read(bearer({key: value for key, value in {**claims, **changed}.items() if value is not None}))


@pytest.mark.parametrize("algorithm, secret", [("none", None), ("HS512", SECRET)])
def test_token_of_another_algorithm_is_refused(algorithm: str, secret: str | None) -> None:
    claims = {"sub": "web-known", "aud": "qiao-web", "exp": int(time.time()) + 60}
    with pytest.raises(InvalidSession):
        SESSIONS.read(bearer(claims, secret, algorithm))  # type: ignore[arg-type]


def test_secret_is_made_once_and_kept_private(tmp_path: Path) -> None:
    path = tmp_path / "var" / "session.key"
    secret = read_or_make_secret(path)
    assert len(secret) >= 32 and read_or_make_secret(path) == secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_or_make_secret(tmp_path / "other.key") != secret


def test_processes_that_start_together_agree_on_one_secret(tmp_path: Path) -> None:
    path = tmp_path / "var" / "session.key"
    with ThreadPoolExecutor(16) as starting:
        assert len(set(starting.map(lambda _: read_or_make_secret(path), range(64)))) == 1
    assert [file.name for file in path.parent.iterdir()] == ["session.key"]


@pytest.mark.parametrize("content", ["", "short"])
def test_weak_secret_file_is_replaced_and_never_used_to_sign(tmp_path: Path, content: str) -> None:
    path = tmp_path / "session.key"
    path.write_text(content, encoding="ascii")
    assert len(read_or_make_secret(path)) >= 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("secret", ["", "short", "x" * 31])
def test_weak_secret_is_refused(secret: str) -> None:
    with pytest.raises(WeakSecret, match="32 characters"):
        Sessions(secret, 3600)
