"""The log of a command that ends at once: words for a person, warnings only, without secrets."""

import io
import logging
from collections.abc import Callable

import pytest

from bot.observability.plain_logs import set_up_plain_logging

Written = Callable[..., io.StringIO]


@pytest.mark.parametrize(
    ("level", "heard"),
    [
        (logging.DEBUG, ""),
        (logging.INFO, ""),
        (logging.WARNING, "WARNING something happened\n"),
        (logging.ERROR, "ERROR something happened\n"),
    ],
)
def test_a_warning_is_one_line_of_text_and_less_is_silence(written: Written, level: int, heard: str) -> None:
    log = written(set_up_plain_logging)
    logging.getLogger("bot.test").log(level, "something %s", "happened")
    assert log.getvalue() == heard


def test_a_reference_is_below_the_line(written: Written) -> None:
    log = written(set_up_plain_logging)
    logging.getLogger("bot.test").error("step failed", extra={"reference": "R-7K2F9"})
    assert log.getvalue() == "ERROR step failed\nreference R-7K2F9\n"


@pytest.mark.parametrize("secret", ["xoxb-1234-abcDEF", "the-secret-key"])
def test_a_secret_is_taken_out_of_a_line_and_of_a_traceback(written: Written, secret: str) -> None:
    log = written(set_up_plain_logging, secrets=("the-secret-key",))
    try:
        raise ValueError(f"with {secret} inside")
    except ValueError:
        logging.getLogger("bot.test").exception("it is %s here", secret)
    assert "it is [removed] here" in log.getvalue()
    assert "ValueError: with [removed] inside" in log.getvalue()
    assert secret not in log.getvalue()
