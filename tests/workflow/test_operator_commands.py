"""What operators want done is taken by one replica, also after one that died, and answered to the command that waits."""

import time
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from bot.workflow.database import open_database
from bot.workflow.operator_commands import (
    CommandAnswer,
    OperatorCommand,
    answer_to,
    give_answer,
    take,
    without_answer,
    write_down,
)
from bot.workflow.tables import OPERATOR_COMMANDS, prepare

COMMAND = OperatorCommand(request_id="r1", what="cancel", who="ops@host", at=time.time())


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Iterator[sa.Engine]:
    engine = open_database(request.getfixturevalue(f"{request.param}_url"))
    prepare(engine)
    write_down(engine, COMMAND)
    yield engine
    engine.dispose()


def taken_ago(database: sa.Engine, seconds: float) -> None:
    with database.begin() as connection:
        connection.execute(sa.update(OPERATOR_COMMANDS).values(taken_at=time.time() - seconds))


def test_one_takes_it_and_the_answer_is_read_once(database: sa.Engine) -> None:
    assert without_answer(database) == [COMMAND]
    assert [take(database, COMMAND) for _ in range(2)] == [True, False]
    assert without_answer(database) == []
    assert answer_to(database, COMMAND) is None
    give_answer(database, COMMAND, CommandAnswer.OVER)
    assert [answer_to(database, COMMAND) for _ in range(2)] == [CommandAnswer.OVER, None]


def test_what_a_replica_took_that_died_is_taken_by_another(database: sa.Engine) -> None:
    assert take(database, COMMAND)
    taken_ago(database, 61)
    assert without_answer(database) == [COMMAND]
    assert take(database, COMMAND)


def test_the_answer_to_an_earlier_command_is_not_read_as_that_to_a_later_one(database: sa.Engine) -> None:
    later = OperatorCommand(request_id="r1", what="retry", who="ops@host", at=COMMAND.at + 1)
    assert take(database, COMMAND)
    write_down(database, later)
    give_answer(database, COMMAND, CommandAnswer.DONE)
    assert answer_to(database, later) is None
    assert without_answer(database) == [later]


def test_an_answer_that_nobody_reads_is_removed_with_a_later_one(database: sa.Engine) -> None:
    give_answer(database, COMMAND, CommandAnswer.DONE)
    taken_ago(database, 3601)
    other = OperatorCommand(request_id="r2", what="retry", who="ops@host")
    write_down(database, other)
    give_answer(database, other, CommandAnswer.DONE)
    assert answer_to(database, COMMAND) is None
