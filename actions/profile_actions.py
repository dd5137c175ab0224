"""Actions about the person's situation, language and data."""

from __future__ import annotations

from rasa_sdk.events import AllSlotsReset, EventType, Restarted, SlotSet

from actions.advice.answer import Answer
from actions.advisory import adviser, integrity
from actions.base import AnswerAction
from actions.conversation import Turn
from actions.rules.profile import Profile


class ActionUpdateProfile(AnswerAction):
    """Takes in what a person says of the company; a message that only changes facets repeats the last question for them."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_update_profile"

    def answer(self, turn: Turn) -> Answer:
        """The last topic for the new situation; without a topic or news, what is known."""
        phrases = adviser().phrases
        if not turn.mentioned.is_empty and turn.shown.topic is not None:
            return adviser().advise(turn.shown.topic, turn.profile, turn.language, text=turn.text)
        if turn.profile.is_empty:
            return Answer("profile", turn.language, phrases.say("profile_empty", turn.language), turn.profile)
        key = "profile_show" if turn.mentioned.is_empty else "profile_noted"
        facets = phrases.profile(turn.profile, turn.language)
        return Answer("profile", turn.language, phrases.say(key, turn.language, facets=facets), turn.profile)


class ActionSwitchLanguage(AnswerAction):
    """Answers in one language from now on."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_switch_language"

    def answer(self, turn: Turn) -> Answer:
        """Confirms in the new language."""
        language = self._target(turn)
        return Answer("profile", language, adviser().phrases.say(f"language_{language}", language), turn.profile)

    def events(self, turn: Turn, answer: Answer) -> list[EventType]:
        """Remembers the choice."""
        return [*turn.remember(answer), SlotSet("chosen_language", answer.language), SlotSet("language", answer.language)]

    def _target(self, turn: Turn) -> str:
        """The language named, else the other one."""
        return integrity().language_named(turn.text) or ("en" if turn.language == "zh" else "zh")


class ActionForgetMe(AnswerAction):
    """Clears what the conversation knows of the company."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_forget_me"

    def answer(self, turn: Turn) -> Answer:
        """Says truly what is cleared and what is not."""
        text = adviser().phrases.say("privacy", turn.language, conversation=turn.conversation)
        return Answer("privacy", turn.language, text, Profile())

    def events(self, turn: Turn, answer: Answer) -> list[EventType]:
        """Empties all slots but the language."""
        return [AllSlotsReset(), SlotSet("language", turn.language), SlotSet("chosen_language", turn.chosen_language)]


class ActionRestart(AnswerAction):
    """Starts afresh; replaces Rasa's own action of this name, which says nothing."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_restart"

    def answer(self, turn: Turn) -> Answer:
        """Confirms that the slate is clean."""
        return Answer("smalltalk", turn.language, adviser().phrases.say("restarted", turn.language), Profile())

    def events(self, turn: Turn, answer: Answer) -> list[EventType]:
        """Restarts the conversation, keeping only the language."""
        return [Restarted(), SlotSet("language", turn.language), SlotSet("chosen_language", turn.chosen_language)]
