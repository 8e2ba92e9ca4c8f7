"""What the log says, at every level, while requests succeed and fail: enough to find a fault, and never a secret."""

import io
import json
import logging
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.config import Settings
from bot.observability.logs import set_up_logging
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from tests.support.database import read_only
from tests.support.people import ask_for, filled_in, open_form, outcome_of, words
from tests.support.running import BOT_TOKEN, SIGNING_SECRET, all_finished, running_bot

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
        set_up_logging(secrets=settings.secrets)
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
) -> AsyncIterator[io.StringIO]:
    chosen = settings(HUAWEICLOUD_SDK_SECURITY_TOKEN="the-security-token")
    written = logged(request.param, chosen)
    async with running_bot(chosen, slack):
        if request.param == "everything at DEBUG":
            _everything_at_debug()  # the loggers that were made meanwhile
        yield written


def _everything_at_debug() -> None:
    for logger in logging.Logger.manager.loggerDict.values():
        if isinstance(logger, logging.Logger):
            logger.setLevel(logging.DEBUG)


async def test_no_line_at_any_level_has_a_secret_in_it(
    log: io.StringIO, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
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
    with read_only(tmp_path / "bot.sqlite3"):
        await slack.submit(view_id, filled_in(name="unsaved"))
    await slack.deliver_raw(body, signature="v0=" + "0" * 64)
    await slack.deliver_raw(b"payload=%7B")
    await slack.deliver_raw(b"x=" + body, timestamp=stamp)

    lines = log.getvalue()
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


# What goes wrong at which call, and how the log says that the request ended.
ENDS: dict[str, tuple[list[tuple[str, Fault]], str]] = {
    "success": ([], "created"),
    "slow": ([("create", Fault.slow(0.3))], "created"),
    "refusal": ([("create", Fault.answer(403, {"error_code": "CR.4102", "error_msg": "no right"}))], "refused"),
    "lost answer": ([("create", Fault.drop(apply=True))], "created"),
    "in doubt": ([("create", Fault.drop()), ("create", Fault.drop())], "in_doubt"),
    "nonsense from Slack": (
        [
            ("chat.postMessage", Fault.drop(apply=True)),
            ("conversations.history", Fault.answer(200, {"ok": True, "messages": [1]})),
        ],
        "created",
    ),
}


@pytest.mark.parametrize("log", ["as set up"], indirect=True)
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("channel", [company.TEAM_SHOP, company.SECRET_PROJECT])
async def test_every_line_about_a_request_says_which_one_it_is_as_people_know_it(
    log: io.StringIO, slack: LocalSlack, cloud: LocalCodeArts, end: str, channel: str
) -> None:
    faults, outcome = ENDS[end]
    for operation, fault in faults:
        (cloud if operation == "create" else slack).faults.add(operation, fault)
    view_id = await open_form(slack)
    before = len(log.getvalue())
    await slack.submit(view_id, filled_in(name="shop", description="Images", channel=channel))
    read = words(await outcome_of(slack, "shop", channel=channel))
    await all_finished()

    lines: list[dict[str, Any]] = [json.loads(line) for line in log.getvalue()[before:].splitlines()]
    reference = read.split("Reference: ")[1][: len("R-7K2F9")]
    known = {"request": f"{company.TEAM_ID}-{view_id}", "reference": reference, "name": "shop"}
    assert [line for line in lines if {key: line.get(key) for key in known} != known] == []
    assert [line["event"] for line in lines if line["event"].startswith("request ")] == [
        "request accepted: shop",
        "request ended",
    ]
    assert "step failed" not in [line["event"] for line in lines]
    assert lines[-1]["outcome"] == outcome
    trace_id = lines[-1]["trace_id"]
    assert (trace_id in read) if trace_id else ("none was given" in read)


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
