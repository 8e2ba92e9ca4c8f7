"""Requests at other paths, and bodies that Slack would not send: answered, and said in a line or not at all."""

import gzip
import logging

import aiohttp
import pytest
from yarl import URL

from bot.app import Service
from bot.playground.slack.server import LocalSlack
from bot.slack.inbound import elsewhere


@pytest.fixture(autouse=True)
def first_of_the_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elsewhere._lines, "_minute_began", float("-inf"))


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == elsewhere.__name__]


@pytest.mark.parametrize(
    ("method", "path", "shown"),
    [
        ("POST", "/", "POST /;"),
        ("POST", "/slack/event", "POST /slack/event;"),
        ("POST", "/slack/events/", "POST /slack/events/;"),
        ("POST", "//slack/events", "POST //slack/events;"),
        ("GET", "/slack/events", "GET /slack/events;"),
        ("POST", "/slack/event?token=secret", "POST /slack/event;"),
        ("POST", "/%1B[31m%0d%0aforged%20line", "POST /%1B[31m%0d%0aforged%20line;"),
        ("POST", "/团队", "POST /%E5%9B%A2%E9%98%9F;"),
        ("POST", "/" + "x" * 4000, "POST /" + "x" * 79 + "…;"),
    ],
)
async def test_another_path_is_said_in_one_line_that_is_safe_and_short(
    bot: Service, caplog: pytest.LogCaptureFixture, method: str, path: str, shown: str
) -> None:
    url = URL(bot.address + path, encoded=path.isascii())
    async with aiohttp.ClientSession() as session, session.request(method, url, data=b"x") as answer:
        assert answer.status in {404, 405}
    (line,) = said(caplog)
    assert shown in line
    assert "/slack/events" in line
    assert line.isprintable()
    assert "secret" not in line


async def test_a_thousand_of_them_are_ten_lines(bot: Service, caplog: pytest.LogCaptureFixture) -> None:
    async with aiohttp.ClientSession() as session:
        for number in range(200):
            async with session.post(f"{bot.address}/wp-login-{number}.php") as answer:
                assert answer.status == 404
    assert len(said(caplog)) == 10


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "deflate", "br", "zstd", "gzip, gzip", "nonsense"])
@pytest.mark.parametrize(
    "body", [b"command=%2Fcreate-registry", gzip.compress(b"x" * 100_000)], ids=["plain", "packed"]
)
async def test_a_body_that_is_said_to_be_compressed_is_refused_whoever_sends_it(
    bot: Service, slack: LocalSlack, caplog: pytest.LogCaptureFixture, encoding: str, body: bytes
) -> None:
    headers = {"Content-Encoding": encoding, "Content-Type": "application/x-www-form-urlencoded"}
    with caplog.at_level(logging.WARNING):
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{bot.address}/slack/events", data=body, headers=headers) as answer,
        ):
            assert answer.status == 400
    assert [record for record in caplog.records if record.exc_info] == []
    assert (await slack.deliver_raw(slack.command_body(), headers={"Content-Encoding": "identity"})).status == 200
