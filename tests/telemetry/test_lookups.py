"""Look-ups are timed around the rule book, which gives what it gave."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from prometheus_client import REGISTRY
from prometheus_client.core import CollectorRegistry

from actions.advice.adviser import Adviser
from actions.rules.book import RuleBook
from actions.rules.errors import NoRelease, StoreUnavailable
from actions.rules.profile import Profile
from actions.telemetry import metrics
from actions.telemetry.lookups import ObservedStore, watch_lookups
from tests.small_library import TOPIC
from tests.support import TAXONOMY, ids, rule

RULES = [rule("general"), rule("german", when={"market": ["DE"]})]


class OneBook:
    """A store with a book that can be replaced."""

    def __init__(self) -> None:
        self.book = RuleBook.of(RULES, TAXONOMY, "2026.1.1")

    def current(self) -> RuleBook:
        return self.book


def test_observed_book_gives_what_the_book_gives(adviser: Adviser) -> None:
    plain = adviser.book()
    observed = ObservedStore(adviser._store).current()  # type: ignore[arg-type]
    for profile in (Profile(), Profile(market=("DE",)), Profile(market=("ID",), sector="batteries")):
        assert ids(observed.select(TOPIC, profile).matches) == ids(plain.select(TOPIC, profile).matches)
    assert (observed.release, len(observed), observed.cases) == (plain.release, len(plain), plain.cases)
    assert observed.search("trust of regulators", 5) == plain.search("trust of regulators", 5)


def test_new_book_is_noticed() -> None:
    store = OneBook()
    observed = ObservedStore(store)  # type: ignore[arg-type]
    first = observed.current()
    assert observed.current() is first
    store.book = RuleBook.of(RULES, TAXONOMY, "2026.2.1")
    assert observed.current().release == "2026.2.1"


async def test_time_of_look_ups_is_summed_across_threads_and_nested_ones_count_once(monkeypatch: pytest.MonkeyPatch) -> None:
    store = OneBook()
    observed = ObservedStore(store)  # type: ignore[arg-type]
    slow = RuleBook.select

    def select(self: RuleBook, topic: str, profile: Profile) -> Any:
        time.sleep(0.05)
        self.rule("general")
        return slow(self, topic, profile)

    monkeypatch.setattr(RuleBook, "select", select)
    watch = watch_lookups()
    await asyncio.to_thread(lambda: observed.current().select("entry_mode", Profile()).matches)
    assert 0.05 <= watch.seconds < 0.5


@pytest.mark.parametrize(
    "error, reason",
    [
        (asyncio.TimeoutError(), "deadline"),
        (StoreUnavailable("away"), "store"),
        (NoRelease("x"), "store"),
        (ValueError(), "error"),
    ],
)
def test_failures_are_counted_by_reason(error: Exception, reason: str) -> None:
    labels = {"action": "action_talk", "reason": reason}
    before = REGISTRY.get_sample_value("qiao_action_errors_total", labels) or 0
    metrics.count_failure("action_talk", error)
    assert REGISTRY.get_sample_value("qiao_action_errors_total", labels) == before + 1


def test_release_in_force_is_told_and_nothing_without_one() -> None:
    store = OneBook()
    registry = CollectorRegistry()
    registry.register(metrics._Release(store.current))
    assert registry.get_sample_value("qiao_guidance_release_info", {"release": "2026.1.1"}) == 1
    assert registry.get_sample_value("qiao_guidance_rules") == 2
    store.book = RuleBook.of(RULES[:1], TAXONOMY, "2026.2.1")
    assert registry.get_sample_value("qiao_guidance_release_info", {"release": "2026.1.1"}) is None

    def away() -> RuleBook:
        raise StoreUnavailable("away")

    registry = CollectorRegistry()
    registry.register(metrics._Release(away))
    assert list(registry.collect()) == []
