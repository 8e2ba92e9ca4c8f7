"""Who asked for a name last: so that two people who want the same one within seconds hear of each other in the form.

A claim is made before the request is stored, and may outlive it: whether it still counts is asked of the request that
made it. So a crash between the two leaves nothing to clean up.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from bot.registry.models import Submission
from bot.workflow.tables import CLAIMS


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One person's claim to a name. `claimed_at` is in seconds since the UTC epoch."""

    name: str
    request_id: str
    requester: str
    requester_name: str
    claimed_at: float


class Claims(Protocol):
    """The claims that count, or did."""

    async def restore(self, pending: Callable[[], Awaitable[list[Submission]]]) -> None:
        """Called at the start; `pending` reads the requests that are on their way, oldest first."""
        ...

    async def claim(self, submission: Submission) -> Claim | None:
        """Claim the name; return the claim of another request where there is one already."""
        ...

    async def take_over(self, stale: Claim, submission: Submission) -> Claim | None:
        """Replace a claim that no longer counts; return the one that stands there if somebody else was faster."""
        ...

    async def drop(self, submission: Submission) -> None:
        """Take back the claim that this request made on this name."""
        ...

    def ended(self, submission: Submission) -> None:
        """Told when a request has come to its end, with which its claim stops counting."""
        ...

    async def forget_before(self, moment: float) -> None:
        """Drop the claims older than `moment` (seconds since the UTC epoch)."""
        ...


def claims_of(database: sa.Engine) -> Claims:
    """A SQLite file has one process, which can remember; the replicas on a PostgreSQL meet in a table."""
    return HeldClaims() if database.dialect.name == "sqlite" else ClaimTable(database)


class HeldClaims:
    """The claims of the only process there is. What an earlier one left pending is claimed again at the start."""

    def __init__(self) -> None:
        self._by_name: dict[str, Claim] = {}

    async def restore(self, pending: Callable[[], Awaitable[list[Submission]]]) -> None:
        """See `Claims`. Of two requests for a name the younger one is at work; the other is being told."""
        self._by_name |= {each.name: submission_claim(each) for each in await pending()}

    async def claim(self, submission: Submission) -> Claim | None:
        """See `Claims`."""
        earlier = self._by_name.setdefault(submission.name, submission_claim(submission))
        return earlier if earlier.request_id != submission.request_id else None

    async def take_over(self, stale: Claim, submission: Submission) -> Claim | None:
        """See `Claims`."""
        now = self._by_name.get(stale.name)
        if now is not None and now.request_id == stale.request_id:
            del self._by_name[stale.name]
        return await self.claim(submission)

    async def drop(self, submission: Submission) -> None:
        """See `Claims`."""
        self.ended(submission)

    def ended(self, submission: Submission) -> None:
        """See `Claims`."""
        now = self._by_name.get(submission.name)
        if now is not None and now.request_id == submission.request_id:
            del self._by_name[submission.name]

    async def forget_before(self, moment: float) -> None:
        """See `Claims`."""
        self._by_name = {name: each for name, each in self._by_name.items() if each.claimed_at >= moment}


class ClaimTable:
    """The claims in the database, for all replicas."""

    def __init__(self, database: sa.Engine) -> None:
        # Each call is one statement and commits by itself: a transaction around it would be two round trips more.
        self._database = database.execution_options(isolation_level="AUTOCOMMIT")
        row = postgresql.insert(CLAIMS)
        # What stands there already is "updated" to itself, or RETURNING would not show it.
        itself = {"name": row.excluded.name}
        self._claim = row.on_conflict_do_update(index_elements=["name"], set_=itself).returning(CLAIMS)

    async def restore(self, pending: Callable[[], Awaitable[list[Submission]]]) -> None:
        """The rows are still there."""

    async def claim(self, submission: Submission) -> Claim | None:
        """See `Claims`."""
        (now,) = await self._rows(self._claim, asdict(submission_claim(submission)))
        return now if now.request_id != submission.request_id else None

    async def take_over(self, stale: Claim, submission: Submission) -> Claim | None:
        """See `Claims`."""
        theirs = (CLAIMS.c.name == stale.name) & (CLAIMS.c.request_id == stale.request_id)
        await self._rows(sa.update(CLAIMS).where(theirs).values(asdict(submission_claim(submission))).returning(CLAIMS))
        return await self.claim(submission)

    async def drop(self, submission: Submission) -> None:
        """See `Claims`."""
        mine = (CLAIMS.c.name == submission.name) & (CLAIMS.c.request_id == submission.request_id)
        await self._rows(sa.delete(CLAIMS).where(mine).returning(CLAIMS))

    def ended(self, submission: Submission) -> None:
        """A row stays until it is replaced or forgotten: removing it would cost a transaction for each request."""

    async def forget_before(self, moment: float) -> None:
        """See `Claims`."""
        await self._rows(sa.delete(CLAIMS).where(CLAIMS.c.claimed_at < moment).returning(CLAIMS))

    async def _rows(self, statement: sa.Executable, values: Mapping[str, object] | None = None) -> list[Claim]:
        def execute() -> list[Claim]:
            with self._database.connect() as connection:
                return [Claim(**row) for row in connection.execute(statement, values).mappings()]

        try:
            return await asyncio.to_thread(execute)
        except sa.exc.DBAPIError as error:
            if not error.connection_invalidated:
                raise
            # The server had ended this session; a new one does it, and doing it twice changes nothing.
            return await asyncio.to_thread(execute)


def submission_claim(submission: Submission) -> Claim:
    """The claim that a request makes."""
    return Claim(
        name=submission.name,
        request_id=submission.request_id,
        requester=submission.requester,
        requester_name=submission.requester_name,
        claimed_at=submission.asked_at,
    )
