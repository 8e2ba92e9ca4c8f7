"""What is in the database when a request is over: codes and values, and never a sentence of ours.

Sentences are made when a person reads them, so that they may be reworded, or read in another language, at any time.
"""

import dataclasses
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from bot import wording as platform_wording
from bot.config import Settings
from bot.features.approvals import wording as approvals_wording
from bot.features.create_registry import form_wording, reasons, wording
from bot.features.receipts import wording as receipts_wording
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from tests.scenarios.test_buttons import CHECK, NOTED, ONCE, only, replies, unconfirmed
from tests.support.database import statuses
from tests.support.people import ask_for, outcome_of, words
from tests.support.running import QUICK, all_finished, running_bot
from tests.support.waiting import until

DIRECT = "D" + company.ANA[1:]
DESCRIPTION = "Images of the web shop"  # what the person typed, and what the form shows as an example
SUCCESS, ERROR, UNCONFIRMED = "success", "error", "unconfirmed"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Course:
    """How a request goes: what is in its way, where it is told, and words that are read there."""

    status: str
    reads: str
    cloud: tuple[tuple[str, Fault, int | None], ...] = ()
    slack: tuple[tuple[str, Fault, int | None], ...] = ()
    chosen: str = company.TEAM_SHOP
    told: str = company.TEAM_SHOP
    beforehand: Callable[[LocalCodeArts], Any] = lambda _cloud: None
    settings: Mapping[str, str] = dataclasses.field(default_factory=dict)


def answer(status: int, body: Mapping[str, Any] | str, *, apply: bool = False) -> Fault:
    return Fault.answer(status, body, apply=apply)


# The form does not know which names are taken.
NAMES_UNKNOWN = ("list_all", answer(503, "<html>"), None)
LISTS_FAIL = ("list", answer(503, "<html>"), None)
LOST, NOT_SENT_ON = ("create", Fault.drop(apply=True), 1), ("create", Fault.drop(), None)
WAYS: Mapping[str, Course] = {
    "success": Course(status=SUCCESS, reads=wording.TITLE_CREATED),
    "success, slow": Course(status=SUCCESS, reads=wording.TITLE_CREATED, cloud=(("list", Fault.slow(0.3), 1),)),
    "success by look-up": Course(status=SUCCESS, reads=wording.CREATED_BY_LOOKUP_NEXT, cloud=(LOST,)),
    "success after throttling": Course(
        status=SUCCESS,
        reads=wording.TITLE_CREATED,
        cloud=(("create", answer(429, {"error_code": "APIGW.0308", "error_msg": "over ratelimit"}), 1),),
    ),
    "refusal in the vendor's words": Course(
        status=ERROR,
        reads="CR.4102: no right",
        cloud=(("create", answer(403, {"error_code": "CR.4102", "error_msg": "no right"}), 1),),
    ),
    "refusal by a code alone": Course(
        status=ERROR,
        reads=reasons.NEXT_STEPS["CR.4102"],
        cloud=(("create", answer(403, {"error_code": "CR.4102", "trace_id": "{trace_id}"}), 1),),
    ),
    "refusal without words": Course(
        status=ERROR,
        reads="Huawei Cloud refused the request (HTTP 404) without saying why.",
        cloud=(("create", answer(404, "<html>nothing here</html>"), 1),),
    ),
    "throttled to the end": Course(
        status=ERROR,
        reads=reasons.REASONS["throttled"],
        cloud=(("create", answer(429, ""), None),),
    ),
    "unreachable": Course(
        status=ERROR,
        reads=reasons.REASONS["connection_refused"],
        settings={"CODEARTS_ENDPOINT": "http://127.0.0.1:1"},
    ),
    "name not found": Course(
        status=ERROR,
        reads=reasons.REASONS["name_not_found"],
        settings={"CODEARTS_ENDPOINT": "http://nowhere.invalid"},
    ),
    "already exists": Course(
        status=ERROR,
        reads=reasons.REASONS["already_exists"],
        cloud=(NAMES_UNKNOWN,),
        beforehand=lambda cloud: cloud.add_registry("shop"),
    ),
    "in doubt: the connection broke": Course(
        status=UNCONFIRMED, reads=reasons.REASONS["view_unproven"], cloud=(NOT_SENT_ON,)
    ),
    "in doubt: no answer": Course(
        status=UNCONFIRMED, reads=reasons.REASONS["view_unproven"], cloud=(("create", Fault.hang(), None),)
    ),
    "in doubt: in the vendor's words": Course(
        status=UNCONFIRMED,
        reads=reasons.REASONS["view_unproven"],
        cloud=(("create", answer(500, {"error_code": "CR.5000", "error_msg": "oh"}), None),),
    ),
    "in doubt: unreadable": Course(
        status=UNCONFIRMED,
        reads=reasons.REASONS["view_unproven"],
        cloud=(("create", answer(502, "<html>bad gateway</html>"), None),),
    ),
    "in doubt: a success without a trace id": Course(
        status=UNCONFIRMED,
        reads=reasons.REASONS["view_unproven"],
        cloud=(("create", answer(200, {"status": "success", "result": None}), None),),
    ),
    "in doubt: the look-up fails": Course(
        status=UNCONFIRMED, reads="HTTP 503", cloud=(("list", Fault.slow(0), 1), LISTS_FAIL, NOT_SENT_ON)
    ),
    "in doubt: in the recycle bin": Course(
        status=UNCONFIRMED,
        reads=reasons.REASONS["in_recycle_bin"],
        cloud=(NOT_SENT_ON,),
        beforehand=lambda cloud: cloud.add_registry("shop", status="trash"),
    ),
    "in doubt: perhaps an older one": Course(
        status=UNCONFIRMED,
        reads=reasons.REASONS["perhaps_older"],
        cloud=(NAMES_UNKNOWN, ("list", answer(503, ""), 2), LOST),
        beforehand=lambda cloud: cloud.add_registry("shop"),
    ),
    "told by response_url": Course(
        status=SUCCESS,
        reads=wording.TITLE_CREATED,
        chosen=company.SECRET_PROJECT,
        told=company.SECRET_PROJECT,
    ),
    "told by direct message": Course(
        status=SUCCESS, reads=wording.TITLE_CREATED, chosen=company.OLD_LAUNCH, told=DIRECT
    ),
    "told by direct message after a lost answer": Course(
        status=SUCCESS,
        reads=wording.TITLE_CREATED,
        slack=(("response_url", Fault.drop(), None),),
        chosen=company.SECRET_PROJECT,
        told=DIRECT,
    ),
    "told at the second attempt": Course(
        status=SUCCESS, reads=wording.TITLE_CREATED, slack=(("chat.postMessage", Fault.drop(), 1),)
    ),
    "told to further channels": Course(
        status=SUCCESS, reads=wording.TITLE_CREATED, settings={"NOTIFY_CHANNELS": company.PLATFORM}
    ),
}


@pytest.mark.parametrize("way", WAYS)
async def test_no_sentence_of_ours_is_kept(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path, way: str
) -> None:
    goes = WAYS[way]
    goes.beforehand(cloud)
    for server, faults in ((cloud, goes.cloud), (slack, goes.slack)):
        for operation, fault, times in faults:
            server.faults.add(operation, fault, times=times)
    file = tmp_path / "bot.sqlite3"
    delivery = dataclasses.replace(QUICK, progress_after=0.1 if "slow" in way else 60)
    async with running_bot(settings(**goes.settings), slack, delivery=delivery):
        await ask_for(slack, "shop", description=DESCRIPTION, channel=goes.chosen)
        message = await outcome_of(slack, "shop", channel=goes.told)
        await all_finished()
        kept = list(texts(file))
    assert f"Status: {goes.status}" in words(message)
    assert goes.reads in words(message)
    assert set(statuses(file).values()) == {"SUCCESS"}
    assert any(DESCRIPTION in text for _, text in kept), "the request itself was not found"
    assert any('"by"' in text for _, text in kept), "no record of a step was found"
    ours = [
        (where, sentence) for where, text in kept for sentence in SENTENCES if sentence in text.replace(DESCRIPTION, "")
    ]
    assert ours == []


async def test_nor_of_a_check_a_notice_a_reply_in_the_thread_or_a_home(
    settings: Callable[..., Settings], slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    file = tmp_path / "bot.sqlite3"
    news = {"NOTIFY_CHANNELS": company.PLATFORM, **NOTED}
    async with running_bot(settings(**news), slack, policy=ONCE, finished_within=None) as bot:
        assert (await slack.open_home()).status == 200
        message = await unconfirmed(slack, cloud)
        await slack.press(message.ts, CHECK)  # finds nothing
        await slack.wait_for(lambda: "Checked again" in words(only(slack)))
        cloud.faults.clear()
        await slack.press(message.ts, CHECK)
        await slack.wait_for(lambda: "Status: success" in words(only(slack)))
        await slack.wait_for(lambda: len(replies(slack, message)) == 2 and len(slack.messages(company.PLATFORM)) == 2)
        await slack.wait_for(lambda: company.ANA in slack.homes)
        await until(lambda: len(checks_made(file)) == 2)
        (receipt,) = await bot.engine.ledger.find("shop")
        kept = list(texts(file))
    assert receipt.state == "created"
    assert any(where.startswith("registry_bot_events") for where, _ in kept)
    assert [(where, sentence) for where, text in kept for sentence in SENTENCES if sentence in text] == []


def checks_made(file: Path) -> list[str]:
    """The finished checks."""
    return [each for each, status in statuses(file).items() if "-check-" in each and status == "SUCCESS"]


def texts(file: Path) -> Iterator[tuple[str, str]]:
    """(table and column, text) of everything that the file holds, as it would be read off a backup."""
    with closing(sqlite3.connect(file)) as connection:
        connection.text_factory = lambda raw: raw.decode(errors="replace")
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            cursor = connection.execute(f'SELECT * FROM "{table}"')
            columns = [column[0] for column in cursor.description]
            for row in cursor:
                for column, value in zip(columns, row, strict=True):
                    text = value.decode(errors="replace") if isinstance(value, bytes) else value
                    if isinstance(text, str):
                        yield f"{table}.{column}", _unescaped(text)


def _unescaped(text: str) -> str:
    """JSON writes “ as six characters."""
    return re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), text)


def _templates(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _templates(each)


def _pieces(template: str) -> Iterator[str]:
    """The parts of a template that are in every text made from it, unless they are a single word."""
    for literal, *_ in Formatter().parse(template):
        piece = literal.strip(" .,:;()`“”\n")
        if len(piece.split()) > 1:
            yield piece


SENTENCES = sorted(
    {
        piece
        for module in (platform_wording, form_wording, reasons, wording, approvals_wording, receipts_wording)
        for name, value in vars(module).items()
        if not name.startswith("__")
        for template in _templates(value)
        for piece in _pieces(template)
    }
)


def test_the_sentences_that_are_looked_for_are_those_that_people_read() -> None:
    assert len(SENTENCES) > 80
    assert DESCRIPTION in SENTENCES  # so the search is known to find what is there
    for known in (
        "The connection broke before Huawei Cloud answered",
        "Huawei Cloud refused the request (HTTP",
        "without saying why",
        "is being created",
        "Trace id",
        "I could not post the result in",
    ):
        assert known in SENTENCES
