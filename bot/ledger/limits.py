"""Limits how many requests one person may make within an hour, by counting in the transaction that enters the next one."""

import sqlalchemy as sa

from bot.domain.request import Request
from bot.errors import LimitReached
from bot.ledger.tables import REQUESTS
from bot.ledger.writes import Write

_HOUR_SECONDS = 3600.0
# Until the transaction ends, only one request of a person at a time on all replicas; SQLite allows only one writer anyway.
_TURN = sa.text("SELECT pg_advisory_xact_lock(hashtextextended('registry-bot requester ' || :person, 0))")


def asked_within(written: Write, connection: sa.Connection, *, request: Request, workflow: str, limit: int) -> None:
    """Execute the write, unless the limit is reached. Raises `LimitReached`."""
    person = request.origin.requester
    if connection.dialect.name == "postgresql":
        connection.execute(_TURN, {"person": person})
    since = request.accepted_at - _HOUR_SECONDS
    asked_at = REQUESTS.c.asked_at
    # The oldest of as many as there may be; itself does not count, because a commit may be repeated.
    query = sa.select(asked_at).where(
        REQUESTS.c.requester == person, asked_at > since, REQUESTS.c.workflow == workflow, REQUESTS.c.id != request.id
    )
    oldest = connection.execute(query.order_by(asked_at.desc()).limit(1).offset(limit - 1)).scalar()
    if oldest is not None:
        raise LimitReached(limit=limit, ends=oldest + _HOUR_SECONDS)
    written(connection)
