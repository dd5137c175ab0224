"""Posts an outbox part by part: retried, resumed after a crash, and not twice as far as Slack lets one find out."""

from __future__ import annotations

import asyncio
import logging
import re
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.channels.slack.blocks import SlackMessage, notice, wording
from bot.channels.slack.inbox import Entry, Inbox
from bot.channels.slack.outcomes import UNREACHABLE, Lost, Outcome, TryLater, Undeliverable, failure_of, retry_after
from bot.channels.slack.places import Place

logger = logging.getLogger(__name__)

EVENT_TYPE = "qiao_answer"
"""Of the metadata by which a message of ours is found again."""
MOST_BY_RESPONSE_URL = 5
_LOOK_BACK = 100
_CODE = re.compile(r"[a-z_]{1,40}")
_RESPONSE_HOST = "hooks.slack.com"
_PART_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "qiao:slack:part")
_ALREADY_POSTED = frozenset({"duplicate_message_not_found", "duplicate_channel_not_found"})
_LONGEST_TEXT = 12_000
_TOO_RICH = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"})

Fetch = Callable[[str], Awaitable[bytes]]


def outbox(place: Place, messages: Sequence[SlackMessage], language: str) -> dict[str, Any]:
    """What is to be posted, as plain data; a picture is a part of its own, after its message."""
    parts: list[dict[str, Any]] = []
    for message in messages:
        parts.append({"text": message.text, "blocks": message.blocks})
        if message.upload:
            parts.append({"upload": asdict(message.upload)})
    return {"place": place.as_dict(), "parts": parts, "language": language}


class Poster:
    """Posts for one process."""

    def __init__(self, inbox: Inbox, fetch: Fetch, api_url: str) -> None:
        """``fetch`` gives the bytes behind an address on our own server."""
        self._inbox = inbox
        self._fetch = fetch
        self._hosts = {_RESPONSE_HOST, urlsplit(api_url).hostname}
        self._not_before: dict[tuple[str, str], float] = {}

    async def post(self, entry: Entry, client: AsyncWebClient, team: str, box: Mapping[str, Any]) -> None:
        """Post what is not posted yet of the outbox ``box``.

        Raises:
            TryLater: Slack wants us to wait, or cannot be reached; the next call goes on from here.
            Undeliverable: Slack will not take it, now or later.
            Lost: another process has taken the entry over.
        """
        place, parts, posted = Place.of(box["place"]), box["parts"], entry.posted
        target = await self._target(client, team, place)
        if entry.attempts > 1 and entry.outbox is not None and await self._was_posted(client, entry, target, posted):
            posted += 1
        while posted < len(parts):
            part = parts[posted]
            if "upload" in part:
                await self._upload(client, team, target, part["upload"], str(box["language"]))
            elif target.response_url and posted < MOST_BY_RESPONSE_URL:
                try:
                    await self._respond(client, target.response_url, part)
                except Undeliverable as error:
                    logger.info("an answer goes to the direct messages instead of where it was asked for: %s", error)
                    target = await self._target(client, team, Place(place.channel))
                    continue
            else:
                await self._say(client, team, target, part, entry.key, posted)
            posted += 1
            if posted < len(parts) and not await self._inbox.note_posted(entry, posted):
                raise Lost

    async def whisper(self, client: AsyncWebClient, url: str, message: SlackMessage) -> None:
        """Say something to the eyes of the person alone; it is no loss if that fails."""
        try:
            await self._respond(client, url, {"text": message.text, "blocks": message.blocks})
        except Outcome as error:
            logger.info("a remark could not be posted: %s", error)

    async def _target(self, client: AsyncWebClient, team: str, place: Place) -> Place:
        """The place with the channel of the direct messages where it names a person."""
        if place.response_url or place.channel[:1] not in ("U", "W"):
            return place
        opened = await self._call(team, "conversations.open", lambda: client.conversations_open(users=place.channel))
        return Place(str(opened["channel"]["id"]), place.thread)

    async def _say(self, client: AsyncWebClient, team: str, place: Place, part: Mapping[str, Any], key: str, number: int) -> None:
        id_ = str(uuid.uuid5(_PART_NAMESPACE, f"{key}:{number}"))
        fixed: dict[str, Any] = {
            "channel": place.channel,
            "thread_ts": place.thread,
            "text": part["text"],
            "unfurl_links": False,
            "unfurl_media": False,
            "client_msg_id": id_,
            "metadata": {"event_type": EVENT_TYPE, "event_payload": {"part": id_}},
        }
        try:
            await self._call(team, "chat.postMessage", lambda: client.chat_postMessage(**fixed, blocks=part["blocks"] or None))
        except Undeliverable as error:
            if error.code in _ALREADY_POSTED:
                return
            if error.code not in _TOO_RICH:
                raise
            logger.error("Slack refuses our blocks (%s); what they say is posted as text instead", error.code)
            fixed["text"] = wording(part["blocks"])[:_LONGEST_TEXT] or part["text"]
            await self._call(team, "chat.postMessage", lambda: client.chat_postMessage(**fixed))

    async def _respond(self, client: AsyncWebClient, url: str, part: Mapping[str, Any]) -> None:
        """Answer to the eyes of the person alone, where they asked."""
        if urlsplit(url).hostname not in self._hosts:
            raise Undeliverable("foreign_address")
        webhook = AsyncWebhookClient(url, session=client.session, proxy=client.proxy, ssl=client.ssl, logger=client.logger)
        body = {"response_type": "ephemeral", "replace_original": False, "unfurl_links": False, "unfurl_media": False}
        try:
            response = await webhook.send_dict({**body, "text": part["text"], "blocks": part["blocks"] or None})
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            raise TryLater.after_failure(type(error).__name__) from error
        if response.status_code == 429:
            raise TryLater(retry_after(response.headers), "ratelimited", counts=False)
        if response.status_code >= 500:
            raise TryLater.after_failure(f"status {response.status_code}")
        if response.status_code != 200:
            raise Undeliverable(response.body if _CODE.fullmatch(response.body) else f"status {response.status_code}")

    async def _upload(self, client: AsyncWebClient, team: str, place: Place, upload: Mapping[str, str], language: str) -> None:
        """Upload a picture; one that cannot be is said to be missing, and keeps nothing else from being posted."""
        if place.response_url:
            place = await self._target(client, team, Place(place.channel))
        try:
            content = await self._fetch(upload["address"])
            await self._call(
                team,
                "files.completeUploadExternal",
                lambda: client.files_upload_v2(
                    channel=place.channel,
                    thread_ts=place.thread,
                    content=content,
                    filename=upload["filename"],
                    title=upload["title"],
                    alt_txt=upload["title"],
                ),
            )
        except TryLater:
            raise
        except Exception as error:
            logger.error("a chart could not be uploaded: %s", error)
            told = notice("chart_failed", language)
            post: dict[str, Any] = {"channel": place.channel, "thread_ts": place.thread, "text": told.text, "blocks": told.blocks}
            await self._call(team, "chat.postMessage", lambda: client.chat_postMessage(**post))

    async def _was_posted(self, client: AsyncWebClient, entry: Entry, place: Place, number: int) -> bool:
        """Whether Slack has this part already, posted by a process that ended before it could note it.

        Where we may not read a channel's history, Slack cannot be asked, and the part is posted again.
        """
        if place.response_url:
            return False
        id_ = str(uuid.uuid5(_PART_NAMESPACE, f"{entry.key}:{number}"))
        asked: dict[str, Any] = {"channel": place.channel, "oldest": str(entry.received_at - 1), "limit": _LOOK_BACK}
        asked["include_all_metadata"] = True
        try:
            found = (
                await client.conversations_replies(**asked, ts=place.thread)
                if place.thread
                else await client.conversations_history(**asked)
            )
        except UNREACHABLE as error:
            logger.warning("whether an answer was posted cannot be found out (%s); it is posted again", failure_of(error))
            return False
        shown: list[dict[str, Any]] = found.get("messages") or []
        payloads = ((message.get("metadata") or {}).get("event_payload") or {} for message in shown)
        return any(payload.get("part") == id_ for payload in payloads)

    async def _call(self, team: str, method: str, call: Callable[[], Awaitable[Any]]) -> Any:
        """Call Slack, unless it has told us to leave this method alone for a while.

        Slack counts calls by workspace and method (https://docs.slack.dev/apis/web-api/rate-limits).
        """
        loop = asyncio.get_running_loop()
        wait = self._not_before.get((team, method), 0.0) - loop.time()
        if wait > 0:
            raise TryLater(wait, "ratelimited", counts=False)
        try:
            return await call()
        except UNREACHABLE as error:
            failure = failure_of(error)
            if isinstance(failure, TryLater) and failure.seconds is not None:
                self._not_before[(team, method)] = loop.time() + failure.seconds
            raise failure from error
