"""What operators do wrong, planted: each row changes a world in which all is well, and says what `check` and `run` make of it.

The table in docs/operations.md is made of these rows (`tests/scenarios/test_misconfigured.py`).
"""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import sqlalchemy as sa
from dbos import run_dbos_database_migrations

from bot.playground.codearts.key_givers import LocalKeyGivers
from bot.playground.codearts.server import IAM_PROJECT_ID, LocalCodeArts
from bot.playground.faults import Fault
from bot.playground.slack import company
from bot.playground.slack.methods import ALL_SCOPES
from bot.playground.slack.records import UserGroup
from bot.playground.slack.server import LocalSlack
from bot.workflow.database import open_database
from bot.workflow.installation import Installation, claim
from bot.workflow.ownership import take_ownership
from bot.workflow.tables import prepare
from tests.net.tls import company_authority, self_signed_certificate, server_tls
from tests.support.company import TlsFront
from tests.support.link_local import lead_metadata_in
from tests.support.pgbouncer import pooled
from tests.support.ports import free_port
from tests.support.postgres import query, scratch_database
from tests.support.running import BOT_TOKEN, SIGNING_SECRET
from tests.support.terminal import SOURCES

Changes = Mapping[str, str | None]
APP_TOKEN = "xapp-1-A0REGBOT000-the-app-token"
_OTHER_ID = "f" * 32
_EMPTY_GROUP = "S0NOBODY000"
_WITHOUT_KEY: Changes = {"HUAWEICLOUD_SDK_AK": None, "HUAWEICLOUD_SDK_SK": None}
_STARTS, _WRONG, _LATER = 0, 78, 75


@dataclass(frozen=True, kw_only=True)
class World:
    """Where all is well until something is planted."""

    slack: LocalSlack
    cloud: LocalCodeArts
    folder: Path


Plant = Callable[[World], AbstractAsyncContextManager[Changes]]


@dataclass(frozen=True, kw_only=True)
class Misconfiguration:
    """`cause` is how the table calls it. `code` is the finding's, `fix` a part of what `check` says to do about it.

    `check` and `run` are exit codes. A bot that starts all the same (`run` 0) says it in the log, in `lines` warnings or
    errors; `said`: words of a line that is neither. `check_at_slack`: the code of `check` where Slack itself is called,
    which no test does, if that is another one.
    """

    cause: str
    code: str
    fix: str
    check: int = _WRONG
    check_at_slack: int | None = None
    run: int = _STARTS
    lines: int = 1
    said: str = ""
    changes: Changes = field(default_factory=dict)
    plant: Plant | None = None

    @contextlib.asynccontextmanager
    async def planted(self, world: World) -> AsyncIterator[Changes]:
        """The variables that it changes, while it is so."""
        if self.plant is None:
            yield self.changes
            return
        async with self.plant(world) as changes:
            yield {**self.changes, **changes}


def _setting(cause: str, fix: str, **changes: str | None) -> Misconfiguration:
    """One that shows as soon as the settings are read."""
    return Misconfiguration(cause=cause, code="setting_wrong", fix=fix, run=_WRONG, changes=changes)


# ---- what the rows need ----


@contextlib.asynccontextmanager
async def _scopes_without(_world: World, *missing: str) -> AsyncIterator[Changes]:
    scopes = ALL_SCOPES - set(missing)
    async with LocalSlack(signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN, scopes=scopes) as slack:
        yield {"SLACK_API_URL": slack.api_url}


@contextlib.asynccontextmanager
async def _shared_channel(world: World) -> AsyncIterator[Changes]:
    world.slack.channels[company.PLATFORM].is_shared = True
    yield {"NOTIFY_CHANNELS": company.PLATFORM}


_APPROVAL: Changes = {"APPROVAL": "always", "APPROVERS": company.BEN, "APPROVAL_CHANNEL": company.PLATFORM}


@contextlib.asynccontextmanager
async def _approval(
    world: World, *, joined: bool = True, is_: Mapping[str, Any] | None = None, **changes: str
) -> AsyncIterator[Changes]:
    """Approvals in a channel that the bot has joined; `is_`: what Slack says about Ben, who is to approve."""
    if joined:
        world.slack.invite_bot(company.PLATFORM)
    world.slack.users[company.BEN] = replace(world.slack.users[company.BEN], **(is_ or {}))
    world.slack.groups[_EMPTY_GROUP] = UserGroup(id=_EMPTY_GROUP, handle="nobody", members=set())
    yield {**_APPROVAL, **changes}


@contextlib.asynccontextmanager
async def _same_ports(_world: World) -> AsyncIterator[Changes]:
    port = str(free_port())
    yield {"PORT": port, "MANAGEMENT_PORT": port}


@contextlib.asynccontextmanager
async def _cloud_answers(world: World, operation: str, fault: Fault) -> AsyncIterator[Changes]:
    for each in (operation, f"{operation}_all"):
        world.cloud.faults.add(each, fault, times=None)
    yield {}


@contextlib.asynccontextmanager
async def _slack_is_dated(world: World, minutes: int) -> AsyncIterator[Changes]:
    date = format_datetime(datetime.now(UTC) + timedelta(minutes=minutes), usegmt=True)
    answer = {"ok": True, "user": "registry-bot", "user_id": company.BOT_USER, "team": "Playground", "bot_id": "B0"}
    headers = {"Date": date, "X-OAuth-Scopes": ",".join(ALL_SCOPES), "Content-Type": "application/json"}
    world.slack.faults.add("auth.test", Fault.answer(200, answer, headers), times=None)
    yield {}


@contextlib.asynccontextmanager
async def _cloud_is_dated(world: World) -> AsyncIterator[Changes]:
    world.cloud.clock = lambda: time.time() + 20 * 60
    yield {}


@contextlib.asynccontextmanager
async def _temporary_key(_world: World) -> AsyncIterator[Changes]:
    async with LocalCodeArts(security_token="a.security.token") as cloud:
        yield {"CODEARTS_ENDPOINT": cloud.base_url}


@contextlib.asynccontextmanager
async def _at_sts(world: World, token: str | None) -> AsyncIterator[Changes]:
    """The key is fetched with an ID token; None: it is not in its file."""
    (world.folder / "id-token").unlink(missing_ok=True)
    if token is not None:
        (world.folder / "id-token").write_text(token)
    async with LocalKeyGivers(world.cloud) as givers:
        yield {
            **_WITHOUT_KEY,
            "HUAWEICLOUD_OIDC_PROVIDER_URN": "iam::a:oidc-provider:k8s",
            "HUAWEICLOUD_OIDC_AGENCY_URN": "iam::a:agency:registry-bot",
            "HUAWEICLOUD_OIDC_TOKEN_FILE": str(world.folder / "id-token"),
            "HUAWEICLOUD_SDK_STS_ENDPOINT": givers.base_url,
        }


@contextlib.asynccontextmanager
async def _on_an_ecs(world: World, fault: Fault | None) -> AsyncIterator[Changes]:
    """The key is that of the agency; None: nothing listens where the metadata service is."""
    async with LocalKeyGivers(world.cloud) as givers:
        port = int(givers.base_url.rpartition(":")[2]) if fault else free_port()
        if fault:
            givers.faults.add("metadata_key", fault, times=None)
        led = lead_metadata_in(world.folder, port=port, sources=SOURCES)
        yield {**_WITHOUT_KEY, "CODEARTS_ECS_AGENCY": "yes", **led}


@contextlib.asynccontextmanager
async def _listening(
    _world: World, answer: bytes | None, setting: str = "CODEARTS_ENDPOINT", path: str = ""
) -> AsyncIterator[Changes]:
    """What answers everything so; None: not at all."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.CancelledError):
            while await reader.readline() not in {b"\r\n", b""}:
                pass
            if answer is None:
                await asyncio.sleep(60)
            else:
                head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
                writer.write(head % len(answer) + answer)
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    yield {setting: f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}{path}"}
    server.close()


@contextlib.asynccontextmanager
async def _behind_tls(world: World, certificate: Path) -> AsyncIterator[int]:
    front = TlsFront(to_port=int(world.cloud.base_url.rpartition(":")[2]))
    await front.start(server_tls(certificate))
    yield front.port
    await front.close()


@contextlib.asynccontextmanager
async def _unknown_authority(world: World) -> AsyncIterator[Changes]:
    async with _behind_tls(world, self_signed_certificate(world.folder)) as port:
        yield {"CODEARTS_ENDPOINT": f"https://127.0.0.1:{port}"}


@contextlib.asynccontextmanager
async def _other_name(world: World) -> AsyncIterator[Changes]:
    authority = company_authority(world.folder, "artifact.corp.test")
    async with _behind_tls(world, authority.server) as port:
        yield {"CODEARTS_ENDPOINT": f"https://localhost:{port}", "SSL_CERT_FILE": str(authority.certificate)}


@contextlib.asynccontextmanager
async def _no_names(world: World) -> AsyncIterator[Changes]:
    """As in a network whose only way out is a proxy: its name server knows no name outside."""
    (world.folder / "sitecustomize.py").write_text(
        "import socket\n"
        "known = socket.getaddrinfo\n"
        "def none(host, *rest, **more):\n"
        "    if host in (None, '127.0.0.1', 'localhost', '::1'):\n"
        "        return known(host, *rest, **more)\n"
        "    raise socket.gaierror(socket.EAI_NONAME, 'Name or service not known')\n"
        "socket.getaddrinfo = none\n"
    )
    yield {"PYTHONPATH": f"{world.folder}:{SOURCES}", "SLACK_API_URL": None, "CODEARTS_ENDPOINT": None}


@contextlib.asynccontextmanager
async def _engine_tables(_world: World, then: str) -> AsyncIterator[Changes]:
    with scratch_database() as url:
        address = sa.make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        await asyncio.to_thread(run_dbos_database_migrations, system_database_url=address)
        query(url, then)
        yield {"DATABASE_URL": url}


@contextlib.asynccontextmanager
async def _role_without_rights(_world: World) -> AsyncIterator[Changes]:
    with scratch_database() as url:
        role = f"reader_{sa.make_url(url).database}"
        query(url, f"CREATE ROLE {role} LOGIN")
        query(url, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        try:
            yield {"DATABASE_URL": sa.make_url(url).set(username=role).render_as_string(hide_password=False)}
        finally:
            query(url, f"DROP ROLE {role}")


@contextlib.asynccontextmanager
async def _pooler(world: World) -> AsyncIterator[Changes]:
    with scratch_database() as url, pooled(url, mode="transaction", folder=world.folder) as through:
        yield {"DATABASE_URL": through}


@contextlib.asynccontextmanager
async def _held_id(_world: World) -> AsyncIterator[Changes]:

    with scratch_database() as url:
        engine = open_database(url)
        prepare(engine)
        holder = take_ownership(engine, executor_id="replica-1", host="elsewhere")
        alive = asyncio.create_task(_keep(holder.heartbeat))
        try:
            yield {"DATABASE_URL": url, "EXECUTOR_ID": "replica-1"}
        finally:
            alive.cancel()
            holder.leave()
            engine.dispose()


async def _keep(heartbeat: Callable[[], object]) -> None:
    while True:
        await asyncio.to_thread(heartbeat)
        await asyncio.sleep(2)


@contextlib.asynccontextmanager
async def _another_installation(world: World) -> AsyncIterator[Changes]:

    url = f"sqlite:///{world.folder / 'theirs.sqlite3'}"
    engine = open_database(url)
    prepare(engine)
    claim(engine, Installation(slack="T0OTHER/U0OTHER", cloud=world.cloud.base_url, account=world.cloud.tenant_id))
    engine.dispose()
    yield {"DATABASE_URL": url}


@contextlib.asynccontextmanager
async def _taken_port(_world: World, setting: str = "PORT") -> AsyncIterator[Changes]:
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield {setting: str(other.getsockname()[1])}


@contextlib.asynccontextmanager
async def _socket_mode(_world: World, token: str, *, others: int = 0, its: str = APP_TOKEN) -> AsyncIterator[Changes]:
    async with (
        LocalSlack(signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN, app_token=its) as slack,
        aiohttp.ClientSession() as session,
        contextlib.AsyncExitStack() as stack,
    ):
        for _ in range(others):
            await stack.enter_async_context(session.ws_connect(slack.workspace.new_socket_url()))
        yield {"SLACK_API_URL": slack.api_url, "SLACK_APP_TOKEN": token}


_NO_AGENCY = Fault.answer(404, "Please configure Cloud Service Agency first")
_NO_RIGHT = Fault.answer(
    403, {"error_code": "CR.4102", "error_msg": "no permission", "trace_id": "143-1", "status": "error"}
)
_NO_API = Fault.answer(404, {"error_code": "APIGW.0101", "error_msg": "The API does not exist", "request_id": "143-2"})
_PAGE = b"<html>Welcome to nginx!</html>"

ROWS: tuple[Misconfiguration, ...] = (
    # Settings
    _setting("`SLACK_BOT_TOKEN` is missing", "from “OAuth & Permissions”", SLACK_BOT_TOKEN=None),
    _setting("the app-level token is in `SLACK_BOT_TOKEN`", "should begin with xoxb-", SLACK_BOT_TOKEN=APP_TOKEN),
    _setting("a person's token is in `SLACK_BOT_TOKEN`", "xoxb-", SLACK_BOT_TOKEN="xoxp-1-a-person"),
    _setting("a token is in `SLACK_SIGNING_SECRET`", "Basic Information", SLACK_SIGNING_SECRET=BOT_TOKEN),
    _setting("there is a line break inside the secret key", "Copy it again", HUAWEICLOUD_SDK_SK="local-play\nground"),
    _setting("a letter of the access key only looks like one", "Copy it again", HUAWEICLOUD_SDK_AK="АKLOCALPLAYGROUND"),
    _setting("a quote is on one side only", "on both sides or on neither", SLACK_BOT_TOKEN=f'"{BOT_TOKEN}'),
    _setting("an access key without its secret key", "Set both", HUAWEICLOUD_SDK_SK=None),
    _setting(
        "a region is misspelt", "did you mean ap-southeast-3", CODEARTS_REGION="ap-southeast3", CODEARTS_ENDPOINT=None
    ),
    _setting("a password with an `@` in `DATABASE_URL`", "write %40 for @", DATABASE_URL="postgresql://b:p@ss@h/bot"),
    _setting(
        "a required setting is misspelt",
        "SLACK_BOT_TOKN is set instead",
        SLACK_BOT_TOKEN=None,
        SLACK_BOT_TOKN=BOT_TOKEN,
    ),
    Misconfiguration(
        cause="another setting is misspelt",
        code="name_misspelt",
        fix="Rename it to NOTIFY_CHANNELS",
        check=0,
        changes={"NOTIFY_CHANNEL": company.TEAM_SHOP},
    ),
    _setting("`SSL_CERT_FILE` is not there", "Name a file with certificates", SSL_CERT_FILE="/nowhere/ca.pem"),
    _setting("`HTTPS_PROXY` is not the address of a proxy", "write one such as", HTTPS_PROXY="socks5://proxy:1080"),
    _setting(
        "a token is in `SLACK_SIGNING_SECRET_PREVIOUS`",
        "Basic Information",
        SLACK_SIGNING_SECRET_PREVIOUS=BOT_TOKEN,
    ),
    _setting(
        "the console's address is in `CODEARTS_PROJECT_ID`",
        "Copy the ID alone",
        CODEARTS_PROJECT_ID="https://console.example/cloudartifact/project/fedcba9876543210/repository",
    ),
    _setting("`APPROVAL` is neither of its values", "Correct it: which requests wait", APPROVAL="yes"),
    _setting("a value is not a number", "Correct it: how many registries", MAX_PER_PERSON_HOUR="ten"),
    _setting(
        "`NAME_PATTERN` has a look-ahead",
        "without look-ahead",
        NAME_PATTERN="(?=shop).*",
        NAME_PATTERN_HELP="As in “shop-web”.",
    ),
    _setting(
        "the example of `NAME_PATTERN_HELP` is not a legal name",
        "letters a-z",
        NAME_PATTERN="[а-я]+",
        NAME_PATTERN_HELP="Как “команда”.",
    ),
    Misconfiguration(
        cause="`NAME_PATTERN_HELP` is set, and `NAME_PATTERN` is not",
        code="name_pattern_unset",
        fix="Set NAME_PATTERN",
        check=0,
        changes={"NAME_PATTERN_HELP": "As in “shop-web”."},
    ),
    Misconfiguration(
        cause="`PORT` and `MANAGEMENT_PORT` are the same",
        code="setting_wrong",
        fix="Set one of them to another number",
        run=_WRONG,
        plant=_same_ports,
    ),
    # Approvals
    Misconfiguration(
        cause="`APPROVERS` is set, and `APPROVAL` is not",
        code="approvers_unused",
        fix="Set APPROVAL=always",
        check=0,
        changes={"APPROVERS": company.BEN, "APPROVAL_CHANNEL": company.TEAM_SHOP},
    ),
    Misconfiguration(
        cause="`APPROVAL=outside_policy`, and no rule denies anything",
        code="approval_unused",
        fix="Set ALLOWED_USERS, ALLOWED_GROUPS or ALLOWED_CHANNELS",
        check=0,
        plant=partial(_approval, APPROVAL="outside_policy"),
    ),
    Misconfiguration(
        cause="nobody has an id that is in `APPROVERS`",
        code="people_unknown",
        fix="Copy member ID",
        plant=partial(_approval, APPROVERS="U0NOBODY000"),
    ),
    Misconfiguration(
        cause="`APPROVERS` names an app",
        code="people_bots",
        fix="Name a person",
        plant=partial(_approval, APPROVERS=company.BOT_USER),
    ),
    Misconfiguration(
        cause="the only approver has left",
        code="people_gone",
        fix="Take them out of APPROVERS",
        plant=partial(_approval, is_={"is_deleted": True}),
    ),
    Misconfiguration(
        cause="one of the approvers has left",
        code="people_gone",
        fix="Take them out of APPROVERS",
        check=0,
        plant=partial(_approval, is_={"is_deleted": True}, APPROVER_GROUPS=company.PLATFORM_TEAM),
    ),
    Misconfiguration(
        cause="the only approver is a guest",
        code="people_guests",
        fix="ALLOW_GUESTS=yes",
        plant=partial(_approval, is_={"is_guest": True}),
    ),
    Misconfiguration(
        cause="there is one approver",
        code="approvers_single",
        fix="name a second approver",
        check=0,
        lines=0,
        plant=_approval,
    ),
    Misconfiguration(
        cause="the only group of approvers is empty",
        code="group_empty",
        fix="Add members to it",
        plant=partial(_approval, APPROVERS="", APPROVER_GROUPS=_EMPTY_GROUP),
    ),
    Misconfiguration(
        cause="the bot is not a member of `APPROVAL_CHANNEL`",
        code="channel_not_joined",
        fix="Invite the bot there",
        check=0,
        plant=partial(_approval, joined=False),
    ),
    Misconfiguration(
        cause="nobody has an id that is in `ALLOWED_USERS`",
        code="people_unknown",
        fix="Copy member ID",
        changes={"ALLOWED_USERS": f"{company.ANA}, U0NOBODY000"},
    ),
    # Slack
    Misconfiguration(
        cause="the bot token is wrong, or was revoked",
        code="slack_token_refused",
        fix="Copy it again",
        run=_WRONG,
        changes={"SLACK_BOT_TOKEN": "xoxb-of-long-ago"},
    ),
    Misconfiguration(
        cause="a required scope is missing",
        code="slack_scopes_missing",
        fix="reinstall the app",
        plant=lambda world: _scopes_without(world, "chat:write"),
    ),
    Misconfiguration(
        cause="an optional scope was declined",
        code="slack_scopes_declined",
        fix="or do without",
        check=0,
        plant=lambda world: _scopes_without(world, "channels:history"),
    ),
    Misconfiguration(
        cause="the signing secret is cut short",
        code="signing_secret_length",
        fix="Copy all of it again",
        check=0,
        check_at_slack=_WRONG,
        changes={"SLACK_SIGNING_SECRET": SIGNING_SECRET[:-1]},
    ),
    Misconfiguration(
        cause="the signing secret is another app's",
        code="signing_secret_untried",
        fix="Type the command once",
        check=0,
        lines=0,
        changes={"SLACK_SIGNING_SECRET": "0" * 32},
    ),
    Misconfiguration(
        cause="the app-level token is wrong",
        code="socket_mode_refused",
        fix="connections:write",
        run=_WRONG,
        plant=lambda world: _socket_mode(world, "xapp-1-another"),
    ),
    Misconfiguration(
        cause="somebody else uses the app-level token",
        code="socket_mode_shared",
        fix="revoke SLACK_APP_TOKEN",
        check=0,
        lines=0,
        said="the app now has 2",
        plant=lambda world: _socket_mode(world, APP_TOKEN, others=1),
    ),
    Misconfiguration(
        cause="the app-level token is another app's",
        code="app_token_of_another",
        fix="Copy both from the same app",
        check=0,
        plant=lambda world: _socket_mode(world, "xapp-1-A0OTHERAPP0-its-token", its="xapp-1-A0OTHERAPP0-its-token"),
    ),
    Misconfiguration(
        cause="the signing secret that is being replaced is cut short",
        code="signing_secret_length",
        fix="Copy all of it again",
        check=0,
        check_at_slack=_WRONG,
        changes={"SLACK_SIGNING_SECRET_PREVIOUS": SIGNING_SECRET[:-1]},
    ),
    Misconfiguration(
        cause="`MANAGEMENT_HOST` is set, and `MANAGEMENT_PORT` is not",
        code="management_host_unused",
        fix="Set MANAGEMENT_PORT",
        check=0,
        changes={"MANAGEMENT_HOST": "0.0.0.0", "MANAGEMENT_PORT": None},
    ),
    Misconfiguration(
        cause="a channel of `NOTIFY_CHANNELS` does not exist",
        code="channel_not_found",
        fix="Correct the id",
        changes={"NOTIFY_CHANNELS": "C0NOWHERE00"},
    ),
    Misconfiguration(
        cause="it is private, and the bot is not a member",
        code="channel_not_found",
        fix="invite the bot",
        changes={"NOTIFY_CHANNELS": company.SECRET_PROJECT},
    ),
    Misconfiguration(
        cause="it is archived",
        code="channel_archived",
        fix="Unarchive it",
        changes={"NOTIFY_CHANNELS": f"{company.OLD_LAUNCH}:problems"},
    ),
    Misconfiguration(
        cause="it is shared with another company",
        code="channel_shared",
        fix="ALLOW_SHARED_CHANNELS=yes",
        plant=_shared_channel,
    ),
    Misconfiguration(
        cause="`SLACK_API_URL` leads to a web page",
        code="web_page",
        fix="Correct SLACK_API_URL",
        plant=lambda world: _listening(world, _PAGE, "SLACK_API_URL", "/api/"),
    ),
    Misconfiguration(
        cause="a group of `ALLOWED_GROUPS` does not exist",
        code="group_not_found",
        fix="Correct the id",
        changes={"ALLOWED_GROUPS": "S0NOWHERE00"},
    ),
    # The way out and the clock
    Misconfiguration(
        cause="calls have to go through a proxy, and none is set",
        code="name_not_found",
        fix="HTTPS_PROXY",
        check=_LATER,
        lines=2,
        plant=_no_names,
    ),
    Misconfiguration(
        cause="the proxy does not answer",
        code="proxy_unreachable",
        fix="Correct HTTP_PROXY",
        check=_LATER,
        lines=2,
        changes={"HTTP_PROXY": "http://127.0.0.1:9"},
    ),
    Misconfiguration(
        cause="the clock of this host differs from Slack's",
        code="clock_off",
        fix="Set the clock",
        plant=lambda world: _slack_is_dated(world, 10),
    ),
    Misconfiguration(
        cause="it differs from CodeArts'",
        code="clock_off",
        fix="Set the clock",
        plant=_cloud_is_dated,
    ),
    # CodeArts
    Misconfiguration(
        cause="the secret key is wrong",
        code="codearts_key_refused",
        fix="Make a new access key",
        changes={"HUAWEICLOUD_SDK_SK": "anothersecretkey"},
    ),
    Misconfiguration(
        cause="it is wrong, and the two ids are not set",
        code="codearts_key_refused",
        fix="Make a new access key",
        changes={
            "HUAWEICLOUD_SDK_SK": "anothersecretkey",
            "HUAWEICLOUD_SDK_DOMAIN_ID": None,
            "CODEARTS_PROJECT_ID": None,
        },
    ),
    Misconfiguration(
        cause="a temporary key without its security token",
        code="codearts_token_missing",
        fix="HUAWEICLOUD_SDK_SECURITY_TOKEN",
        plant=_temporary_key,
    ),
    _setting("there is no access key, and no other way to one", "CODEARTS_ECS_AGENCY=yes", **_WITHOUT_KEY),
    _setting(
        "the profile file is not there",
        "Write [basic] with ak and sk",
        **_WITHOUT_KEY,
        HUAWEICLOUD_SDK_CREDENTIALS_FILE="/nowhere/credentials",
    ),
    Misconfiguration(
        cause="two ways to an access key are set",
        code="key_sources_unused",
        fix="Unset the one that is not intended",
        check=0,
        changes={"CODEARTS_ECS_AGENCY": "yes"},
    ),
    Misconfiguration(
        cause="the file of the ID token is not there",
        code="key_file_unreadable",
        fix="let the user that runs the bot read it",
        plant=lambda world: _at_sts(world, None),
    ),
    Misconfiguration(
        cause="STS does not accept the ID token",
        code="key_source_refused",
        fix="Compare issuer, audience and subject",
        plant=lambda world: _at_sts(world, "another.id-token"),
    ),
    Misconfiguration(
        cause="the ECS has no agency",
        code="key_no_agency",
        fix="Choose an agency for this ECS",
        plant=lambda world: _on_an_ecs(world, _NO_AGENCY),
    ),
    Misconfiguration(
        cause="there is no metadata service, because this is not an ECS",
        code="key_ecs_away",
        fix="unset CODEARTS_ECS_AGENCY and set an access key",
        check=_LATER,
        plant=lambda world: _on_an_ecs(world, None),
    ),
    Misconfiguration(
        cause="the account id is missing",
        code="account_id_missing",
        fix="HUAWEICLOUD_SDK_DOMAIN_ID=0a1b2c3d4e5f60718293a4b5c6d7e8f9",
        changes={"HUAWEICLOUD_SDK_DOMAIN_ID": None},
    ),
    Misconfiguration(
        cause="the account id is another's",
        code="account_id_wrong",
        fix="HUAWEICLOUD_SDK_DOMAIN_ID=0a1b2c3d4e5f60718293a4b5c6d7e8f9",
        changes={"HUAWEICLOUD_SDK_DOMAIN_ID": _OTHER_ID},
    ),
    Misconfiguration(
        cause="the CodeArts project is missing",
        code="project_id_missing",
        fix="fedcba9876543210fedcba9876543210 (Playground)",
        changes={"CODEARTS_PROJECT_ID": None},
    ),
    Misconfiguration(
        cause="the id of an IAM project is in its place",
        code="project_id_of_iam",
        fix="fedcba9876543210fedcba9876543210 (Playground)",
        changes={"CODEARTS_PROJECT_ID": IAM_PROJECT_ID},
    ),
    Misconfiguration(
        cause="it is not one of the account's projects",
        code="project_id_wrong",
        fix="fedcba9876543210fedcba9876543210 (Playground)",
        changes={"CODEARTS_PROJECT_ID": _OTHER_ID},
    ),
    Misconfiguration(
        cause="the right to list registries is missing",
        code="codearts_list_refused",
        fix="codeartsartifact:repository:list",
        plant=lambda world: _cloud_answers(world, "list", _NO_RIGHT),
    ),
    Misconfiguration(
        cause="the right to create registries is missing",
        code="codearts_right_untried",
        fix="give the key's user this right",
        check=0,
        lines=0,
        plant=lambda world: _cloud_answers(world, "create", _NO_RIGHT),
    ),
    Misconfiguration(
        cause="`CODEARTS_ENDPOINT` begins with http://",
        code="address_plain",
        fix="Write https://artifact.example.test",
        changes={"CODEARTS_ENDPOINT": "http://artifact.example.test"},
    ),
    Misconfiguration(
        cause="it has a path",
        code="address_with_path",
        fix="Leave out everything after the host",
        changes={"CODEARTS_ENDPOINT": "https://artifact.example.test/cloudartifact/v5"},
    ),
    Misconfiguration(
        cause="it names an unknown host",
        code="name_not_found",
        fix="Correct the host in CODEARTS_ENDPOINT",
        changes={"CODEARTS_ENDPOINT": "https://artifact.nowhere.invalid"},
    ),
    Misconfiguration(
        cause="it names a port at which nothing listens",
        code="connection_refused",
        fix="Correct the host or the port in CODEARTS_ENDPOINT",
        check=_LATER,
        changes={"CODEARTS_ENDPOINT": "https://127.0.0.1:9"},
    ),
    Misconfiguration(
        cause="it leads to a web page",
        code="web_page",
        fix="Correct CODEARTS_ENDPOINT",
        plant=lambda world: _listening(world, _PAGE),
    ),
    Misconfiguration(
        cause="it leads to a server that accepts connections and never answers",
        code="no_answer",
        fix="Correct CODEARTS_ENDPOINT",
        check=_LATER,
        plant=lambda world: _listening(world, None),
    ),
    Misconfiguration(
        cause="it is another service's",
        code="codearts_no_such_api",
        fix="Correct CODEARTS_ENDPOINT",
        plant=lambda world: _cloud_answers(world, "list", _NO_API),
    ),
    Misconfiguration(
        cause="its certificate is from an authority that is not trusted",
        code="tls_not_trusted",
        fix="SSL_CERT_FILE",
        plant=_unknown_authority,
    ),
    Misconfiguration(
        cause="its certificate is for another name",
        code="tls_other_name",
        fix="Write into CODEARTS_ENDPOINT the host",
        plant=_other_name,
    ),
    # The database and the port
    Misconfiguration(
        cause="the folder of the SQLite file is not there",
        code="database",
        fix="Create its folder",
        run=_WRONG,
        changes={"DATABASE_URL": "sqlite:////nowhere/at/all.sqlite3"},
    ),
    Misconfiguration(
        cause="PostgreSQL does not run there",
        code="database",
        fix="Start it, or correct the host",
        check=_LATER,
        run=_LATER,
        changes={"DATABASE_URL": f"postgresql://bot@127.0.0.1:{free_port()}/bot"},
    ),
    Misconfiguration(
        cause="the role may not create tables",
        code="database",
        fix="Grant it CREATE",
        run=_WRONG,
        plant=_role_without_rights,
    ),
    Misconfiguration(
        cause="a newer version has created the tables",
        code="database",
        fix="Install that version",
        run=_WRONG,
        plant=lambda world: _engine_tables(world, "UPDATE dbos.dbos_migrations SET version = 9999"),
    ),
    Misconfiguration(
        cause="a table is missing",
        code="database",
        fix="Restore them from a backup",
        run=_WRONG,
        plant=lambda world: _engine_tables(world, "DROP TABLE dbos.operation_outputs CASCADE"),
    ),
    Misconfiguration(
        cause="a pooler in transaction mode is in front of it",
        code="database",
        fix="Use session mode",
        run=_WRONG,
        plant=_pooler,
    ),
    Misconfiguration(
        cause="the database is another installation's",
        code="database",
        fix="Give each its own",
        run=_WRONG,
        plant=_another_installation,
    ),
    Misconfiguration(
        cause="two replicas have the same `EXECUTOR_ID`",
        code="executor_id_held",
        fix="Give each replica a name of its own",
        check=_LATER,
        run=_LATER,
        plant=_held_id,
    ),
    Misconfiguration(
        cause="the port is taken",
        code="port_taken",
        fix="Set PORT to a free port",
        check=_LATER,
        run=_LATER,
        plant=_taken_port,
    ),
    Misconfiguration(
        cause="the management port is taken",
        code="port_taken",
        fix="Set MANAGEMENT_PORT to a free port",
        check=_LATER,
        run=_LATER,
        plant=lambda world: _taken_port(world, "MANAGEMENT_PORT"),
    ),
    Misconfiguration(
        cause="`HOST` is not an address of this machine",
        code="cannot_listen",
        fix="Set HOST and PORT",
        run=_WRONG,
        changes={"HOST": "192.0.2.1"},
    ),
)
