"""The bot's log: one JSON object a line, with everything that helps to find a fault, and without secrets."""

import io
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
import structlog

from bot.config import Settings
from bot.observability.logs import set_up_logging
from bot.playground.slack.server import LocalSlack
from tests.support.running import running_bot

Written = Callable[..., io.StringIO]


def lines_of(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_a_line_is_json_with_time_level_and_logger(written: Written) -> None:
    log = written(set_up_logging)
    logging.getLogger("bot.test").warning("something %s", "happened")
    (line,) = lines_of(log)
    assert (line["event"], line["level"], line["logger"]) == ("something happened", "warning", "bot.test")
    assert line["timestamp"].endswith("Z")


def test_what_is_bound_to_the_request_and_what_is_given_extra_is_in_the_line(written: Written) -> None:
    log = written(set_up_logging)
    with structlog.contextvars.bound_contextvars(request="T0-V0"):
        logging.getLogger("bot.test").info("inside", extra={"reference": "R-7K2F9"})
    logging.getLogger("bot.test").info("outside")
    inside, outside = lines_of(log)
    assert (inside["request"], inside["reference"]) == ("T0-V0", "R-7K2F9")
    assert "request" not in outside


def test_text_is_in_the_line_as_it_is(written: Written) -> None:
    log = written(set_up_logging)
    logging.getLogger("bot.test").info("团队 🚀\nsecond line")
    assert "团队 🚀" in log.getvalue()
    assert len(log.getvalue().splitlines()) == 1


@pytest.mark.parametrize(
    ("logger", "level", "heard"),
    [
        ("bot.anything", logging.DEBUG, False),
        ("bot.anything", logging.INFO, True),
        ("slack_bolt.AsyncApp", logging.WARNING, False),
        ("slack_bolt.AsyncApp", logging.ERROR, True),
        ("slack_sdk.web.async_client", logging.INFO, False),
        ("slack_sdk.web.async_client", logging.WARNING, True),
        ("aiohttp.access", logging.INFO, False),
        ("aiohttp.server", logging.INFO, True),
        ("sqlalchemy.engine.Engine", logging.INFO, False),
        ("dbos", logging.INFO, False),
        ("dbos", logging.WARNING, True),
        ("dbosomething", logging.INFO, True),
    ],
)
def test_libraries_that_log_whole_bodies_are_held_back(written: Written, logger: str, level: int, heard: bool) -> None:
    log = written(set_up_logging)
    logging.getLogger(logger).log(level, "a line")
    assert [line["event"] for line in lines_of(log)] == (["a line"] if heard else [])


def test_they_are_held_back_also_when_somebody_turns_their_loggers_up(written: Written) -> None:
    log = written(set_up_logging)
    logging.getLogger("slack_bolt.AsyncApp").setLevel(logging.DEBUG)
    logging.getLogger("slack_bolt").setLevel(logging.DEBUG)
    logging.getLogger("slack_bolt.AsyncApp").info("a whole body")
    assert lines_of(log) == []


async def test_the_durable_engine_that_brings_a_log_of_its_own_uses_ours(
    written: Written, settings: Callable[..., Settings], slack: LocalSlack, capfd: pytest.CaptureFixture[str]
) -> None:
    log = written(set_up_logging)
    async with running_bot(settings(), slack):
        logging.getLogger("dbos").warning("a line of the engine")
    assert log.getvalue().count("a line of the engine") == 1
    assert "a line of the engine" not in "".join(capfd.readouterr())


@pytest.mark.parametrize(("level", "heard"), [("debug", 4), ("info", 3), ("warning", 2), ("error", 1)])
def test_what_is_less_than_the_level_is_left_out(written: Written, level: str, heard: int) -> None:
    log = written(set_up_logging, level=level)
    for each in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
        logging.getLogger("bot.test").log(each, "a line")
    assert len(lines_of(log)) == heard


def test_libraries_stay_as_they_are_when_our_own_modules_say_more(written: Written) -> None:
    log = written(set_up_logging, level="debug")
    for name in ("aiohttp.server", "slack_bolt.AsyncApp", "asyncio"):
        logging.getLogger(name).debug("a whole body")
    assert lines_of(log) == []


def test_it_is_text_where_that_is_wanted(written: Written) -> None:
    log = written(set_up_logging, form="text")
    logging.getLogger("bot.test").warning("something")
    assert "something" in log.getvalue()
    assert not log.getvalue().startswith("{")


@pytest.mark.parametrize("secret", ["xoxb-1234-abcDEF", "the-signing-secret"])
def test_a_secret_is_taken_out_of_a_message_a_field_and_a_traceback(written: Written, secret: str) -> None:
    log = written(set_up_logging, secrets=("the-signing-secret",))
    try:
        raise ValueError(f"with {secret} inside")
    except ValueError:
        logging.getLogger("bot.test").exception("it is %s here", secret, extra={"field": secret})
    (line,) = lines_of(log)
    assert secret not in log.getvalue()
    assert line["event"] == "it is [removed] here"
    assert line["field"] == "[removed]"
    assert "ValueError: with [removed] inside" in line["exception"]
