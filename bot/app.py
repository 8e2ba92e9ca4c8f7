"""The composition root: the only place that builds clients from settings, opens them in order and closes them again."""

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import aiohttp
from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.announce.announcer import Announcer
from bot.check import Finding, examine
from bot.codearts.client import CodeArts
from bot.codearts.regions import endpoint_for
from bot.config import CodeArtsSettings, Settings
from bot.errors import SettingsError
from bot.health import Health
from bot.name_lookup import OwnThreadsResolver
from bot.registry.models import Outcome
from bot.registry.rules import judge
from bot.slack.background import Background
from bot.slack.command import OpenForm
from bot.slack.http import build_routes
from bot.slack.identity import Identity
from bot.slack.listeners import build_bolt
from bot.slack.socket import SocketDoor
from bot.slack.submission import AcceptForm
from bot.views.terminal import outcome_lines
from bot.workflow.create_registry import Runbook
from bot.workflow.creation import Patience, create_and_confirm, look_before
from bot.workflow.database import open_database
from bot.workflow.delivery import Persistence
from bot.workflow.durable import InProcess
from bot.workflow.engine import WorkflowEngine
from bot.workflow.ownership import take_ownership
from bot.workflow.tables import prepare

# On the session, because slack_sdk ignores its own timeout where a session is given (docs/facts/slack.md section 11).
_SLACK_TIMEOUT = aiohttp.ClientTimeout(total=10, connect=5)
# A person waits at the terminal: fewer repeats than the bot makes.
_TERMINAL_PATIENCE = Patience(repeats=(1, 2, 5))
_DRAIN_SECONDS = 5.0
_ACK_SECONDS = 3.0  # a later acknowledgement reaches nobody

__all__ = ["check", "create_once", "outcome_lines", "run", "serve"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The running bot. `address` is where it listens, as `http://host:port`."""

    bolt: AsyncApp
    engine: WorkflowEngine
    health: Health
    address: str


async def run(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. Raises `SettingsError` before anything listens."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows has no handlers in the loop; Ctrl-C ends the run there
            loop.add_signal_handler(name, stop.set)
    async with serve(settings) as service:
        logger.info("listening on %s", service.address)
        await stop.wait()
        logger.info("stopping")


@contextlib.asynccontextmanager
async def serve(
    settings: Settings, *, runbook_patience: Patience | None = None, persistence: Persistence | None = None
) -> AsyncIterator[Service]:
    """The whole bot, open while the context is. Raises `SettingsError` before anything listens."""
    async with contextlib.AsyncExitStack() as stack:
        resolver = OwnThreadsResolver()
        stack.push_async_callback(resolver.close)
        codearts = await stack.enter_async_context(build_codearts(settings, resolver=resolver))
        database = open_database(settings.database_url)
        stack.callback(database.dispose)
        session = await stack.enter_async_context(_slack_session(resolver))
        client = _slack_client(settings, session)
        identity = Identity(client)
        health = Health(identity=identity)
        announcer = Announcer(
            client=client,
            session=session,
            region=settings.region,
            notify=settings.notify_channels,
            bot_mention=lambda: identity.mention,
        )
        runbook = Runbook(
            codearts=codearts,
            announcer=announcer,
            undelivered=health.undelivered,
            patience=runbook_patience or Patience(),
            persistence=persistence or Persistence(),
        )
        prepare(database)
        ownership = take_ownership(database, executor_id=settings.executor_id, host=socket.gethostname())
        engine = WorkflowEngine(
            database=database, ownership=ownership, runbook=runbook, keep_days=settings.retention_days
        )
        stack.push_async_callback(engine.close)
        health.watch(engine)
        stack.push_async_callback(identity.forget)
        await identity.learn()
        await engine.launch()
        background = Background()
        stack.push_async_callback(background.drain, _DRAIN_SECONDS)
        bolt = _bolt(settings, client, session, identity, engine, background)
        if settings.slack_app_token:
            door = SocketDoor(
                bolt=bolt,
                app_token=settings.slack_app_token.get_secret_value(),
                client=client,
                session=session,
            )
            await stack.enter_async_context(_socket(door, health))
        over_http = None if settings.slack_app_token else bolt
        routes = build_routes(bolt=over_http, why_not_ready=health.why_not_ready)
        address = await stack.enter_async_context(_listen(routes, settings))
        yield Service(bolt=bolt, engine=engine, health=health, address=address)


async def create_once(
    settings: CodeArtsSettings, *, name: str, description: str | None, waiting: Callable[[float], None]
) -> Outcome:
    """One registry for the terminal, by the same rules and the same confirmation. Raises `InvalidRequest`.

    `waiting` is called with the seconds of each pause.
    """
    asked = judge(name=name, description=description)

    async def pause(seconds: float) -> None:
        waiting(seconds)
        await asyncio.sleep(seconds)

    async with build_codearts(settings) as codearts:
        return await create_and_confirm(
            name=asked.name,
            description=asked.description,
            before=await look_before(codearts, asked.name),
            durable=InProcess(sleep=pause),
            codearts=codearts,
            patience=_TERMINAL_PATIENCE,
        )


async def check(settings: Settings) -> list[Finding]:
    """What is configured, reachable and permitted, line by line."""
    async with aiohttp.ClientSession(timeout=_SLACK_TIMEOUT) as session, build_codearts(settings) as codearts:
        return await examine(settings, slack=_slack_client(settings, session), codearts=codearts)


def build_codearts(settings: CodeArtsSettings, *, resolver: OwnThreadsResolver | None = None) -> CodeArts:
    """The client for the region or the endpoint that is set. Raises `SettingsError` for an unknown region."""
    token = settings.security_token
    return CodeArts(
        endpoint=settings.endpoint or endpoint_for(settings.region),
        access_key=settings.access_key.get_secret_value(),
        secret_key=settings.secret_key.get_secret_value(),
        security_token=token.get_secret_value() if token else None,
        project_id=settings.project_id,
        domain_id=settings.domain_id,
        codearts_project_id=settings.codearts_project_id,
        connect_timeout=settings.connect_timeout,
        read_timeout=settings.read_timeout,
        resolver=resolver,
    )


def _slack_session(resolver: OwnThreadsResolver) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(timeout=_SLACK_TIMEOUT, connector=aiohttp.TCPConnector(resolver=resolver))


def _slack_client(settings: Settings, session: aiohttp.ClientSession) -> AsyncWebClient:
    return AsyncWebClient(
        token=settings.slack_bot_token.get_secret_value(),
        base_url=settings.slack_api_url,
        session=session,
        # The default handler posts again after a dropped connection, which doubles a message. We decide ourselves.
        retry_handlers=[],
    )


def _bolt(
    settings: Settings,
    client: AsyncWebClient,
    session: aiohttp.ClientSession,
    identity: Identity,
    engine: WorkflowEngine,
    background: Background,
) -> AsyncApp:
    secret = settings.slack_signing_secret
    open_form = OpenForm(client=client, session=session, region=settings.region, background=background)
    return build_bolt(
        signing_secret=secret.get_secret_value() if secret else "",
        client=AsyncWebClient(base_url=settings.slack_api_url, session=session, retry_handlers=[]),
        authorize=identity.authorize,
        open_form=open_form,
        accept_form=AcceptForm(start=engine.start),
    )


@contextlib.asynccontextmanager
async def _socket(door: SocketDoor, health: Health) -> AsyncIterator[None]:
    health.watch_socket(door)
    try:
        await door.open()
        yield
    finally:
        await door.close(_ACK_SECONDS)


@contextlib.asynccontextmanager
async def _listen(routes: web.Application, settings: Settings) -> AsyncIterator[str]:
    runner = web.AppRunner(routes, access_log=None, shutdown_timeout=_DRAIN_SECONDS)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, settings.host, settings.port).start()
        except OSError as error:
            where = f"{settings.host}:{settings.port}"
            raise SettingsError(f"cannot listen on {where} ({error.strerror}). Set HOST and PORT.") from None
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()
