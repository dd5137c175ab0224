"""What is found in conversations: counts, gaps, clarifications, and messages to look at."""

from __future__ import annotations

import json
import tracemalloc
from datetime import date, datetime, timezone
from typing import Any

import pytest

from bot.insights.findings import Findings, find
from bot.insights.turns import CannotRead, read_turns
from tests.insights.conftest import Writer
from tests.support import TAXONOMY

SINCE, UNTIL = datetime(2026, 11, 1, tzinfo=timezone.utc), datetime(2026, 12, 1, tzinfo=timezone.utc)


def advice(topic: str, market: str | None = None, because: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    profile = {"market": [market] if market else [], "sector": more.pop("sector", None)}
    items = [{"id": f"i{number}", "because": reason} for number, reason in enumerate(because or [])]
    return {"type": "advice", "language": "en", "topic": topic, "profile": profile, "items": items, **more}


def asked(text: str, intent: str, **more: Any) -> dict[str, Any]:
    return {"text": text, "intent": intent, **more}


def found(writer: Writer, since: datetime = SINCE, until: datetime = UNTIL, **options: Any) -> Findings:
    return find(read_turns(writer.url, since, until), since, until, TAXONOMY, **options)


def test_questions_are_counted_by_day_topic_market_and_language(writer: Writer) -> None:
    writer.write(
        "a",
        [
            (0, asked("How in Germany?", "entry_mode"), [advice("entry_mode", "DE", [{"market": "DE"}])]),
            (0, asked("more", "more"), [advice("entry_mode", "DE", [{"market": "DE"}])]),
            (1, asked("越南呢？", "inform_profile", language="zh"), [advice("entry_mode", "VN", [{"market": "VN"}])]),
        ],
    )
    writer.write("b", [(1, asked("hello", "greet", channel="slack"), [{"type": "smalltalk"}])])
    result = found(writer)
    assert (result.messages, result.conversations, result.bucket) == (4, 2, "day")
    assert dict(result.by_channel) == {"web": 3, "slack": 1}
    first, second = date(2026, 11, 2), date(2026, 11, 3)
    assert dict(result.topics) == {(first, "entry_mode"): 1, (second, "entry_mode"): 1}
    assert dict(result.markets) == {(first, "DE"): 1, (second, "VN"): 1}
    assert dict(result.by_language) == {(first, "en"): 2, (second, "zh"): 1, (second, "en"): 1}
    assert result.by_answer[first, "advice"] == 2 and result.by_answer[second, "smalltalk"] == 1


@pytest.mark.parametrize("days, bucket, start", [(30, "day", 2), (100, "week", 2), (400, "month", 1)])
def test_long_times_are_counted_by_week_and_month(writer: Writer, days: int, bucket: str, start: int) -> None:
    writer.write("a", [(1.5, asked("How?", "entry_mode"), [advice("entry_mode")])])
    since = datetime.fromtimestamp(UNTIL.timestamp() - days * 86400, timezone.utc)
    result = found(writer, since=since)
    assert result.bucket == bucket
    assert list(result.topics) == [(date(2026, 11, 4 if bucket == "day" else start), "entry_mode")]


def test_only_turns_of_the_time_are_read(writer: Writer) -> None:
    writer.write("a", [(day, asked("How?", "entry_mode"), [advice("entry_mode")]) for day in (-5, 1, 40)])
    assert found(writer).messages == 1


def test_gaps_are_markets_and_sectors_that_no_item_names(writer: Writer) -> None:
    general = [{}, {"ownership": "state_owned"}]
    writer.write(
        "a",
        [
            (0, asked("q", "entry_mode"), [advice("entry_mode", "PY", general, sector="batteries")]),
            (0, asked("q", "entry_mode"), [advice("entry_mode", "PY", general)]),
            (0, asked("q", "brand_image"), [advice("brand_image", "PL", [{"market": "EU"}])]),
            (
                0,
                asked("q", "brand_image"),
                [advice("brand_image", "DE", [{"market": ["FR", "DE"]}, {"sector": "ict"}], sector="ict")],
            ),
            (0, asked("q", "transparency"), [advice("transparency", "HU", general, headline_id="hu-headline")]),
        ],
    )
    writer.write("b", [(0, asked("q", "entry_mode"), [advice("entry_mode", "PY", general)])])
    result = found(writer, conditions_of=lambda id_: {"market": frozenset({"HU"})} if id_ == "hu-headline" else {})
    gap = result.market_gaps.pop(("entry_mode", "PY"))
    assert (gap.times, gap.conversations) == (3, 2)
    assert result.market_gaps == {}
    assert list(result.regional_only) == [("brand_image", "PL")]
    assert list(result.sector_gaps) == [("entry_mode", "batteries")]


def test_what_people_pick_after_being_asked_back(writer: Writer) -> None:
    back = {"type": "clarify", "topics": ["entry_mode", "brand_image"]}
    unclear = asked("the thing", "nlu_fallback", confidence=0.17, ranking=[{"name": "entry_mode", "confidence": 0.1}])
    writer.write("picked", [(0, unclear, [back]), (0, asked("/brand_image", "brand_image"), [advice("brand_image")])])
    writer.write("again", [(0, unclear, [back]), (0, asked("How to enter?", "entry_mode"), [advice("entry_mode")])])
    writer.write("left", [(0, unclear, [back])])
    clarified = found(writer).clarified
    assert (clarified.asked, clarified.picked, clarified.said_again, clarified.left) == (3, 1, 1, 1)
    assert dict(clarified.choices) == {("entry_mode", "brand_image"): 1}


def test_messages_to_look_at_are_sorted_by_what_became_of_them(writer: Writer) -> None:
    writer.write(
        "a",
        [
            (0, asked("no reply at all", "entry_mode"), None),
            (
                0,
                asked("the thing", "nlu_fallback", confidence=0.17, ranking=[{"name": "brand_image", "confidence": 0.05}]),
                [{"type": "clarify", "topics": []}],
            ),
            (0, asked("a guess", "entry_mode", confidence=0.3), [advice("entry_mode")]),
            (0, asked("weather?", "out_of_scope", confidence=0.8), [{"type": "out_of_scope"}]),
            (0, asked("sure", "entry_mode", confidence=0.8), [advice("entry_mode")]),
            (0, asked("/entry_mode", "entry_mode", confidence=0.1), [advice("entry_mode")]),
        ],
    )
    writer.write("terminal", [(0, asked("hello", "greet", channel="cmdline"), None)])
    result = found(writer)
    for selection, text in (
        (result.unanswered, "no reply at all"),
        (result.not_understood, "the thing"),
        (result.unsure, "a guess"),
        (result.out_of_scope, "weather?"),
    ):
        assert [entry.text for entry in selection.listed()] == [text]
    (unclear,) = result.not_understood.listed()
    assert (unclear.guess, unclear.confidence) == ("brand_image", 0.05)


def test_messages_of_the_same_words_are_listed_once(writer: Writer) -> None:
    for number in range(3):
        writer.write(f"c{number}", [(number, asked("the thing", "nlu_fallback"), [{"type": "clarify"}])])
    selection = found(writer).not_understood
    (entry,) = selection.listed()
    assert (selection.count, entry.times, entry.on) == (3, 3, date(2026, 11, 4))


def test_those_understood_least_are_kept(writer: Writer) -> None:
    turns = [
        (0, asked(f"thing {number}", "entry_mode", confidence=number / 1000), [advice("entry_mode")]) for number in range(300)
    ]
    writer.write("many", turns[::-1])
    selection = found(writer).unsure
    assert selection.count == 300
    assert [entry.text for entry in selection.listed()] == [f"thing {number}" for number in range(200)]


def test_texts_are_masked_or_left_out(writer: Writer) -> None:
    writer.write("a", [(0, asked("I'm Zoe Li, zoe@example.org: the thing?", "nlu_fallback"), [{"type": "clarify"}])])
    (shown,) = found(writer).not_understood.listed()
    assert shown.text == "I'm [name], [e-mail]: the thing?"
    (hidden,) = found(writer, with_text=False).not_understood.listed()
    assert hidden.text is None


def test_a_missing_database_holds_nothing_and_is_not_made(tmp_path: Any) -> None:
    path = tmp_path / "none.db"
    assert list(read_turns(f"sqlite:///{path}", SINCE, UNTIL)) == [] and not path.exists()


def test_a_damaged_database_is_named(tmp_path: Any) -> None:
    path = tmp_path / "damaged.db"
    path.write_bytes(b"no database at all" * 500)
    with pytest.raises(CannotRead, match=r"damaged\.db.*not a database"):
        list(read_turns(f"sqlite:///{path}", SINCE, UNTIL))


def test_a_database_out_of_reach_is_named_without_its_password() -> None:
    with pytest.raises(CannotRead) as caught:
        list(read_turns("postgresql://qiao:s3cret@127.0.0.1:1/none", SINCE, UNTIL))
    assert "127.0.0.1:1" in str(caught.value) and "s3cret" not in str(caught.value)


def test_memory_does_not_grow_with_the_number_of_conversations(writer: Writer) -> None:
    """Ten times the conversations, about the same memory: nothing but counts and a fixed number of texts is kept."""
    from sqlalchemy import create_engine, text

    filler = [advice("entry_mode", "DE", [{"market": "DE", "text": "x" * 8000}])]
    writer.write(
        "c", [(0, asked("the thing " + "y" * 200, "nlu_fallback"), [{"type": "clarify"}]), (0, asked("q", "entry_mode"), filler)]
    )
    engine = create_engine(writer.url, future=True)
    peaks = []
    for copies in (300, 3000):
        with engine.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO events (sender_id, type_name, timestamp, data) "
                    "SELECT sender_id || :mark || copies.n, type_name, timestamp, data FROM events, "
                    "(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < :copies) SELECT n FROM s) copies "
                    "WHERE sender_id = 'c' ORDER BY copies.n, id"
                ),
                {"copies": copies, "mark": f"-{copies}-"},
            )
        tracemalloc.start()
        result = found(writer)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert result.conversations > copies and len(result.not_understood.listed()) == 1
    engine.dispose()
    assert peaks[1] < peaks[0] + 5_000_000, peaks


def test_events_of_an_older_form_are_counted_as_far_as_they_go(writer: Writer) -> None:
    from sqlalchemy import create_engine, text

    engine = create_engine(writer.url, future=True)
    with engine.begin() as connection:
        for kind, data in (
            ("user", {"text": None}),
            ("bot", {"text": "x", "data": None}),
            ("user", {"text": "x", "parse_data": {}}),
        ):
            row = {"kind": kind, "at": SINCE.timestamp() + 60, "data": json.dumps({"event": kind, **data})}
            connection.execute(
                text("INSERT INTO events (sender_id, type_name, timestamp, data) VALUES ('old', :kind, :at, :data)"), row
            )
    engine.dispose()
    assert found(writer).messages == 2
