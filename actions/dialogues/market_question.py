"""The market that a brief or a comparison still needs."""

from __future__ import annotations

from actions import documents
from actions.advice import overviews
from actions.advice.answer import Answer
from actions.advisory import adviser
from actions.conversation import Turn
from actions.dialogues.dialogue import Dialogue

BRIEF, COMPARISON = "brief", "comparison"


class MarketQuestion(Dialogue):
    """State: ``wants``, what was asked for without naming enough countries."""

    kind = "market"

    def reply(self, turn: Turn) -> Answer | None:
        """Do it for the countries now named."""
        named = turn.mentioned.market
        if not named or turn.intent == "compare_markets":
            return None
        if turn.pending.get("wants") == BRIEF:
            return self.brief(turn)
        if len(named) < 2:
            named = (*(market for market in turn.remembered.market if market not in named), *named)
        return self.comparison(turn, named, None)

    def brief(self, turn: Turn) -> Answer:
        """A brief on the markets named, else on those spoken of; without any, the question for one."""
        answer = documents.brief(turn)
        return answer.settled() if turn.profile.market else answer.asking(self.state(wants=BRIEF))

    def comparison(self, turn: Turn, markets: tuple[str, ...], topic: str | None) -> Answer:
        """The markets side by side; with fewer than two, the question for them."""
        profile = turn.profile.with_market(*markets) if markets else turn.profile
        answer = overviews.compare(adviser(), profile, turn.language, topic)
        return (
            answer.settled() if answer.fields["rows"] or len(profile.market) > 1 else answer.asking(self.state(wants=COMPARISON))
        )
