"""The ledger's interface for features: every query runs in a thread, so that only its caller waits for the database."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa

from bot.domain.approval import Decision
from bot.domain.request import Request
from bot.errors import LedgerUnavailable
from bot.ledger import audit, decisions, limits, queries, writes
from bot.ledger.audit import Entry
from bot.ledger.models import Event, EventCode, Place, Receipt, Subject

R = TypeVar("R")

# Slack waits three seconds for the answer to a command.
_ANSWER_SECONDS = 2.0


class Ledger:
    """The ledger in one database. `region` and `project` are the current ones; each request keeps those of its time.

    The queries raise `LedgerUnavailable` while the database does not answer.
    """

    def __init__(self, database: sa.Engine, *, region: str = "", project: str | None = None) -> None:
        self._database = database
        self._region = region
        self._project = project

    def asked(
        self, workflow: str, request: Request, subject: Subject, *, per_person_hour: int | None = None
    ) -> writes.Write:
        """The write that enters an accepted request.

        Executing it raises `LimitReached` if the person has made too many within an hour.
        """
        written = writes.asked(request, subject, workflow=workflow, region=self._region, project=self._project)
        if per_person_hour is None:
            return written
        return partial(limits.asked_within, written, request=request, workflow=workflow, limit=per_person_hour)

    async def denied(self, request_id: str, *, key: str, who: str, details: Mapping[str, Any]) -> None:
        """Enter a denial, once for each `key`. `request_id`: of the request that it would have become."""
        await self._tell(writes.happened(request_id, EventCode.DENIED, who=who, details=details, key=key))

    async def seen(self, request_id: str, *, who: str) -> None:
        """Enter that somebody was shown the receipt of a request that is not public."""
        await self._tell(writes.happened(request_id, EventCode.SEEN, who=who))

    async def decide(self, request_id: str, decision: Decision) -> Decision | None:
        """Answer a waiting request; returns the answer that counts, which may be an earlier one. None: it is not waiting."""
        await self._change(partial(decisions.decide, request_id=request_id, decision=decision))
        return (await self.decided([request_id])).get(request_id)

    async def decided(self, request_ids: Collection[str]) -> dict[str, Decision]:
        """See `decisions.decided`."""
        return await self._ask(partial(decisions.decided, request_ids=request_ids))

    async def find(self, what: str) -> list[Receipt]:
        """See `queries.find`."""
        return await self._ask(partial(queries.find, what=what))

    async def near(self, what: str) -> list[str]:
        """See `queries.near`."""
        return await self._ask(partial(queries.near, what=what))

    async def get(self, request_id: str) -> Receipt | None:
        """See `queries.get`."""
        return await self._ask(partial(queries.get, request_id=request_id))

    async def of_name(self, name: str, state: str) -> list[Receipt]:
        """See `queries.of_name`."""
        return await self._ask(partial(queries.of_name, name=name, state=state))

    async def last(self, request_ids: Iterable[str], codes: Iterable[str]) -> dict[tuple[str, str], float]:
        """See `queries.last`."""
        return await self._ask(partial(queries.last, request_ids=request_ids, codes=codes))

    async def events(self, request_id: str) -> list[Event]:
        """See `queries.events`."""
        return await self._ask(partial(queries.events, request_id=request_id))

    async def under_way(self) -> queries.UnderWay:
        """See `queries.under_way`."""
        return await self._ask(queries.under_way)

    async def newest(
        self,
        *,
        requester: str | None = None,
        states: Iterable[str] = (),
        since: float | None = None,
        until: float | None = None,
        after: Place | None = None,
        limit: int = 10,
    ) -> list[Receipt]:
        """See `queries.newest`."""
        question = partial(queries.newest, requester=requester, states=states, since=since, until=until)
        return await self._ask(partial(question, after=after, limit=limit))

    async def newest_seen_by(self, person: str, *, after: Place | None = None, limit: int = 10) -> list[Receipt]:
        """See `queries.newest_seen_by`."""
        return await self._ask(partial(queries.newest_seen_by, person=person, after=after, limit=limit))

    def export(self, *, since: float | None = None, until: float | None = None) -> Iterator[Entry]:
        """See `audit.entries`. Raises `LedgerUnavailable`, in the middle too. For the terminal: it blocks."""
        try:
            with self._database.connect() as connection:
                yield from audit.entries(connection, since=since, until=until)
        except sa.exc.SQLAlchemyError as error:
            raise LedgerUnavailable(type(error).__name__) from error

    async def _tell(self, write: writes.Write) -> None:
        def always(connection: sa.Connection) -> bool:
            write(connection)
            return True

        await self._change(always)

    async def _change(self, change: Callable[[sa.Connection], bool]) -> None:
        await self._in_time(partial(self._commit, change))

    def _commit(self, change: Callable[[sa.Connection], bool]) -> None:
        with self._database.connect() as connection:
            if change(connection):
                connection.commit()

    async def _ask(self, question: Callable[[sa.Connection], R]) -> R:
        return await self._in_time(partial(self._answer, question))

    async def _in_time(self, work: Callable[[], R]) -> R:
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                return await asyncio.to_thread(work)
        except (sa.exc.SQLAlchemyError, TimeoutError) as error:
            raise LedgerUnavailable(type(error).__name__) from error

    def _answer(self, question: Callable[[sa.Connection], R]) -> R:
        with self._database.connect() as connection:
            return question(connection)
