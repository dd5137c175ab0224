"""Graph component for messages that name nothing but facets ("and in Vietnam?"): they inform the profile."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.gazetteer import LEXICON_FOLDER
from bot.nlu.text import fold

INTENT_OF_ELLIPSIS = "inform_profile"
CONFIDENCE = 0.9
_KEPT = "unethical_request"
"""Stays what it is: "fake reviews, how" names a sector and asks for something wrong."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class EllipsisDetector(GraphComponent):
    """Gives such messages the intent ``inform_profile``; the action then repeats the last question for the new facets.

    A classifier cannot learn this: what is left of the message beside the facets carries no words of its own. Must stand
    after the facet extractor.
    """

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> EllipsisDetector:
        """Make the component; it has no settings."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent of elliptical messages."""
        for message in messages:
            text = message.get(TEXT) or ""
            spans = [(entity["start"], entity["end"]) for entity in message.get(ENTITIES, []) if "start" in entity]
            understood = (message.get(INTENT) or {}).get(INTENT_NAME_KEY)
            if text.startswith("/") or understood == _KEPT or not spans or not is_only_glue(text, spans):
                continue
            intent = {INTENT_NAME_KEY: INTENT_OF_ELLIPSIS, PREDICTED_CONFIDENCE_KEY: CONFIDENCE}
            others = [entry for entry in message.get(INTENT_RANKING_KEY, []) if entry[INTENT_NAME_KEY] != INTENT_OF_ELLIPSIS]
            message.set(INTENT, intent, add_to_output=True)
            message.set(INTENT_RANKING_KEY, [intent, *others], add_to_output=True)
        return messages


def is_only_glue(text: str, spans: Iterable[tuple[int, int]]) -> bool:
    """Whether nothing but glue words and punctuation is left of ``text`` outside ``spans`` (start, end)."""
    kept = list(fold(text))
    for start, end in spans:
        kept[start:end] = " " * (end - start)
    return _glue().fullmatch("".join(kept)) is not None


@lru_cache(maxsize=1)
def _glue() -> re.Pattern[str]:
    words = yaml.safe_load((LEXICON_FOLDER / "ellipsis.yml").read_text(encoding="utf-8"))
    english = "|".join(re.escape(word) for word in sorted(words["en"], key=len, reverse=True))
    chinese = "|".join(re.escape(word) for word in sorted(words["zh"], key=len, reverse=True))
    # possessive-free alternation over disjoint classes: linear in the length of the text
    return re.compile(rf"(?:[^\w]|\b(?:{english})\b|{chinese})*")
