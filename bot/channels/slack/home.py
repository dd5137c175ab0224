"""The App Home: what is known of a person's company, their latest questions and result, and the language."""

from __future__ import annotations

import logging

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.slack.adviser import Adviser
from bot.channels.slack.blocks import home_view
from bot.channels.slack.outcomes import REVOKED, Undeliverable, code_of, failure_of
from bot.channels.slack.places import Person
from bot.channels.slack.talk import Talk

logger = logging.getLogger(__name__)


class Home:
    """Publishes people's App Homes."""

    def __init__(self, adviser: Adviser, talk: Talk, team_url: str | None) -> None:
        self._adviser = adviser
        self._talk = talk
        self._team_url = team_url

    async def publish(self, client: AsyncWebClient, person: Person) -> None:
        """Show the present state; raises an outcome if Slack cannot be reached."""
        glance = await self._adviser.glance(self._talk.personal_conversation(person))
        language = await self._talk.language(person, glance.language)
        view = home_view(
            language=language,
            profile=glance.profile,
            recent=glance.recent,
            assessment=glance.assessment,
            team_url=self._team_url,
        )
        try:
            await client.views_publish(user_id=person.user, view=view)
        except SlackApiError as error:
            failure = failure_of(error)
            if isinstance(failure, Undeliverable) and code_of(error) not in REVOKED:
                logger.error("an App Home could not be shown: %s", failure)
                return
            raise failure from error
