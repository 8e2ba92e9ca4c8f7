"""The answer to a request that waits for an approval: the first one counts, even if others answer on other replicas.

It is an event whose key the database accepts only once, so it is never changed or removed.
"""

import json
from collections.abc import Collection

import sqlalchemy as sa

from bot.domain.approval import ApprovalAnswer, Decision
from bot.ledger import writes
from bot.ledger.models import EventCode, State
from bot.ledger.tables import EVENTS, REQUESTS

_KEY = "{request_id} decided"


def decide(connection: sa.Connection, request_id: str, decision: Decision) -> bool:
    """Write the answer, unless there already is one or the request is not waiting (any more).

    If the approvers' time is over, the request has expired, whatever the answer. False: the caller rolls back.
    """
    decision = _in_time(connection, request_id, decision)
    code = EventCode(decision.answer)
    event = writes.event_row(
        request_id,
        code,
        at=decision.at,
        who=decision.by,
        details={"why": decision.why} if decision.why else None,
        key=_KEY.format(request_id=request_id),
    )
    # Comes first: from here on, anybody else who decides about this request waits for the end of this transaction.
    if not writes.insert_event(event, connection):
        return False
    mine = REQUESTS.c.id == request_id
    state = connection.execute(sa.select(REQUESTS.c.state).where(mine).with_for_update()).scalar()
    if state != State.WAITING:
        return False
    now = State.UNDER_WAY if decision.answer == ApprovalAnswer.APPROVED else State.WAITING
    values = {"decided_by": decision.by, "decided_at": decision.at, "decided_why": decision.why, "state": now}
    connection.execute(sa.update(REQUESTS).where(mine).values(**writes.storable_values(values)))
    return True


def _in_time(connection: sa.Connection, request_id: str, decision: Decision) -> Decision:
    asked = sa.select(EVENTS.c.details).where(EVENTS.c.key == f"{request_id} {EventCode.WAITING}")
    until = json.loads(connection.execute(asked).scalar() or "{}").get("until")
    if until is None or decision.at < until or decision.answer == ApprovalAnswer.CANCELLED:
        return decision
    return Decision(answer=ApprovalAnswer.EXPIRED, at=until)


def decided(connection: sa.Connection, request_ids: Collection[str]) -> dict[str, Decision]:
    """The answers that count, by request id."""
    keys = [_KEY.format(request_id=each) for each in request_ids]
    query = sa.select(EVENTS.c.request_id, EVENTS.c.code, EVENTS.c.at, EVENTS.c.who, EVENTS.c.details)
    return {
        request_id: Decision(answer=code, at=at, by=who, why=json.loads(details).get("why"))
        for request_id, code, at, who, details in connection.execute(query.where(EVENTS.c.key.in_(keys)))
    }
