"""What people leave behind, on both databases: kept, found, deleted; old records expire."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.engine import Engine

from actions.records.models import TABLES, Base
from actions.records.records import Records, now
from actions.rules.database import open_engine
from actions.rules.errors import StoreUnavailable
from tests.support import known, migrate

ANNA, BO = "conversation-anna", "conversation-bo"
PROFILE = known(market="ID", sector="batteries")


@pytest.fixture()
def records(engine: Engine) -> Iterator[Records]:
    yield Records(engine)


def fill(records: Records, conversation: str) -> None:
    records.add_assessment(conversation, PROFILE, {"q": "yes"}, {"trust": 80}, 80)
    records.open_ticket(conversation, f"{conversation}@example.org", "Who signs?", "en", PROFILE, "entry_mode")
    records.add_words(
        conversation, records.add_feedback(conversation, "negative", "entry_mode", ["a", "b"], "2026.11.1"), "old figure"
    )
    records.add_document(conversation, "brief", {"title": "简报"}, 14)


def test_tables_are_those_of_the_models(records: Records, engine: Engine) -> None:
    records.held(ANNA)
    for table in Base.metadata.sorted_tables:
        assert {column["name"] for column in inspect(engine).get_columns(table.name)} == {column.name for column in table.columns}


def test_records_live_beside_the_rules_in_one_database(engine: Engine) -> None:
    migrate(engine)
    fill(Records(engine), ANNA)
    migrate(engine)
    assert Records(engine).held(ANNA) == {"assessments": 1, "tickets": 1, "feedback": 1, "documents": 1}


def test_what_is_kept_is_found_again(records: Records) -> None:
    fill(records, ANNA)
    records.add_assessment(ANNA, PROFILE, {"q": "no"}, {"trust": 20}, 20)
    assert [assessment.total for assessment in records.assessments(ANNA)] == [20, 80]
    (ticket,) = records.tickets()
    assert (ticket.contact, ticket.language, ticket.profile["market"]) == (f"{ANNA}@example.org", "en", ["ID"])
    assert [(r.item, r.negative, r.words) for r in records.rated()] == [("a", 1, ("old figure",)), ("b", 1, ("old figure",))]


def test_forgetting_takes_all_of_one_person_and_nothing_of_others(records: Records, engine: Engine) -> None:
    for conversation in (ANNA, BO):
        fill(records, conversation)
    assert records.forget(ANNA) == {"assessments": 1, "tickets": 1, "feedback": 1, "documents": 1}
    assert set(records.held(ANNA).values()) == {0} and set(records.held(BO).values()) == {1}
    with engine.connect() as connection:
        for table in TABLES:
            rows = connection.execute(text(f"SELECT * FROM {table.__tablename__}")).all()  # noqa: S608
            assert not any("anna" in str(value) for row in rows for value in row)


def test_worst_items_come_first(records: Records) -> None:
    for rating, items in (("negative", ["bad", "mixed"]), ("negative", ["bad"]), ("positive", ["mixed", "good"])):
        records.add_feedback(ANNA, rating, None, items, "1")
    assert [(r.item, r.negative, r.positive) for r in records.rated()] == [("bad", 2, 0), ("mixed", 1, 1), ("good", 0, 1)]


def test_ticket_is_closed_once_and_leaves_the_open_list(records: Records) -> None:
    ticket = records.open_ticket(ANNA, "a@b.cd", "?", "zh", PROFILE, None)
    assert records.close_ticket(ticket.reference.lower(), "called back")
    assert not records.close_ticket(ticket.reference) and not records.close_ticket("Q-NONE")
    assert records.tickets() == [] and records.tickets(with_closed=True)[0].closing_note == "called back"


def test_words_belong_to_the_person_who_rated(records: Records) -> None:
    number = records.add_feedback(ANNA, "negative", None, ["a"], "1")
    records.add_words(BO, number, "not mine")
    assert records.rated()[0].words == ()


def test_document_is_found_by_its_token_until_it_expires(records: Records) -> None:
    token = records.add_document(ANNA, "chart", {"svg": "<svg/>"}, 1)
    assert len(token) >= 32
    found = records.document(token)
    assert found is not None and found.content == {"svg": "<svg/>"}
    assert records.document(token[:-1] + ("y" if token[-1] == "x" else "x")) is None
    assert records.document(records.add_document(ANNA, "chart", {}, -1)) is None


def test_old_records_and_expired_documents_go_but_open_tickets_stay(records: Records) -> None:
    fill(records, ANNA)
    records.add_document(ANNA, "chart", {}, -1)
    assert records.purge(now() - timedelta(days=30)) == 1
    assert records.purge(now() + timedelta(days=1)) == 3
    assert records.held(ANNA) == {"assessments": 0, "tickets": 1, "feedback": 0, "documents": 0}
    records.close_ticket(records.tickets()[0].reference)
    assert records.purge(now() + timedelta(days=1)) == 1


def test_database_that_cannot_be_written_is_told(tmp_path: object) -> None:
    with pytest.raises(StoreUnavailable, match="cannot"):
        Records(open_engine(f"sqlite:///{tmp_path}")).held(ANNA)
