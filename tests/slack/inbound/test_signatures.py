"""Refused requests: the log tells the wrong clock from the wrong secret, with the seconds, and is not flooded."""

import logging
import re
from typing import Any

import pytest
from slack_sdk.signature import SignatureVerifier

from bot.playground.slack.server import LocalSlack
from bot.slack.inbound.signatures import RefusalReason, RefusedSignatures
from tests.slack.lunch import COMMAND
from tests.support.running import BOT_TOKEN, SIGNING_SECRET

NOW = 1_700_000_000
BODY = b"command=%2Flunch"


def lines(caplog: pytest.LogCaptureFixture) -> list[tuple[str, Any, Any]]:
    """(reason, how many, seconds) of each line about a refused request."""
    mine = [record.__dict__ for record in caplog.records if record.name == "bot.slack.inbound.signatures"]
    return [(each["code"], each["refused"], each.get("seconds")) for each in mine]


# ---- through the front door ----


@pytest.mark.parametrize(
    ("age", "words"),
    [(612, "but dated 61[0-9] s before this host's clock"), (-612, "but dated 61[0-9] s after this host's clock")],
)
async def test_a_clock_that_is_off_is_told_with_the_seconds(
    slack: LocalSlack, http: str, caplog: pytest.LogCaptureFixture, age: int, words: str
) -> None:
    stamp = str(int(slack.workspace.clock()) - age)
    delivery = await slack.deliver_raw(slack.command_body(command=COMMAND), timestamp=stamp)
    assert delivery.status == 401
    ((why, count, seconds),) = lines(caplog)
    assert (why, count) == (RefusalReason.CLOCK_OFF, 1)
    assert abs(seconds - age) <= 5
    assert re.search(words, caplog.text)
    assert "set the clock" in caplog.text


async def test_a_secret_that_is_wrong_is_told_as_that(
    slack: LocalSlack, http: str, caplog: pytest.LogCaptureFixture
) -> None:
    body, stamp = slack.command_body(command=COMMAND), str(int(slack.workspace.clock()))
    other = LocalSlack(signing_secret="another secret", bot_token=BOT_TOKEN)
    delivery = await slack.deliver_raw(body, timestamp=stamp, signature=other.sign(body, stamp))
    assert delivery.status == 401
    assert lines(caplog) == [(RefusalReason.SIGNATURE_WRONG, 1, None)]
    assert "does not match SLACK_SIGNING_SECRET" in caplog.text
    assert SIGNING_SECRET not in caplog.text


@pytest.mark.parametrize(
    "bent",
    [
        {"headers": {"X-Slack-Signature": None}},
        {"headers": {"X-Slack-Request-Timestamp": None}},
        {"timestamp": "yesterday"},
        {"signature": ""},
    ],
    ids=str,
)
async def test_what_slack_did_not_sign_is_told_apart(
    slack: LocalSlack, http: str, caplog: pytest.LogCaptureFixture, bent: dict[str, Any]
) -> None:
    assert (await slack.deliver_raw(slack.command_body(command=COMMAND), **bent)).status == 401
    assert lines(caplog) == [(RefusalReason.UNSIGNED, 1, None)]


async def test_a_request_that_is_served_is_no_line(
    slack: LocalSlack, http: str, caplog: pytest.LogCaptureFixture
) -> None:
    await slack.deliver_raw(slack.command_body(command=COMMAND))
    assert lines(caplog) == []


# ---- what is counted and said ----


class Clocks:
    """Both clocks, set by the test."""

    def __init__(self) -> None:
        self.now = 0.0

    def refused(self) -> RefusedSignatures:
        return RefusedSignatures(SIGNING_SECRET, clock=lambda: NOW + self.now, monotonic=lambda: self.now)


def signed(age: int, *, secret: str = SIGNING_SECRET) -> dict[str, str]:
    stamp = str(NOW - age)
    signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=BODY)
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature or ""}


def test_there_is_a_line_at_once_and_then_one_a_minute_that_says_how_many(caplog: pytest.LogCaptureFixture) -> None:
    clocks = Clocks()
    refused = clocks.refused()
    for second in range(150):
        clocks.now = second
        for _ in range(10):
            refused.note(BODY, signed(0, secret="another secret"))
    assert lines(caplog) == [
        (RefusalReason.SIGNATURE_WRONG, 1, None),
        (RefusalReason.SIGNATURE_WRONG, 600, None),
        (RefusalReason.SIGNATURE_WRONG, 600, None),
    ]
    assert refused.counts == {RefusalReason.SIGNATURE_WRONG: 1500}


def test_a_stranger_who_sends_much_does_not_hide_the_reason_that_matters(caplog: pytest.LogCaptureFixture) -> None:
    refused = Clocks().refused()
    for headers in (*[{}] * 1000, *[signed(0, secret="another secret")] * 1000, signed(900)):
        refused.note(BODY, headers)
    assert lines(caplog) == [
        (RefusalReason.UNSIGNED, 1, None),
        (RefusalReason.SIGNATURE_WRONG, 1, None),
        (RefusalReason.CLOCK_OFF, 1, 900),
    ]


def test_where_both_are_off_the_secret_is_named_and_the_seconds_are_a_field(caplog: pytest.LogCaptureFixture) -> None:
    Clocks().refused().note(BODY, signed(900, secret="another secret"))
    assert lines(caplog) == [(RefusalReason.SIGNATURE_WRONG, 1, 900)]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"\xff\xfe", signed(0)),
        (BODY, {"X-Slack-Request-Timestamp": "9" * 400, "X-Slack-Signature": "v0=1"}),
        (BODY, {"X-Slack-Request-Timestamp": "1", "X-Slack-Signature": "é"}),
        (BODY, {"X-Slack-Request-Timestamp": "1", "X-Slack-Signature": "\udcff"}),
        (BODY, {"X-Slack-Request-Timestamp": "²", "X-Slack-Signature": "v0=1"}),
    ],
    ids=["no text", "a date beyond all time", "a signature beyond ASCII", "one that is no text", "no digits"],
)
def test_whatever_is_sent_it_is_counted_and_nothing_raises(
    caplog: pytest.LogCaptureFixture, body: bytes, headers: dict[str, str]
) -> None:
    caplog.set_level(logging.DEBUG)
    refused = Clocks().refused()
    refused.note(body, headers)
    assert refused.counts.total() == len(lines(caplog)) == 1
