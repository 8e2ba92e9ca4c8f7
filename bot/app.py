"""The composition root: opens everything in order, hands the platform to the features, and closes it all again."""

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass

import aiohttp
from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.clients import build_codearts, slack_client, slack_session
from bot.config import Settings
from bot.features.catalogue import FEATURES
from bot.features.contract import Feature, Parts, Platform
from bot.net.listening import listen
from bot.net.resolver import OwnThreadsResolver
from bot.observability.check import Finding, examine
from bot.observability.health import Health
from bot.slack.inbound import http
from bot.slack.inbound.background import Background
from bot.slack.inbound.forms import FormOpener
from bot.slack.inbound.identity import Identity
from bot.slack.inbound.router import build_bolt
from bot.slack.inbound.signatures import RefusedSignatures
from bot.slack.inbound.socket_mode.client import SocketModeClient
from bot.slack.needs import all_needs
from bot.slack.outbound.poster import Poster
from bot.workflow.database import open_database
from bot.workflow.delivery import Deliveries
from bot.workflow.delivery_policy import DeliveryPolicy
from bot.workflow.engine import WorkflowEngine
from bot.workflow.ownership import take_ownership
from bot.workflow.tables import prepare

_DRAIN_SECONDS = 5.0
_ACK_SECONDS = 3.0  # a later acknowledgement reaches nobody

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The running bot. `address` is where it listens, as `http://host:port`."""

    bolt: AsyncApp
    engine: WorkflowEngine
    health: Health
    address: str


async def run(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. Raises `CannotStart` before anything listens."""
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
    settings: Settings, *, features: Iterable[Feature] = FEATURES, delivery_policy: DeliveryPolicy | None = None
) -> AsyncIterator[Service]:
    """The whole bot, open while the context is. Raises `CannotStart` before anything listens."""
    async with contextlib.AsyncExitStack() as stack:
        resolver = OwnThreadsResolver()
        stack.push_async_callback(resolver.close)
        codearts = await stack.enter_async_context(build_codearts(settings, resolver=resolver))
        engine = _engine(settings, stack)
        session = await stack.enter_async_context(slack_session(resolver))
        client = slack_client(settings, session)
        identity = Identity(client)
        background = Background()
        platform = Platform(
            region=settings.region,
            codearts=codearts,
            forms=FormOpener(client=client, session=session, background=background),
            accept=engine.accept,
            deliveries=Deliveries(
                poster=Poster(client=client, session=session),
                undelivered=engine.undelivered,
                bot_mention=lambda: identity.mention,
                notify=settings.notify_channels,
                policy=delivery_policy or DeliveryPolicy(),
            ),
        )
        parts = [feature.build(platform) for feature in features]
        engine.register(workflow for each in parts for workflow in each.workflows)
        bolt = _bolt(settings, session, identity, parts)
        socket_mode = _socket_mode(settings, bolt, client, session)
        health = _health(engine, identity, socket_mode)

        stack.push_async_callback(engine.close)
        stack.push_async_callback(identity.stop)
        await identity.start()
        await engine.launch()
        stack.push_async_callback(background.drain, _DRAIN_SECONDS)
        if socket_mode is not None:
            stack.push_async_callback(socket_mode.close, _ACK_SECONDS)
            await socket_mode.connect()
        routes = web.Application(client_max_size=http.BODY_MAX_BYTES)
        health.add_routes(routes)
        if socket_mode is None:
            refused = RefusedSignatures(_signing_secret(settings))
            routes.router.add_post(http.PATH, http.events_handler(bolt, refused))
        address = await stack.enter_async_context(
            listen(routes, host=settings.host, port=settings.port, drain_seconds=_DRAIN_SECONDS)
        )
        yield Service(bolt=bolt, engine=engine, health=health, address=address)


async def check(settings: Settings) -> list[Finding]:
    """What is configured, reachable and permitted, one finding a question."""
    scopes = all_needs(feature.needs for feature in FEATURES).scopes
    async with slack_session() as session, build_codearts(settings) as codearts:
        return await examine(settings, slack=slack_client(settings, session), codearts=codearts, scopes=scopes)


def _engine(settings: Settings, stack: contextlib.AsyncExitStack) -> WorkflowEngine:
    database = open_database(settings.database_url)
    stack.callback(database.dispose)
    prepare(database)
    ownership = take_ownership(database, executor_id=settings.executor_id, host=socket.gethostname())
    return WorkflowEngine(database=database, ownership=ownership, keep_days=settings.retention_days)


def _bolt(settings: Settings, session: aiohttp.ClientSession, identity: Identity, parts: Iterable[Parts]) -> AsyncApp:
    return build_bolt(
        signing_secret=_signing_secret(settings),
        client=slack_client(settings, session, with_token=False),
        authorize=identity.authorize,
        listeners=(listener for each in parts for listener in each.listeners),
    )


def _signing_secret(settings: Settings) -> str:
    return settings.slack_signing_secret.get_secret_value() if settings.slack_signing_secret else ""


def _socket_mode(
    settings: Settings, bolt: AsyncApp, client: AsyncWebClient, session: aiohttp.ClientSession
) -> SocketModeClient | None:
    if settings.slack_app_token is None:
        return None
    token = settings.slack_app_token.get_secret_value()
    return SocketModeClient(bolt=bolt, app_token=token, client=client, session=session)


def _health(engine: WorkflowEngine, identity: Identity, socket_mode: SocketModeClient | None) -> Health:
    over_socket = [socket_mode.why_not_ready] if socket_mode else []
    return Health(engine.why_not_ready, identity.why_not_ready, *over_socket, engine.undelivered.why_not_ready)
