"""What a running bot does for those who run it: their commands, and what it tells them in OPS_CHANNEL."""

import asyncio
import contextlib
from collections.abc import Iterator, Sequence

from bot.config import Settings
from bot.ledger.models import Receipt
from bot.observability.alarms import AccessKeyHealth, alarms
from bot.observability.pending import Pending
from bot.slack.blocks import Message
from bot.slack.inbound.identity import Identity
from bot.slack.inbound.signatures import RefusedSignatures
from bot.slack.outbound.poster import Poster
from bot.workflow.alarms import Alarms
from bot.workflow.answers import Answers
from bot.workflow.definition import Workflow
from bot.workflow.engine import WorkflowEngine
from bot.workflow.operator_work import OperatorCommands
from bot.workflow.view_store import ViewStore


@contextlib.contextmanager
def operator_tasks(
    settings: Settings,
    *,
    engine: WorkflowEngine,
    workflows: Sequence[Workflow],
    answers: Answers,
    poster: Poster,
    identity: Identity,
    access_key: AccessKeyHealth,
    pending: Pending,
    refused: RefusedSignatures,
    views: ViewStore,
) -> Iterator[None]:
    """While the context is open. `workflows` are those of all features."""
    by_name = {each.name: each.message_of for each in workflows}

    def message_of(receipt: Receipt) -> Message | None:
        make = by_name.get(receipt.workflow)
        return make(receipt) if make else None

    commands = OperatorCommands(
        engine.database,
        executor_id=engine.executor_id,
        executions=engine.executions,
        stuck=engine.stuck,
        ledger=engine.ledger,
        answers=answers,
        poster=poster,
        permalink=identity.permalink,
        message_of=message_of,
    )
    tasks = [asyncio.create_task(commands.run())]
    if settings.ops_channel:
        watched = alarms(
            access_key=access_key, undelivered=engine.undelivered, pending=pending, refused=refused, views=views
        )
        told = Alarms(
            engine.database, poster=poster, channel=settings.ops_channel, alarms=watched, before_look=pending.refresh
        )
        tasks.append(asyncio.create_task(told.run()))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
