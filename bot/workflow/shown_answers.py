"""What the approvers' message says was answered. After a restore from a backup it is newer than the ledger.

Otherwise a request that was approved after the backup would wait again, without buttons, and in the end be told as expired,
although its registry exists.
"""

import asyncio
import logging
import math
from collections.abc import Callable
from dataclasses import asdict, fields
from itertools import chain, repeat
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.domain.approval import ApprovalAnswer, Decision
from bot.domain.outcomes import InDoubt, NotApplied, Refused
from bot.errors import LedgerUnavailable
from bot.slack.outbound.marks import Mark
from bot.slack.outbound.poster import Poster
from bot.slack.outbound.results import Posted
from bot.workflow.answers import Answers

_AGAIN_AFTER = (2.0, 5.0, 15.0, 60.0)  # seconds; the last one over and over
_ANSWERS = frozenset(ApprovalAnswer)
_DECISION = TypeAdapter(Decision)

logger = logging.getLogger(__name__)


def says(decision: Decision) -> dict[str, str | float]:
    """For the mark of a message that shows this answer."""
    return {name: value for name, value in asdict(decision).items() if value is not None}


class ShownAnswers:
    """`bot_user` returns the bot's own user id, or None while Slack has not told it: only our own messages count."""

    def __init__(self, *, poster: Poster, answers: Answers, bot_user: Callable[[], str | None]) -> None:
        self._poster = poster
        self._answers = answers
        self._bot_user = bot_user
        # After a restart everything that waits is looked up, and Slack allows some fifty such calls a minute.
        self._turn = asyncio.Lock()

    async def take_over(self, asked: Posted, mark: Mark) -> bool:
        """Enter the answer that the message shows in the ledger, unless there already is one.

        Waits until Slack and the database can be asked, or until somebody answers. If Slack refuses to show the message, there
        is nothing to take over. Returns whether the message could be seen.
        """
        looking = asyncio.create_task(self._look(asked, mark))
        given = asyncio.create_task(self._answers.given_or(math.inf, mark.request_id))
        try:
            await asyncio.wait({looking, given}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (looking, given):
                task.cancel()
            seen, _given = await asyncio.gather(looking, given, return_exceptions=True)
        return seen is True

    async def _look(self, asked: Posted, mark: Mark) -> bool:
        async with self._turn:
            shown = await self._shown(asked, mark)
            if isinstance(shown, Refused):
                return False
            await self._enter(shown, mark.request_id)
            return True

    async def _shown(self, asked: Posted, mark: Mark) -> Decision | Refused | None:
        for pause in chain(_AGAIN_AFTER, repeat(_AGAIN_AFTER[-1])):
            message = await self._poster.read(asked)
            if isinstance(message, Refused):
                return message
            mine = self._bot_user()
            if mine is not None and not isinstance(message, InDoubt | NotApplied):
                return _decision(message, mark, author=mine)
            wait = message.retry_after if isinstance(message, NotApplied) else None
            await asyncio.sleep(max(pause, wait or 0.0))
        return None

    async def _enter(self, decision: Decision | None, request_id: str) -> None:
        while decision is not None:
            try:
                await self._answers.decide(request_id, decision)
            except LedgerUnavailable as error:
                logger.warning("an answer could not be restored (%s)", error, extra={"repeats": True})
                await asyncio.sleep(_AGAIN_AFTER[0])
            else:
                logger.info("the answer is in the approvers' message", extra={"code": decision.answer})
                return


def _decision(message: dict[str, Any], mark: Mark, *, author: str) -> Decision | None:
    if message.get("user") != author or not mark.is_on(message):
        return None
    payload = message["metadata"]["event_payload"]
    try:
        decision = _DECISION.validate_python({each.name: payload.get(each.name) for each in fields(Decision)})
    except ValidationError:
        return None
    return decision if decision.answer in _ANSWERS else None
