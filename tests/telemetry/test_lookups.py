"""Look-ups in the rule book are timed; failures and the release in force are told."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from prometheus_client import REGISTRY
from prometheus_client.core import CollectorRegistry

from actions.rules.book import RuleBook
from actions.rules.errors import NoRelease, StoreUnavailable
from actions.rules.matcher import TopicIndex
from actions.rules.profile import Profile
from actions.telemetry import metrics
from serving.lookups import watch_lookups
from tests.support import TAXONOMY, rule

RULES = [rule("general"), rule("german", when={"market": ["DE"]})]


class OneBook:
    """A store with a book that can be replaced."""

    def __init__(self) -> None:
        self.book = RuleBook.of(RULES, TAXONOMY, "2026.1.1")

    def current(self) -> RuleBook:
        return self.book


async def test_time_of_look_ups_is_summed_across_threads_and_nested_ones_count_once(monkeypatch: pytest.MonkeyPatch) -> None:
    book = OneBook().book
    fast = TopicIndex.select

    def select(self: TopicIndex, *arguments: Any) -> Any:
        time.sleep(0.05)
        book.rule("general")
        return fast(self, *arguments)

    monkeypatch.setattr(TopicIndex, "select", select)
    book.select("entry_mode", Profile())
    watch = watch_lookups()
    await asyncio.to_thread(lambda: book.select("entry_mode", Profile()).matches)
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
