"""Bolt's application: what comes from Slack passes the gate into the inbox, what comes out of the inbox reaches the listeners."""

from __future__ import annotations

import logging
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.slack.arrivals import person_of
from bot.channels.slack.gate import ENTRY, Gate
from bot.channels.slack.inbox import Entry
from bot.channels.slack.installations import INSTALL_PATH, STATE_SECONDS, Installations, SealedStore, States
from bot.channels.slack.logs import library_logger
from bot.channels.slack.outcomes import REVOKED, UNREACHABLE, TryLater, Undeliverable, failure_of
from bot.channels.slack.posting import Poster
from bot.channels.slack.settings import SlackSettings

logger = logging.getLogger(__name__)

REDIRECT_PATH = "/webhooks/slack/oauth_redirect"
STATE_COOKIE = "__Host-qiao-slack-state"
"""A browser takes a cookie of such a name only over TLS and from this host alone."""
SCOPES = ("app_mentions:read", "assistant:write", "chat:write", "commands", "files:write", "im:history", "im:write")
"""What the app asks a workspace for; the same as in ``slack/manifest.yml``."""

_FAILURE = "qiao_failure"
_IS_ADMITTED = "qiao_is_admitted"


class Application:
    """Bolt's application ``bolt``, and the answering of what stands in the inbox."""

    def __init__(
        self,
        settings: SlackSettings,
        client: AsyncWebClient,
        gate: Gate,
        authorize: AsyncAuthorize,
        oauth: AsyncOAuthSettings | None,
        installations: Installations,
        poster: Poster,
    ) -> None:
        self._installations = installations
        self._poster = poster
        self.bolt = AsyncApp(
            name="qiao",
            logger=library_logger(),
            client=client,
            signing_secret=settings.signing_secret or "",
            authorize=authorize,  # type: ignore[arg-type]
            oauth_settings=oauth,
            before_authorize=gate,
            process_before_response=True,  # an entry is answered when the dispatch returns
            attaching_conversation_kwargs_enabled=False,
        )
        self.bolt.middleware(self._admit)
        self.bolt.error(self._note_failure)
        if oauth is not None:
            self.bolt.enable_token_revocation_listeners()
        else:
            for event in ("tokens_revoked", "app_uninstalled"):
                self.bolt.event(event)(_left)

    async def answer(self, entry: Entry) -> None:
        """Answer an entry, or go on with the answer.

        Raises:
            Outcome: it is not answered, or not to the end.
        """
        request = AsyncBoltRequest(mode="socket_mode", body=entry.body, context={ENTRY: entry})
        await self.bolt.async_dispatch(request)
        failure = request.context.get(_FAILURE)
        if failure is None and _IS_ADMITTED not in request.context:
            failure = TryLater.after_failure("the workspace's token could not be used")
        if isinstance(failure, UNREACHABLE):
            failure = failure_of(failure)
        if isinstance(failure, Undeliverable) and failure.code in REVOKED:
            await self._installations.revoked(request.context.enterprise_id, request.context.team_id, failure.code)
        if failure is not None:
            raise failure

    async def _admit(self, context: AsyncBoltContext, client: AsyncWebClient, body: dict[str, Any], next: Any) -> Any:
        """Let an entry reach its listener, unless the adviser has been asked already and only the posting is left."""
        context[_IS_ADMITTED] = True
        await context.ack()
        entry: Entry = context[ENTRY]
        if entry.outbox is None:
            return await next()
        await self._poster.post(entry, client, person_of(body).team, entry.outbox)
        return BoltResponse(status=200)

    @staticmethod
    async def _note_failure(error: Exception, context: AsyncBoltContext) -> None:
        context[_FAILURE] = error


def oauth_settings(settings: SlackSettings, store: SealedStore, states: States, public_url: str | None) -> AsyncOAuthSettings:
    """How workspaces install the app by themselves."""
    return AsyncOAuthSettings(
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        scopes=SCOPES,
        user_scopes=(),
        redirect_uri=f"{public_url.rstrip('/')}{REDIRECT_PATH}" if public_url else None,
        install_path=INSTALL_PATH,
        redirect_uri_path=REDIRECT_PATH,
        installation_store=store,
        installation_store_bot_only=True,
        state_store=states,
        state_cookie_name=STATE_COOKIE,
        state_expiration_seconds=STATE_SECONDS,
        logger=library_logger(),
    )


async def _left() -> None:
    logger.error("the workspace has removed the app or revoked SLACK_BOT_TOKEN; install it again and set the new token")
