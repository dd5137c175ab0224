"""Actions for the rest of a conversation: small talk, limits, unclear messages, feedback, a person."""

from __future__ import annotations

from actions.advice.answer import Answer, Button
from actions.advice.items import item_line, item_payload
from actions.advisory import adviser, integrity, questionnaire
from actions.base import AnswerAction
from actions.conversation import Turn
from actions.dialogues import flow
from actions.guidance_actions import plan
from actions.rules.matcher import Match

CLARIFY_CHOICES = 3
FOUND_SHOWN = 3
NEAR = 0.12
"""Below this confidence no topic is near, and the guidance itself is searched."""

CLARIFY_FLOOR = 0.02
"""Topics less likely than this are not worth offering."""

_TALK = {"greet": "greeting"}


class ActionTalk(AnswerAction):
    """Greeting, goodbye, thanks, yes, no, help, "are you a bot"."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_talk"

    def answer(self, turn: Turn) -> Answer:
        """The fixed reply to the turn."""
        phrases = adviser().phrases
        pillars = phrases.join((titles[turn.language] for titles in adviser().taxonomy.pillar_titles.values()), turn.language)
        said_yes = turn.intent == "greet" and questionnaire().read_answer(turn.text) == "yes"
        key = "affirm" if said_yes else _TALK.get(turn.intent, turn.intent)
        text = phrases.say(key, turn.language, pillars=pillars)
        return Answer("smalltalk", turn.language, text, turn.profile)


class ActionClarify(AnswerAction):
    """Asks what an unclear message means."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_clarify"

    def answer(self, turn: Turn) -> Answer:
        """The likeliest topics as buttons; a message that only names facets is taken as information."""
        phrases = adviser().phrases
        if turn.text and not turn.mentioned.is_empty and turn.shown.topic is not None and len(turn.text) <= 40:
            return adviser().advise(turn.shown.topic, turn.profile, turn.language, text=turn.text)
        topics = [name for name, confidence in turn.ranking if name in adviser().taxonomy.topics and confidence >= CLARIFY_FLOOR][
            :CLARIFY_CHOICES
        ]
        found = [] if turn.confidence >= NEAR else adviser().search(turn.text, turn.profile, FOUND_SHOWN)
        if found:
            return _found(turn, found)
        buttons = tuple(Button(phrases.topic(topic, turn.language), f"/{topic}") for topic in topics)
        text = phrases.say("clarify" if topics else "clarify_nothing", turn.language)
        return Answer("clarify", turn.language, text, turn.profile, {"topics": topics, "items": []}, buttons)


def _found(turn: Turn, found: list[Match]) -> Answer:
    """What the guidance says nearest to the words of a message that is not understood, and the topics that it belongs to."""
    phrases = adviser().phrases
    topics = list(dict.fromkeys(match.rule.topic for match in found))[:CLARIFY_CHOICES]
    buttons = tuple(Button(phrases.topic(topic, turn.language), f"/{topic}") for topic in topics)
    lines = [phrases.say("clarify_found", turn.language)]
    lines += [item_line(number, match, turn.language, phrases) for number, match in enumerate(found, start=1)]
    items = [item_payload(match, turn.language, phrases) for match in found]
    return Answer("clarify", turn.language, "\n".join(lines), turn.profile, {"topics": topics, "items": items}, buttons)


class ActionOutOfScope(AnswerAction):
    """Says what the adviser does not do; somebody in distress is pointed to people who help."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_out_of_scope"

    def answer(self, turn: Turn) -> Answer:
        """One honest sentence and what can be asked instead."""
        key = "distress" if integrity().is_distress(turn.text) else "out_of_scope"
        return Answer("out_of_scope", turn.language, adviser().phrases.say(key, turn.language), turn.profile)


class ActionRefuse(AnswerAction):
    """Declines an unethical request and offers the legitimate route."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_refuse"

    def answer(self, turn: Turn) -> Answer:
        """The refusal that fits the request; a plan where only "how" is asked, which by itself asks for nothing wrong."""
        if integrity().is_distress(turn.text):
            return Answer("out_of_scope", turn.language, adviser().phrases.say("distress", turn.language), turn.profile)
        if integrity().asks_only_how(turn.text):
            return plan(turn)
        return integrity().refuse(adviser(), turn.text, turn.profile, turn.language, turn.ranking)


class ActionFeedback(AnswerAction):
    """Takes praise and blame."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_feedback"

    def answer(self, turn: Turn) -> Answer:
        """Thanks; after blame, asks what was wrong."""
        return flow.opinion.start(turn, "positive" if turn.intent == "feedback_positive" else "negative")


class ActionHandOff(AnswerAction):
    """Passes the person on to another."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_hand_off"

    def answer(self, turn: Turn) -> Answer:
        """Asks for consent to take contact and question down."""
        return flow.handoff.start(turn)
