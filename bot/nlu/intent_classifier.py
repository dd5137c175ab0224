"""Graph component that ranks the intents (topics and turns) of a message."""

from __future__ import annotations

import hashlib
import inspect
import logging
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import bert, decisions, e5, encoder, features, gazetteer, intent_model, linear, minilm, packages, text, tokens
from bot.nlu.intent_model import IntentModel
from bot.nlu.kinds import kinds

logger = logging.getLogger(__name__)

RANKING_LENGTH = 10


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class BilingualIntentClassifier(GraphComponent, IntentClassifier):
    """Learns one linear model for each language and answers with calibrated confidences.

    A message without any known feature (empty, only emoji) gets no intent and confidence 0, hence the fallback.
    """

    @classmethod
    def get_default_config(cls) -> dict[str, Any]:
        """``strength``: C of the linear SVM. ``caution``: for each language and kind of message (see ``lexicon/groups.yml``),
        how much its score is raised: the dearer it is to miss it, the more."""
        return {"strength": 0.5, "caution": {}}

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> BilingualIntentClassifier:
        """Make an untrained component."""
        return cls(config, model_storage, resource, IntentModel({}))

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, model: IntentModel) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Our helper modules and word lists belong to the training fingerprint; Rasa itself sees only this class's source."""
        lexicon = "".join(path.read_text(encoding="utf-8") for path in sorted(gazetteer.LEXICON_FOLDER.glob("*.yml")))
        modules = (intent_model, decisions, encoder, bert, minilm, e5, packages, features, linear, gazetteer, text, tokens)
        learnt = "".join(hashlib.sha256(encoder.path_of(name).read_bytes()).hexdigest() for name in encoder.BASES)
        return "".join(map(inspect.getsource, modules)) + lexicon + learnt

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the models and store them in the model archive."""
        examples = [message for message in training_data.intent_examples if message.get(TEXT)]
        logger.info("training intents on %d examples (some two minutes) …", len(examples))
        self._model = IntentModel.fit(
            [message.get(TEXT) for message in examples],
            [message.get(INTENT) for message in examples],
            self._config["strength"],
            kinds(),
            self._config["caution"],
            encoder.encoders(),
        )
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> BilingualIntentClassifier:
        """Read the trained models; a broken archive raises, so that the server does not run without understanding."""
        with model_storage.read_from(resource) as folder:
            model = IntentModel.load(folder, encoder.encoders())
        model.rank("warm up, 预热")  # the first text loads word lists and conversion tables: two seconds that nobody should wait
        return cls(config, model_storage, resource, model)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent and ranking of each message."""
        for message in messages:
            ranking = [
                {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: probability}
                for name, probability in self._model.rank(message.get(TEXT) or "")[:RANKING_LENGTH]
            ]
            top = ranking[0] if ranking else {INTENT_NAME_KEY: None, PREDICTED_CONFIDENCE_KEY: 0.0}
            message.set(INTENT, top, add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages
