"""`registry-bot create`: one registry from the terminal, by the same rules and the same confirmation."""

import asyncio
from collections.abc import Callable

from bot.codearts.client import CodeArts
from bot.domain.registry import Created, Outcome
from bot.domain.text import printable
from bot.features.create_registry.creation import RetryPolicy, create_and_confirm
from bot.features.create_registry.outcomes import next_step, reason_of, status_of
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
    return await create_and_confirm(
        name=asked.name, description=asked.description, durable=durable, codearts=codearts, policy=_POLICY
    )


def outcome_lines(result: Outcome) -> list[tuple[str, str]]:
    """(label, value) pairs for a script to read: `status` and `trace_id` are always there, an unknown trace id is `-`.

    What CodeArts said is one printable line in them.
    """
    lines = [("status", status_of(result)), ("trace_id", result.trace_id or "-")]
    match result:
        case Created(address=str(address)):
            lines.append(("address", address))
        case Created():
            pass
        case _:
            lines.append(("reason", reason_of(result)))
    return [(label, printable(value)) for label, value in [*lines, ("next", next_step(result))]]
