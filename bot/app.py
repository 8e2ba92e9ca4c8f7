"""The composition root: opens everything in order, hands the platform to the features, and closes it all again."""

import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from slack_bolt.app.async_app import AsyncApp

from bot.access.gate_setup import build_gate
from bot.clients import build_codearts, build_network, slack_client, slack_session
from bot.codearts.regions import endpoint_for
from bot.config import Settings
from bot.domain.description_note import DescriptionNote
from bot.doors import FINISH_SECONDS, bolt_for, open_doors, socket_for
from bot.features.catalogue import FEATURES
from bot.features.contract import Feature, Platform, all_explanations
from bot.ledger.ledger import Ledger
from bot.net.resolver import OwnThreadsResolver
from bot.observability.alarms import AccessKeyHealth
from bot.observability.health import Health
from bot.observability.metrics import Metrics
from bot.observability.pending import Pending, show_engine
from bot.observability.slowness import log_when_slow
from bot.operators import operator_tasks
from bot.slack.inbound.background import Background
from bot.slack.inbound.forms import FormOpener
from bot.slack.inbound.home_tabs import HomeTabs
from bot.slack.inbound.identity import Identity
from bot.slack.inbound.signatures import RefusedSignatures
from bot.slack.inbound.socket_mode.client import SocketModeClient
from bot.slack.inbound.telling import Teller
from bot.slack.outbound.poster import Poster
from bot.slack.push_guide import PushGuide
from bot.slack.web_client import app_id_of
from bot.workflow.database import open_database
from bot.workflow.delivery import Deliveries
from bot.workflow.delivery_policy import DeliveryPolicy
from bot.workflow.engine import WorkflowEngine
from bot.workflow.home_visitors import HomeVisitors
from bot.workflow.installation import Installation
from bot.workflow.ownership import take_ownership
from bot.workflow.stuck import tell_people
from bot.workflow.tables import prepare
from bot.workflow.view_store import ViewStore

_ACK_SECONDS = 3.0  # a later acknowledgement reaches nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The running bot. `address` is where it listens, as `http://host:port`, and `management` where operators look."""

    bolt: AsyncApp
    engine: WorkflowEngine
    health: Health
    background: Background
    address: str
    management: str | None = None


@contextlib.asynccontextmanager
async def serve(
    settings: Settings,
    *,
    features: Sequence[Feature] = FEATURES,
    delivery_policy: DeliveryPolicy | None = None,
    launching: Callable[[], None] = lambda: None,
) -> AsyncIterator[Service]:
    """The whole bot, open while the context is. Raises `CannotStart` before anything listens.

    `launching` is called just before requests are worked on: whatever ends the process earlier cuts nothing off.
    """
    async with contextlib.AsyncExitStack() as stack:
        metrics = Metrics()
        resolver = OwnThreadsResolver()
        stack.push_async_callback(resolver.close)
        network = build_network(settings, resolver=resolver)
        codearts = await stack.enter_async_context(build_codearts(settings, network=network))
        codearts.observe = metrics.codearts_answered
        with log_when_slow("the database does not answer yet"):
            engine = _engine(settings, stack)
        pending = Pending(engine.ledger)
        access_key = AccessKeyHealth()
        engine.ended = lambda outcome: [heard(outcome) for heard in (metrics.request_ended, access_key.heard)]
        show_engine(metrics, pending=pending, undelivered=engine.undelivered)
        session = await stack.enter_async_context(slack_session(network))
        client = slack_client(settings, session)
        identity = Identity(client, app_id=_app_id(settings))
        client.watcher, client.observe = identity, metrics.slack_answered
        background = Background()
        teller = Teller(client=client, session=session, background=background)
        poster = Poster(client=client, session=session, label=settings.label)
        engine.stuck.tell = partial(tell_people, poster)
        refused = RefusedSignatures(*settings.signing_secrets)
        views = ViewStore(engine.database, view_id=codearts.view_id, caller=codearts.caller)
        platform = Platform(
            region=settings.region,
            naming=settings.naming_rule,
            shared_channels=settings.shared_channels,
            codearts=codearts,
            views=views,
            description_note=DescriptionNote(template=note) if (note := settings.description_note) else None,
            forms=FormOpener(client=client, teller=teller, background=background),
            teller=teller,
            push_guide=PushGuide(contact=settings.contact_for_access, operators=settings.push_guide),
            ledger=engine.ledger,
            explanations=all_explanations(features),
            operators=settings.operators,
            homes=HomeTabs(client=client, background=background, visitors=HomeVisitors(engine.database)),
            contact=settings.support_contact,
            command=settings.command,
            gate=build_gate(settings, client=client, identity=identity, ledger=engine.ledger, background=background),
            per_person_hour=settings.max_per_person_hour,
            accept=engine.accept,
            find=engine.find,
            deliveries=Deliveries(
                poster=poster,
                undelivered=engine.undelivered,
                bot_mention=lambda: identity.mention,
                permalink=identity.permalink,
                notify=settings.notify_channels,
                policy=delivery_policy or DeliveryPolicy(),
            ),
        )
        parts = [feature.build(platform) for feature in features]
        workflows = [workflow for each in parts for workflow in each.workflows]
        engine.register(workflows)
        listeners = (listener for each in parts for listener in each.listeners)
        bolt = bolt_for(settings, session, identity=identity, teller=teller, listeners=listeners)
        socket_mode = socket_for(settings, bolt, client, session, metrics)
        health = _health(engine, identity, socket_mode)

        stack.push_async_callback(engine.close)
        stack.push_async_callback(identity.stop)
        await identity.start()
        await engine.belongs_to(lambda: _installation(settings, identity))
        launching()
        with log_when_slow("the database does not answer yet"):
            await engine.launch()
        stack.push_async_callback(background.drain, FINISH_SECONDS)
        if socket_mode is not None:
            stack.push_async_callback(socket_mode.close, _ACK_SECONDS)
            await socket_mode.connect()
        doors = open_doors(settings, bolt=bolt, health=health, metrics=metrics, pending=pending, refused=refused)
        addresses = await stack.enter_async_context(doors)
        for_operators = operator_tasks(
            settings,
            engine=engine,
            workflows=workflows,
            poster=poster,
            identity=identity,
            access_key=access_key,
            pending=pending,
            refused=refused,
            views=views,
        )
        stack.enter_context(for_operators)
        yield Service(
            bolt=bolt,
            engine=engine,
            health=health,
            background=background,
            address=addresses.main,
            management=addresses.management,
        )


def _engine(settings: Settings, stack: contextlib.AsyncExitStack) -> WorkflowEngine:
    database = open_database(settings.database_url)
    stack.callback(database.dispose)
    prepare(database)
    ledger = Ledger(database, region=settings.region, project=settings.codearts_project_id)
    ownership = take_ownership(database, executor_id=settings.executor_id, host=socket.gethostname())
    return WorkflowEngine(database=database, ownership=ownership, keep_days=settings.retention_days, ledger=ledger)


def _installation(settings: Settings, identity: Identity) -> Installation:
    cloud = settings.endpoint or endpoint_for(settings.region)
    return Installation(slack=identity.installation, cloud=cloud.rstrip("/").lower(), account=settings.domain_id)


def _app_id(settings: Settings) -> str | None:
    return app_id_of(settings.slack_app_token.get_secret_value() if settings.slack_app_token else None)


def _health(engine: WorkflowEngine, identity: Identity, socket_mode: SocketModeClient | None) -> Health:
    over_socket = [socket_mode.why_not_ready] if socket_mode else []
    return Health(engine.why_not_ready, identity.why_not_ready, *over_socket)
