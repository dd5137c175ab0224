"""The workspaces that the app serves, and their tokens, which are encrypted in Bolt's own store."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from slack_bolt.request.internals import extract_enterprise_id, extract_team_id
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore
from sqlalchemy import Table, delete, select, update
from sqlalchemy.engine import Engine

from bot.channels.slack.secrecy import CannotDecrypt, Sealer

logger = logging.getLogger(__name__)

INSTALL_PATH = "/webhooks/slack/install"
STATE_SECONDS = 600
_KNOWN_SECONDS = 30.0
_SECRETS = (
    "bot_token",
    "bot_refresh_token",
    "user_token",
    "user_refresh_token",
    "incoming_webhook_url",
)
_LOG = logging.getLogger("bot.channels.slack.store")


class SealedStore(AsyncInstallationStore):
    """Bolt's SQLAlchemy store in worker threads, with every token encrypted before it gets there."""

    def __init__(self, engine: Engine, client_id: str, sealer: Sealer) -> None:
        self._store = SQLAlchemyInstallationStore(client_id=client_id, engine=engine, logger=_LOG)
        self._sealer = sealer

    async def async_save(self, installation: Installation) -> None:
        """Keep an installation in the place of an earlier one."""
        sealed = Installation(**{**installation.__dict__, **self._sealed(installation)})
        await asyncio.to_thread(self._store.save, sealed)
        await asyncio.to_thread(self._drop_older, installation.enterprise_id, installation.team_id)

    async def async_save_bot(self, bot: Bot) -> None:
        """Keep a bot's tokens after they were rotated."""
        await asyncio.to_thread(self._store.save_bot, Bot(**{**bot.__dict__, **self._sealed(bot)}))
        await asyncio.to_thread(self._drop_older, bot.enterprise_id, bot.team_id)

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """The bot of a workspace, with its token in clear."""
        named = {"enterprise_id": enterprise_id, "team_id": team_id, "is_enterprise_install": is_enterprise_install}
        return self._opened(await asyncio.to_thread(lambda: self._store.find_bot(**named)))  # type: ignore[arg-type]

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Delete the bot's tokens."""
        await asyncio.to_thread(lambda: self._store.delete_bot(enterprise_id=enterprise_id, team_id=team_id))

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Delete a person's installation, or all of a workspace."""
        named = {"enterprise_id": enterprise_id, "team_id": team_id, "user_id": user_id}
        await asyncio.to_thread(lambda: self._store.delete_installation(**named))

    def reseal(self) -> int:
        """Encrypt with the newest key what an older one has encrypted; gives the number of rows. Then the old key can go."""
        return sum(self._reseal(table) for table in (self._store.bots, self._store.installations))

    def _reseal(self, table: Table) -> int:
        count = 0
        with self._store.engine.begin() as connection:
            for row in connection.execute(select(table)).mappings().all():
                held = {name: row[name] for name in _SECRETS if name in table.c and row[name]}
                if all(self._sealer.is_current(value.encode()) for value in held.values()):
                    continue
                try:
                    fresh = {name: self._seal(self._open(value)) for name, value in held.items()}
                except CannotDecrypt as error:
                    logger.error("the tokens of workspace %s are %s", row["team_id"], error)
                    continue
                connection.execute(update(table).where(table.c.id == row["id"]).values(**fresh))
                count += 1
        return count

    def _drop_older(self, enterprise_id: str | None, team_id: str | None) -> None:
        """Bolt keeps every installation ever made; an earlier one's tokens are of no use."""
        with self._store.engine.begin() as connection:
            for table in (self._store.bots, self._store.installations):
                of_workspace = (
                    table.c.client_id == self._store.client_id,
                    table.c.enterprise_id == enterprise_id,
                    table.c.team_id == team_id,
                )
                ids = connection.execute(select(table.c.id).where(*of_workspace).order_by(table.c.id.desc())).scalars().all()
                connection.execute(delete(table).where(table.c.id.in_(ids[1:])))

    def _sealed(self, holder: Any) -> dict[str, Any]:
        return {name: self._seal(value) for name in _SECRETS if (value := getattr(holder, name, None))}

    def _opened(self, found: Any) -> Any:
        """Tokens that no key opens count as missing, which is said in the log."""
        if found is None:
            return None
        try:
            for name in _SECRETS:
                if value := getattr(found, name, None):
                    setattr(found, name, self._open(value))
        except CannotDecrypt as error:
            logger.error("the tokens of workspace %s are %s", found.team_id, error)
            return None
        return found

    def _seal(self, value: str) -> str:
        return self._sealer.seal(value.encode()).decode()

    def _open(self, value: str) -> str:
        return self._sealer.open(value.encode()).decode()


class States(AsyncOAuthStateStore):
    """Bolt's store of the states of installations in progress, in worker threads."""

    def __init__(self, engine: Engine) -> None:
        self._store = SQLAlchemyOAuthStateStore(expiration_seconds=STATE_SECONDS, engine=engine, logger=_LOG)

    async def async_issue(self, *args: object, **kwargs: object) -> str:
        """A new state; those that were never used are cleared away."""
        await asyncio.to_thread(self._clear)
        return await asyncio.to_thread(self._store.issue)

    async def async_consume(self, state: str) -> bool:
        """Whether the state is ours and was not used before."""
        return await asyncio.to_thread(self._store.consume, state)

    def _clear(self) -> None:
        states = self._store.oauth_states
        with self._store.engine.begin() as connection:
            connection.execute(delete(states).where(states.c.expire_at < datetime.now(timezone.utc).replace(tzinfo=None)))


class Installations:
    """Which workspaces and which app are ours. With one workspace that is the one of the token, once Slack has named it."""

    def __init__(self, store: SealedStore | None, app_id: str | None) -> None:
        self._store = store
        self._app_id = app_id
        self._only: tuple[str | None, str | None] | None = None
        self._known: dict[tuple[str | None, str | None], float] = {}

    def is_only(self, enterprise: str | None, team: str | None) -> None:
        """Say which workspace the only token belongs to; ``team`` is ``None`` if it is a whole enterprise's."""
        self._only = (enterprise, team)

    async def are_ours(self, body: Mapping[str, Any]) -> bool:
        """Whether an event is for our app and comes from a workspace that has installed it."""
        app = body.get("api_app_id")
        if self._app_id and app and app != self._app_id:
            return False
        enterprise, team = extract_enterprise_id(dict(body)), extract_team_id(dict(body))
        if self._store is None:
            return self._only is None or team == self._only[1] or (self._only[1] is None and enterprise == self._only[0])
        return await self._is_installed(enterprise, team)

    async def _is_installed(self, enterprise: str | None, team: str | None) -> bool:
        assert self._store is not None
        key = (enterprise, team)
        if self._known.get(key, 0.0) > time.monotonic():
            return True
        for of_enterprise in (False, True):
            if of_enterprise and not enterprise:
                break
            bot = await self._store.async_find_bot(enterprise_id=enterprise, team_id=team, is_enterprise_install=of_enterprise)
            if bot is not None:
                self._known[key] = time.monotonic() + _KNOWN_SECONDS
                return True
        return False

    async def revoked(self, enterprise: str | None, team: str | None, code: str) -> None:
        """Slack takes the workspace's token no more: its installation goes."""
        self._known.pop((enterprise, team), None)
        if self._store is None:
            logger.error("Slack refuses SLACK_BOT_TOKEN (%s): install the app again and set the new token", code)
            return
        await self._store.async_delete_all(enterprise_id=enterprise, team_id=team)
        said = "Slack refuses the token of workspace %s (%s): its installation was removed; install it again at %s"
        logger.error(said, team or enterprise, code, INSTALL_PATH)
