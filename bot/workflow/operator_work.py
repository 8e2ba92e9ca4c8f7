"""Carries out operators' commands about a request (`operator_commands.py`).

Safe with several replicas: the one that is working on the request does it, or any of them if none is.
"""

import asyncio
import logging
import time
from collections.abc import Callable

import sqlalchemy as sa
from dbos import DBOS

from bot.domain.approval import ApprovalAnswer, Decision
from bot.domain.outcomes import InDoubt, Reason, Refused
from bot.ledger import writes
from bot.ledger.ledger import Ledger
from bot.ledger.models import OPEN, EventCode, Receipt, State
from bot.ledger.notes import Told
from bot.slack.blocks import Message
from bot.slack.outbound.marks import Mark
from bot.slack.outbound.poster import Poster
from bot.slack.outbound.results import Posted
from bot.workflow import operator_commands
from bot.workflow.answers import Answers
from bot.workflow.closing import until
from bot.workflow.executions import Executions
from bot.workflow.message_notes import Permalink
from bot.workflow.operator_commands import CommandAnswer, OperatorCommand
from bot.workflow.stuck import Stuck

_LOOK_EVERY_SECONDS = 2.0
_BROKEN_OFF_SECONDS = 5.0
_OVER = frozenset({"SUCCESS", "CANCELLED"})

logger = logging.getLogger(__name__)


class OperatorCommands:
    """Carries out the commands for which this process is responsible.

    `message_of` builds the message for a request that was ended; None if its kind has no message.
    """

    def __init__(
        self,
        database: sa.Engine,
        *,
        executor_id: str,
        executions: Executions,
        stuck: Stuck,
        ledger: Ledger,
        answers: Answers,
        poster: Poster,
        permalink: Permalink,
        message_of: Callable[[Receipt], Message | None],
    ) -> None:
        self._database = database
        self._executor_id = executor_id
        self._executions = executions
        self._stuck = stuck
        self._ledger = ledger
        self._answers = answers
        self._poster = poster
        self._permalink = permalink
        self._message_of = message_of

    async def run(self) -> None:
        """Run until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
            try:
                for command in await asyncio.to_thread(operator_commands.without_answer, self._database):
                    await self._take_up(command)
            except Exception as error:  # noqa: BLE001  the next look finds what is left
                logger.warning(
                    "the commands of operators could not be read (%s)", type(error).__name__, extra={"repeats": True}
                )

    async def _take_up(self, command: OperatorCommand) -> None:
        status = await DBOS.get_workflow_status_async(command.request_id)
        theirs = status is not None and status.status == "PENDING" and status.executor_id != self._executor_id
        if theirs or not await asyncio.to_thread(operator_commands.take, self._database, command):
            return
        fields = {"request": command.request_id, "operator": command.who}
        try:
            over = status is None or status.status in _OVER
            answer = await (self._retry(command, over=over) if command.what == "retry" else self._cancel(command))
        except Exception as error:  # noqa: BLE001  it must not end the others
            logger.warning("%s failed (%s)", command.what, type(error).__name__, extra=fields)
            answer = CommandAnswer.FAILED
        logger.info("operator command %s: %s", command.what, answer.value, extra=fields)
        await asyncio.to_thread(operator_commands.give_answer, self._database, command, answer)

    async def _retry(self, command: OperatorCommand, *, over: bool) -> CommandAnswer:
        if over:
            return CommandAnswer.OVER
        if command.request_id in self._executions.ours:
            return CommandAnswer.WORKED_ON
        self._stuck.forget(command.request_id)
        await self._note(writes.happened(command.request_id, EventCode.RETRIED, who=command.who))
        await DBOS.resume_workflow_async(command.request_id)
        return CommandAnswer.DONE

    async def _cancel(self, command: OperatorCommand) -> CommandAnswer:
        request_id = command.request_id
        receipt = await self._ledger.get(request_id)
        if receipt is None or receipt.state not in OPEN:
            return CommandAnswer.OVER
        if receipt.state == State.WAITING and request_id in self._executions.ours:
            given_up = Decision(answer=ApprovalAnswer.CANCELLED, at=time.time(), by=command.who)
            # The execution that waits for the answer ends it then, and tells people.
            held = await self._answers.decide(request_id, given_up)
            if held is not None and held.answer != ApprovalAnswer.APPROVED:
                return CommandAnswer.DONE if held.answer == ApprovalAnswer.CANCELLED else CommandAnswer.OVER
        happened = {each.code for each in await self._ledger.events(request_id)}
        perhaps_sent = EventCode.SENT in happened or request_id in self._executions.ours
        await DBOS.cancel_workflow_async(request_id)
        # It may be in a pause of minutes, and would change the message once more.
        self._executions.break_off(request_id)
        await until(lambda: request_id not in self._executions.ours, seconds=_BROKEN_OFF_SECONDS)
        self._stuck.forget(request_id)
        result = InDoubt(code=Reason.CANCELLED) if perhaps_sent else Refused(code=Reason.CANCELLED)
        await self._note(
            writes.happened(request_id, EventCode.CANCELLED, who=command.who),
            writes.concluded(request_id, result, who=command.who),
        )
        return await self._tell(await self._ledger.get(request_id) or receipt)

    async def _tell(self, receipt: Receipt) -> CommandAnswer:
        message = self._message_of(receipt)
        if message is None:
            return CommandAnswer.NOBODY_TOLD
        mark = Mark(request_id=receipt.id, role="request", since=receipt.asked_at)
        # Where it says "creating" already, that message changes.
        found = await self._poster.find(receipt.channel, mark)
        if isinstance(found, Posted):
            told = await self._poster.update(found, message, mark=mark)
        else:
            told = await self._poster.post(receipt.channel, message, mark=mark)
        if not isinstance(told, Posted):
            told = await self._poster.post(receipt.requester, message, mark=mark, route="direct_message")
        if not isinstance(told, Posted):
            logger.warning(
                "the cancellation of a request could not be delivered to anybody", extra={"request": receipt.id}
            )
            return CommandAnswer.NOBODY_TOLD
        link = self._permalink(told.channel, told.ts) if told.ts else None
        note = Told(route=told.route, channel=told.channel, ts=told.ts, permalink=link)
        await self._note(writes.of_note(note, receipt.id))
        return CommandAnswer.DONE

    async def _note(self, *noted: writes.Write) -> None:
        def write() -> None:
            with self._database.begin() as connection:
                for each in noted:
                    each(connection)

        await asyncio.to_thread(write)
