"""`registry-bot create`: one registry from the terminal, by the same rules and the same confirmation."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import replace

from bot.codearts.client import CodeArts
from bot.codearts.view import InProcessView
from bot.domain.description_note import DescriptionNote
from bot.domain.naming_rule import NamingRule
from bot.domain.registry import Created, Outcome
from bot.domain.text import printable
from bot.features.create_registry.creation import Creation, Creator
from bot.features.create_registry.evidence import confirmed_row
from bot.features.create_registry.look_up import LookUp
from bot.features.create_registry.outcomes import next_step, reason_of, status_of
from bot.features.create_registry.retry_policy import RetryPolicy
from bot.features.create_registry.rules import validate
from bot.references import new_reference
from bot.workflow.durable import InProcess

# A person waits: fewer repeats than the bot makes.
_POLICY = RetryPolicy(repeats=(1, 2, 5), key_repeats=())
_ADDRESS_SECONDS = 2.0


async def create(
    codearts: CodeArts,
    *,
    name: str,
    description: str | None,
    waiting: Callable[[float], None],
    note: DescriptionNote | None = None,
    requester: str = "",
    naming: NamingRule | None = None,
) -> Outcome:
    """Create one registry. `waiting` is called with the seconds of each pause. Raises `InvalidRequest`.

    `note` is added to the description; `requester` is who asks, for the note; `naming` is the organisation's own rule.
    """
    reference = new_reference()
    added = note.for_request(requester=requester, reference=reference) if note else None
    marked = note is not None and note.names_request
    asked = validate(name=name, description=description, note=added, marked=marked, naming=naming)

    async def pause(seconds: float) -> None:
        waiting(seconds)
        await asyncio.sleep(seconds)

    durable = InProcess(reference=reference, sleep=pause)
    look_up = LookUp(codearts=codearts, views=InProcessView())
    creator = Creator(codearts=codearts, look_up=look_up, policy=_POLICY)
    creation = await creator.create(
        name=asked.name, description=asked.sent_description, marked=asked.marked, durable=durable
    )
    return await _with_address(creation, look_up)


async def _with_address(creation: Creation, look_up: LookUp) -> Outcome:
    outcome = creation.outcome
    if not isinstance(outcome, Created) or outcome.address is not None or not look_up.possible:
        return outcome
    with contextlib.suppress(TimeoutError):  # the registry is created; its address is in the console
        async with asyncio.timeout(_ADDRESS_SECONDS):
            seen = await look_up.once(creation.asked.name)
            if row := confirmed_row(creation.asked, seen):
                return replace(outcome, address=row.address)
    return outcome


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
