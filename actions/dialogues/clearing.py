"""Removing what is known of the company: by the buttons below it, by their titles typed, or in words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from actions.advice.answer import Answer, Button, payload
from actions.advisory import adviser, integrity
from actions.conversation import Turn
from actions.dialogues.dialogue import Aftermath, say
from actions.rules.profile import Profile
from actions.rules.taxonomy import FACETS

_CLEAR = "clear"


class Clearing(Aftermath):
    """Open after what is known was shown, so that the title of a button, typed, means the button: a person in Slack or in a
    terminal types "Clear ownership", which by itself may mean another thing."""

    kind = "known"

    def reply(self, turn: Turn) -> Answer | None:
        """What is left, to a button; its title has been turned into it."""
        cleared = _pressed(turn)
        return None if cleared is None else without(turn, cleared)

    def after(self, turn: Turn, answer: Answer) -> Answer:
        """What is known is remembered to have been shown with buttons; any other answer is left as it is."""
        return answer.asking(self.state()) if answer.kind == "profile" and answer.buttons else answer


def cleared(turn: Turn) -> Profile | None:
    """The profile without the facet whose button was pressed or that a person asks to remove; ``None`` if nothing is removed."""
    pressed = _pressed(turn)
    if pressed is not None or not turn.text or not turn.mentioned.is_empty or not integrity().says("removal", turn.text):
        return pressed
    named = [facet for facet in FACETS if integrity().says(f"facet_names.{facet}", turn.text)]
    if named:
        return replace(turn.profile, **{name: value for facet in named for name, value in _nothing(facet).items()})
    return Profile() if integrity().says("everything", turn.text) else None


def without(turn: Turn, left: Profile) -> Answer:
    """What is known after something was removed."""
    facets = adviser().phrases.profile(left, turn.language) or say(turn, "profile_nothing")
    return Answer("profile", turn.language, say(turn, "profile_cleared", facets=facets), left)


def buttons(turn: Turn, profile: Profile) -> tuple[Button, ...]:
    """One for each facet that is known, and one for all."""
    known = [facet for facet in FACETS if profile.values(facet)]
    one = [_button(say(turn, "clear_facet", facet=say(turn, f"facets.{facet}")), facet) for facet in known]
    return (*one, _button(say(turn, "clear_all"), "all"))


def _button(title: str, facet: str) -> Button:
    return Button(title, payload("change_profile", choice=f"{_CLEAR}:{facet}"))


def _pressed(turn: Turn) -> Profile | None:
    """What is left of the profile after the button that was pressed; ``None`` if it is none of these."""
    kind, _, facet = (turn.choice or "").partition(":")
    if kind != _CLEAR:
        return None
    return Profile() if facet == "all" else replace(turn.profile, **_nothing(facet)) if facet in FACETS else None


def _nothing(facet: str) -> dict[str, Any]:
    return {facet: () if facet == "market" else None}
