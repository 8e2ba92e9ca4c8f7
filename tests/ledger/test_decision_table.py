"""The one decision about a waiting request: the first one in time counts; compared with the rules in words."""

import itertools

import pytest
import sqlalchemy as sa

from bot.domain.approval import ApprovalAnswer, Decision
from bot.domain.outcomes import Refused, Result
from bot.domain.registry import Created
from bot.ledger import decisions, writes
from bot.ledger.models import EventCode, State, Subject
from bot.ledger.notes import Concluded, Happened
from bot.playground.slack import company
from tests.ledger.entries import codes, commit, receipt, request

ASKED_AT, UNTIL = 1000.0, 2000.0
ANSWERS = [each.value for each in ApprovalAnswer]
OF_PEOPLE = {"approved", "declined", "withdrawn"}
# The state of the request when somebody answers.
STANDS = [
    "not asked yet",
    "waits",
    *(f"was {each}" for each in ANSWERS),
    "needs no yes",
    "created",
    "refused",
    "unknown",
]


def stand(database: sa.Engine, how: str, which: str) -> None:
    """Bring a request there."""
    subject = Subject(name="shop", waits=how != "needs no yes")
    commit(database, writes.asked(request(which), subject, workflow="create_registry", region="here", project=None))
    if how not in {"not asked yet", "needs no yes"}:
        asked = Happened(code=EventCode.WAITING, details={"until": UNTIL}, once=True)
        commit(database, writes.of_note(asked, which))
    if how.startswith("was "):
        said(database, which, how.removeprefix("was "), at=UNTIL if how == "was expired" else 1500.0, by=company.CHIARA)
    ends: dict[str, Result] = {"created": Created(trace_id="t"), "refused": Refused(code="declined")}
    if how in ends:
        commit(database, writes.of_note(Concluded(result=ends[how]), which))
    if how == "unknown":
        commit(database, writes.lost(which))


def said(database: sa.Engine, which: str, answer: str, *, at: float, by: str | None) -> Decision | None:
    """As `Ledger.decide` does it."""
    with database.connect() as connection:
        if decisions.decide(connection, which, Decision(answer=answer, at=at, by=by)):
            connection.commit()
    with database.connect() as connection:
        return decisions.decided(connection, [which]).get(which)


def expected(how: str, answer: str, at: float) -> tuple[str, float, str | None] | None:
    """What holds then: the answer, when and by whom."""
    # The first one holds.
    if how.startswith("was "):
        first = how.removeprefix("was ")
        return (first, UNTIL, None) if first == "expired" else (first, 1500.0, company.CHIARA)
    # Only what waits is decided.
    if how not in {"waits", "not asked yet"}:
        return None
    # Nobody says anything any more when the time is over; before anybody is asked no time has been given.
    if at >= UNTIL and answer in {*OF_PEOPLE, "expired"} and how == "waits":
        return ("expired", UNTIL, None)
    return (answer, at, company.BEN)


@pytest.mark.parametrize("how", STANDS)
def test_one_answer_holds_whatever_is_said_of_it_and_when(database: sa.Engine, how: str) -> None:
    cases = list(itertools.product(ANSWERS, (1600.0, UNTIL - 0.001, UNTIL, UNTIL + 90_000)))
    for number, (answer, at) in enumerate(cases):
        which = f"T1-V{number}"
        stand(database, how, which)
        held = said(database, which, answer, at=at, by=company.BEN)
        found = (held.answer, held.at, held.by) if held else None
        wanted = expected(how, answer, at)
        assert found == wanted, (how, answer, at)
        row = receipt(database, which)
        assert (row.decided_at, row.decided_by) == (wanted[1:] if wanted else (None, None))
        assert sum(code in ANSWERS for code in codes(database, which)) == (1 if wanted else 0)
        # Only a yes lets the work begin.
        if wanted and how in {"waits", "not asked yet"}:
            assert row.state == (State.UNDER_WAY if wanted[0] == "approved" else State.WAITING)
