"""What the adviser asks about the company after an answer: a facet that would change it, or which of two statements holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from actions.advice.answer import Answer, Button, payload
from actions.advisory import adviser, questionnaire
from actions.conversation import Turn
from actions.dialogues.dialogue import Aftermath, say
from actions.rules.profile import Profile
from actions.rules.taxonomy import FACETS

VALUES_OFFERED = 5
_SKIP = "facet:skip"
_CONTRADICTABLE = ("ownership", "sector")
"""What a company is, it seldom changes from one message to the next; a market, a stage or an audience it does."""

_SAYS_WHAT_CHANGED = frozenset({"change_profile", "inform_profile", "compare_markets", "example", "brief"})


class FacetQuestion(Aftermath):
    """State: the ``facet`` asked for. Each is asked for once in a conversation, and only if it would bring in more."""

    kind = "facet"

    def reply(self, turn: Turn) -> Answer | None:
        """Take a "no"; a value is taken in by the ordinary way of a message."""
        if turn.choice == _SKIP or (turn.choice is None and turn.mentioned.is_empty and self._declines(turn)):
            return Answer("smalltalk", turn.language, say(turn, "facet_skipped"), turn.profile, settles=True, asks_no_more=True)
        if turn.shown.topic is None:
            return None
        asked = str(turn.pending.get("facet"))
        for facet in (asked, *(other for other in FACETS if other != asked)):
            value = self._named(turn, facet)
            if value is not None:
                return adviser().advise(turn.shown.topic, _with(turn.profile, facet, value), turn.language).settled()
        return None

    def _declines(self, turn: Turn) -> bool:
        return turn.intent == "deny" or questionnaire().read_answer(turn.text) in ("no", "not_applicable", "unknown")

    def _named(self, turn: Turn, facet: str) -> str | None:
        """The value whose name, or one of its words, is all that the message says."""
        typed = turn.text.strip().strip("。.!！").casefold()
        if not typed or facet not in FACETS or facet == "market":
            return None
        names = {value: adviser().phrases.value(value, turn.language).casefold() for value in adviser().taxonomy.values[facet]}
        exact = [value for value, name in sorted(names.items()) if name == typed]
        near = [value for value, name in sorted(names.items()) if typed in name and len(typed) > 1]
        return exact[0] if exact else near[0] if len(near) == 1 else None

    def after(self, turn: Turn, answer: Answer) -> Answer:
        """The answer with a question for the facet that would change it most; unchanged if there is none to ask for."""
        facet = self._wanted(turn, answer)
        if facet is None:
            return answer
        gains = adviser().book().select(str(answer.topic), answer.profile).gains(facet) if facet != "market" else {}
        best = sorted(gains, key=lambda value: (-gains[value], value))[:VALUES_OFFERED]
        phrases = adviser().phrases
        buttons = [Button(phrases.value(value, turn.language), payload("inform_profile", **{facet: value})) for value in best]
        buttons.append(Button(say(turn, "facet_skip"), payload("deny", choice=_SKIP)))
        text = say(turn, f"ask_{facet}")
        asked = answer.followed_by(text, tuple(buttons), question={"facet": facet, "text": text})
        return asked.asking(self.state(facet=facet))

    def _wanted(self, turn: Turn, answer: Answer) -> str | None:
        """Market first; then what would bring in most."""
        if answer.kind != "advice" or answer.topic is None or answer.fields.get("plan"):
            return None
        open_facets = [facet for facet in answer.fields.get("missing", ()) if facet not in turn.asked]
        if "market" in open_facets or not open_facets:
            return open_facets[0] if open_facets else None
        selection = adviser().book().select(answer.topic, answer.profile)
        return max(open_facets, key=lambda facet: (max(selection.gains(facet).values(), default=0), -FACETS.index(facet)))


class ConflictQuestion(Aftermath):
    """State: the ``conflict`` (a facet). The latest statement is used meanwhile."""

    kind = "conflict"

    def reply(self, turn: Turn) -> Answer | None:
        """A pressed button is taken in by the ordinary way of a message."""
        return None

    def after(self, turn: Turn, answer: Answer) -> Answer:
        """The answer with the question which of two statements holds; unchanged if nothing contradicts."""
        if turn.intent in _SAYS_WHAT_CHANGED or answer.kind != "advice":
            return answer
        phrases = adviser().phrases
        for facet in _CONTRADICTABLE:
            before, now = getattr(turn.remembered, facet), getattr(turn.mentioned, facet)
            if before and now and before != now:
                names = [phrases.value(value, turn.language) for value in (before, now)]
                text = say(turn, "conflict", before=names[0], now=names[1])
                buttons = tuple(Button(n, payload("inform_profile", **{facet: v})) for n, v in zip(names, (before, now)))
                asked = answer.followed_by(text, buttons, question={"facet": facet, "text": text, "between": [before, now]})
                return asked.asking(self.state(conflict=facet))
        return answer


def _with(profile: Profile, facet: str, value: str) -> Profile:
    changed: dict[str, Any] = {facet: value}
    return replace(profile, **changed)
