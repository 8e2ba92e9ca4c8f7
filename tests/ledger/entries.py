"""Writes rows as the engine does."""

from dataclasses import replace

import sqlalchemy as sa

from bot.domain.outcomes import Result
from bot.domain.request import Origin, Request
from bot.ledger import queries, writes
from bot.ledger.models import Event, Receipt, Subject
from bot.playground.slack import company

ID = "T1-V1"


def request(request_id: str = ID, *, reference: str = "R-7K2F9", at: float = 1000.0, by: str = company.ANA) -> Request:
    origin = Origin(
        door="command", requester=by, requester_name="ana", team="T1", channel=company.TEAM_SHOP, public=True
    )
    return Request(id=request_id, reference=reference, origin=origin, payload=None, accepted_at=at)


def enter(
    database: sa.Engine,
    name: str = "Team-Shop",
    result: Result | None = None,
    *,
    what: Request | None = None,
    description: str | None = None,
) -> None:
    """A request for a registry of this name, and what it came to."""
    asked = what or request()
    subject = Subject(name=name, description=description)
    made = [writes.asked(asked, subject, workflow="create_registry", region="here", project="p1")]
    commit(database, *made, *([writes.concluded(asked.id, result)] if result else []))


def enter_many(database: sa.Engine, names: list[str], **changes: str) -> None:
    """One request after the other, each a second later."""
    for number, name in enumerate(names):
        asked = request(f"T1-{number}", reference=f"R-{number:05d}", at=1000.0 + number, **changes)
        enter(database, name, what=replace(asked))


def commit(database: sa.Engine, *made: writes.Write) -> None:
    with database.begin() as connection:
        for write in made:
            write(connection)


def receipt(database: sa.Engine, request_id: str = ID) -> Receipt:
    with database.connect() as connection:
        found = queries.get(connection, request_id)
    assert found is not None
    return found


def events(database: sa.Engine, request_id: str = ID) -> list[Event]:
    with database.connect() as connection:
        return queries.events(connection, request_id)


def codes(database: sa.Engine, request_id: str = ID) -> list[str]:
    return [event.code for event in events(database, request_id)]
