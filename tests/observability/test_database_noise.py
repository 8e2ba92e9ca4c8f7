"""A database that is down does not fill the log."""

import json
import logging
from collections.abc import Callable
from io import StringIO

from bot.observability.database_noise import OneLineAMinute
from bot.observability.logs import set_up_logging


def record(name: str, text: str) -> logging.LogRecord:
    return logging.LogRecord(name, logging.WARNING, "", 0, text, None, None)


def test_what_the_engine_complains_about_is_one_short_line_a_minute_that_counts_the_others() -> None:
    now = [0.0]
    quiet = OneLineAMinute(clock=lambda: now[0])
    first, later = record("dbos", "Exception\nTraceback " + "x" * 9000), record("dbos.queue", "again")
    assert quiet.filter(first)
    assert first.getMessage() == "Exception"
    assert not any(quiet.filter(record("dbos", "Exception")) for _ in range(200))
    assert not quiet.filter(record("bot.workflow.upkeep", "upkeep failed, trying again: %s"))
    now[0] = 61
    assert quiet.filter(later)
    assert later.__dict__["left_out"] == 201


def test_everything_else_passes_meanwhile(written: Callable[..., StringIO]) -> None:
    log = written(set_up_logging)
    for text in ("one", "two"):
        logging.getLogger("dbos").warning("the engine: %s", text)
        logging.getLogger("bot.workflow.supervisor").warning("ours: %s", text)
    assert [json.loads(line)["event"] for line in log.getvalue().splitlines()] == [
        "the engine: one",
        "ours: one",
        "ours: two",
    ]
