"""`registry-bot create`: one registry from the terminal, by the same rules and the same confirmation."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from bot.codearts.client import CodeArts
from bot.codearts.view import InProcessView
from bot.domain.registry import Created, Outcome
from bot.features.create_registry.creation import Creation, Creator
from bot.features.create_registry.evidence import confirmed_row
from bot.features.create_registry.look_up import LookUp
from bot.features.create_registry.outcomes import next_step, reason_of, status_of
from bot.features.create_registry.retry_policy import RetryPolicy
from bot.features.create_registry.rules import validate
from bot.references import new_reference
from bot.workflow.durable import InProcess

# A person waits: fewer repeats than the bot makes.
_POLICY = RetryPolicy(repeats=(1, 2, 5))


async def create(
    codearts: CodeArts, *, name: str, description: str | None, waiting: Callable[[float], None]
) -> Outcome:
    """Create one registry. `waiting` is called with the seconds of each pause. Raises `InvalidRequest`."""
    asked = validate(name=name, description=description)

    async def pause(seconds: float) -> None:
        waiting(seconds)
        await asyncio.sleep(seconds)

    durable = InProcess(reference=new_reference(), sleep=pause)
    look_up = LookUp(codearts=codearts, views=InProcessView())
    creator = Creator(codearts=codearts, look_up=look_up, policy=_POLICY)
    creation = await creator.create(name=asked.name, description=asked.description, durable=durable)
    return await _with_address(creation, look_up)


async def _with_address(creation: Creation, look_up: LookUp) -> Outcome:
    outcome = creation.outcome
    if not isinstance(outcome, Created) or outcome.address is not None or not look_up.possible:
        return outcome
    row = confirmed_row(creation.asked, await look_up.once(creation.asked.name, with_recycle_bin=False))
    return replace(outcome, address=row.address) if row else outcome


def outcome_lines(result: Outcome) -> list[tuple[str, str]]:
    """(label, value) pairs for a script to read: `status` and `trace_id` are always there, an unknown trace id is `-`."""
    lines = [("status", status_of(result)), ("trace_id", result.trace_id or "-")]
    match result:
        case Created(address=str(address)):
            lines.append(("address", address))
        case Created():
            pass
        case _:
            lines.append(("reason", reason_of(result)))
    return [*lines, ("next", next_step(result))]
