"""Which intents are no topics: turns of a conversation, what is out of scope, and requests for help with something wrong."""

from __future__ import annotations

from functools import lru_cache

import yaml

from bot.nlu.gazetteer import LEXICON_FOLDER

TURN = "turn"


@lru_cache(maxsize=1)
def kinds() -> dict[str, str]:
    """The kind of each intent that is no topic (``lexicon/groups.yml``)."""
    groups = yaml.safe_load((LEXICON_FOLDER / "groups.yml").read_text(encoding="utf-8"))
    return {intent: kind for kind, intents in groups.items() for intent in intents}


def turns() -> frozenset[str]:
    """The intents that are turns of a conversation."""
    return frozenset(intent for intent, kind in kinds().items() if kind == TURN)
