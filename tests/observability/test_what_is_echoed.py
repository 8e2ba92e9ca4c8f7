"""Nothing of a request comes back: what CodeArts, Slack or something between echoes is in no message, row or log line."""

import html
import json
import logging
import re
import unicodedata
from base64 import b32decode, b32encode, b64decode, b64encode
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from textwrap import wrap
from typing import Any
from urllib.parse import quote, unquote

import aiohttp
import pytest
from aiohttp import web

from bot.clients import build_codearts
from bot.config import Settings
from bot.observability.check import report
from bot.observability.logs import set_up_logging
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.server import LocalSlack
from bot.self_check import check
from tests.support.people import ask_for, outcome_of, words
from tests.support.running import BOT_TOKEN, SIGNING_SECRET, running_bot

ACCESS_KEY, SECRET_KEY, TOKEN = "HPUAPLANTEDKEY000001", "planted/secret+key=42", "planted.security.token/with+signs=="
PLANTED = [ACCESS_KEY, SECRET_KEY, TOKEN, BOT_TOKEN, SIGNING_SECRET]

Headers = Mapping[str, str]
JSON = {"Content-Type": "application/json"}


def block(headers: Headers) -> str:
    return "\n".join(f"{name}: {value}" for name, value in headers.items())


def base64_of(text: str) -> str:
    return b64encode(text.encode()).decode()


def hex_of(text: str) -> str:
    return text.encode().hex()


def percent(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode())


def as_json(http_status: int, /, **fields: Any) -> web.Response:
    return web.Response(status=http_status, body=json.dumps(fields), headers=JSON)


def a_list_of_them(headers: Headers, name: str) -> web.Response:
    row = {"id": "1", "displayName": name, "format": "docker2", "status": "active", "url": headers["Authorization"]}
    rows = [{**row, "description": block(headers), "createdUserName": ACCESS_KEY}]
    return as_json(200, status="success", trace_id=ACCESS_KEY, result={"total": 1, "repositories": rows})


# What stands between us and the service answers so, to whatever it is asked.
ECHOES: Mapping[str, Callable[[Headers, str], web.Response]] = {
    "its message is the headers": lambda h, _: as_json(403, error_code="CR.1", error_msg=block(h)),
    "its code is the signature": lambda h, _: as_json(400, error_code=h["Authorization"], error_msg="no"),
    "its trace id is the key": lambda _h, _: as_json(200, status="success", trace_id=ACCESS_KEY),
    "its trace id is the signature": lambda h, _: as_json(200, status="success", trace_id=h["Authorization"]),
    "its request id is the key": lambda _h, _: web.Response(status=502, headers={"X-Request-Id": ACCESS_KEY}),
    "a page": lambda h, _: web.Response(status=403, text=f"<pre>{html.escape(block(h))}</pre>"),
    "a page's text as the reason": lambda h, _: as_json(500, error=html.escape(block(h))),
    "nested": lambda h, _: as_json(
        400, error={"code": ACCESS_KEY.lower(), "message": repr(dict(h)), "details": [block(h)]}
    ),
    "busy": lambda h, _: web.Response(
        status=429, body=json.dumps({"error_msg": str(h)}), headers={**JSON, "Retry-After": "0"}
    ),
    "as in a URL": lambda h, _: as_json(400, error_msg=quote(block(h)), trace_id=quote(h["Authorization"])),
    "JSON in JSON": lambda h, _: as_json(400, error_msg=json.dumps(json.dumps(dict(h)))),
    "cut off": lambda h, _: as_json(400, error_msg=h["Authorization"][:30], trace_id=h["X-Security-Token"][:20]),
    "base64": lambda h, _: as_json(400, error_msg=base64_of(h["Authorization"]), trace_id=base64_of(ACCESS_KEY)),
    "base64 of all, cut at any place": lambda h, _: as_json(
        400, error_code=base64_of(block(h))[3:], error_msg=f"<{base64_of(block(h))[41:]}>"
    ),
    "hexadecimal": lambda h, _: as_json(
        403, error_msg=h["Authorization"].encode().hex(), request_id=hex_of(ACCESS_KEY)
    ),
    "each letter percent-encoded": lambda h, _: as_json(400, error_msg=percent(block(h)), trace_id=percent(ACCESS_KEY)),
    "percent-encoded twice": lambda h, _: as_json(400, error_msg=quote(percent(SECRET_KEY) + quote(block(h)))),
    "entities": lambda h, _: as_json(400, error="".join(f"&#{ord(each)};" for each in block(h))),
    "escapes": lambda h, _: as_json(400, error_msg="".join(f"\\u{ord(each):04x}" for each in block(h))),
    "in the keys": lambda h, _: as_json(400, error_msg=json.dumps({block(h): 1, SECRET_KEY: {TOKEN: None}}), **h),
    "split over fields": lambda _h, _: as_json(
        400, error_code=ACCESS_KEY[:10], error_msg=ACCESS_KEY[10:], trace_id=SECRET_KEY.replace("/", "-")[8:18]
    ),
    "split over headers": lambda _h, _: web.Response(
        status=502, headers={"X-Request-Id": TOKEN[8:20], "X-Iam-Trace-Id": ACCESS_KEY[4:16]}
    ),
    "base64 in lines": lambda h, _: as_json(400, error_msg="\n".join(wrap(base64_of(block(h)), 20))),
    "base64 of base64": lambda h, _: as_json(400, error_msg=base64_of(base64_of(block(h)))),
    "base32": lambda h, _: as_json(400, error_msg=b32encode(block(h).encode()).decode()),
    "each byte": lambda _h, _: as_json(400, error_msg=ACCESS_KEY.encode().hex(":"), error_code=hex_of(SECRET_KEY)),
    "numbers": lambda _h, _: as_json(400, error_msg=f"data: {list(ACCESS_KEY.encode())}"),
    "letter by letter": lambda _h, _: as_json(400, error_msg=" ".join(ACCESS_KEY)),
    "in groups": lambda _h, _: as_json(400, error_msg="-".join(wrap(ACCESS_KEY, 4))),
    "with hidden characters": lambda _h, _: as_json(400, error_msg="\u200b".join(wrap(ACCESS_KEY, 3))),
    "wide": lambda _h, _: as_json(400, error_msg="".join(chr(ord(each) + 0xFEE0) for each in ACCESS_KEY)),
    "quoted-printable": lambda _h, _: as_json(400, error_msg="".join(f"={each:02X}" for each in ACCESS_KEY.encode())),
    "other escapes": lambda _h, _: as_json(
        400,
        error_msg="".join(f"%u{ord(each):04x}" for each in ACCESS_KEY)
        + "".join(f"\\{ord(each):03o}" for each in SECRET_KEY)
        + "".join(f"\\u{{{ord(each):x}}}" for each in TOKEN),
    ),
    "in the rows": a_list_of_them,
    "as the status": lambda h, _: as_json(200, status=h["Authorization"], result=block(h), request_id=TOKEN),
}


class Echo:
    """Answers every call with what it was sent; `signatures` are those it has seen.

    What it lists has the `name` of the last registry that it was asked to create: the form refuses one that is there before.
    """

    def __init__(self) -> None:
        self.kind = ""
        self.name = ""
        self.signatures: set[str] = set()

    async def answer(self, request: web.Request) -> web.Response:
        self.signatures |= set(re.findall(r"Signature=([0-9a-f]{64})", request.headers["Authorization"]))
        if request.method == "POST":
            self.name = (await request.json())["display_name"]
        return ECHOES[self.kind](request.headers, self.name)


@pytest.fixture
async def echo() -> AsyncIterator[tuple[Echo, str]]:
    echo = Echo()
    application = web.Application()
    application.router.add_route("*", "/{anything:.*}", echo.answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield echo, f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


def readings(text: str) -> Iterator[str]:
    """What somebody who looks for keys in a text would try."""
    yield text
    yield html.unescape(unquote(unquote(text)))
    yield re.sub(r"\\+u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text)
    yield re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text))
    yield re.sub(r"(?:%u|\\+u\{|=(?=..=))([0-9a-fA-F]{2,4})\}?", lambda found: chr(int(found[1], 16)), text)
    yield re.sub(r"\\+([01][0-7]{2})", lambda found: chr(int(found[1], 8)), text)
    for listed in re.findall(r"(?:[0-9a-f]{2}:){9,}[0-9a-f]{2}", text):
        yield bytes.fromhex(listed.replace(":", "")).decode("latin-1")
    for listed in re.findall(r"(?:[0-9]{2,3}, ){9,}[0-9]{2,3}", text):
        yield "".join(chr(int(each)) for each in listed.split(", "))
    for run in re.findall(r"[A-Z2-7]{24,}", text):
        yield b32decode(run[: len(run) // 8 * 8]).decode("latin-1")
    yield from (each for run in re.findall(r"[A-Za-z0-9+/]{12,}", "".join(text.split())) for each in base64_in(run))
    for run in re.findall(r"[A-Za-z0-9+/]{12,}", text):
        yield from base64_in(run)
        yield from (
            twice for each in base64_in(run) if re.fullmatch(r"[\w+/=]+", each, re.ASCII) for twice in base64_in(each)
        )
        if re.fullmatch("(?:[0-9a-f]{2})+", run):
            yield bytes.fromhex(run).decode("latin-1")


def base64_in(run: str) -> Iterator[str]:
    run = run.rstrip("=")
    yield from (b64decode(f"{run[at:]}===").decode("latin-1") for at in range(4) if (len(run) - at) % 4 != 1)


def leaked(text: str, planted: list[str]) -> list[str]:
    """The planted tokens of which ten characters in a row stand in a text, however they are spelt."""
    folded = "\n".join(readings(text)).casefold()
    return [each for each in planted if any(each[i : i + 10].casefold() in folded for i in range(len(each) - 9))]


def stored(folder: Path) -> str:
    """All bytes of the database and of what lies beside it."""
    return "".join(each.read_bytes().decode("latin-1") for each in folder.glob("bot.sqlite3*"))


async def page(address: str) -> str:
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        return await answer.text()


@pytest.fixture
def planted(settings: Callable[..., Settings], echo: tuple[Echo, str]) -> Settings:
    return settings(
        CODEARTS_ENDPOINT=echo[1],
        HUAWEICLOUD_SDK_AK=ACCESS_KEY,
        HUAWEICLOUD_SDK_SK=SECRET_KEY,
        HUAWEICLOUD_SDK_SECURITY_TOKEN=TOKEN,
    )


async def test_what_codearts_echoes_is_told_stored_and_logged_without_it(
    planted: Settings, slack: LocalSlack, echo: tuple[Echo, str], tmp_path: Path, written: Any
) -> None:
    log = written(set_up_logging, secrets=tuple(planted.secrets))
    logging.getLogger().setLevel(logging.DEBUG)
    told: list[str] = []
    async with running_bot(planted, slack) as bot:
        for number, kind in enumerate(ECHOES):
            echo[0].kind = kind
            await ask_for(slack, f"shop-{number}")
            message = await outcome_of(slack, f"shop-{number}")
            told += [words(message), message.text, json.dumps(message.blocks, ensure_ascii=False)]
        told.append(await page(f"{bot.management}/readyz"))
    signatures = sorted(echo[0].signatures)
    assert len(signatures) >= len(ECHOES)
    for place, text in (("told", "\n".join(told)), ("stored", stored(tmp_path)), ("logged", log.getvalue())):
        assert leaked(text, [*PLANTED, *signatures]) == [], place


@pytest.mark.parametrize("kind", ECHOES)
async def test_check_and_the_terminal_show_nothing_of_it(
    planted: Settings, slack: LocalSlack, echo: tuple[Echo, str], kind: str
) -> None:
    echo[0].kind = kind
    async with build_codearts(planted) as codearts:
        found = await check(planted)
        attempt = await codearts.create_registry(name="shop", description=None)
    shown = "\n".join([*map(report.as_lines, found), report.as_json(found), repr(found), repr(attempt)])
    assert leaked(shown, [*PLANTED, *echo[0].signatures]) == []


SLACK_ECHOES = {
    "as its error": Fault.answer(200, {"ok": False, "error": f"Bearer {BOT_TOKEN}"}),
    "its error is the token": Fault.answer(200, {"ok": False, "error": BOT_TOKEN}),
    "with 403": Fault.answer(403, {"ok": False, "error": f"Authorization: Bearer {BOT_TOKEN}"}),
    "as a page": Fault.answer(502, f"<pre>Authorization: Bearer {BOT_TOKEN}</pre>"),
    "as the ids": Fault.answer(
        200,
        {
            "ok": True,
            "channel": BOT_TOKEN,
            "ts": BOT_TOKEN,
            "message": {"ts": BOT_TOKEN},
            "user": BOT_TOKEN,
            "team": f"Bearer {BOT_TOKEN}",
            "user_id": BOT_TOKEN,
            "bot_id": BOT_TOKEN,
        },
    ),
}


@pytest.mark.parametrize("kind", SLACK_ECHOES)
async def test_what_slack_echoes_is_told_stored_and_logged_without_it(
    settings: Callable[..., Settings], slack: LocalSlack, tmp_path: Path, written: Any, kind: str
) -> None:
    chosen = settings()
    log = written(set_up_logging, secrets=tuple(chosen.secrets))
    logging.getLogger().setLevel(logging.DEBUG)
    slack.faults.add("auth.test", SLACK_ECHOES[kind])
    slack.faults.add("chat.postMessage", SLACK_ECHOES[kind], times=2)
    async with running_bot(chosen, slack) as bot:
        told = [await page(f"{bot.management}/readyz")]
        await ask_for(slack, "shop")
        slack.faults.add("views.open", SLACK_ECHOES[kind])
        await slack.command("next")
    told += [words(each) + each.text for each in (*slack.messages(company.TEAM_SHOP), *slack.messages(company.ANA))]
    for place, text in (("told", "\n".join(told)), ("stored", stored(tmp_path)), ("logged", log.getvalue())):
        assert leaked(text, PLANTED) == [], place


@pytest.mark.parametrize("kind", SLACK_ECHOES)
async def test_check_shows_nothing_of_what_slack_echoes(
    settings: Callable[..., Settings], slack: LocalSlack, kind: str
) -> None:
    slack.faults.add("auth.test", SLACK_ECHOES[kind], times=None)
    found = await check(settings())
    assert leaked("\n".join([*map(report.as_lines, found), repr(found)]), PLANTED) == []
