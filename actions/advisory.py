"""Builds what all actions share, the adviser above all; made on first use, so that importing an action needs no database."""

from __future__ import annotations

from functools import lru_cache

from actions.advice.adviser import Adviser
from actions.advice.assessment import Questionnaire
from actions.advice.integrity import Integrity
from actions.advice.phrases import Phrases
from actions.advice.planning import Planner
from actions.records.notify import Notifier
from actions.records.records import Records
from actions.rules.database import open_engine
from actions.rules.store import RuleStore
from actions.rules.taxonomy import Taxonomy
from actions.settings import Settings


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The process's settings."""
    return Settings.from_environment()


@lru_cache(maxsize=1)
def adviser() -> Adviser:
    """The process's adviser."""
    taxonomy = Taxonomy.load(settings().content_folder)
    store = RuleStore(open_engine(settings().rules_url), taxonomy, in_background=True)
    return Adviser(store, taxonomy, Phrases.load(settings().content_folder, taxonomy))


@lru_cache(maxsize=1)
def integrity() -> Integrity:
    """The process's refusals."""
    return Integrity.load(settings().content_folder)


@lru_cache(maxsize=1)
def questionnaire() -> Questionnaire:
    """The process's readiness assessment."""
    return Questionnaire.load(settings().content_folder)


@lru_cache(maxsize=1)
def planner() -> Planner:
    """The process's reader of deadlines and owners."""
    return Planner.load(settings().content_folder)


@lru_cache(maxsize=1)
def records() -> Records:
    """The process's records of what people leave behind."""
    return Records(open_engine(settings().records_url))


@lru_cache(maxsize=1)
def notifier() -> Notifier:
    """Tells people of new tickets."""
    return Notifier(settings().tickets, records())
