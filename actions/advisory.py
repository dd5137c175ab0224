"""Builds the adviser that all actions share; made on first use, so that importing an action needs no database."""

from __future__ import annotations

from functools import lru_cache

from actions.advice.adviser import Adviser
from actions.advice.integrity import Integrity
from actions.advice.phrases import Phrases
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
