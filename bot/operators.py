"""What a running bot does for its operators: carries out their commands, and reports problems in OPS_CHANNEL."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Sequence

from bot.clients import build_network, slack_client, slack_session
from bot.config import Settings
from bot.errors import CannotStart
from bot.ledger.models import Receipt
from bot.observability.alarms import AccessKeyHealth, alarm_for, alarms
from bot.observability.pending import Pending
from bot.slack.blocks import Message
from bot.slack.inbound.identity import Identity
from bot.slack.inbound.signatures import RefusedSignatures
from bot.slack.outbound.poster import Poster
from bot.workflow.alarms import Alarms
from bot.workflow.approvals import Approvals
from bot.workflow.database import open_database
from bot.workflow.definition import Workflow
from bot.workflow.engine import WorkflowEngine
from bot.workflow.newer_schema import NewerSchema
from bot.workflow.operator_work import OperatorCommands
from bot.workflow.view_store import ViewStore

_TELL_SECONDS = 10.0


@contextlib.contextmanager
def operator_tasks(
    settings: Settings,
    *,
    engine: WorkflowEngine,
    workflows: Sequence[Workflow],
    approvals: Approvals,
    poster: Poster,
    identity: Identity,
    access_key: AccessKeyHealth,
    pending: Pending,
    refused: RefusedSignatures,
    views: ViewStore,
    app_token_refused: Callable[[], bool | None],
) -> Iterator[None]:
    """Run these tasks while the context is open. `workflows` are those of all features."""
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
        answers=approvals.answers,
        poster=poster,
        permalink=identity.permalink,
        message_of=message_of,
    )
    tasks = [asyncio.create_task(commands.run())]
    if settings.ops_channel:
        schema = NewerSchema(engine.database)
        watched = alarms(
            access_key=access_key,
            undelivered=engine.undelivered,
            unasked=approvals.unasked,
            pending=pending,
            refused=refused,
            views=views,
            schema=schema,
            app_token_refused=app_token_refused,
        )

        async def before_look() -> None:
            await pending.refresh()
            await schema.refresh()

        told = Alarms(
            engine.database, poster=poster, channel=settings.ops_channel, alarms=watched, before_look=before_look
        )
        tasks.append(asyncio.create_task(told.run()))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()


async def tell_of_failed_start(settings: Settings, error: CannotStart) -> None:
    """Tell operators why the bot does not start, if there is an alarm for it and they can be told at all."""
    alarm = alarm_for(error)
    if alarm is None or not settings.ops_channel:
        return
    with contextlib.suppress(CannotStart, TimeoutError):
        async with asyncio.timeout(_TELL_SECONDS), slack_session(build_network(settings)) as session:
            database = open_database(settings.database_url)
            try:
                poster = Poster(client=slack_client(settings, session), session=session, label=settings.label)
                await Alarms(database, poster=poster, channel=settings.ops_channel, alarms=[alarm]).look()
            finally:
                database.dispose()
