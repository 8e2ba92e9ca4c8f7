"""Who asked for a name last: so that two people who want the same one within seconds hear of each other in the form.

A claim is written before the request is stored, and outlives it: whether it still counts is asked of the request that
made it. So a crash between the two leaves nothing to clean up.
"""

from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

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


class Claims:
    """The claims in the database. The calls block; they are made in a thread."""

    def __init__(self, database: sa.Engine) -> None:
        self._database = database
        insert = postgresql.insert if database.dialect.name == "postgresql" else sqlite.insert
        self._claim = insert(CLAIMS).on_conflict_do_nothing(index_elements=["name"])

    def claim(self, submission: Submission) -> Claim | None:
        """Claim the name; return the claim of another request where there is one already."""
        with self._database.begin() as connection:
            connection.execute(self._claim, asdict(submission_claim(submission)))
            earlier = self._read(connection, submission.name)
        return earlier if earlier and earlier.request_id != submission.request_id else None

    def take_over(self, stale: Claim, submission: Submission) -> Claim | None:
        """Replace a claim that no longer counts; return the one that stands there if somebody else was faster."""
        with self._database.begin() as connection:
            connection.execute(
                sa.update(CLAIMS)
                .where(CLAIMS.c.name == stale.name, CLAIMS.c.request_id == stale.request_id)
                .values(asdict(submission_claim(submission)))
            )
            now = self._read(connection, stale.name)
        return now if now and now.request_id != submission.request_id else None

    def drop(self, submission: Submission) -> None:
        """Take back the claim that this request made on this name."""
        mine = (CLAIMS.c.name == submission.name) & (CLAIMS.c.request_id == submission.request_id)
        with self._database.begin() as connection:
            connection.execute(sa.delete(CLAIMS).where(mine))

    def forget_before(self, moment: float) -> None:
        """Drop the claims older than `moment` (seconds since the UTC epoch)."""
        with self._database.begin() as connection:
            connection.execute(sa.delete(CLAIMS).where(CLAIMS.c.claimed_at < moment))

    @staticmethod
    def _read(connection: sa.Connection, name: str) -> Claim | None:
        row = connection.execute(sa.select(CLAIMS).where(CLAIMS.c.name == name)).mappings().first()
        return Claim(**row) if row else None


def submission_claim(submission: Submission) -> Claim:
    """The claim that a request makes."""
    return Claim(
        name=submission.name,
        request_id=submission.request_id,
        requester=submission.requester,
        requester_name=submission.requester_name,
        claimed_at=submission.asked_at,
    )
