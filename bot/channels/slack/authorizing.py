"""Finds the token with which an entry is answered, and says why there is none instead of Bolt's silence."""

from __future__ import annotations

from typing import Any

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize, AsyncInstallationStoreAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.slack.installations import Installations, SealedStore
from bot.channels.slack.outcomes import TryLater, Undeliverable, failure_of


class OneWorkspace(AsyncAuthorize):
    """The workspace of ``SLACK_BOT_TOKEN``; Slack is asked once who that is."""

    def __init__(self, client: AsyncWebClient, installations: Installations) -> None:
        self._client = client
        self._installations = installations
        self._result: AuthorizeResult | None = None

    async def __call__(self, **_: Any) -> AuthorizeResult:
        """Whom the token belongs to.

        Raises:
            Outcome: Slack does not know the token, or cannot be reached.
        """
        if self._result is None:
            try:
                told = await self._client.auth_test()
            except SlackApiError as error:
                raise failure_of(error) from error
            self._result = AuthorizeResult.from_auth_test_response(auth_test_response=told, bot_token=self._client.token)
            self._installations.is_only(told.get("enterprise_id"), None if told.get("is_enterprise_install") else told["team_id"])
        return self._result


class InstalledWorkspaces(AsyncInstallationStoreAuthorize):
    """Workspaces that have installed the app; Slack is asked once for each token, and tokens that expire are rotated."""

    def __init__(self, client: AsyncWebClient, store: SealedStore, client_id: str, client_secret: str) -> None:
        super().__init__(
            logger=client.logger,
            installation_store=store,
            client_id=client_id,
            client_secret=client_secret,
            bot_only=True,
            cache_enabled=True,
            client=client,
        )
        self._store = store

    async def __call__(
        self, *, context: AsyncBoltContext, enterprise_id: str | None, team_id: str | None, user_id: str | None, **named: Any
    ) -> AuthorizeResult:
        """The workspace's token.

        Raises:
            Outcome: the app is not installed there, or Slack takes its token no more, or cannot be reached.
        """
        result = await super().__call__(context=context, enterprise_id=enterprise_id, team_id=team_id, user_id=user_id, **named)
        if result is not None:
            return result
        bot = await self._store.async_find_bot(
            enterprise_id=enterprise_id, team_id=team_id, is_enterprise_install=context.is_enterprise_install
        )
        if bot is None:
            raise Undeliverable("the app is not installed in the workspace")
        try:
            await context.client.auth_test(token=bot.bot_token)
        except SlackApiError as error:
            raise failure_of(error) from error
        raise TryLater.after_failure("the workspace's token could not be used")
