"""What may be wrong about a request that was not approved, if nobody can see what its question in Slack says.

After a restore from a backup it may say that the request was approved: then its registry exists, and "nothing was created" is
wrong. The bot sees the question if it is a member of the channel; otherwise the registries of CodeArts tell.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.domain.approval import ApprovalAnswer, Decision

# Whether there is a registry with the name of the request; None if that cannot be found out.
Exists = Callable[[], Awaitable[bool | None]]

_SECONDS = 20.0
# An approver who declines has pressed a button of the question, so it had not been answered.
_CERTAIN = frozenset({ApprovalAnswer.APPROVED, ApprovalAnswer.DECLINED})

logger = logging.getLogger(__name__)


async def nobody_knows() -> bool | None:
    """For requests about something that cannot be looked up."""
    return None


async def with_doubt(decision: Decision, exists: Exists) -> Decision:
    """The same answer, with what is to be doubted about it."""
    if decision.answer in _CERTAIN:
        return decision
    try:
        async with asyncio.timeout(_SECONDS):
            there = await exists()
    except Exception as error:  # noqa: BLE001  whatever it is, nothing is known
        logger.info("a request that was not approved could not be looked up (%s)", type(error).__name__)
        there = None
    if there is False:
        return decision
    doubt = "exists" if there else "unknown"
    logger.warning("a request that was not approved may have been approved before a restore", extra={"code": doubt})
    return replace(decision, doubt=doubt)
