"""Which request holds which name, so that the second of two people who want the same name is told so in the form.

A claim is made before the request is stored and may outlive it: whether it still counts depends on the request that made
it (`queries.py`). A crash between the two therefore leaves nothing to clean up.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from bot.domain.request import Request
from bot.workflow.tables import CLAIMS


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One person's claim to a name, which is case-folded. `claimed_at` is in seconds since the UTC epoch."""

    name: str
    request_id: str
    requester: str
    requester_name: str
    claimed_at: float


class Claims(Protocol):
    """All claims, including those that no longer count."""

    async def restore(self, pending: Callable[[], Awaitable[list[Claim]]]) -> None:
        """Called at the start; `pending` reads the claims of the requests under way, oldest first."""
        ...

    async def make(self, claim: Claim) -> Claim | None:
        """Claim the name. Return the claim of another request if there is one already."""
        ...

    async def replace(self, stale: Claim, claim: Claim) -> Claim | None:
        """Replace a claim that no longer counts. Return the current claim if another process was faster."""
        ...

    async def drop(self, claim: Claim) -> None:
        """Withdraw a claim."""
        ...

    def expire(self, claim: Claim) -> None:
        """The outcome of the request is known: its claim no longer counts. Costs nothing."""
        ...

    async def forget_before(self, moment: float) -> None:
        """Drop the claims older than `moment` (seconds since the UTC epoch)."""
        ...


def claims_of(database: sa.Engine) -> Claims:
    """In memory for SQLite, which has a single process; in a table for replicas that share a PostgreSQL database."""
    return HeldClaims() if database.dialect.name == "sqlite" else ClaimTable(database)


def claim_of(request: Request, name: str | None) -> Claim | None:
    """The claim that a request makes on a name, ignoring case; None if it holds no name."""
    if name is None:
        return None
    return Claim(
        name=name.casefold(),
        request_id=request.id,
        requester=request.origin.requester,
        requester_name=request.origin.requester_name,
        claimed_at=request.accepted_at,
    )


class HeldClaims:
    """The claims of a single process. Requests left pending by an earlier process are claimed again at the start."""

    def __init__(self) -> None:
        self._by_name: dict[str, Claim] = {}

    async def restore(self, pending: Callable[[], Awaitable[list[Claim]]]) -> None:
        """See `Claims`. Of two requests for a name the younger is in progress; the outcome of the other is being delivered."""
        self._by_name |= {each.name: each for each in await pending()}

    async def make(self, claim: Claim) -> Claim | None:
        """See `Claims`."""
        earlier = self._by_name.setdefault(claim.name, claim)
        return earlier if earlier.request_id != claim.request_id else None

    async def replace(self, stale: Claim, claim: Claim) -> Claim | None:
        """See `Claims`."""
        self.expire(stale)
        return await self.make(claim)

    async def drop(self, claim: Claim) -> None:
        """See `Claims`."""
        self.expire(claim)

    def expire(self, claim: Claim) -> None:
        """See `Claims`."""
        now = self._by_name.get(claim.name)
        if now is not None and now.request_id == claim.request_id:
            del self._by_name[claim.name]

    async def forget_before(self, moment: float) -> None:
        """See `Claims`."""
        self._by_name = {name: each for name, each in self._by_name.items() if each.claimed_at >= moment}


class ClaimTable:
    """The claims in the database, for all replicas."""

    def __init__(self, database: sa.Engine) -> None:
        # Each call is one statement and commits by itself: a transaction around it would be two round trips more.
        self._database = database.execution_options(isolation_level="AUTOCOMMIT")
        row = postgresql.insert(CLAIMS)
        # An existing row is "updated" to itself, or RETURNING would not show it.
        itself = {"name": row.excluded.name}
        self._make = row.on_conflict_do_update(index_elements=["name"], set_=itself).returning(CLAIMS)

    async def restore(self, pending: Callable[[], Awaitable[list[Claim]]]) -> None:
        """Nothing to do: the rows are still there."""

    async def make(self, claim: Claim) -> Claim | None:
        """See `Claims`."""
        (now,) = await self._rows(self._make, asdict(claim))
        return now if now.request_id != claim.request_id else None

    async def replace(self, stale: Claim, claim: Claim) -> Claim | None:
        """See `Claims`."""
        await self._rows(sa.update(CLAIMS).where(_is(stale)).values(asdict(claim)).returning(CLAIMS))
        return await self.make(claim)

    async def drop(self, claim: Claim) -> None:
        """See `Claims`."""
        await self._rows(sa.delete(CLAIMS).where(_is(claim)).returning(CLAIMS))

    def expire(self, claim: Claim) -> None:
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


def _is(claim: Claim) -> sa.ColumnElement[bool]:
    return (CLAIMS.c.name == claim.name) & (CLAIMS.c.request_id == claim.request_id)
