"""Events are read as Rasa reads them, and copied only for a log that somebody reads."""

from __future__ import annotations

import inspect
import logging
import re

import pytest
from rasa.core import processor
from rasa.shared.core.events import Event, SlotSet, UserUttered, deserialise_events
from rasa.shared.utils.common import all_subclasses

from bot.patches import events


def test_every_kind_of_event_is_found_as_before(patched: None) -> None:
    for name in {kind.type_name for kind in all_subclasses(Event) if kind.type_name}:
        assert Event.resolve_by_type(name) is events._original_resolve(name)
    with pytest.raises(ValueError, match="Unknown event name"):
        Event.resolve_by_type("no such event")


def test_events_are_read_back(patched: None) -> None:
    told = [UserUttered("hello"), SlotSet("sector", "batteries")]
    assert deserialise_events([event.as_dict() for event in told]) == told


def test_copies_are_made_for_a_log_that_is_on(patched: None) -> None:
    card = {"items": [{"text": "x"}]}
    assert processor.copy.deepcopy(card) is card
    logging.getLogger("rasa").setLevel(logging.DEBUG)
    try:
        copied = processor.copy.deepcopy(card)
    finally:
        logging.getLogger("rasa").setLevel(logging.NOTSET)
    assert copied == card and copied is not card


def test_rasa_copies_for_its_debug_log_only() -> None:
    """If Rasa begins to copy for anything else in this module, the patch must go."""
    source = inspect.getsource(processor)
    for match in re.finditer(r"copy\.\w+\(", source):
        assert "structlogger.debug(" in source[max(0, match.start() - 400) : match.start()].rsplit("await", 1)[-1], match
