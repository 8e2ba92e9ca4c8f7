"""Operators' commands about a request, in the database: one row each, from the command to its answer.

`registry-bot retry` and `cancel` insert a row, a running bot takes it and stores the answer, and the command, if it is still
waiting, reads the answer and deletes the row.
"""

import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

import sqlalchemy as sa

from bot.workflow.tables import OPERATOR_COMMANDS as TABLE

# A process that took a command and has not answered after this time is dead: another one takes it.
_TAKEN_SECONDS = 60.0
# Nobody is waiting any more for an answer that is still unread by then.
_KEPT_SECONDS = 60 * 60.0


class CommandAnswer(StrEnum):
    """The result of a command."""

    DONE = "done"
    NOBODY_TOLD = "nobody_told"  # done, and no message about it could be posted
    OVER = "over"  # the request had an outcome already
    WORKED_ON = "worked_on"  # so there is nothing to try again
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorCommand:
    """`who` gave it, as user@host; `at`, in seconds since the UTC epoch, distinguishes commands for the same request."""

    request_id: str
    what: Literal["retry", "cancel"]
    who: str
    at: float = field(default_factory=time.time)


def write_down(database: sa.Engine, command: OperatorCommand) -> None:
    """Store a command for a running bot. A later command replaces an earlier one."""
    values = {"request_id": command.request_id, "what": command.what, "who": command.who, "at": command.at}
    with database.begin() as connection:
        connection.execute(sa.delete(TABLE).where(TABLE.c.request_id == command.request_id))
        connection.execute(sa.insert(TABLE).values(**values))


def answer_to(database: sa.Engine, command: OperatorCommand) -> CommandAnswer | None:
    """The answer, or None while there is none; reading it deletes it."""
    with database.begin() as connection:
        answer = connection.execute(sa.select(TABLE.c.answer).where(_is(command))).scalar_one_or_none()
        if answer is None:
            return None
        connection.execute(sa.delete(TABLE).where(_is(command)))
    return CommandAnswer(answer)


def without_answer(database: sa.Engine) -> list[OperatorCommand]:
    """The commands that no living process has taken, the oldest first."""
    with database.connect() as connection:
        rows = connection.execute(sa.select(TABLE).where(_free()).order_by(TABLE.c.at)).all()
    return [OperatorCommand(request_id=row.request_id, what=row.what, who=row.who, at=row.at) for row in rows]


def take(database: sa.Engine, command: OperatorCommand) -> bool:
    """Take a command; false if another replica has taken it."""
    with database.begin() as connection:
        taken = sa.update(TABLE).where(_is(command), _free()).values(taken_at=time.time())
        return connection.execute(taken).rowcount == 1


def give_answer(database: sa.Engine, command: OperatorCommand, answer: CommandAnswer) -> None:
    """Store the answer for the waiting command, and delete old answers that nobody read."""
    old = TABLE.c.answer.is_not(None) & (TABLE.c.taken_at < time.time() - _KEPT_SECONDS)
    with database.begin() as connection:
        connection.execute(sa.delete(TABLE).where(old))
        connection.execute(sa.update(TABLE).where(_is(command)).values(answer=answer.value))


def _is(command: OperatorCommand) -> sa.ColumnElement[bool]:
    return (TABLE.c.request_id == command.request_id) & (TABLE.c.at == command.at)


def _free() -> sa.ColumnElement[bool]:
    left = TABLE.c.taken_at.is_(None) | (TABLE.c.taken_at < time.time() - _TAKEN_SECONDS)
    return TABLE.c.answer.is_(None) & left
