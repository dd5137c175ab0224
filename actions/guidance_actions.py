"""Actions that give guidance and follow it up."""

from __future__ import annotations

from actions.advice import follow_ups
from actions.advice.answer import Answer
from actions.advice.follow_ups import Shown
from actions.advisory import adviser, integrity, planner
from actions.base import AnswerAction
from actions.conversation import MAX_MARKETS, Turn
from actions.dialogues import flow

_DEFAULT_PLAN_TOPIC = "entry_readiness"
COMPARED_TOPIC_SHARE = 0.5
"""A topic that is at least this likely among the topics in "compare …" is compared first."""


class ActionAdvise(AnswerAction):
    """Answers a topic."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_advise"

    def answer(self, turn: Turn) -> Answer:
        """Guidance on the topic that the message's intent names; several markets are compared if that is what it asks for.

        What asks how to do wrong in the topic's own words is refused, and what both the classifier and a word make suspect:
        the topic is heard before the wrong.
        """
        if integrity().asks_how_to_do_wrong(turn.text) or integrity().is_suspect(turn.text, turn.ranking):
            return integrity().refuse(adviser(), turn.text, turn.profile, turn.language, turn.ranking)
        if len(turn.mentioned.market) > 1 and integrity().says("comparison", turn.text):
            return flow.market_question.comparison(turn, turn.mentioned.market, turn.intent)
        return adviser().advise(turn.intent, turn.profile, turn.language, text=turn.text)


class ActionMore(AnswerAction):
    """Answers "more"."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_more"

    def answer(self, turn: Turn) -> Answer:
        """The next items on the last topic, without repeats."""
        topic = _topic(turn)
        if topic is None:
            return follow_ups.explain(adviser(), turn.shown, turn.profile, turn.language)
        return adviser().advise(topic, turn.profile, turn.language, seen=frozenset(turn.seen.get(topic, ())))


class ActionWhy(AnswerAction):
    """Answers "why"."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_why"

    def answer(self, turn: Turn) -> Answer:
        """The reasons of the last answer."""
        return follow_ups.explain(adviser(), _shown(turn), turn.profile, turn.language)


class ActionSources(AnswerAction):
    """Answers "sources"."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_sources"

    def answer(self, turn: Turn) -> Answer:
        """The sources of the last answer."""
        return follow_ups.cite(adviser(), _shown(turn), turn.profile, turn.language)


class ActionNextSteps(AnswerAction):
    """Answers "what now"."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_next_steps"

    def answer(self, turn: Turn) -> Answer:
        """An ordered plan on the last topic; without one, how to get ready."""
        return plan(turn)


class ActionExample(AnswerAction):
    """Answers "who has done this"."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_example"

    def answer(self, turn: Turn) -> Answer:
        """Cases that fit the conversation."""
        seen = [id_ for ids in turn.seen.values() for id_ in ids]
        return follow_ups.examples(adviser(), _topic(turn), turn.profile, turn.language, text=turn.text, seen=seen)


class ActionCompareMarkets(AnswerAction):
    """Sets markets side by side."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_compare_markets"

    def answer(self, turn: Turn) -> Answer:
        """The markets named; a single new one is set beside the one spoken of before."""
        named = turn.mentioned.market
        if len(named) == 1:
            named = (*(market for market in turn.remembered.market if market not in named), *named)[-MAX_MARKETS:]
        said = turn.likely_topic(adviser().taxonomy, COMPARED_TOPIC_SHARE) if turn.says_what else None
        topic = said or turn.shown.topic
        return flow.market_question.comparison(turn, named, topic)


class ActionBrief(AnswerAction):
    """Puts a brief together."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_brief"

    def answer(self, turn: Turn) -> Answer:
        """Links to a brief on the markets named, else on those spoken of."""
        return flow.market_question.brief(turn)


class ActionReadiness(AnswerAction):
    """Tests how ready a company is."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_readiness_assessment"

    def answer(self, turn: Turn) -> Answer:
        """The first question."""
        return flow.readiness.start(turn)


def plan(turn: Turn) -> Answer:
    """What to do next on the topic spoken of; without one, how to get ready."""
    return follow_ups.plan(adviser(), planner(), _topic(turn) or _DEFAULT_PLAN_TOPIC, turn.profile, turn.language)


def _topic(turn: Turn) -> str | None:
    """The topic that a follow-up is about: that of its button, else the last."""
    return turn.button_topic(adviser().taxonomy) or turn.shown.topic


def _shown(turn: Turn) -> Shown:
    """What a follow-up is about: the last answer, or, for an old button, the first page on its topic."""
    topic = _topic(turn)
    if topic is None or topic == turn.shown.topic:
        return turn.shown
    answer = adviser().advise(topic, turn.profile, turn.language)
    return Shown(topic, answer.shown or (), turn.profile, answer.headline)
