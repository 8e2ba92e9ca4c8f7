"""The composition root: opens everything in order, hands the platform to the features, and closes it all again."""

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

from slack_bolt.app.async_app import AsyncApp

from bot.codearts.acceptance import Acceptance
from bot.codearts.regions import endpoint_for
from bot.components import Components, open_components, platform_for
from bot.config import Settings
from bot.doors import FINISH_SECONDS, bolt_for, open_doors, socket_for
from bot.features.catalogue import FEATURES
from bot.features.contract import Feature
from bot.observability.health import Health
from bot.observability.slowness import log_when_slow
from bot.operators import operator_tasks
from bot.slack.inbound.background import Background
from bot.slack.inbound.identity import Identity
from bot.slack.inbound.socket_mode.client import SocketModeClient
from bot.workflow.approvals import Approvals
from bot.workflow.definition import Workflow
from bot.workflow.delivery_policy import DeliveryPolicy
from bot.workflow.engine import WorkflowEngine
from bot.workflow.installation import Installation

_ACK_SECONDS = 3.0  # Slack ignores a later acknowledgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The running bot. `address` is where it listens, as `http://host:port`, and `management` where operators look."""

    bolt: AsyncApp
    engine: WorkflowEngine
    health: Health
    background: Background
    acceptance: Acceptance
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

    `launching` is called just before requests are worked on: ending the process before that interrupts nothing.
    """
    async with contextlib.AsyncExitStack() as stack:
        parts = await open_components(settings, stack)
        platform = platform_for(features, settings, parts, delivery_policy=delivery_policy or DeliveryPolicy())
        built = [feature.build(platform) for feature in features]
        workflows = [workflow for each in built for workflow in each.workflows]
        parts.engine.register(workflows)
        listeners = (listener for each in built for listener in each.listeners)
        bolt = bolt_for(settings, parts.session, identity=parts.identity, teller=parts.teller, listeners=listeners)
        socket_mode = socket_for(settings, bolt, parts.client, parts.session, parts.metrics)
        health = _health(parts.engine, parts.identity, socket_mode)

        await _start(settings, parts, stack, launching)
        if socket_mode is not None:
            stack.push_async_callback(socket_mode.close, _ACK_SECONDS)
            await socket_mode.connect()
        doors = open_doors(
            settings, bolt=bolt, health=health, metrics=parts.metrics, pending=parts.pending, refused=parts.refused
        )
        addresses = await stack.enter_async_context(doors)
        for_operators = _for_operators(settings, parts, workflows, platform.approvals, socket_mode)
        stack.enter_context(for_operators)
        yield Service(
            bolt=bolt,
            engine=parts.engine,
            health=health,
            background=parts.background,
            acceptance=parts.codearts.acceptance,
            address=addresses.main,
            management=addresses.management,
        )


async def _start(
    settings: Settings, parts: Components, stack: contextlib.AsyncExitStack, launching: Callable[[], None]
) -> None:
    """Find out who the bot is, and resume what an earlier process left."""
    engine, identity = parts.engine, parts.identity
    stack.push_async_callback(engine.close)
    stack.push_async_callback(identity.stop)
    await identity.start()
    await engine.belongs_to(lambda: _installation(settings, identity))
    launching()
    with log_when_slow("the database does not answer yet"):
        await engine.launch()
    stack.push_async_callback(parts.background.drain, FINISH_SECONDS)


def _for_operators(
    settings: Settings,
    parts: Components,
    workflows: Sequence[Workflow],
    approvals: Approvals,
    socket_mode: SocketModeClient | None,
) -> contextlib.AbstractContextManager[None]:
    return operator_tasks(
        settings,
        engine=parts.engine,
        workflows=workflows,
        approvals=approvals,
        poster=parts.poster,
        identity=parts.identity,
        access_key=parts.access_key,
        pending=parts.pending,
        refused=parts.refused,
        views=parts.views,
        app_token_refused=lambda: socket_mode.token_refused if socket_mode else False,
    )


def _installation(settings: Settings, identity: Identity) -> Installation:
    cloud = settings.endpoint or endpoint_for(settings.region)
    return Installation(slack=identity.installation, cloud=cloud.rstrip("/").lower(), account=settings.domain_id)


def _health(engine: WorkflowEngine, identity: Identity, socket_mode: SocketModeClient | None) -> Health:
    over_socket = [socket_mode.why_not_ready] if socket_mode else []
    return Health(engine.why_not_ready, identity.why_not_ready, *over_socket)
