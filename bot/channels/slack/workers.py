"""Works the inbox off: so many entries at once, each conversation in order, and what fails again later."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from sqlalchemy.exc import SQLAlchemyError

from bot.channels.slack.inbox import Entry, Inbox
from bot.channels.slack.outcomes import Lost, TryLater, Undeliverable
from bot.telemetry.metrics import count_undelivered
from serving.draining import WORK

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 8
PROMPTS_AT_ONCE = 8
_FIRST_WAIT_SECONDS = 1.0
_LONGEST_WAIT_SECONDS = 60.0
_LOOK_SECONDS = 1.0
"""How often to look for what other processes have left behind."""
_AWAY_SECONDS = 1.0
_RENEWALS_PER_LEASE = 3
_NOTING_SECONDS = 60.0
_PURGE_SECONDS = 3600.0

Answer = Callable[[Entry], Awaitable[None]]


def back_off(attempts: int) -> float:
    """Seconds to wait after so many attempts: 1, 2, 4 … up to a minute."""
    return float(min(_LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2 ** (attempts - 1)))


class Workers:
    """The workers of one process. ``answer`` raises an outcome of :mod:`outcomes` when an entry could not be answered."""

    def __init__(self, inbox: Inbox, answer: Answer, *, at_once: int, lease_seconds: float, kept_seconds: float) -> None:
        self._inbox = inbox
        self._answer = answer
        self._sizes = {False: at_once, True: PROMPTS_AT_ONCE}
        self._lease_seconds = lease_seconds
        self._kept_seconds = kept_seconds
        self._running: dict[bool, dict[int, asyncio.Task[None]]] = {False: {}, True: {}}
        self._news = {False: asyncio.Event(), True: asyncio.Event()}
        self._takers: list[asyncio.Task[None]] = []
        self._keepers: list[asyncio.Task[None]] = []
        self._is_stopping = False

    def start(self) -> None:
        """Begin to work."""
        self._takers = [asyncio.create_task(self._work(is_prompt)) for is_prompt in (False, True)]
        self._keepers = [asyncio.create_task(self._renew()), asyncio.create_task(self._purge())]

    def wake(self, *, is_prompt: bool) -> None:
        """Say that something of this kind has come in."""
        self._news[is_prompt].set()

    async def stop(self, seconds: float) -> None:
        """Take no more, finish what is being answered within so many seconds, and leave the rest to others at once."""
        self._is_stopping = True
        for event in self._news.values():
            event.set()
        await asyncio.gather(*self._takers)
        tasks = [task for running in self._running.values() for task in running.values()]
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)
        for task in (*tasks, *self._keepers):
            task.cancel()
        await asyncio.gather(*tasks, *self._keepers, return_exceptions=True)

    async def _work(self, is_prompt: bool) -> None:
        running, news = self._running[is_prompt], self._news[is_prompt]
        while not self._is_stopping:
            news.clear()
            pause = _LOOK_SECONDS
            free = self._sizes[is_prompt] - len(running)
            if free > 0 and not WORK.is_draining:
                try:
                    entries, next_seconds = await self._inbox.take(free, is_prompt=is_prompt)
                    pause = min(pause, next_seconds)
                    for entry in entries:
                        running[entry.number] = asyncio.create_task(self._handle(entry, is_prompt))
                except SQLAlchemyError as error:
                    logger.error("the inbox cannot be read: %s", type(error).__name__)
                except Exception:
                    logger.exception("the inbox cannot be worked off; going on")
            try:
                await asyncio.wait_for(news.wait(), pause)
            except asyncio.TimeoutError:
                continue

    async def _handle(self, entry: Entry, is_prompt: bool) -> None:
        try:
            with WORK.in_progress():
                await self._attempt(entry)
        except asyncio.CancelledError:
            with contextlib.suppress(SQLAlchemyError):
                await asyncio.shield(self._inbox.put_back(entry))
            raise
        except Exception:
            logger.exception("an entry of the inbox is left as it is")
        finally:
            self._running[is_prompt].pop(entry.number, None)
            self.wake(is_prompt=is_prompt)

    async def _attempt(self, entry: Entry) -> None:
        """Answer it, and note how that went."""
        try:
            if entry.attempts > MOST_ATTEMPTS:
                raise Undeliverable("it was tried too often")
            await self._answer(entry)
        except Lost:
            logger.warning("another process has taken over what this one was answering")
            return
        except TryLater as wait:
            await self._again(entry, wait)
            return
        except Undeliverable as error:
            count_undelivered("slack")
            logger.error("a message from Slack got no answer: %s", error)
        except Exception as error:
            logger.exception("a message from Slack could not be answered")
            await self._again(entry, TryLater.after_failure(type(error).__name__))
            return
        await self._note(lambda: self._inbox.finish(entry))

    async def _again(self, entry: Entry, wait: TryLater) -> None:
        if wait.counts and entry.attempts >= MOST_ATTEMPTS:
            count_undelivered("slack")
            logger.error("a message from Slack got no answer after %d attempts: %s", entry.attempts, wait)
            await self._note(lambda: self._inbox.finish(entry))
            return
        seconds = back_off(entry.attempts) if wait.seconds is None else wait.seconds
        logger.warning("an answer to Slack waits %.1f s (attempt %d): %s", seconds, entry.attempts, wait)
        await self._note(lambda: self._inbox.put_back(entry, seconds, counts=wait.counts))

    async def _note(self, note: Callable[[], Awaitable[None]]) -> None:
        """Write an outcome down, also if the database is away for a while; what is not noted is done again."""
        deadline = asyncio.get_running_loop().time() + _NOTING_SECONDS
        while True:
            try:
                return await note()
            except SQLAlchemyError:
                if asyncio.get_running_loop().time() > deadline:
                    raise
                await asyncio.sleep(_AWAY_SECONDS)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(self._lease_seconds / _RENEWALS_PER_LEASE)
            numbers = [number for running in self._running.values() for number in running]
            if numbers:
                try:
                    await self._inbox.renew(numbers)
                except SQLAlchemyError as error:
                    logger.error("leases could not be renewed: %s", type(error).__name__)

    async def _purge(self) -> None:
        while True:
            try:
                await self._inbox.purge(self._kept_seconds)
            except SQLAlchemyError as error:
                logger.error("old keys could not be deleted: %s", type(error).__name__)
            await asyncio.sleep(_PURGE_SECONDS)
