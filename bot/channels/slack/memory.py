"""What the channel itself remembers: the language a person chose, whose conversations there are, threads of Slack's assistant."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import Any

from sqlalchemy import delete, exists, select

from bot.channels.slack.database import Database
from bot.channels.slack.tables import CONVERSATIONS, PEOPLE, THREADS

_DAY_SECONDS = 86_400
_CONVERSATIONS_AT_HAND = 10_000


class Memory:
    """Keyed by digests; see :class:`bot.channels.slack.secrecy.Ids`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen: OrderedDict[str, float] = OrderedDict()

    async def language(self, person: str) -> str | None:
        """The language that the person has chosen, if any."""
        query = select(PEOPLE.c.language).where(PEOPLE.c.person == person)
        return await self._scalar(query)

    async def choose_language(self, person: str, language: str) -> None:
        """Keep the person's choice."""
        values = {"language": language, "changed_at": time.time()}
        insert = self._database.insert(PEOPLE).values(person=person, **values)
        await self._execute(insert.on_conflict_do_update(index_elements=["person"], set_=values))

    async def note_conversation(self, person: str, conversation: str) -> None:
        """Remember whose conversation this is; writes once a day."""
        now = time.time()
        if self._seen.get(conversation, 0.0) > now - _DAY_SECONDS:
            return
        values = {"person": person, "seen_at": now}
        insert = self._database.insert(CONVERSATIONS).values(conversation=conversation, **values)
        await self._execute(insert.on_conflict_do_update(index_elements=["conversation"], set_=values))
        self._seen[conversation] = now
        if len(self._seen) > _CONVERSATIONS_AT_HAND:
            self._seen.popitem(last=False)

    async def conversations(self, person: str) -> list[str]:
        """The person's conversations."""
        query = select(CONVERSATIONS.c.conversation).where(CONVERSATIONS.c.person == person)
        return await self._database.run(lambda connection: list(connection.execute(query).scalars()))

    async def forget(self, person: str) -> None:
        """Delete what is kept of the person."""
        self._seen.clear()
        for table in (PEOPLE, CONVERSATIONS):
            await self._execute(delete(table).where(table.c.person == person))

    async def open_thread(self, thread: str) -> None:
        """Remember that this is a thread of the assistant."""
        insert = self._database.insert(THREADS).values(thread=thread, opened_at=time.time())
        await self._execute(insert.on_conflict_do_nothing(index_elements=["thread"]))

    async def is_assistant_thread(self, thread: str) -> bool:
        """Whether this is a thread of the assistant."""
        return bool(await self._scalar(select(exists().where(THREADS.c.thread == thread))))

    async def _scalar(self, query: Any) -> Any:
        return await self._database.run(lambda connection: connection.execute(query).scalar())

    async def _execute(self, statement: Any) -> None:
        await self._database.run(lambda connection: connection.execute(statement).rowcount)
