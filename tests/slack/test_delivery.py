"""Nothing that was acknowledged is lost, nothing is answered twice: repeats, storms, limits, failures, crashes, two replicas."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import select, text

from bot.channels.slack.database import open_database
from bot.channels.slack.tables import INBOX
from tests.slack.emulator import FakeSlack, Fault
from tests.slack.emulator import payloads as said
from tests.slack.replica import Echo, Replica, eventually

pytestmark = pytest.mark.usefixtures("slack_settings")


@pytest.fixture(params=["sqlite", "postgresql"])
def shared_database(request: pytest.FixtureRequest, slack_settings: pytest.MonkeyPatch) -> str:
    """A database for several replicas, once of each kind."""
    url = str(request.getfixturevalue("database_url_of")(request.param))
    slack_settings.setenv("QIAO_SLACK_DB_URL", url)
    return url


def rows(url: str) -> list[Any]:
    engine = open_database(url)
    with engine.connect() as connection:
        found = connection.execute(select(INBOX)).all()
    engine.dispose()
    return found


async def test_a_repeat_is_acknowledged_and_not_answered(slack: FakeSlack) -> None:
    echo, body = Echo(), said.direct("once")
    async with Replica(echo) as replica:
        for retry in range(4):
            assert (await slack.send(replica.url, body, retry=retry))[0] == 200
            await asyncio.sleep(0.1 * retry)
        await slack.send(replica.url, said.direct("twice"))
        await eventually(lambda: len(slack.posted) == 2)
    assert echo.texts == ["once", "twice"]


async def test_a_thousand_repeats_at_once_to_two_replicas_give_one_answer(slack: FakeSlack, shared_database: str) -> None:
    echo = Echo()
    bodies = [said.direct("a storm"), said.mention("another", user="U0BEN"), said.press("/more", user="U0EVE")]
    async with Replica(echo) as one, Replica(echo) as two:
        storm = [slack.send((one, two)[number % 2].url, bodies[number % 3], retry=number % 4) for number in range(1000)]
        replies = await asyncio.gather(*storm)
        await eventually(lambda: len(slack.posted) >= 3)
        await slack.send(one.url, said.direct("the end", user="U0END"))
        await eventually(lambda: len(slack.posted) >= 4)
        await asyncio.sleep(0.3)
    assert Counter(status for status, _, _ in replies) == {200: 1000}
    assert Counter(echo.texts) == {"a storm": 1, "another": 1, "/more": 1, "the end": 1}
    assert len(slack.posted) == 4


async def test_a_repeat_after_a_restart_is_recognised(slack: FakeSlack) -> None:
    echo, body = Echo(), said.direct("once")
    async with Replica(echo) as replica:
        await slack.send(replica.url, body)
        await eventually(lambda: slack.posted)
    async with Replica(echo) as replica:
        await slack.send(replica.url, body, retry=2)
        await slack.send(replica.url, said.direct("after"))
        await eventually(lambda: len(slack.posted) == 2)
    assert echo.texts == ["once", "after"]


async def test_two_hundred_conversations_at_once_are_all_answered(slack: FakeSlack, slack_settings: pytest.MonkeyPatch) -> None:
    slack_settings.setenv("QIAO_SLACK_AT_ONCE", "8")
    echo = Echo(seconds=0.01)
    async with Replica(echo) as one, Replica(echo) as two:

        async def talk(number: int) -> None:
            for turn in range(3):
                body = said.direct(f"{number} {turn}", user=f"U{number:04d}")
                status, _, _ = await slack.send((one, two)[(number + turn) % 2].url, body)
                assert status == 200

        await asyncio.gather(*(talk(number) for number in range(200)))
        await eventually(lambda: len(slack.posted) >= 600, 120)
    assert len(slack.posted) == 600 and len(set(echo.texts)) == 600
    assert echo.overlaps == 0
    for number in range(200):
        in_order = [message for message in slack.posted if message.channel == f"D{number:04d}"]
        assert [turn for turn in range(3) for m in in_order[turn : turn + 1] if f"{number} {turn}" in m.shown] == [0, 1, 2]


async def test_a_slow_adviser_delays_no_acknowledgement(slack: FakeSlack) -> None:
    async with Replica(Echo(seconds=10)) as replica:
        replies = [await slack.send(replica.url, said.direct(f"{n}", user=f"U{n}")) for n in range(20)]
        assert [status for status, _, _ in replies] == [200] * 20
        assert max(seconds for _, _, seconds in replies) < 3
        assert slack.posted == []
        await eventually(lambda: len(slack.posted) >= 4, 30)


async def test_not_more_than_so_many_are_answered_at_once_and_nobody_starves(
    slack: FakeSlack, slack_settings: pytest.MonkeyPatch
) -> None:
    slack_settings.setenv("QIAO_SLACK_AT_ONCE", "2")
    slack_settings.setenv("QIAO_SLACK_RATE", "0")
    echo = Echo(seconds=0.05)
    async with Replica(echo) as replica:
        for number in range(20):
            await slack.send(replica.url, said.direct(f"flood {number}"))
            await slack.send(replica.url, said.direct(f"flood {number}", user="U0EVE"))
        for user in ("U0BEN", "U0CARL", "U0DORA"):
            await slack.send(replica.url, said.direct("a question", user=user))
        await eventually(lambda: len(slack.posted) == 43, 60)
    assert echo.at_once == 2 and echo.overlaps == 0
    others = [place for place, words in enumerate(echo.texts) if words == "a question"]
    assert max(others) < 35
    for channel in ("D0ANNA", "D0EVE"):
        answered = [m.shown for m in slack.posted if m.channel == channel]
        assert all(f"flood {number}" in shown for number, shown in enumerate(answered))


async def test_rate_limits_are_honoured(slack: FakeSlack) -> None:
    slack.faults["chat.postMessage"].append(Fault(error="ratelimited", status=429, headers={"Retry-After": "2"}))
    async with Replica(Echo()) as replica:
        await slack.send(replica.url, said.direct("first"))
        await eventually(lambda: slack.called("chat.postMessage"))
        limited_at = slack.called("chat.postMessage")[0].at
        await slack.send(replica.url, said.direct("second", user="U0BEN"))
        await eventually(lambda: len(slack.posted) == 2)
    later = [call.at - limited_at for call in slack.called("chat.postMessage")[1:]]
    assert len(later) == 2 and min(later) >= 2


async def test_the_limit_of_an_ephemeral_answer_is_honoured(slack: FakeSlack) -> None:
    url = slack.response_url()
    slack.faults["response_url"].append(Fault(error="slow down", status=429, headers={"Retry-After": "1"}))
    started = time.monotonic()
    async with Replica(Echo()) as replica:
        await slack.send(replica.url, said.command("a question", url))
        await eventually(lambda: slack.responses[url])
    assert time.monotonic() - started >= 1


@pytest.mark.parametrize(
    "fault", [Fault(error="internal_error"), Fault(status=503), Fault(drops=True)], ids=["error", "503", "hang-up"]
)
async def test_a_failed_post_is_tried_again_without_asking_the_adviser_again(slack: FakeSlack, fault: Fault) -> None:
    slack.faults["chat.postMessage"] += [fault, fault]
    echo = Echo()
    async with Replica(echo) as replica:
        await slack.send(replica.url, said.direct("a question"))
        await eventually(lambda: slack.posted)
    assert echo.texts == ["a question"] and len(slack.posted) == 1
    at = [call.at for call in slack.called("chat.postMessage")]
    assert at[1] - at[0] >= 0.9 and at[2] - at[1] >= 1.8


@pytest.mark.parametrize("body", [said.direct("a question"), said.mention("a question")], ids=["direct", "thread"])
async def test_a_post_that_slack_took_but_did_not_confirm_is_not_repeated(slack: FakeSlack, body: dict[str, Any]) -> None:
    slack.faults["chat.postMessage"].append(Fault(accepts=True, drops=True))
    async with Replica(Echo()) as replica:
        await slack.send(replica.url, body)
        await eventually(lambda: slack.called("conversations.history") or slack.called("conversations.replies"))
        await asyncio.sleep(0.5)
    assert len(slack.posted) == 1


async def test_where_slack_lets_nobody_look_an_unconfirmed_post_is_repeated_rather_than_lost(slack: FakeSlack) -> None:
    slack.faults["chat.postMessage"].append(Fault(drops=True))
    slack.faults["conversations.replies"].append(Fault(error="missing_scope"))
    async with Replica(Echo()) as replica:
        await slack.send(replica.url, said.mention("a question"))
        await eventually(lambda: slack.posted)
    assert len(slack.posted) == 1


async def test_blocks_that_slack_refuses_are_replaced_by_their_text(slack: FakeSlack, caplog: pytest.LogCaptureFixture) -> None:
    slack.faults["chat.postMessage"].append(Fault(error="invalid_blocks"))
    async with Replica(Echo()) as replica:
        await slack.send(replica.url, said.direct("a question"))
        await eventually(lambda: slack.posted)
    assert slack.posted[0].blocks == [] and slack.posted[0].text
    assert "Slack refuses our blocks" in caplog.text


async def test_what_slack_will_never_take_is_logged_and_holds_nobody_up(
    slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    slack.faults["chat.postMessage"].append(Fault(error="is_archived"))
    async with Replica(Echo()) as replica:
        await slack.send(replica.url, said.mention("secret words"))
        await slack.send(replica.url, said.mention("others"))
        await eventually(lambda: slack.posted)
    assert "got no answer: is_archived" in caplog.text
    assert "secret words" not in caplog.text


async def test_an_adviser_who_breaks_down_is_apologised_for(slack: FakeSlack) -> None:
    async def broken(_: Any) -> None:
        raise RuntimeError("no")

    async with Replica(broken) as replica:
        await slack.send(replica.url, said.direct("a question"))
        await eventually(lambda: slack.posted)
    assert "unavailable for the moment" in slack.posted[0].text


async def test_what_is_undone_when_a_server_stops_is_done_by_the_next(slack: FakeSlack, tmp_path: Any) -> None:
    slow, quick = Echo(seconds=3600), Echo()
    bodies = [said.direct("one"), said.direct("two"), said.direct("three", user="U0BEN")]
    async with Replica(slow) as replica:
        for body in bodies:
            assert (await slack.send(replica.url, body))[0] == 200
        await eventually(lambda: slow.at_once == 2)
    assert slack.posted == [] and len(rows(f"sqlite:///{tmp_path / 'var' / 'slack.db'}")) == 3
    async with Replica(quick):
        await eventually(lambda: len(slack.posted) == 3)
    assert Counter(quick.texts) == {"one": 1, "two": 1, "three": 1}
    assert quick.texts.index("one") < quick.texts.index("two")


async def test_what_a_server_is_answering_when_it_stops_is_finished(slack: FakeSlack) -> None:
    echo = Echo(seconds=1)
    async with Replica(echo) as replica:
        await slack.send(replica.url, said.direct("one"))
        await eventually(lambda: echo.at_once == 1)
    assert len(slack.posted) == 1


async def test_a_replica_takes_over_what_another_died_over(
    slack: FakeSlack, shared_database: str, slack_settings: pytest.MonkeyPatch
) -> None:
    slack_settings.setenv("QIAO_SLACK_LEASE", "2")
    echo = Echo()
    async with Replica(echo):
        pass  # makes the tables
    taken = said.direct("left behind")
    async with Replica(Echo(seconds=3600)) as dying:
        await slack.send(dying.url, taken)
        await eventually(lambda: any(row.holder for row in rows(shared_database)))
        row = rows(shared_database)[0]
    # as a process that was killed leaves it: held by one that renews its lease no more
    engine = open_database(shared_database)
    with engine.begin() as connection:
        values = {"until": time.time() + 2, "number": row.number}
        connection.execute(
            text("UPDATE slack_inbox SET holder='dead', lease_until=:until, attempts=1 WHERE number=:number"), values
        )
    engine.dispose()
    started = time.monotonic()
    async with Replica(echo) as one, Replica(echo) as two:
        await slack.send(one.url, taken, retry=1)
        await slack.send(two.url, said.direct("and this", user="U0BEN"))
        await eventually(lambda: len(slack.posted) == 2)
        assert time.monotonic() - started >= 1.5
    assert Counter(echo.texts) == {"left behind": 1, "and this": 1}


async def test_after_a_crash_in_the_middle_of_an_answer_only_the_rest_is_posted(
    slack: FakeSlack, tmp_path: Any, result_card: dict[str, Any]
) -> None:
    """The first part is posted, and its process killed before it could note that."""

    class Long(Echo):
        def utterances(self, text: str) -> list[dict[str, Any]]:
            return [{"text": "Your result."}, {"custom": result_card}]

    url = f"sqlite:///{tmp_path / 'var' / 'slack.db'}"
    slack.faults["chat.postMessage"].append(Fault(accepts=True, delay=0.1, error="internal_error"))
    long = Long()
    async with Replica(long) as replica:
        await slack.send(replica.url, said.direct("test us"))
        await eventually(lambda: slack.uploads)
    assert len(long.texts) == 1
    parts = [json.dumps(message.blocks) for message in slack.posted]
    assert len(parts) == len(set(parts))
    assert [row.done_at is not None for row in rows(url)] == [True]


async def test_a_slow_answer_keeps_its_lease(slack: FakeSlack, shared_database: str, slack_settings: pytest.MonkeyPatch) -> None:
    slack_settings.setenv("QIAO_SLACK_LEASE", "2")
    echo = Echo(seconds=5)
    async with Replica(echo) as one, Replica(echo):
        await slack.send(one.url, said.direct("a question"))
        await eventually(lambda: slack.posted)
        await asyncio.sleep(0.5)
    assert len(slack.posted) == 1 and echo.texts == ["a question"]


async def test_without_its_database_nothing_is_acknowledged(slack: FakeSlack, tmp_path: Any) -> None:
    echo, body = Echo(), said.direct("a question")
    async with Replica(echo) as replica:
        engine = open_database(f"sqlite:///{tmp_path / 'var' / 'slack.db'}")
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE slack_inbox RENAME TO away"))
        assert (await slack.send(replica.url, body))[0] == 503
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE away RENAME TO slack_inbox"))
        engine.dispose()
        assert (await slack.send(replica.url, body, retry=1))[0] == 200
        await eventually(lambda: slack.posted)
    assert echo.texts == ["a question"]


async def test_what_a_person_said_is_encrypted_while_it_waits_and_deleted_when_it_is_answered(
    slack: FakeSlack, tmp_path: Any
) -> None:
    url = f"sqlite:///{tmp_path / 'var' / 'slack.db'}"
    echo = Echo(seconds=1)
    async with Replica(echo) as replica:
        await slack.send(replica.url, said.direct("our secret plan"))
        await eventually(lambda: echo.at_once == 1)
        waiting = rows(url)[0]
        await eventually(lambda: slack.posted)
        await eventually(lambda: rows(url)[0].done_at is not None)
    done = rows(url)[0]
    assert waiting.payload and b"secret" not in waiting.payload and b"U0ANNA" not in waiting.payload
    assert (done.payload, done.outbox, done.key) == (None, None, waiting.key)
    stored = b"".join(path.read_bytes() for path in (tmp_path / "var").glob("slack.db*"))
    assert b"secret plan" not in stored and b"U0ANNA" not in stored
