"""What operators want done with a request: `registry-bot retry` and `cancel` write it down, and a running bot does it.

So it is safe beside running replicas: the one that works on the request does it, or any where none does.
"""

import asyncio
import logging
import time
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from dbos import DBOS

from bot import wording
from bot.domain.outcomes import InDoubt, Reason, Refused
from bot.ledger import writes
from bot.ledger.ledger import Ledger
from bot.ledger.models import EventCode, Receipt, State
from bot.slack.blocks import rich_text, text, user
from bot.slack.outbound.marks import Mark
from bot.slack.outbound.poster import Poster
from bot.slack.outbound.results import Posted
from bot.workflow.closing import until
from bot.workflow.executions import Executions
from bot.workflow.stuck import Stuck
from bot.workflow.tables import WISHES

_LOOK_EVERY_SECONDS = 2.0
_BROKEN_OFF_SECONDS = 5.0
_OVER = frozenset({"SUCCESS", "CANCELLED"})

logger = logging.getLogger(__name__)

What = Literal["retry", "cancel"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """`who` wants it, as the system calls them."""

    request_id: str
    what: What
    who: str


def write_down(database: sa.Engine, wish: Wish) -> None:
    """For the next look of a running bot. A later wish takes the place of an earlier one."""
    values = {"what": wish.what, "who": wish.who, "at": time.time()}
    with database.begin() as connection:
        connection.execute(sa.delete(WISHES).where(WISHES.c.request_id == wish.request_id))
        connection.execute(sa.insert(WISHES).values(request_id=wish.request_id, **values))


def is_waiting(database: sa.Engine, request_id: str) -> bool:
    """Whether nobody has taken it up yet."""
    with database.connect() as connection:
        return connection.execute(sa.select(WISHES).where(WISHES.c.request_id == request_id)).first() is not None


class Wishes:
    """Carries them out, as far as they are this process's business."""

    def __init__(
        self,
        database: sa.Engine,
        *,
        executor_id: str,
        executions: Executions,
        stuck: Stuck,
        ledger: Ledger,
        poster: Poster,
    ) -> None:
        self._database = database
        self._executor_id = executor_id
        self._executions = executions
        self._stuck = stuck
        self._ledger = ledger
        self._poster = poster

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
            try:
                for wish in await asyncio.to_thread(self._all):
                    await self._take_up(wish)
            except Exception as error:  # noqa: BLE001  the next look finds what is left
                logger.debug("wishes could not be looked at (%s)", type(error).__name__)

    async def _take_up(self, wish: Wish) -> None:
        status = await DBOS.get_workflow_status_async(wish.request_id)
        theirs = status is not None and status.status == "PENDING" and status.executor_id != self._executor_id
        if theirs or not await asyncio.to_thread(self._take, wish):
            return
        fields = {"request": wish.request_id, "requester": wish.who}
        if status is None or status.status in _OVER:
            logger.warning("%s: the request is over already", wish.what, extra=fields)
            return
        logger.info("%s, as an operator wants", wish.what, extra=fields)
        await (self._retry(wish) if wish.what == "retry" else self._cancel(wish))

    async def _retry(self, wish: Wish) -> None:
        self._stuck.forget(wish.request_id)
        await self._note(writes.happened(wish.request_id, EventCode.RETRIED, who=wish.who))
        if wish.request_id not in self._executions.ours:
            await DBOS.resume_workflow_async(wish.request_id)

    async def _cancel(self, wish: Wish) -> None:
        receipt = await self._ledger.get(wish.request_id)
        if receipt is None or receipt.state != State.UNDER_WAY:
            return
        happened = {each.code for each in await self._ledger.events(wish.request_id)}
        perhaps_sent = EventCode.SENT in happened or wish.request_id in self._executions.ours
        await DBOS.cancel_workflow_async(wish.request_id)
        # It may be in a pause of minutes, and would change the message once more.
        self._executions.break_off(wish.request_id)
        await until(lambda: wish.request_id not in self._executions.ours, seconds=_BROKEN_OFF_SECONDS)
        self._stuck.forget(wish.request_id)
        result = InDoubt(code=Reason.CANCELLED) if perhaps_sent else Refused(code=Reason.CANCELLED)
        await self._note(
            writes.happened(wish.request_id, EventCode.CANCELLED, who=wish.who),
            writes.concluded(wish.request_id, result, who=wish.who),
        )
        await self._tell(receipt, perhaps_sent=perhaps_sent)

    async def _tell(self, receipt: Receipt, *, perhaps_sent: bool) -> None:
        following = wording.CANCELLED_PERHAPS if perhaps_sent else wording.CANCELLED_NOTHING
        words = wording.CANCELLED.format(name=receipt.name, reference=receipt.reference, following=following)
        message = {
            "text": f"<@{receipt.requester}> {words}",
            "blocks": [rich_text([user(receipt.requester), text(f" {words}")])],
        }
        mark = Mark(request_id=receipt.id, role="request", since=receipt.asked_at)
        # Where it says "creating" already, that message changes.
        found = await self._poster.find(receipt.channel, mark)
        if isinstance(found, Posted):
            told = await self._poster.update(found, message, mark=mark)
        else:
            told = await self._poster.post(receipt.channel, message, mark=mark)
        if not isinstance(told, Posted):
            await self._poster.post(receipt.requester, message, mark=mark, route="direct_message")

    async def _note(self, *noted: writes.Write) -> None:
        def write() -> None:
            with self._database.begin() as connection:
                for each in noted:
                    each(connection)

        await asyncio.to_thread(write)

    def _all(self) -> list[Wish]:
        with self._database.connect() as connection:
            rows = connection.execute(sa.select(WISHES).order_by(WISHES.c.at)).all()
        return [Wish(request_id=row.request_id, what=row.what, who=row.who) for row in rows]

    def _take(self, wish: Wish) -> bool:
        """False where another replica has taken it."""
        mine = (WISHES.c.request_id == wish.request_id) & (WISHES.c.what == wish.what)
        with self._database.begin() as connection:
            return connection.execute(sa.delete(WISHES).where(mine)).rowcount == 1
