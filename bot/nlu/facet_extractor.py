"""Graph component that turns what a message tells of market, sector, ownership, stage and audience into entities."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    EXTRACTOR,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.gazetteer import Gazetteer


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class FacetExtractor(GraphComponent, EntityExtractorMixin):
    """One entity for each mention that tells the asker's situation, its value the canonical id (ISO code, region, sector …) in
    whatever language; of every facet but the market, mentions of a single value."""

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> FacetExtractor:
        """Make the component; the word lists are shared by all instances of the process."""
        return cls(Gazetteer.default())

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the facet entities of each message; a button's payload (``/intent{…}``) brings its own."""
        for message in messages:
            text = message.get(TEXT) or ""
            if text.startswith("/"):
                continue
            found = [
                {
                    ENTITY_ATTRIBUTE_TYPE: mention.facet,
                    ENTITY_ATTRIBUTE_VALUE: mention.value,
                    ENTITY_ATTRIBUTE_START: mention.start,
                    ENTITY_ATTRIBUTE_END: mention.end,
                    EXTRACTOR: self.name,
                }
                for mention in self._gazetteer.situation(text)
            ]
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages
