"""Actions about the person's situation, language and data."""

from __future__ import annotations

from rasa_sdk.events import EventType, Restarted

from actions.advice.answer import Answer
from actions.advisory import adviser, integrity
from actions.base import AnswerAction
from actions.conversation import MAX_MARKETS, Turn
from actions.dialogues import clearing, flow, references
from actions.rules.profile import Profile
from actions.rules.taxonomy import FACETS

ASKED_TOPIC_SHARE = 0.5
"""A topic that is at least this likely among the topics is answered when a message says who asks and asks something as well."""

_SHORT_WISH = {"en": 30, "zh": 10}
"""Characters."""


class ActionUpdateProfile(AnswerAction):
    """Takes in what a person says of the company; a message that only changes facets repeats the last question for them."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_update_profile"

    def answer(self, turn: Turn) -> Answer:
        """The last topic for the new situation; without a topic or news, what is known and how to change it."""
        phrases = adviser().phrases
        cleared = clearing.cleared(turn)
        if cleared is not None:
            return clearing.without(turn, cleared)
        profile = _extended(turn)
        if not turn.mentioned.is_empty and turn.shown.topic is not None:
            return adviser().advise(turn.shown.topic, profile, turn.language, text=turn.text)
        asked = _asked(turn)
        if asked is not None and not turn.mentioned.is_empty:
            return adviser().advise(asked, profile, turn.language, text=turn.text)
        if profile.is_empty:
            return Answer("profile", turn.language, phrases.say("profile_empty", turn.language), profile)
        key = "profile_show" if turn.mentioned.is_empty else "profile_noted"
        text = phrases.say(key, turn.language, facets=phrases.profile(profile, turn.language))
        buttons = clearing.buttons(turn, profile) if turn.mentioned.is_empty else ()
        return Answer("profile", turn.language, text, profile, buttons=buttons)


class ActionSwitchLanguage(AnswerAction):
    """Answers in one language from now on."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_switch_language"

    def answer(self, turn: Turn) -> Answer:
        """Confirms in the new language: the one named, else the other one."""
        language = integrity().language_named(turn.text) or ("en" if turn.language == "zh" else "zh")
        text = adviser().phrases.say(f"language_{language}", language)
        return Answer("profile", language, text, turn.profile, chosen_language=language)


class ActionForgetMe(AnswerAction):
    """Says what is stored, and deletes it after a confirmation."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_forget_me"

    def answer(self, turn: Turn) -> Answer:
        """What is stored, and the question whether it shall be deleted; a short wish that names a facet concerns only that."""
        names_one = any(integrity().says(f"facet_names.{facet}", turn.text) for facet in FACETS)
        cleared = clearing.cleared(turn) if names_one and len(turn.text) <= _SHORT_WISH[turn.language] else None
        if cleared is not None:
            return clearing.without(turn, cleared)
        return flow.forgetting.start(turn)


class ActionRestart(AnswerAction):
    """Starts afresh, whatever was asked; replaces Rasa's own action of this name, which says nothing."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_restart"

    def answer(self, turn: Turn) -> Answer:
        """Confirms that the slate is clean."""
        return Answer("smalltalk", turn.language, adviser().phrases.say("restarted", turn.language), Profile(), resets=True)

    def respond(self, turn: Turn) -> Answer:
        """The confirmation; no open question stands in the way, but a button's title, typed, is that button."""
        return self.answer(turn) if turn.as_if_pressed() is turn else super().respond(turn)

    def events(self, turn: Turn, answer: Answer) -> list[EventType]:
        """Restarts the conversation, keeping only the language."""
        return [*([Restarted()] if answer.resets else []), *turn.remember(answer)]


def _asked(turn: Turn) -> str | None:
    """The topic of a question that stands beside facets: the likeliest, else that of the audience it names."""
    if not turn.is_question:
        return None
    likely = turn.likely_topic(adviser().taxonomy, ASKED_TOPIC_SHARE) if turn.says_what else None
    return likely or references.topic_about(turn.mentioned.audience)


def _extended(turn: Turn) -> Profile:
    """The profile with the markets named added to the earlier ones, if the person says so ("also Vietnam")."""
    if not turn.mentioned.market or not integrity().says("addition", turn.text):
        return turn.profile
    markets = dict.fromkeys([*turn.remembered.market, *turn.mentioned.market])
    return turn.profile.with_market(*list(markets)[:MAX_MARKETS])
