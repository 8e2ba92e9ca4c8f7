"""A database that is down does not fill the log."""

import json
import logging
from collections.abc import Callable
from io import StringIO

import psycopg
import pytest
import sqlalchemy as sa

from bot.observability.database_noise import DatabaseNoiseFilter
from bot.observability.logs import set_up_logging


def record(name: str, text: str, error: BaseException | None = None, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord(name, logging.WARNING, "", 0, text, None, (type(error), error, None) if error else None)
    made.__dict__.update(extra)
    return made


def of_psycopg() -> Exception:
    return sa.exc.OperationalError("SELECT 1", {}, psycopg.OperationalError("server closed the connection"))


def test_what_the_engine_complains_about_is_one_short_line_a_minute_that_counts_the_others() -> None:
    now = [0.0]
    quiet = DatabaseNoiseFilter(clock=lambda: now[0])
    first = record("dbos", f"Database connection failed: {of_psycopg()}\nTraceback " + "x" * 9000)
    assert quiet.filter(first)
    assert first.getMessage().startswith("Database connection failed")
    assert "\n" not in first.getMessage()
    assert not any(quiet.filter(record("dbos", "Exception:", of_psycopg())) for _ in range(200))
    assert not quiet.filter(record("bot.workflow.upkeep", "upkeep failed, trying again: %s", repeats=True))
    now[0] = 61
    later = record("dbos.queue", "again", of_psycopg())
    assert quiet.filter(later)
    assert later.__dict__["left_out"] == 201


@pytest.mark.parametrize(
    "text",
    [
        f"Exception encountered in queue thread for q: {of_psycopg()}",
        "Exception polling schedules: Traceback (most recent call last):\nsqlalchemy.exc.OperationalError: no",
        "Exception listing queues: (sqlite3.OperationalError) attempt to write a readonly database",
        "Exception encountered in queue thread for q: QueuePool limit of size 5 overflow 0 reached",
        "Notification listener error: the connection is lost",
    ],
)
def test_an_error_of_the_database_is_known_in_whatever_words_the_engine_puts_it(text: str) -> None:
    quiet = DatabaseNoiseFilter()
    assert [quiet.filter(record("dbos", text)) for _ in range(2)] == [True, False]


def test_what_the_engine_says_of_anything_else_passes_meanwhile(written: Callable[..., StringIO]) -> None:
    log = written(set_up_logging)
    for text in ("one", "two"):
        logging.getLogger("dbos").warning("Database connection failed: %s", text)
        logging.getLogger("dbos").warning("the engine: %s", text)
        logging.getLogger("dbos").error("Exception encountered in asynchronous workflow:", exc_info=ValueError(text))
        logging.getLogger("bot.workflow.supervisor").warning("ours: %s", text)
        logging.getLogger("bot.workflow.upkeep").warning("upkeep failed", extra={"repeats": True})
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    failed = "Exception encountered in asynchronous workflow:"
    assert [line["event"] for line in lines] == [
        "Database connection failed: one",
        "the engine: one",
        failed,
        "ours: one",
        "the engine: two",
        failed,
        "ours: two",
    ]
