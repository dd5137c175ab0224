"""No secret, address or message stands in a log line, in whatever spelling a library quotes it."""

from __future__ import annotations

import io
import json
import logging
import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from serving.logs import configure_logs
from serving.redaction import LONGEST_LINE, confidential, redact

SECRETS = {
    "postgresql://qiao:s3cretpw@db.example.org:5432/qiao": "s3cretpw",
    "mail to zoe.li@example.org failed": "zoe.li@example.org",
    "Authorization: Bearer abc.def-ghi": "abc.def-ghi",
    "GET /status?token=T0p5ecret&x=1": "T0p5ecret",
    "session eyJhbGciOi.eyJzdWIi.sIgNaTuRe is invalid": "sIgNaTuRe",
    "slack said no to xoxb-12-34-abc": "xoxb-12-34-abc",
    "/documents/AbCdEfGhIjKlMnOpQrStUvWxYz012345.html": "AbCdEfGhIjKlMnOpQrStUvWxYz012345",
    "posting to https://hooks.slack.com/services/T1/B2/xyzXYZ": "xyzXYZ",
    "https://example.org/oauth?code=12.34.abcdef&state=qwerty": "12.34.abcdef",
    "(sqlite3.OperationalError) full\n[SQL: INSERT]\n[parameters: ('s', 'What Zoe said')]\n(Background)": "What Zoe said",
    "duplicate key\nDETAIL:  Key (sender_id)=(U0ZOE) already exists.": "U0ZOE",
}


@pytest.mark.parametrize("line", SECRETS)
def test_secrets_and_addresses_are_hidden(line: str) -> None:
    assert SECRETS[line] in line and SECRETS[line] not in redact(line)


@pytest.mark.parametrize(
    "line",
    ["GET /ready 200 3.1 ms", "action_advise answered advice in 12 ms", "guidance release 2026.11.1 is in use (5044 rules)"],
)
def test_plain_lines_stay_as_they_are(line: str) -> None:
    assert redact(line) == line


@given(st.text(min_size=3, max_size=80))
def test_message_in_progress_is_hidden_however_it_is_quoted(said: str) -> None:
    assume(said.strip() and said not in "cannot read ‹hidden›")
    quoted = [said, repr(said), json.dumps(said), json.dumps(said, ensure_ascii=False), repr(said.encode("utf-8", "replace"))]
    with confidential(said):
        for line in quoted:
            assert line not in redact(f"cannot read {line}")


def test_message_stays_hidden_for_a_while_after_its_answer() -> None:
    with confidential("our nickel plant in Morowali"):
        pass
    assert "Morowali" not in redact("Task exception was never retrieved: our nickel plant in Morowali")


def test_long_or_nasty_lines_are_cut_and_cost_little() -> None:
    started = time.perf_counter()
    for nasty in (
        "a" * 500_000,
        "a@" * 200_000,
        "eyJ" + "a-" * 200_000,
        "://" * 100_000,
        "token=" * 100_000,
        "/services/" * 50_000,
    ):
        assert len(redact(nasty)) < 3 * LONGEST_LINE
    assert time.perf_counter() - started < 5


@pytest.fixture(params=["text", "json"])
def written(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """What is logged in a format."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logs(request.param)
    root.handlers[0].setStream(stream)  # type: ignore[attr-defined]
    yield stream.getvalue
    root.handlers[:] = before
    root.setLevel(level)
    logging.captureWarnings(False)


def test_database_error_is_logged_without_what_was_to_be_stored(written: Callable[[], str]) -> None:
    engine = create_engine("sqlite://")
    said = " ".join(["our secret", "plan 绝密计划"])  # a traceback quotes this line
    try:
        with engine.connect() as connection:
            connection.execute(text("INSERT INTO nowhere VALUES (:said)"), {"said": said})
    except Exception as error:
        logging.getLogger("rasa.core.tracker_store").error(f"Please investigate the following error: {error}.")
        logging.getLogger("bot.x").exception("it failed")
    assert "no such table" in written() and "secret plan" not in written() and "绝密" not in written()


def test_traceback_names_places_but_no_message(written: Callable[[], str]) -> None:
    said = "we want to close the Debrecen plant"
    with confidential(said):
        try:
            raise ValueError(f"cannot read {said}")
        except ValueError:
            logging.getLogger("bot.x").exception("it failed")
    assert "test_redaction.py" in written() and "ValueError" in written() and "Debrecen" not in written()


def test_level_and_logger_cannot_be_hidden_by_a_message(written: Callable[[], str]) -> None:
    with confidential("ERROR"):
        logging.getLogger("bot.x").error("an ERROR with ERROR")
    assert written().count("ERROR") == 1


def test_line_breaks_in_a_message_make_no_new_line(written: Callable[[], str]) -> None:
    logging.getLogger("bot.x").warning("bad name %s", "x\n2026-01-01 INFO bot all is well")
    assert len(written().splitlines()) == 1
