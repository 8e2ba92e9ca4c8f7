"""What operators have been told, in the database: one row for each cause, shared by all replicas and restarts. Blocks."""

from typing import Any

import sqlalchemy as sa

from bot.workflow.alarm_rules import StoredAlarm
from bot.workflow.tables import ALARMS


def read(database: sa.Engine) -> dict[str, StoredAlarm]:
    """All of them, by cause."""
    with database.connect() as connection:
        return {row["cause"]: StoredAlarm(**row) for row in connection.execute(sa.select(ALARMS)).mappings()}


def begin(database: sa.Engine, cause: str, stored: StoredAlarm | None, *, now: float) -> bool:
    """Note that a message is about to be posted; false if another replica was first."""
    values: dict[str, Any] = {"raised": True, "seen_at": now, "told_at": now, "ts": None}
    if stored is not None:
        return change(database, stored, **values)
    try:
        with database.begin() as connection:
            connection.execute(sa.insert(ALARMS).values(cause=cause, **values))
    except sa.exc.IntegrityError:
        return False
    return True


def change(database: sa.Engine, stored: StoredAlarm, **values: object) -> bool:
    """Store these values if nothing but `seen_at` has changed since the row was read; false otherwise."""
    same = (
        (ALARMS.c.cause == stored.cause)
        & (ALARMS.c.raised == stored.raised)
        & (ALARMS.c.told_at == stored.told_at)
        & ALARMS.c.ts.is_not_distinct_from(stored.ts)
    )
    with database.begin() as connection:
        return connection.execute(sa.update(ALARMS).where(same).values(**values)).rowcount == 1


def end(database: sa.Engine, stored: StoredAlarm) -> bool:
    """Note that the problem is resolved; false if another replica has done so, or sees the problem again."""
    mine = (ALARMS.c.cause == stored.cause) & (ALARMS.c.raised == sa.true()) & (ALARMS.c.seen_at == stored.seen_at)
    with database.begin() as connection:
        return connection.execute(sa.update(ALARMS).where(mine).values(raised=False)).rowcount == 1
