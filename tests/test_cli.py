"""The commands as processes: exit codes, what they print, what they load, and one clear line for a setting that is wrong."""

import asyncio
import contextlib
import json
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import aiohttp
import pytest

from bot import cli, config
from bot.playground.codearts.server import LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack.server import LocalSlack
from tests.support.people import ask_for, outcome_of, words
from tests.support.running import BOT_TOKEN, SIGNING_SECRET
from tests.support.terminal import SOURCES, Finished, command, start

Environment = dict[str, str]

_SECRETS = (BOT_TOKEN, SIGNING_SECRET, "local-playground-secret-key", "hunter2")


def changed(environment: Environment, changes: Mapping[str, str | None]) -> Environment:
    """The environment with other values; None takes a variable away."""
    together = {**environment, **changes}
    return {name: value for name, value in together.items() if value is not None}


def printed(finished: Finished) -> dict[str, str]:
    """The `label: value` lines of `create`."""
    return dict(line.split(": ", 1) for line in finished.out.splitlines())


def complaints(finished: Finished) -> list[str]:
    """What was said on stderr, line by line; nothing else may stand there."""
    lines = finished.err.splitlines()
    assert all(line.startswith("registry-bot: ") for line in lines), finished.err
    assert not [secret for secret in _SECRETS if secret in finished.err + finished.out]
    return [line.removeprefix("registry-bot: ") for line in lines]


# ---- create ----


async def test_create_prints_status_and_trace_id_and_ends_with_0(
    environment: Environment, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    finished = await command("create", "shop", "--description", "ours", environment=environment, cwd=tmp_path)
    (registry,) = cloud.registries
    assert (finished.code, complaints(finished)) == (0, [])
    assert printed(finished)["status"] == "success"
    assert printed(finished)["trace_id"] == registry.trace_id
    assert (registry.display_name, registry.description) == ("shop", "ours")


async def test_create_needs_no_slack_and_takes_the_vendors_own_names(
    environment: Environment, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    only = {
        "CLOUD_SDK_AK": environment["HUAWEICLOUD_SDK_AK"],
        "CLOUD_SDK_SK": environment["HUAWEICLOUD_SDK_SK"],
        "CODEARTS_ENDPOINT": environment["CODEARTS_ENDPOINT"],
    }
    finished = await command("create", "shop", environment=only, cwd=tmp_path)
    assert finished.code == 0, finished
    assert [registry.display_name for registry in cloud.registries] == ["shop"]


async def test_settings_are_read_from_a_file_named_env(
    environment: Environment, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in environment.items()))
    finished = await command("create", "from-a-file", environment={}, cwd=tmp_path)
    assert (finished.code, printed(finished)["status"]) == (0, "success")


async def test_what_codearts_says_moves_nothing_on_the_terminal(
    environment: Environment, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    escapes = "\x1b[31mred\x1b[0m \x1b]0;title\x07 \u202eback\u2066"
    refusal = {"error_code": "CR.4102", "error_msg": f"no {escapes} right", "trace_id": f"143{escapes}"}
    cloud.faults.add("create", Fault.answer(403, refusal))
    finished = await command("create", "shop", environment=environment, cwd=tmp_path)
    assert finished.code == 1
    assert all(line.isprintable() for line in finished.out.split("\n"))


async def test_create_ends_with_1_when_codearts_refuses(
    environment: Environment, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    cloud.faults.add(
        "create", Fault.answer(403, {"error_code": "CR.4102", "error_msg": "no right", "trace_id": "143-9"})
    )
    finished = await command("create", "shop", environment=environment, cwd=tmp_path)
    assert finished.code == 1
    assert printed(finished) == {
        "status": "error",
        "trace_id": "143-9",
        "reason": "CR.4102: no right",
        "next": (
            "The account used by this bot may not create registries. Ask the administrator of the CodeArts project."
        ),
    }


async def test_create_ends_with_1_when_the_keys_are_wrong(
    environment: Environment, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    wrong = changed(environment, {"HUAWEICLOUD_SDK_SK": "hunter2"})
    finished = await command("create", "shop", environment=wrong, cwd=tmp_path)
    assert (finished.code, complaints(finished)) == (1, [])
    assert "APIGW.0301" in printed(finished)["reason"]
    assert "check the access key" in printed(finished)["next"]


async def test_create_ends_with_1_for_a_name_that_is_taken(
    environment: Environment, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    cloud.add_registry("shop")
    finished = await command("create", "shop", environment=environment, cwd=tmp_path)
    assert (finished.code, printed(finished)["status"]) == (1, "error")
    assert [call.operation for call in cloud.calls if call.operation == "create"] == []


async def test_create_ends_with_2_when_nobody_can_say(
    environment: Environment, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    cloud.faults.add("create", Fault.drop(apply=True))
    without_ids = changed(environment, {"HUAWEICLOUD_SDK_DOMAIN_ID": None})
    finished = await command("create", "shop", environment=without_ids, cwd=tmp_path)
    assert (finished.code, complaints(finished)) == (2, [])
    assert printed(finished)["status"] == "unconfirmed"
    assert printed(finished)["trace_id"] == "-"
    assert "Look in the CodeArts Artifact console" in printed(finished)["next"]
    assert len([call for call in cloud.calls if call.operation == "create"]) == 1


async def test_create_looks_up_a_lost_answer_and_says_that_it_waits(
    environment: Environment, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    cloud.faults.add("create", Fault.drop(apply=True))
    finished = await command("create", "shop", "--description", "ours", environment=environment, cwd=tmp_path)
    assert finished.code == 0
    assert complaints(finished) == ["no answer yet, asking again in 2 s"]
    assert "Confirmed by look-up" in printed(finished)["next"]


async def test_create_says_what_is_wrong_with_the_words_and_asks_nobody(
    environment: Environment, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    finished = await command("create", "Team Shop!", "--description", "d" * 201, environment=environment, cwd=tmp_path)
    first, second = complaints(finished)
    assert (finished.code, finished.out) == (1, "")
    assert first == "“Team Shop!” has a space and a “!”. Try “Team-Shop”."
    assert second.startswith("The description has 201 characters (the limit is 200).")
    assert cloud.calls == []


async def test_create_takes_bytes_that_are_no_text_for_a_typing_mistake(
    environment: Environment, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    finished = await command("create", b"sh\xffop", environment=environment, cwd=tmp_path)
    assert finished.code == 1
    assert complaints(finished) == ["“sh\N{REPLACEMENT CHARACTER}op” has a hidden character (U+DCFF). Try “sh-op”."]
    assert cloud.calls == []


# ---- what a command loads ----

# Each takes longer to import than a call of `create` takes.
_HEAVY = {"slack_bolt", "slack_sdk", "dbos", "sqlalchemy", "structlog"}
_LISTING = f"""
import sys
from bot.cli import main
try:
    main(sys.argv[1:])
finally:
    print("loaded:", *({_HEAVY!r} & sys.modules.keys()), file=sys.stderr)
"""


async def loaded(*arguments: str, environment: Environment, cwd: Path) -> tuple[int | None, set[str]]:
    """Run a command in a process of its own; its exit code, and which of the heavy libraries it had to import."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _LISTING, *arguments),
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCES), **environment},
        cwd=cwd,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    _, err = await asyncio.wait_for(process.communicate(), 30)
    (line,) = [line for line in err.decode().splitlines() if line.startswith("loaded:")]
    return process.returncode, set(line.split()[1:])


@pytest.mark.parametrize("arguments", [("--help",), ("create", "--help"), ("create", "shop"), ("create", "Team Shop!")])
async def test_help_and_create_load_neither_slacks_nor_the_databases_libraries(
    environment: Environment, cloud: LocalCodeArts, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    code, libraries = await loaded(*arguments, environment=environment, cwd=tmp_path)
    assert libraries == set()
    assert code == (1 if "Team Shop!" in arguments else 0)
    assert [registry.display_name for registry in cloud.registries] == (["shop"] if "shop" in arguments else [])


async def test_a_command_that_needs_them_loads_them(environment: Environment, tmp_path: Path) -> None:
    code, libraries = await loaded("check", environment=environment, cwd=tmp_path)
    assert (code, libraries) == (0, _HEAVY)


# ---- wrong usage and wrong settings ----


@pytest.mark.parametrize("arguments", [(), ("create",), ("destroy", "everything"), ("run", "--fast")], ids=str)
def test_wrong_usage_ends_with_64_and_shows_the_right_one(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(list(arguments))
    assert ended.value.code == 64
    assert "usage: registry-bot" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        (("run", "--help"), config.Settings),
        (("check", "--help"), config.Settings),
        (("create", "--help"), config.CodeArtsSettings),
    ],
    ids=["run", "check", "create"],
)
def test_the_help_of_a_command_names_every_setting_that_it_reads(
    arguments: tuple[str, ...], kind: type[config.CodeArtsSettings], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(list(arguments))
    help_text = capsys.readouterr().out
    names = {
        str(choice)
        for field in kind.model_fields.values()
        for choice in getattr(field.validation_alias, "choices", [field.validation_alias])
    }
    assert ended.value.code == 0
    assert {name for name in names if name not in help_text} == set()


def test_the_first_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    help_text = capsys.readouterr().out
    assert re.findall(r"^    (\w+)  ", help_text, re.MULTILINE) == [
        "demo",
        "run",
        "create",
        "check",
        "show",
        "requests",
        "audit",
        "migrate",
        "retry",
        "cancel",
        "manifest",
    ]


WRONG: Mapping[str, tuple[Mapping[str, str | None], str]] = {
    "no token": ({"SLACK_BOT_TOKEN": None}, r"SLACK_BOT_TOKEN is missing: .*OAuth"),
    "an unknown region": (
        {"CODEARTS_REGION": "ap-southeast-33", "CODEARTS_ENDPOINT": None},
        r"CODEARTS_REGION is 'ap-southeast-33', which is not a region .*did you mean ap-southeast-3",
    ),
    "a database in no folder": (
        {"DATABASE_URL": "sqlite:////nowhere/at/all.sqlite3"},
        r"DATABASE_URL: sqlite:////nowhere/at/all\.sqlite3 cannot be used \(.*\)\. Create its folder",
    ),
    "a database that cannot be read": (
        {"DATABASE_URL": "postgresql://bot:hunter2@x@127.0.0.1:9/bot"},
        r"DATABASE_URL has a character that must be escaped in a password: .*",
    ),
    "a password with a bracket": (
        {"DATABASE_URL": "postgresql://bot:[hunter2@h/bot"},
        r"DATABASE_URL has a character .*",
    ),
    "a port that is a word": (
        {"DATABASE_URL": "postgresql://bot:hunter2@h:hunter2/bot"},
        r"DATABASE_URL has a port .*",
    ),
    "a file with two slashes": (
        {"DATABASE_URL": "sqlite://data/x"},
        r"DATABASE_URL has two slashes where a file needs three\.",
    ),
    "an option that libpq does not know": (
        {"DATABASE_URL": "postgresql://bot:hunter2@127.0.0.1:9/bot?hunter2=hunter2"},
        r"DATABASE_URL has something after a “\?” that is not an option",
    ),
    "a wrong value of an option": (
        {"DATABASE_URL": "postgresql://bot:hunter2@127.0.0.1:9/bot?sslmode=hunter2"},
        r"DATABASE_URL: postgresql://127\.0\.0\.1/bot cannot be used \(an option in the address is wrong\)\.",
    ),
    "a host with two dots in a row": (
        {"DATABASE_URL": "postgresql://bot:hunter2@db..internal/bot"},
        r"DATABASE_URL has a host that is neither a name nor an address\.",
    ),
    "a hidden character in the database's name": (
        {"DATABASE_URL": "postgresql://bot:hunter2@127.0.0.1:9/%1b]0;hunter2"},
        r"DATABASE_URL has a hidden character",
    ),
    "a folder in place of the file": (
        {"DATABASE_URL": "sqlite:////tmp"},
        r"DATABASE_URL: /tmp is not a file\.",
    ),
    "a file in place of the folder": (
        {"DATABASE_URL": f"sqlite:///{__file__}/bot.sqlite3"},
        r"DATABASE_URL: sqlite:///.*/bot\.sqlite3 cannot be used",
    ),
    "a file name that is too long": (
        {"DATABASE_URL": f"sqlite:///{'a' * 300}"},
        r"DATABASE_URL: sqlite:///.*aaaa cannot be used",
    ),
    "a host that is none": ({"HOST": "999.0.0.1"}, r"cannot listen on 999\.0\.0\.1:0 .*Set HOST and PORT\."),
    "a token that slack does not know": (
        {"SLACK_BOT_TOKEN": "xoxb-hunter2"},
        r"SLACK_BOT_TOKEN: Slack says invalid_auth\. Copy it again",
    ),
}


@pytest.mark.parametrize("what", WRONG)
async def test_a_wrong_setting_ends_the_bot_with_one_line_that_names_it(
    environment: Environment, tmp_path: Path, what: str
) -> None:
    changes, expected = WRONG[what]
    finished = await command("run", environment=changed(environment, changes), cwd=tmp_path)
    assert (finished.code, finished.out) == (78, ""), finished
    (line,) = complaints(finished)
    assert re.match(expected, line), line


_BASIC_INFORMATION = "“Basic Information” of the Slack app"
_START = "Start it, or correct the host and the port."
NOT_NOW: Mapping[str, tuple[Mapping[str, str | None], str]] = {
    "a database nobody serves": (
        {"DATABASE_URL": "postgresql://bot:hunter2@127.0.0.1:9/bot"},
        f"DATABASE_URL: postgresql://127.0.0.1/bot cannot be used (it refuses connections). {_START}",
    ),
    "a database nobody serves, with the password as an option": (
        {"DATABASE_URL": "postgres:///bot?host=127.0.0.1&port=9&user=bot&password=hunter2"},
        f"DATABASE_URL: postgresql://127.0.0.1/bot cannot be used (it refuses connections). {_START}",
    ),
    "two that nobody serves": (
        {"DATABASE_URL": "postgresql://bot:hunter2@127.0.0.1:9,localhost:9/bot"},
        f"DATABASE_URL: postgresql://127.0.0.1,localhost/bot cannot be used (it refuses connections). {_START}",
    ),
    "a database on a host that is not known": (
        {"DATABASE_URL": "postgresql://bot:hunter2@nowhere.invalid/bot"},
        "DATABASE_URL: postgresql://nowhere.invalid/bot cannot be used (its host is not known). Correct the host.",
    ),
}


@pytest.mark.parametrize("what", NOT_NOW)
async def test_what_may_be_there_later_ends_the_bot_with_75_so_that_a_supervisor_starts_it_again(
    environment: Environment, tmp_path: Path, what: str
) -> None:
    changes, line = NOT_NOW[what]
    finished = await command("run", environment=changed(environment, changes), cwd=tmp_path)
    assert (finished.code, complaints(finished)) == (75, [line])
    told = await command("check", environment=changed(environment, changes), cwd=tmp_path)
    assert told.code == 75
    assert f"FIX      database\n         {line}\n" in told.out
    assert complaints(told) == []


async def test_a_file_that_another_bot_holds_ends_it_with_75(environment: Environment, tmp_path: Path) -> None:
    async with running(environment, tmp_path):
        finished = await command("run", environment=environment, cwd=tmp_path, seconds=60)
    assert finished.code == 75
    (line,) = complaints_without_log(finished)
    assert "is in use by another registry-bot" in line


@pytest.mark.parametrize("name", ["run", "check", "create"])
async def test_a_file_of_settings_that_cannot_be_read_is_told_in_one_line(
    environment: Environment, tmp_path: Path, name: str
) -> None:
    (tmp_path / ".env").write_bytes("SLACK_BOT_TOKEN=xoxb-hunter2\n".encode("utf-16"))
    arguments = (name, "shop") if name == "create" else (name,)
    finished = await command(*arguments, environment=environment, cwd=tmp_path)
    assert (finished.code, finished.out) == (78, "")
    assert complaints(finished) == [".env is not text in UTF-8. Save it as UTF-8."]


async def test_a_setting_that_is_in_the_file_twice_is_named_and_the_last_one_counts(
    environment: Environment, tmp_path: Path
) -> None:
    wrong = "export CODEARTS_ENDPOINT=http://127.0.0.1:9"
    right = f"codearts_endpoint={environment.pop('CODEARTS_ENDPOINT')}"
    (tmp_path / ".env").write_text(f"\ufeff{wrong}\n# later\nPORT=3000\nPORT='3000'\nHOST=\nHOST=::\n{right}\n")
    finished = await command("check", environment=environment, cwd=tmp_path)
    notes = [line.removeprefix("NOTE").strip() for line in finished.out.splitlines() if line.startswith("NOTE")]
    assert ".env sets CODEARTS_ENDPOINT more than once; the value in line 7 counts" in notes
    assert "PORT" not in finished.out
    assert "CodeArts: registries can be listed; credentials and ids are accepted" in finished.out


async def test_settings_that_were_copied_with_line_ends_and_quotes_work(
    environment: Environment, cloud: LocalCodeArts, slack: LocalSlack, tmp_path: Path
) -> None:
    copied = {name: f' "{value}"\u00a0\r\n' for name, value in environment.items()}
    async with running(copied, tmp_path) as (_, address):
        slack.request_url = f"{address}/slack/events"
        await ask_for(slack, "copied")
        assert "success" in words(await outcome_of(slack, "copied"))
    assert [registry.display_name for registry in cloud.registries] == ["copied"]


async def test_several_wrong_settings_are_told_at_once_a_line_each(tmp_path: Path) -> None:
    finished = await command("create", "shop", environment={"CODEARTS_READ_TIMEOUT": "soon"}, cwd=tmp_path)
    assert (finished.code, finished.out) == (78, "")
    assert [line.partition(" ")[0].rstrip(":") for line in complaints(finished)] == [
        "HUAWEICLOUD_SDK_AK",
        "CODEARTS_READ_TIMEOUT",
    ]


async def test_a_port_that_is_taken_is_told_in_one_line(environment: Environment, tmp_path: Path) -> None:
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = str(other.getsockname()[1])
        finished = await command("run", environment=changed(environment, {"PORT": port}), cwd=tmp_path)
    assert finished.code == 75
    assert [line for line in complaints_without_log(finished) if "listen" in line] == complaints_without_log(finished)
    assert f"cannot listen on 127.0.0.1:{port}" in complaints_without_log(finished)[0]


def complaints_without_log(finished: Finished) -> list[str]:
    assert "Traceback" not in finished.err
    return [line for line in finished.err.splitlines() if not line.startswith("{")]


# ---- run ----


@contextlib.asynccontextmanager
async def running(environment: Environment, cwd: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """`registry-bot run` and the address that its log tells."""
    process = await start("run", environment=environment, cwd=cwd)
    try:
        yield process, await asyncio.wait_for(_address(process), 20)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def _address(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None
    async for line in process.stderr:
        if found := re.search(r"listening on (http://\S+?)\"", line.decode()):
            return found[1]
    raise AssertionError("the bot ended before it listened")


async def _get(address: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        return answer.status, await answer.text()


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
async def test_run_serves_requests_and_health_and_ends_on_a_signal_with_0(
    environment: Environment, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path, end: signal.Signals
) -> None:
    async with running(environment, tmp_path) as (process, address):
        assert await _get(f"{address}/healthz") == (200, "ok\n")
        assert await _get(f"{address}/readyz") == (200, "ready\n")
        slack.request_url = f"{address}/slack/events"
        assert (await ask_for(slack, "shop")).body == ""
        assert "success" in words(await outcome_of(slack, "shop"))
        process.send_signal(end)
        out, err = await asyncio.wait_for(process.communicate(), 10)
    assert process.returncode == 0
    assert out == b""
    assert b"Traceback" not in err, err.decode()
    said = {line["event"]: line for line in map(json.loads, err.splitlines())}
    accepted, ended = said["request accepted: shop"], said["request ended"]
    assert (ended["name"], ended["outcome"]) == ("shop", "created")
    assert ended["trace_id"] == cloud.registries[0].trace_id
    assert accepted["reference"] == ended["reference"]
    assert "error" not in {line["level"] for line in said.values()}


async def test_an_unfinished_request_at_sigterm_is_finished_by_the_next_run_and_told_once(
    environment: Environment, slack: LocalSlack, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    cloud.faults.add("create", Fault.answer(429, {"error_code": "APIGW.0308", "error_msg": "over ratelimit"}))
    async with running(environment, tmp_path) as (process, address):
        slack.request_url = f"{address}/slack/events"
        await ask_for(slack, "shop")
        await cloud.wait_for(lambda: not cloud.faults.waiting("create"))
        process.send_signal(signal.SIGTERM)
        _, err = await asyncio.wait_for(process.communicate(), 10)
    assert process.returncode == 0
    assert b"Traceback" not in err, err.decode()
    async with running(environment, tmp_path):
        message = await outcome_of(slack, "shop")
    assert "Status: success" in words(message)
    assert [call.status for call in cloud.calls if call.operation == "create"] == [429, 200]
    assert len([each for each in slack.messages(message.channel) if "shop" in each.text]) == 1


# ---- check ----


async def test_check_says_ok_line_by_line_and_ends_with_0(environment: Environment, tmp_path: Path) -> None:
    finished = await command("check", environment=environment, cwd=tmp_path)
    assert finished.code == 0, finished
    assert [re.sub(r"sqlite\S+", "…", line) for line in finished.out.splitlines()] == [
        "ok       region ap-southeast-3",
        "ok       calls go out directly; certificates are those of this system",
        "UNTRIED  SLACK_SIGNING_SECRET cannot be verified until Slack sends a request",
        f"         Type the command once. If it fails, copy the Signing Secret again from {_BASIC_INFORMATION}.",
        "ok       Slack: this is registry-bot in Playground",
        "ok       Slack: the token has every required scope, and the optional ones",
        "ok       the access key comes from HUAWEICLOUD_SDK_AK",
        "ok       CodeArts: 127.0.0.1 accepts the access key",
        "ok       CodeArts: registries can be listed; credentials and ids are accepted",
        "UNTRIED  CodeArts: the right codeartsartifact:repository:create cannot be verified without creating a registry",
        "         Create a first registry; if it is refused, give the key's user this right.",
        "ok       the clock of this host agrees with that of Slack and CodeArts",
        "ok       database … is writable",
        *["ok       127.0.0.1:0 is free"] * 2,
    ]
    assert complaints(finished) == []


async def test_check_says_what_to_fix_and_how_and_ends_with_78(
    environment: Environment, cloud: LocalCodeArts, tmp_path: Path
) -> None:
    wrong: dict[str, str | None] = {
        "SLACK_BOT_TOKEN": "xoxb-hunter2",
        "HUAWEICLOUD_SDK_SK": "hunter2",
        "DATABASE_URL": "sqlite:////nowhere/at/all.sqlite3",
    }
    finished = await command("check", environment=changed(environment, wrong), cwd=tmp_path)
    assert finished.code == 78
    assert complaints(finished) == []
    to_fix = [line for line in finished.out.splitlines() if line.startswith("FIX")]
    assert [line.split()[1].rstrip(":") for line in to_fix] == ["Slack", "CodeArts", "database"]
    assert "SLACK_BOT_TOKEN: Copy it again" in finished.out
    assert "Make a new access key" in finished.out
    assert cloud.registries == []


async def test_check_knows_the_scopes_of_the_platform_and_of_every_feature(
    environment: Environment, tmp_path: Path
) -> None:
    async with LocalSlack(signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN, scopes={"im:write"}) as poor:
        finished = await command(
            "check", environment=changed(environment, {"SLACK_API_URL": poor.api_url}), cwd=tmp_path
        )
    assert finished.code == 78
    assert "FIX      Slack: the token lacks chat:write, chat:write.public, commands\n" in finished.out


async def test_check_says_what_looks_wrong_about_the_signing_secret_and_does_not_refuse_it(
    environment: Environment, tmp_path: Path
) -> None:
    other = changed(environment, {"SLACK_SIGNING_SECRET": "hunter2"})
    finished = await command("check", environment=other, cwd=tmp_path)
    assert finished.code == 0
    assert "NOTE     SLACK_SIGNING_SECRET does not look like one of Slack's (32 hex digits)\n" in finished.out
    assert complaints(finished) == []


# ---- terminals as they are ----

# Where Python cannot help itself: an ASCII locale, and its own way out of it switched off.
_ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}


@pytest.mark.parametrize("arguments", [("run", "--help"), ("check",), ("create", "Team Shop!")], ids=" ".join)
async def test_on_a_terminal_that_knows_ascii_only_everything_is_said_in_ascii(
    environment: Environment, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    poor = changed(environment, {**_ASCII, "SLACK_SIGNING_SECRET": "short"})
    finished = await command(*arguments, environment=poor, cwd=tmp_path)
    assert finished.code == (1 if "create" in arguments else 0)
    assert (finished.out + finished.err).isascii()
    assert "Traceback" not in finished.err
    assert ('"OAuth & Permissions"' in finished.out) == ("--help" in arguments)
    assert ('"Basic Information"' in finished.out) == ("create" not in arguments)


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("run", "--help"), 0),
        (("check",), 0),
        (("--version",), 0),
        (("create", "shop"), 0),
        (("create", "hidden\u200b"), 1),
    ],
    ids=str,
)
async def test_a_reader_that_has_left_leaves_no_traceback_and_the_exit_code_as_it_is(
    environment: Environment, tmp_path: Path, arguments: tuple[str, ...], code: int, unbuffered: str
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(SOURCES),
            "PYTHONUTF8": "1",
            "PYTHONUNBUFFERED": unbuffered,
            **environment,
        },
        cwd=tmp_path,
        stdout=writing,
        stderr=asyncio.subprocess.PIPE,
    )
    os.close(writing)
    _, err = await asyncio.wait_for(process.communicate(), 30)
    assert (process.returncode, "Traceback" in err.decode(), b"BrokenPipe" in err) == (code, False, False), err


async def test_streams_that_are_closed_leave_no_traceback(environment: Environment, tmp_path: Path) -> None:
    for redirection in (">&-", "2>&-", ">&- 2>&-"):
        process = await asyncio.create_subprocess_shell(
            f"{sys.executable} -m bot check {redirection}",
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCES), **environment},
            cwd=tmp_path,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        _, err = await asyncio.wait_for(process.communicate(), 30)
        assert (process.returncode, err) == (0, b"")


@pytest.mark.parametrize(
    ("arguments", "code"), [(("audit", "--format", "csv"), 75), (("requests", "--help"), 0), (("check",), 75)]
)
async def test_output_that_cannot_be_written_is_told_in_one_line(
    environment: Environment, tmp_path: Path, arguments: tuple[str, ...], code: int
) -> None:
    migrated = await command("migrate", environment=environment, cwd=tmp_path)
    assert migrated.code == 0
    full = os.open("/dev/full", os.O_WRONLY)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", *arguments),
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCES), **environment},
        cwd=tmp_path,
        stdout=full,
        stderr=asyncio.subprocess.PIPE,
    )
    os.close(full)
    _, err = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == code
    said = "registry-bot: the output is not complete: it cannot be written (No space left on device).\n"
    assert err.decode() == (said if code else "")
