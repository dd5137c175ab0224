"""Graph component that notes in which language a message is written."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.text import language_of

LANGUAGE = "language"
"""Property of the parse result: ``en``, ``zh`` or ``None`` (no words, such as a lone emoji or a button's payload)."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class LanguageDetector(GraphComponent):
    """Adds ``language`` to the parse result; actions read it from the tracker's latest message."""

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> LanguageDetector:
        """Make the component; it has no settings."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the language of each message."""
        for message in messages:
            text = message.get(TEXT) or ""
            language = None if text.startswith("/") else language_of(text)
            message.set(LANGUAGE, language, add_to_output=True)
        return messages
