"""Opens the parts of the bot that exist once per process, and builds the platform for features from them."""

import contextlib
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import aiohttp

from bot.access.denials import Denials
from bot.access.gate_setup import build_approvers, build_gate
from bot.access.profiles import Profiles
from bot.clients import build_codearts, build_network, slack_client, slack_session
from bot.codearts.client import CodeArts
from bot.config import Settings
from bot.domain.description_note import DescriptionNote
from bot.features.contract import Feature, Platform, all_explanations
from bot.ledger.ledger import Ledger
from bot.net.resolver import OwnThreadsResolver
from bot.observability.alarms import AccessKeyHealth
from bot.observability.metrics import Metrics
from bot.observability.pending import Pending, show_engine
from bot.observability.slowness import log_when_slow
from bot.slack.inbound.background import Background
from bot.slack.inbound.forms import FormOpener
from bot.slack.inbound.home_tabs import HomeTabs
from bot.slack.inbound.identity import Identity
from bot.slack.inbound.signatures import RefusedSignatures
from bot.slack.inbound.telling import Teller
from bot.slack.outbound.poster import Poster
from bot.slack.push_guide import PushGuide
from bot.slack.web_client import WatchedWebClient, app_id_of
from bot.workflow.answers import Answers
from bot.workflow.approvals import Approvals
from bot.workflow.database import open_database
from bot.workflow.delivery import Deliveries
from bot.workflow.delivery_policy import DeliveryPolicy
from bot.workflow.engine import WorkflowEngine
from bot.workflow.home_visitors import HomeVisitors
from bot.workflow.ownership import take_ownership
from bot.workflow.shown_answers import ShownAnswers
from bot.workflow.stuck import tell_people
from bot.workflow.tables import prepare
from bot.workflow.view_store import ViewStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Components:
    """The parts of the bot apart from its features. `access_key`: what outcomes tell about the access key of CodeArts."""

    metrics: Metrics
    codearts: CodeArts
    access_key: AccessKeyHealth
    engine: WorkflowEngine
    pending: Pending
    session: aiohttp.ClientSession
    client: WatchedWebClient
    identity: Identity
    background: Background
    teller: Teller
    poster: Poster
    refused: RefusedSignatures
    views: ViewStore


async def open_components(settings: Settings, stack: contextlib.AsyncExitStack) -> Components:
    """Open everything; `stack` closes it again. Raises `CannotStart`."""
    metrics = Metrics()
    resolver = OwnThreadsResolver()
    stack.push_async_callback(resolver.close)
    network = build_network(settings, resolver=resolver)
    codearts = await stack.enter_async_context(build_codearts(settings, network=network))
    codearts.observe = metrics.codearts_answered
    with log_when_slow("the database does not answer yet"):
        engine = _engine(settings, stack)
    pending = Pending(engine.ledger, standing_still=engine.standing_still)
    access_key = AccessKeyHealth(codearts.acceptance)
    engine.ended = lambda outcome: [heard(outcome) for heard in (metrics.request_ended, access_key.heard)]
    show_engine(metrics, pending=pending, undelivered=engine.undelivered)
    session = await stack.enter_async_context(slack_session(network))
    client = slack_client(settings, session)
    identity = Identity(client, app_id=app_id_of(settings.app_token))
    client.watcher, client.observe = identity, metrics.slack_answered
    background = Background()
    poster = Poster(client=client, session=session, label=settings.label)
    engine.stuck.tell = partial(tell_people, poster)
    return Components(
        metrics=metrics,
        codearts=codearts,
        access_key=access_key,
        engine=engine,
        pending=pending,
        session=session,
        client=client,
        identity=identity,
        background=background,
        teller=Teller(client=client, session=session, background=background),
        poster=poster,
        refused=RefusedSignatures(*settings.signing_secrets),
        views=ViewStore(engine.database, view_id=codearts.view_id, caller=codearts.caller),
    )


def platform_for(
    features: Sequence[Feature], settings: Settings, parts: Components, *, delivery_policy: DeliveryPolicy
) -> Platform:
    """What these features may use."""
    engine, client, background, teller = parts.engine, parts.client, parts.background, parts.teller
    denials = Denials(ledger=engine.ledger, background=background)
    profiles, answers = Profiles(client), Answers(engine.ledger)
    approvers = build_approvers(settings, client=client, identity=parts.identity, profiles=profiles)
    deliveries = Deliveries(
        poster=parts.poster,
        undelivered=engine.undelivered,
        bot_mention=lambda: parts.identity.mention,
        permalink=parts.identity.permalink,
        notify=settings.notify_channels,
        policy=delivery_policy,
    )
    return Platform(
        region=settings.region,
        naming=settings.naming_rule,
        shared_channels=settings.shared_channels,
        codearts=parts.codearts,
        views=parts.views,
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
        gate=build_gate(
            settings,
            client=client,
            identity=parts.identity,
            denials=denials,
            background=background,
            profiles=profiles,
            approvers=approvers,
        ),
        denials=denials,
        approvers=approvers,
        approvals=Approvals(
            answers=answers,
            shown=ShownAnswers(poster=parts.poster, answers=answers, bot_user=lambda: parts.identity.bot_user),
            deliveries=deliveries,
            channel=settings.approval_channel,
        ),
        per_person_hour=settings.max_per_person_hour,
        accept=engine.accept,
        find=engine.find,
        deliveries=deliveries,
    )


def _engine(settings: Settings, stack: contextlib.AsyncExitStack) -> WorkflowEngine:
    database = open_database(settings.database_url)
    stack.callback(database.dispose)
    prepare(database)
    ledger = Ledger(database, region=settings.region, project=settings.codearts_project_id)
    ownership = take_ownership(database, executor_id=settings.executor_id, host=socket.gethostname())
    return WorkflowEngine(database=database, ownership=ownership, keep_days=settings.retention_days, ledger=ledger)
