"""What the log says, at every level, while requests succeed and fail: enough to find a fault, and never a secret."""

import io
import json
import logging
import sys
from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from bot import observability
from bot.app import Service
from bot.config import Settings
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from tests.support.database import read_only
from tests.support.people import ask_for, filled_in, open_form, outcome_of
from tests.support.running import BOT_TOKEN, SIGNING_SECRET, running_bot

_LEVELS = ("as set up", "our own at DEBUG", "everything at DEBUG")


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, Settings], io.StringIO]]:
    """Sets logging up as the command does and returns where the lines go; afterwards all is as before."""
    root, known = logging.getLogger(), logging.Logger.manager.loggerDict
    handlers, level = root.handlers[:], root.level
    levels = {name: logger.level for name, logger in known.items() if isinstance(logger, logging.Logger)}

    def set_up(how: str, settings: Settings) -> io.StringIO:
        written = io.StringIO()
        monkeypatch.setattr(sys, "stderr", written)
        observability.set_up_logging(secrets=settings.secrets)
        monkeypatch.undo()
        if how != "as set up":
            root.setLevel(logging.DEBUG)
        if how == "everything at DEBUG":
            _everything_at_debug()
        return written

    yield set_up
    root.handlers[:], root.level = handlers, level
    for name, logger in known.items():
        if isinstance(logger, logging.Logger):
            logger.setLevel(levels.get(name, logging.NOTSET))


@pytest.fixture(params=_LEVELS)
async def log(
    request: pytest.FixtureRequest,
    logged: Callable[[str, Settings], io.StringIO],
    settings: Callable[..., Settings],
    slack: LocalSlack,
) -> AsyncIterator[tuple[io.StringIO, Service]]:
    chosen = settings(HUAWEICLOUD_SDK_SECURITY_TOKEN="the-security-token")
    written = logged(request.param, chosen)
    async with running_bot(chosen, slack) as service:
        if request.param == "everything at DEBUG":
            _everything_at_debug()  # the loggers that were made meanwhile
        yield written, service


def _everything_at_debug() -> None:
    for logger in logging.Logger.manager.loggerDict.values():
        if isinstance(logger, logging.Logger):
            logger.setLevel(logging.DEBUG)


async def test_no_line_at_any_level_has_a_secret_in_it(
    log: tuple[io.StringIO, Service], slack: LocalSlack, cloud: LocalCodeArts
) -> None:
    written, bot = log
    body, stamp = slack.command_body("leak"), str(int(slack.workspace.clock()))
    await ask_for(slack, "fine", description="words that are nobody's business")
    await outcome_of(slack, "fine")
    for trouble in (Fault.drop(), Fault.answer(500, "{}"), Fault.answer(401, {"error_code": "APIGW.0301"})):
        cloud.faults.add("create", trouble)
    await ask_for(slack, "badly", channel=company.SECRET_PROJECT)
    await outcome_of(slack, "badly", channel=company.SECRET_PROJECT)
    slack.faults.add("views.open", Fault.answer(500, "<html>"))
    slack.faults.add("response_url", Fault.drop())
    await slack.command()
    await slack.wait_for(lambda: not slack.faults.waiting("response_url"))
    view_id = await open_form(slack)
    with read_only(bot):
        await slack.submit(view_id, filled_in(name="unsaved"))
    await slack.deliver_raw(body, signature="v0=" + "0" * 64)
    await slack.deliver_raw(b"payload=%7B")
    await slack.deliver_raw(b"x=" + body, timestamp=stamp)

    lines = written.getvalue()
    assert "a request was not saved" in lines
    assert "the form was not opened" in lines
    secrets = {
        "bot token": BOT_TOKEN,
        "signing secret": SIGNING_SECRET,
        "secret key": cloud.keys.secret_key,
        "security token": "the-security-token",
        "signature of Slack": slack.sign(body, stamp),
        "signature of ours": "Signature=",
        **{f"response_url {number}": token for number, token in enumerate(slack.workspace.links)},
    }
    assert [what for what, secret in secrets.items() if secret in lines] == []


async def test_a_line_is_json_with_time_level_and_logger(
    logged: Callable[[str, Settings], io.StringIO], settings: Callable[..., Settings]
) -> None:
    written = logged("as set up", settings())
    logging.getLogger("bot.test").warning("something %s", "happened")
    line = json.loads(written.getvalue())
    assert (line["event"], line["level"], line["logger"]) == ("something happened", "warning", "bot.test")
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize(
    "secret",
    [
        "xoxb-1234-abcDEF",
        "xoxe.xoxp-1-abc",
        "xapp-1-A0-abc",
        "https://hooks.slack.com/commands/T0/1/abc",
        "https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT0%2F1%2Fabc",
        "v0=" + "0a" * 32,
        "Signature=0123abcdef",
        SIGNING_SECRET,
        "local-playground-secret-key",
    ],
)
async def test_a_secret_is_taken_out_of_a_message_and_of_a_traceback(
    logged: Callable[[str, Settings], io.StringIO], settings: Callable[..., Settings], secret: str
) -> None:
    written = logged("as set up", settings())
    try:
        raise ValueError(f"with {secret} inside")
    except ValueError:
        logging.getLogger("bot.test").exception("it is %s here", secret)
    lines = written.getvalue()
    assert secret not in lines
    assert lines.count("[removed]") >= 2
    assert "ValueError" in lines
